/**
 * A signed EIP-1559 transaction (type 2) in its bytes: 0x02 and the RLP list of its fields. Made with
 * the project's own signature port, because the relayer signs many. Source: EIP-1559, EIP-2718.
 */
import {
  encodeRlp,
  encodeRlpInteger,
  type RlpItem,
} from '../../main-chain/relay/ethereum/evm/rlp.ts';
import { concatBytes, toHex } from '../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../schemas/ports.ts';

/** Fees in wei a gas. */
export interface Fees {
  readonly maxFee: bigint;
  readonly maxPriorityFee: bigint;
}

export interface FeeTransaction extends Fees {
  readonly chainId: bigint;
  readonly nonce: bigint;
  readonly gasLimit: bigint;
  /** 20 bytes. */
  readonly to: Uint8Array;
  readonly data: Uint8Array;
}

/** `raw` and `hash`: hex with 0x. */
export interface SignedTransaction {
  readonly raw: string;
  readonly hash: string;
}

export interface SigningPorts {
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
}

/** Signs a transaction that sends no ether. */
export function signFeeTransaction(
  transaction: FeeTransaction,
  secretKey: Uint8Array,
  { hash, signatures }: SigningPorts,
): SignedTransaction {
  const { chainId, nonce, maxPriorityFee, maxFee, gasLimit, to, data } = transaction;
  const fields = [
    ...[chainId, nonce, maxPriorityFee, maxFee, gasLimit].map(encodeRlpInteger),
    to,
    encodeRlpInteger(0n), // ether
    data,
    [], // access list
  ];
  const digest = hash.keccak256(typed(fields));
  const signature = signatures.sign(digest, secretKey);
  const parts = [signature.subarray(64), signature.subarray(0, 32), signature.subarray(32, 64)];
  const raw = typed([
    ...fields,
    ...parts.map((part) => encodeRlpInteger(BigInt(`0x${toHex(part)}`))),
  ]);
  return { raw: `0x${toHex(raw)}`, hash: `0x${toHex(hash.keccak256(raw))}` };
}

function typed(fields: readonly RlpItem[]): Uint8Array {
  return concatBytes(Uint8Array.of(2), encodeRlp(fields));
}
