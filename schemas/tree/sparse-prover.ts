/**
 * Writes the proof of schemas/tree/sparse-proof.ts from any tree of that shape: the small reference
 * tree and the main chain's fast tree both hand their nodes to it. docs/protocol.md#state-proof
 */
import { Writer } from '../codec/writer.ts';
import { compareBytes, equalBytes } from '../hash.ts';
import type { HashPort } from '../ports.ts';
import { treeError } from './errors.ts';
import { HASH_LENGTH, type SparseLeaf, sparsePath, splitAt } from './sparse-hash.ts';
import { MAX_SPARSE_CLAIMS, MAX_SPARSE_PROOF, PROOF_OP } from './sparse-proof.ts';

/** Read access to the nodes of a sparse tree; `N` names a node, whatever it is. */
export interface SparseNodes<N> {
  kindOf(node: N): 'empty' | 'leaf' | 'inner';
  /** Children of an inner node. */
  leftOf(node: N): N;
  rightOf(node: N): N;
  /** The two digests of a leaf. */
  leafOf(node: N): SparseLeaf;
  /** The 32-byte hash of a leaf or inner node. */
  hashOf(node: N): Uint8Array;
}

interface ProvenPath {
  readonly path: Uint8Array;
}

interface Task<N> {
  readonly nodes: SparseNodes<N>;
  readonly paths: readonly ProvenPath[];
  readonly writer: Writer;
}

/**
 * The one proof of what the tree below `root` holds, or does not hold, at `keys`.
 * @throws PROOF_EMPTY_ROOT PROOF_EMPTY_CLAIMS PROOF_TOO_MANY_CLAIMS PROOF_EMPTY_KEY
 * PROOF_DUPLICATE_KEY PROOF_TOO_LARGE
 */
export function proveSparse<N>(
  nodes: SparseNodes<N>,
  root: N,
  keys: readonly Uint8Array[],
  hash: HashPort,
): Uint8Array {
  if (keys.length === 0) throw treeError('PROOF_EMPTY_CLAIMS');
  if (keys.length > MAX_SPARSE_CLAIMS) {
    throw treeError('PROOF_TOO_MANY_CLAIMS', { claims: keys.length, most: MAX_SPARSE_CLAIMS });
  }
  const paths = keys.map((key) => ({ path: sparsePath(key, hash) }));
  paths.sort((left, right) => compareBytes(left.path, right.path));
  for (let at = 1; at < paths.length; at++) {
    const [before, here] = [paths[at - 1], paths[at]];
    if (before && here && equalBytes(before.path, here.path))
      throw treeError('PROOF_DUPLICATE_KEY');
  }
  if (nodes.kindOf(root) === 'empty') throw treeError('PROOF_EMPTY_ROOT');
  const writer = new Writer();
  write({ nodes, paths, writer }, root, 0, 0, paths.length);
  const proof = writer.finish();
  if (proof.length > MAX_SPARSE_PROOF) {
    throw treeError('PROOF_TOO_LARGE', { bytes: proof.length, most: MAX_SPARSE_PROOF });
  }
  return proof;
}

function write<N>(task: Task<N>, node: N, depth: number, from: number, to: number): void {
  const kind = task.nodes.kindOf(node);
  if (kind === 'empty') task.writer.u8(PROOF_OP.empty);
  else if (kind === 'leaf') writeLeaf(task, task.nodes.leafOf(node), from, to);
  else writeInner(task, node, depth, from, to);
}

function writeLeaf<N>(task: Task<N>, leaf: SparseLeaf, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const wanted = task.paths[at];
    if (wanted && equalBytes(wanted.path, leaf.path)) {
      task.writer.u8(PROOF_OP.claimed);
      return;
    }
  }
  task.writer.u8(PROOF_OP.foreign).fixed(leaf.path, HASH_LENGTH).fixed(leaf.valueHash, HASH_LENGTH);
}

function writeInner<N>(task: Task<N>, node: N, depth: number, from: number, to: number): void {
  const { nodes, writer } = task;
  const middle = splitAt(task.paths, from, to, depth);
  const left = nodes.leftOf(node);
  const right = nodes.rightOf(node);
  if (middle > from && middle < to) {
    writer.u8(PROOF_OP.fork);
    write(task, left, depth + 1, from, middle);
    write(task, right, depth + 1, middle, to);
    return;
  }
  const goesRight = middle === from;
  const other = goesRight ? left : right;
  if (nodes.kindOf(other) === 'empty') writer.u8(PROOF_OP.lone);
  else writer.u8(PROOF_OP.sibling).fixed(nodes.hashOf(other), HASH_LENGTH);
  write(task, goesRight ? right : left, depth + 1, from, to);
}
