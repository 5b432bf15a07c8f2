/**
 * The little of SSZ (simple-serialize) that light-client data needs: roots of containers of small
 * fields, and branches to a generalised index. docs/protocol.md#ethereum-pos
 */
import { putU64 } from '../../../../schemas/codec/integer-bytes.ts';
import { concatBytes, equalBytes } from '../../../../schemas/hash.ts';
import type { HashPort } from '../../../../schemas/ports.ts';

const CHUNK = 32;

/** Root over 32-byte chunks laid one after another, filled up with zero chunks to a power of two. */
export function merkleRoot(chunks: Uint8Array, hash: HashPort): Uint8Array {
  let size = CHUNK;
  while (size < chunks.length) size *= 2;
  let level = new Uint8Array(size);
  level.set(chunks);
  while (level.length > CHUNK) {
    const above = new Uint8Array(level.length / 2);
    hash.sha256Pairs(level, above);
    level = above;
  }
  return level;
}

/** Root of a container of field roots. */
export function containerRoot(roots: readonly Uint8Array[], hash: HashPort): Uint8Array {
  return merkleRoot(concatBytes(...roots), hash);
}

/** Bytes of up to 32 as a chunk, zeros behind them. */
export function chunkOf(bytes: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(CHUNK);
  chunk.set(bytes);
  return chunk;
}

/** A u64 as a chunk: little-endian. */
export function u64Chunk(value: bigint): Uint8Array {
  const word = new Uint8Array(8);
  putU64(word, 0, value);
  return chunkOf(word.reverse());
}

/**
 * True when `leaf` stands at the generalised index `place` below `root`; the branch holds one sibling a
 * level, lowest first, and no more.
 */
export function isBranch(
  leaf: Uint8Array,
  branch: readonly Uint8Array[],
  place: number,
  root: Uint8Array,
  hash: HashPort,
): boolean {
  if (branch.length !== Math.floor(Math.log2(place))) return false;
  let at = place;
  let node = leaf;
  for (const sibling of branch) {
    const pair = at % 2 === 0 ? concatBytes(node, sibling) : concatBytes(sibling, node);
    node = hash.sha256(pair);
    at = Math.floor(at / 2);
  }
  return equalBytes(node, root);
}
