/**
 * A signed EIP-1559 transaction (type 2) in its bytes: 0x02 and the RLP list of its fields. Made with
 * the project's own signature port, because the relayer signs many. Source: EIP-1559, EIP-2718.
 */
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
    ...[chainId, nonce, maxPriorityFee, maxFee, gasLimit].map(integer),
    bytes(to),
    integer(0n),
    bytes(data),
    list([]), // access list
  ];
  const digest = hash.keccak256(typed(fields));
  const signature = signatures.sign(digest, secretKey);
  const parts = [signature.subarray(64), signature.subarray(0, 32), signature.subarray(32, 64)];
  const raw = typed([...fields, ...parts.map((part) => integer(BigInt(`0x${toHex(part)}`)))]);
  return { raw: `0x${toHex(raw)}`, hash: `0x${toHex(hash.keccak256(raw))}` };
}

function typed(fields: readonly Uint8Array[]): Uint8Array {
  return concatBytes(Uint8Array.of(2), list(fields));
}

function list(items: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...items);
  return concatBytes(prefix(body.length, 0xc0), body);
}

function bytes(value: Uint8Array): Uint8Array {
  const isItself = value.length === 1 && (value[0] ?? 0) < 0x80;
  return isItself ? value : concatBytes(prefix(value.length, 0x80), value);
}

function integer(value: bigint): Uint8Array {
  return bytes(bigEndian(value));
}

function prefix(length: number, base: number): Uint8Array {
  if (length < 56) return Uint8Array.of(base + length);
  const size = bigEndian(BigInt(length));
  return concatBytes(Uint8Array.of(base + 55 + size.length), size);
}

/** Without leading zeros; zero is no byte at all. */
function bigEndian(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0);
  const hex = value.toString(16);
  return Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
}
