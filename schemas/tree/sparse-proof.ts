/**
 * The one proof format of the sparse tree and its verifier: a multiproof for a set of present and
 * absent keys; a proof of one key is a multiproof of one. docs/protocol.md#state-proof
 *
 * The proof is the part of the tree above the claimed paths, depth first from the root, left before
 * right. The verifier sorts the distinct paths of the claims and carries, at each position, those
 * that lie below it. A position (always with one claim or more below it) is one opcode:
 *
 *   0x00 empty    no leaf here; every claim below is absent
 *   0x01 claimed  the leaf of the one claim below that has a value; hash computed from the claim
 *   0x02 foreign  path(32) ‖ valueHash(32): a leaf of none of the claims; every claim below is absent
 *   0x03 fork     claims on both sides; then the left position, then the right position
 *   0x04 sibling  hash(32) of the child that has no claim below (never zero); then the other child's position
 *   0x05 lone     the child that has no claim below is empty; then the other child's position
 *
 * Each opcode is the only one its place in the tree allows, so a tree and a set of keys have exactly
 * one proof. Nothing stands before the root's position and nothing after the last.
 */
import { compareBytes, equalBytes, ZERO_HASH } from '../hash.ts';
import type { HashPort } from '../ports.ts';
import { treeError } from './errors.ts';
import {
  HASH_LENGTH,
  MAX_DEPTH,
  type SparseClaim,
  sharesPrefix,
  sparseLeafHash,
  sparsePath,
  sparseValueHash,
  splitAt,
} from './sparse-hash.ts';

/** Opcodes of the format, one byte each. */
export const PROOF_OP = {
  empty: 0,
  claimed: 1,
  foreign: 2,
  fork: 3,
  sibling: 4,
  lone: 5,
} as const;

/** Most keys of one proof. */
export const MAX_SPARSE_CLAIMS = 1024;
/** Longest proof in bytes. */
export const MAX_SPARSE_PROOF = 262_144;
/** Longest proof a single claim can need: 256 siblings, then a foreign leaf. */
const MAX_CLAIM_PROOF = MAX_DEPTH * (1 + HASH_LENGTH) + 1 + 2 * HASH_LENGTH;

interface SortedClaim {
  readonly path: Uint8Array;
  readonly valueHash: Uint8Array | undefined;
}

/** What a visited position holds, as far as compactness asks. */
type Content = 'empty' | 'leaf' | 'inner';

interface Walk {
  readonly claims: readonly SortedClaim[];
  readonly proof: Uint8Array;
  readonly hash: HashPort;
  /** Next byte of the proof. */
  at: number;
}

/**
 * Checks that under `root` every claim with a value is present with it and every other claim absent.
 * All claims hold or the call throws. The order of the claims does not matter.
 * @throws PROOF_EMPTY_ROOT PROOF_ROOT_LENGTH PROOF_EMPTY_CLAIMS PROOF_TOO_MANY_CLAIMS PROOF_TOO_LARGE
 * PROOF_EMPTY_KEY PROOF_EMPTY_VALUE PROOF_DUPLICATE_KEY PROOF_TRUNCATED PROOF_TRAILING PROOF_TOO_DEEP
 * PROOF_OPCODE PROOF_SIBLING PROOF_NOT_COMPACT PROOF_FOREIGN_LEAF PROOF_CLAIM_MISMATCH PROOF_ROOT_MISMATCH
 */
export function verifySparseProof(
  root: Uint8Array,
  claims: readonly SparseClaim[],
  proof: Uint8Array,
  hash: HashPort,
): void {
  requireRoot(root);
  if (claims.length === 0) throw treeError('PROOF_EMPTY_CLAIMS');
  if (claims.length > MAX_SPARSE_CLAIMS) {
    throw treeError('PROOF_TOO_MANY_CLAIMS', { claims: claims.length, most: MAX_SPARSE_CLAIMS });
  }
  const most = Math.min(MAX_SPARSE_PROOF, claims.length * MAX_CLAIM_PROOF);
  if (proof.length > most) throw treeError('PROOF_TOO_LARGE', { bytes: proof.length, most });
  const walk: Walk = { claims: sortClaims(claims, hash), proof, hash, at: 0 };
  const computed = new Uint8Array(HASH_LENGTH);
  visit(walk, 0, 0, claims.length, computed);
  if (walk.at !== proof.length) {
    throw treeError('PROOF_TRAILING', { left: proof.length - walk.at });
  }
  if (!equalBytes(computed, root)) throw treeError('PROOF_ROOT_MISMATCH');
}

/** @throws PROOF_ROOT_LENGTH PROOF_EMPTY_ROOT unless `root` is 32 bytes and not zero */
export function requireRoot(root: Uint8Array): void {
  if (root.length !== HASH_LENGTH) throw treeError('PROOF_ROOT_LENGTH', { bytes: root.length });
  if (equalBytes(root, ZERO_HASH)) throw treeError('PROOF_EMPTY_ROOT');
}

function sortClaims(claims: readonly SparseClaim[], hash: HashPort): SortedClaim[] {
  const sorted = claims.map(({ key, value }) => ({
    path: sparsePath(key, hash),
    valueHash: value === undefined ? undefined : sparseValueHash(value, hash),
  }));
  sorted.sort((left, right) => compareBytes(left.path, right.path));
  for (let at = 1; at < sorted.length; at++) {
    const [before, here] = [sorted[at - 1], sorted[at]];
    if (before && here && equalBytes(before.path, here.path))
      throw treeError('PROOF_DUPLICATE_KEY');
  }
  return sorted;
}

/** Reads one position with the claims `[from, to)` below it and writes its hash to `out` (zeroed). */
function visit(walk: Walk, depth: number, from: number, to: number, out: Uint8Array): Content {
  const op = take(walk, 1)[0];
  switch (op) {
    case PROOF_OP.empty:
      requireAbsent(walk, from, to);
      return 'empty';
    case PROOF_OP.claimed:
      out.set(claimedLeaf(walk, from, to));
      return 'leaf';
    case PROOF_OP.foreign:
      out.set(foreignLeaf(walk, depth, from, to));
      return 'leaf';
    case PROOF_OP.fork:
    case PROOF_OP.sibling:
    case PROOF_OP.lone:
      visitInner(walk, op, depth, from, to, out);
      return 'inner';
    default:
      throw treeError('PROOF_OPCODE', { depth });
  }
}

function visitInner(
  walk: Walk,
  op: number,
  depth: number,
  from: number,
  to: number,
  out: Uint8Array,
): void {
  if (depth === MAX_DEPTH) throw treeError('PROOF_TOO_DEEP');
  const middle = splitAt(walk.claims, from, to, depth);
  const forks = middle > from && middle < to;
  if (forks !== (op === PROOF_OP.fork)) throw treeError('PROOF_OPCODE', { depth });
  const pair = new Uint8Array(2 * HASH_LENGTH);
  const left = pair.subarray(0, HASH_LENGTH);
  const right = pair.subarray(HASH_LENGTH);
  if (forks) {
    const first = visit(walk, depth + 1, from, middle, left);
    const second = visit(walk, depth + 1, middle, to, right);
    if ((first === 'empty' && second !== 'inner') || (second === 'empty' && first !== 'inner')) {
      throw treeError('PROOF_NOT_COMPACT', { depth });
    }
  } else {
    const goesRight = middle === from;
    if (op === PROOF_OP.sibling) takeSibling(walk, goesRight ? left : right);
    const content = visit(walk, depth + 1, from, to, goesRight ? right : left);
    if (op === PROOF_OP.lone && content !== 'inner')
      throw treeError('PROOF_NOT_COMPACT', { depth });
  }
  walk.hash.sha256Pairs(pair, out);
}

function takeSibling(walk: Walk, out: Uint8Array): void {
  const sibling = take(walk, HASH_LENGTH);
  if (equalBytes(sibling, ZERO_HASH)) throw treeError('PROOF_SIBLING');
  out.set(sibling);
}

function requireAbsent(walk: Walk, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    if (walk.claims[at]?.valueHash !== undefined) throw treeError('PROOF_CLAIM_MISMATCH');
  }
}

/** The hash of the only leaf at a position: exactly one of the claims below has a value. */
function claimedLeaf(walk: Walk, from: number, to: number): Uint8Array {
  let leaf: { path: Uint8Array; valueHash: Uint8Array } | undefined;
  for (let at = from; at < to; at++) {
    const claim = walk.claims[at];
    if (claim?.valueHash === undefined) continue;
    if (leaf !== undefined) throw treeError('PROOF_CLAIM_MISMATCH');
    leaf = { path: claim.path, valueHash: claim.valueHash };
  }
  if (leaf === undefined) throw treeError('PROOF_CLAIM_MISMATCH');
  return sparseLeafHash(leaf, walk.hash);
}

/** The hash of a leaf that is none of the claims, but lies under the same position. */
function foreignLeaf(walk: Walk, depth: number, from: number, to: number): Uint8Array {
  const path = take(walk, HASH_LENGTH);
  const valueHash = take(walk, HASH_LENGTH);
  requireAbsent(walk, from, to);
  for (let at = from; at < to; at++) {
    const claim = walk.claims[at];
    if (claim && (!sharesPrefix(path, claim.path, depth) || equalBytes(path, claim.path))) {
      throw treeError('PROOF_FOREIGN_LEAF', { depth });
    }
  }
  return sparseLeafHash({ path, valueHash }, walk.hash);
}

function take(walk: Walk, length: number): Uint8Array {
  const { proof, at } = walk;
  if (proof.length - at < length) throw treeError('PROOF_TRUNCATED');
  walk.at = at + length;
  return proof.subarray(at, at + length);
}
