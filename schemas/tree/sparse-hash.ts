/**
 * Hash rules of the compact sparse Merkle tree that holds chain state and attributes: what a leaf and
 * a node hash to, and which way a key goes. docs/protocol.md#state-tree
 *
 * - path(key)  = SHA256(key), 256 bits, the most significant bit first; bit 0 = left, 1 = right
 * - leaf       = SHA256(LEAF_TAG(16) ‖ path(32) ‖ SHA256(value)(32)), an 80-byte preimage
 * - inner node = SHA256(left(32) ‖ right(32)), a 64-byte preimage
 * - empty      = 32 zero bytes
 *
 * A leaf sits at the shallowest depth where it is alone, so every inner node has two leaves or more
 * below it. The preimage lengths differ: a leaf never passes for a node.
 */
import { domainTag } from '../hash.ts';
import type { HashPort } from '../ports.ts';
import { treeError } from './errors.ts';

/** Bytes of a digest, a path and a root. */
export const HASH_LENGTH = 32;
/** Levels of the tree: a leaf is at depth 0 (the root) to 256. */
export const MAX_DEPTH = 256;
/** `tieline/leaf/v1\0`, 16 bytes. */
export const LEAF_TAG: Uint8Array = domainTag('tieline/leaf/v1');
/** Bytes of a leaf's preimage. */
export const LEAF_PREIMAGE_LENGTH = 80;

/** A leaf by the two digests it commits to. */
export interface SparseLeaf {
  /** SHA256(key). */
  readonly path: Uint8Array;
  /** SHA256(value). */
  readonly valueHash: Uint8Array;
}

/** What the proof speaks of: a key with its value, or `undefined` for a key that is absent. */
export interface SparseClaim {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** SHA256(key). @throws PROOF_EMPTY_KEY */
export function sparsePath(key: Uint8Array, hash: HashPort): Uint8Array {
  if (key.length === 0) throw treeError('PROOF_EMPTY_KEY');
  return hash.sha256(key);
}

/** SHA256(value). @throws PROOF_EMPTY_VALUE */
export function sparseValueHash(value: Uint8Array, hash: HashPort): Uint8Array {
  if (value.length === 0) throw treeError('PROOF_EMPTY_VALUE');
  return hash.sha256(value);
}

/** The 32-byte hash of a leaf. */
export function sparseLeafHash(leaf: SparseLeaf, hash: HashPort): Uint8Array {
  const preimage = new Uint8Array(LEAF_PREIMAGE_LENGTH);
  preimage.set(LEAF_TAG, 0);
  preimage.set(leaf.path, 16);
  preimage.set(leaf.valueHash, 48);
  return hash.sha256(preimage);
}

/** The 32-byte hash of an inner node. */
export function sparseNodeHash(left: Uint8Array, right: Uint8Array, hash: HashPort): Uint8Array {
  const preimage = new Uint8Array(2 * HASH_LENGTH);
  preimage.set(left, 0);
  preimage.set(right, HASH_LENGTH);
  const out = new Uint8Array(HASH_LENGTH);
  hash.sha256Pairs(preimage, out);
  return out;
}

/** Which child a path takes below depth `depth` (0 to 255): 0 left, 1 right. */
export function pathBit(path: Uint8Array, depth: number): 0 | 1 {
  return (((path[depth >> 3] ?? 0) >> (7 - (depth & 7))) & 1) === 0 ? 0 : 1;
}

/** True when both paths take the same way down to depth `depth`. */
export function sharesPrefix(left: Uint8Array, right: Uint8Array, depth: number): boolean {
  const whole = depth >> 3;
  for (let at = 0; at < whole; at++) if (left[at] !== right[at]) return false;
  const rest = depth & 7;
  return rest === 0 || ((left[whole] ?? 0) ^ (right[whole] ?? 0)) >> (8 - rest) === 0;
}

/** First index in `[from, to)` of ascending `paths` that goes right below `depth`; all share the bits above. */
export function splitAt(
  paths: readonly { readonly path: Uint8Array }[],
  from: number,
  to: number,
  depth: number,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = paths[middle];
    if (entry !== undefined && pathBit(entry.path, depth) === 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
