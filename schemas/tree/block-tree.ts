/**
 * The tree over a block's transactions and results: RFC 6962 section 2 (RFC 9162 section 2.1) with
 * SHA-256. docs/protocol.md#block-tree
 *
 * - leaf = SHA256(0x00 ‖ item), node = SHA256(0x01 ‖ left(32) ‖ right(32)), no items: SHA256("")
 * - n items split at the largest power of two below n; nothing is ever duplicated
 *
 * Inclusion proof: the siblings(32 each) from the leaf up, nothing else; index and count come from
 * the claim, so the number of siblings is known before hashing. The index is proven; as in RFC 6962 the
 * root alone does not fix the count, which a caller who relies on it takes from what it trusts.
 */
import { concatBytes, equalBytes, sha256Of } from '../hash.ts';
import type { HashPort } from '../ports.ts';
import { treeError } from './errors.ts';
import { HASH_LENGTH } from './sparse-hash.ts';
import { requireRoot } from './sparse-proof.ts';

/** Most items of one tree. */
export const MAX_BLOCK_ITEMS = 2 ** 32;

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

/** The 32-byte root over the items in their order. */
export function blockTreeRoot(items: readonly Uint8Array[], hash: HashPort): Uint8Array {
  if (items.length === 0) return hash.sha256(new Uint8Array(0));
  return rootOf(
    items.map((item) => leafOf(item, hash)),
    hash,
  );
}

/** The inclusion proof of the item at `index`. @throws PROOF_INDEX */
export function proveBlockItem(
  items: readonly Uint8Array[],
  index: number,
  hash: HashPort,
): Uint8Array {
  requireIndex(index, items.length);
  const siblings: Uint8Array[] = [];
  let row = items.map((item) => leafOf(item, hash));
  let at = index;
  while (row.length > 1) {
    const sibling = row[at % 2 === 1 ? at - 1 : at + 1];
    if (sibling !== undefined) siblings.push(sibling);
    row = rowAbove(row, hash);
    at = Math.floor(at / 2);
  }
  return concatBytes(...siblings);
}

/**
 * Checks that `item` is the one at `index` of `count` under `root` (RFC 9162 section 2.1.3.2).
 * @throws PROOF_EMPTY_ROOT PROOF_ROOT_LENGTH PROOF_INDEX PROOF_TRUNCATED PROOF_TRAILING PROOF_ROOT_MISMATCH
 */
export function verifyBlockItem(
  root: Uint8Array,
  index: number,
  count: number,
  item: Uint8Array,
  proof: Uint8Array,
  hash: HashPort,
): void {
  requireRoot(root);
  const join = (left: Uint8Array, right: Uint8Array) => nodeOf(left, right, hash);
  const reached = climbPath(() => leafOf(item, hash), index, count, proof, join);
  if (!equalBytes(reached, root)) throw treeError('PROOF_ROOT_MISMATCH');
}

/**
 * Where the siblings of a path lead from the leaf at `index` of `count` in a tree of this shape; their
 * number is checked before anything is hashed. @throws PROOF_INDEX PROOF_TRUNCATED PROOF_TRAILING
 */
export function climbPath(
  leaf: () => Uint8Array,
  index: number,
  count: number,
  siblings: Uint8Array,
  join: (left: Uint8Array, right: Uint8Array) => Uint8Array,
): Uint8Array {
  requireIndex(index, count);
  const expected = HASH_LENGTH * siblingsOf(index, count);
  if (siblings.length < expected)
    throw treeError('PROOF_TRUNCATED', { bytes: siblings.length, expected });
  if (siblings.length > expected)
    throw treeError('PROOF_TRAILING', { left: siblings.length - expected });
  let node = leaf();
  let read = 0;
  let at = index;
  for (let last = count - 1; last > 0; last = Math.floor(last / 2)) {
    if (at % 2 === 1 || at < last) {
      const sibling = siblings.subarray(read, read + HASH_LENGTH);
      node = at % 2 === 1 ? join(sibling, node) : join(node, sibling);
      read += HASH_LENGTH;
    }
    at = Math.floor(at / 2);
  }
  return node;
}

function siblingsOf(index: number, count: number): number {
  let siblings = 0;
  let at = index;
  for (let last = count - 1; last > 0; last = Math.floor(last / 2)) {
    if (at % 2 === 1 || at < last) siblings += 1;
    at = Math.floor(at / 2);
  }
  return siblings;
}

function requireIndex(index: number, count: number): void {
  const whole = Number.isSafeInteger(index) && Number.isSafeInteger(count);
  if (!whole || index < 0 || index >= count || count > MAX_BLOCK_ITEMS) {
    throw treeError('PROOF_INDEX', { index, count });
  }
}

function rootOf(leaves: readonly Uint8Array[], hash: HashPort): Uint8Array {
  let row = leaves;
  while (row.length > 1) row = rowAbove(row, hash);
  return row[0] ?? new Uint8Array(HASH_LENGTH);
}

/** Pairs hashed, an odd last node carried up as it is: the same tree as the recursive definition. */
function rowAbove(row: readonly Uint8Array[], hash: HashPort): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let at = 0; at < row.length; at += 2) {
    const [left, right] = [row[at], row[at + 1]];
    if (left && right) above.push(nodeOf(left, right, hash));
    else if (left) above.push(left);
  }
  return above;
}

function leafOf(item: Uint8Array, hash: HashPort): Uint8Array {
  return sha256Of(hash, LEAF_PREFIX, item);
}

function nodeOf(left: Uint8Array, right: Uint8Array, hash: HashPort): Uint8Array {
  return sha256Of(hash, NODE_PREFIX, left, right);
}
