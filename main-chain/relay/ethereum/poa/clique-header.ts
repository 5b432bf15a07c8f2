/**
 * What clique (EIP-225) asks of a header by itself, and who sealed it. docs/protocol.md#ethereum-poa
 *
 * Differs from go-ethereum: the seal must be low-s. With (r, n − s) anybody could turn one seal into a
 * second block of the same signer and height, and so into false evidence of a double seal.
 * Gas and base fee are execution rules: whoever seals vouches for them.
 */
import { compareBytes, equalBytes, ZERO_HASH } from '../../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../../schemas/ports.ts';
import { ethereumError } from '../errors.ts';
import { decodeHeader, EXTRA_DATA, type ExecutionHeader } from '../evm/execution-header.ts';
import { encodeRlp } from '../evm/rlp.ts';

const VANITY = 32;
const SEAL = 65;
const ADDRESS = 20;
/** Fields of a header before and since London; clique has no later fork. */
const MOST_FIELDS = 16;
/** keccak256 of the RLP of an empty list. */
const NO_UNCLES: Uint8Array = Uint8Array.from([
  0x1d, 0xcc, 0x4d, 0xe8, 0xde, 0xc7, 0x5d, 0x7a, 0xab, 0x85, 0xb5, 0x67, 0xb6, 0xcc, 0xd4, 0x1a,
  0xd3, 0x12, 0x45, 0x1b, 0x94, 0x8a, 0x74, 0x13, 0xf0, 0xa1, 0x42, 0xfd, 0x40, 0xd4, 0x93, 0x47,
]);
const DROP = new Uint8Array(8);
const AUTHORIZE = new Uint8Array(8).fill(0xff);
const NOBODY = new Uint8Array(ADDRESS);

/** Hashes and signatures, by whatever implementation the caller has. */
export interface CliquePorts {
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
}

/** A header that clique's rules allow at its place, apart from what the signer set decides. */
export interface CliqueHeader extends ExecutionHeader {
  readonly isEpoch: boolean;
  /** At an epoch: the signers listed, strictly ascending. */
  readonly listed: readonly Uint8Array[];
  /** The vote: whom it names, and whether to add him. Headers that mean no vote vote to drop nobody. */
  readonly authorizes: boolean;
}

/** @throws RLP_* EVM_HEADER_* CLIQUE_FIELD CLIQUE_EXTRA */
export function decodeCliqueHeader(bytes: Uint8Array, epoch: bigint, hash: HashPort): CliqueHeader {
  const header = decodeHeader(bytes, hash);
  const { number, items, nonce, extraData } = header;
  if (items.length > MOST_FIELDS) throw ethereumError('EVM_HEADER_FORK', { fields: items.length });
  const isEpoch = number % epoch === 0n;
  const authorizes = equalBytes(nonce, AUTHORIZE);
  requireField(number, 'unclesHash', equalBytes(header.unclesHash, NO_UNCLES));
  requireField(number, 'mixHash', equalBytes(header.mixHash, ZERO_HASH));
  requireField(number, 'nonce', (authorizes && !isEpoch) || equalBytes(nonce, DROP));
  requireField(number, 'coinbase', !isEpoch || equalBytes(header.coinbase, NOBODY));
  requireField(number, 'difficulty', header.difficulty === 1n || header.difficulty === 2n);
  requireField(number, 'gasUsed', header.gasUsed <= header.gasLimit);
  return { ...header, isEpoch, authorizes, listed: listedSigners(extraData, isEpoch, number) };
}

function requireField(number: bigint, field: string, holds: boolean): void {
  if (!holds) throw ethereumError('CLIQUE_FIELD', { number, field });
}

function listedSigners(extra: Uint8Array, isEpoch: boolean, number: bigint): Uint8Array[] {
  const size = extra.length - VANITY - SEAL;
  const fits = size >= 0 && size % ADDRESS === 0 && size > 0 === isEpoch;
  if (!fits) throw ethereumError('CLIQUE_EXTRA', { number, length: extra.length });
  const listed: Uint8Array[] = [];
  for (let at = VANITY; at < VANITY + size; at += ADDRESS) {
    const address = extra.slice(at, at + ADDRESS);
    const before = listed.at(-1);
    if (before !== undefined && compareBytes(before, address) >= 0) {
      throw ethereumError('CLIQUE_EXTRA', { number, at });
    }
    listed.push(address);
  }
  return listed;
}

/** True where the seal is the zeros of a genesis header. */
export function isUnsealed({ extraData }: CliqueHeader): boolean {
  return extraData.subarray(-SEAL).every((byte) => byte === 0);
}

/** The address that sealed the header. @throws CLIQUE_SEAL */
export function sealerOf(header: CliqueHeader, { hash, signatures }: CliquePorts): Uint8Array {
  const { extraData, items, number } = header;
  const unsealed = [...items];
  unsealed[EXTRA_DATA] = extraData.subarray(0, -SEAL);
  const digest = hash.keccak256(encodeRlp(unsealed));
  const sealer = signatures.recoverAddress(digest, extraData.subarray(-SEAL));
  if (sealer === undefined) throw ethereumError('CLIQUE_SEAL', { number });
  return sealer;
}
