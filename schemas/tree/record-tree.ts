/**
 * The tree over anchored off-chain records: salted and tagged leaves, tagged nodes, the count hashed
 * into the root. Its shape is that of the block tree: an odd last node is carried up, nothing is ever
 * duplicated. docs/protocol.md#anchored-records
 */
import { domainTag, sha256Of } from '../hash.ts';
import type { HashPort } from '../ports.ts';
import { climbPath } from './block-tree.ts';

/** Length of a record's salt in bytes: without it a hash beside the path would let short records be guessed. */
export const RECORD_SALT = 16;
/** Longest name of a record in UTF-8 bytes. */
export const MAX_RECORD_NAME = 1024;
/** Most bytes of siblings on one path: 32 levels. */
export const MAX_RECORD_PATH = 1024;

const LEAF_TAG = domainTag('tieline/rleaf/v1');
const NODE_TAG = domainTag('tieline/rnode/v1');
const ROOT_TAG = domainTag('tieline/rroot/v1');

/** What a leaf commits to: `contentHash` is SHA256 of the record's bytes. */
export interface RecordLeaf {
  readonly salt: Uint8Array;
  readonly name: string;
  readonly contentHash: Uint8Array;
}

/** SHA256(tag ‖ salt(16) ‖ SHA256(name) ‖ SHA256(content)): 32 bytes. */
export function recordLeafHash(
  { salt, name, contentHash }: RecordLeaf,
  hash: HashPort,
): Uint8Array {
  const nameHash = hash.sha256(new TextEncoder().encode(name));
  return sha256Of(hash, LEAF_TAG, salt, nameHash, contentHash);
}

/** SHA256(tag ‖ left(32) ‖ right(32)). */
export function recordNodeHash(left: Uint8Array, right: Uint8Array, hash: HashPort): Uint8Array {
  return sha256Of(hash, NODE_TAG, left, right);
}

/** SHA256(tag ‖ count(4) ‖ top(32)): what names a set of `count` records whose tree ends in `top`. */
export function recordsRoot(top: Uint8Array, count: number, hash: HashPort): Uint8Array {
  const framed = new Uint8Array(4);
  new DataView(framed.buffer).setUint32(0, count);
  return sha256Of(hash, ROOT_TAG, framed, top);
}

/** The top of the tree that holds `leaf` at `index` of `count`. @throws PROOF_INDEX PROOF_TRUNCATED PROOF_TRAILING */
export function recordsTopOf(
  leaf: RecordLeaf,
  index: number,
  count: number,
  siblings: Uint8Array,
  hash: HashPort,
): Uint8Array {
  const join = (left: Uint8Array, right: Uint8Array) => recordNodeHash(left, right, hash);
  return climbPath(() => recordLeafHash(leaf, hash), index, count, siblings, join);
}
