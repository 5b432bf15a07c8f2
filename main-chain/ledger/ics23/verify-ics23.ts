/**
 * Judges an ICS-23 proof of the state tree. It is stricter than the ProofSpec: every shown leaf must
 * lie where its hashed key says, so two neighbours are neighbours by their places and not only by
 * the shape of their paths. docs/protocol.md#ics23
 */
import { compareBytes, equalBytes } from '../../../schemas/hash.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import {
  pathBit,
  sparseLeafHash,
  sparseNodeHash,
  sparsePath,
  sparseValueHash,
} from '../../../schemas/tree/sparse-hash.ts';
import { requireRoot } from '../../../schemas/tree/sparse-proof.ts';
import { decodeIcs23 } from './commitment-proof.ts';
import { ics23Error } from './errors.ts';
import type { ShownLeaf, Sibling } from './proof-spec.ts';

/**
 * Checks `CommitmentProof` bytes: `value` is what the tree with this root holds at `key`, undefined
 * where it holds nothing.
 * @throws PROOF_EMPTY_ROOT PROOF_ROOT_LENGTH PROOF_EMPTY_KEY PROOF_EMPTY_VALUE ICS23_TOO_LARGE ICS23_FORMAT
 * ICS23_SPEC ICS23_CLAIM ICS23_NEIGHBOURS ICS23_ROOT
 */
export function verifyIcs23(
  root: Uint8Array,
  key: Uint8Array,
  value: Uint8Array | undefined,
  proof: Uint8Array,
  hash: HashPort,
): void {
  requireRoot(root);
  const path = sparsePath(key, hash);
  const shown = decodeIcs23(proof);
  if (shown.type === 'existence') {
    const { leaf } = shown;
    if (value === undefined || !equalBytes(leaf.key, key) || !equalBytes(leaf.value, value))
      throw ics23Error('ICS23_CLAIM');
    verifyLeaf(root, leaf, hash);
    return;
  }
  if (value !== undefined || !equalBytes(shown.key, key)) throw ics23Error('ICS23_CLAIM');
  const { left, right } = shown;
  if (left === undefined && right === undefined) throw ics23Error('ICS23_NEIGHBOURS');
  const leftPath = left && verifyLeaf(root, left, hash);
  const rightPath = right && verifyLeaf(root, right, hash);
  const isBetween =
    (leftPath === undefined || compareBytes(leftPath, path) < 0) &&
    (rightPath === undefined || compareBytes(path, rightPath) < 0);
  if (!isBetween || !areNeighbours(left?.path, right?.path)) throw ics23Error('ICS23_NEIGHBOURS');
}

/** The place(32) of a leaf that is under the root. @throws ICS23_SPEC ICS23_ROOT */
function verifyLeaf(root: Uint8Array, leaf: ShownLeaf, hash: HashPort): Uint8Array {
  const path = sparsePath(leaf.key, hash);
  const depth = leaf.path.length;
  let node = sparseLeafHash({ path, valueHash: sparseValueHash(leaf.value, hash) }, hash);
  for (const [at, { side, hash: sibling }] of leaf.path.entries()) {
    if (pathBit(path, depth - 1 - at) !== side)
      throw ics23Error('ICS23_SPEC', { operation: 'place' });
    node = side === 0 ? sparseNodeHash(node, sibling, hash) : sparseNodeHash(sibling, node, hash);
  }
  if (!equalBytes(node, root)) throw ics23Error('ICS23_ROOT');
  return path;
}

/** No leaf lies between the two; with one of them missing, none beyond the other. */
function areNeighbours(
  left: readonly Sibling[] | undefined,
  right: readonly Sibling[] | undefined,
): boolean {
  if (left === undefined) return right?.every(isOutermost(0)) === true;
  if (right === undefined) return left.every(isOutermost(1));
  // From the root down, both take the same way until the left one turns left and the right one right.
  let common = 0;
  while (left.at(-1 - common)?.side === right.at(-1 - common)?.side && common < left.length)
    common += 1;
  const fork = -1 - common;
  return (
    left.at(fork)?.side === 0 &&
    right.at(fork)?.side === 1 &&
    left.slice(0, fork).every(isOutermost(1)) &&
    right.slice(0, fork).every(isOutermost(0))
  );
}

/** Whether nothing lies on `side` of a node: it is the child there, or the child there is empty. */
function isOutermost(side: 0 | 1): (sibling: Sibling) => boolean {
  return (sibling) => sibling.side === side || sibling.hash.every((byte) => byte === 0);
}
