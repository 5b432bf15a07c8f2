/**
 * A small sparse tree built once from its entries: attribute groups, and the reference the main
 * chain's fast tree is tested against. docs/protocol.md#state-tree
 */
import { compareBytes, equalBytes, ZERO_HASH } from '../hash.ts';
import type { HashPort } from '../ports.ts';
import { treeError } from './errors.ts';
import {
  type SparseLeaf,
  sparseLeafHash,
  sparseNodeHash,
  sparsePath,
  sparseValueHash,
  splitAt,
} from './sparse-hash.ts';
import { proveSparse, type SparseNodes } from './sparse-prover.ts';

/** A present key; neither key nor value may be empty. */
export interface SparseEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** A built tree. */
export interface SparseTree {
  /** 32 bytes; zero where the tree is empty. */
  readonly root: Uint8Array;
  /** The proof for present and absent keys, for `verifySparseProof`. @throws PROOF_EMPTY_ROOT as `proveSparse` */
  prove(keys: readonly Uint8Array[]): Uint8Array;
}

type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'leaf'; readonly leaf: SparseLeaf; readonly digest: Uint8Array }
  | {
      readonly kind: 'inner';
      readonly left: Node;
      readonly right: Node;
      readonly digest: Uint8Array;
    };

const EMPTY: Node = { kind: 'empty' };

/** The tree of the entries, in any order. @throws PROOF_EMPTY_KEY PROOF_EMPTY_VALUE TREE_DUPLICATE_KEY */
export function buildSparseTree(entries: Iterable<SparseEntry>, hash: HashPort): SparseTree {
  const leaves = Array.from(entries, ({ key, value }) => ({
    path: sparsePath(key, hash),
    valueHash: sparseValueHash(value, hash),
  }));
  leaves.sort((left, right) => compareBytes(left.path, right.path));
  for (let at = 1; at < leaves.length; at++) {
    const [before, here] = [leaves[at - 1], leaves[at]];
    if (before && here && equalBytes(before.path, here.path)) throw treeError('TREE_DUPLICATE_KEY');
  }
  const top = build(leaves, 0, leaves.length, 0, hash);
  return {
    root: digestOf(top).slice(),
    prove: (keys) => proveSparse(NODES, top, keys, hash),
  };
}

function build(
  leaves: readonly SparseLeaf[],
  from: number,
  to: number,
  depth: number,
  hash: HashPort,
): Node {
  const leaf = leaves[from];
  if (from === to || leaf === undefined) return EMPTY;
  if (to - from === 1) return { kind: 'leaf', leaf, digest: sparseLeafHash(leaf, hash) };
  const middle = splitAt(leaves, from, to, depth);
  const left = build(leaves, from, middle, depth + 1, hash);
  const right = build(leaves, middle, to, depth + 1, hash);
  const digest = sparseNodeHash(digestOf(left), digestOf(right), hash);
  return { kind: 'inner', left, right, digest };
}

function digestOf(node: Node): Uint8Array {
  return node.kind === 'empty' ? ZERO_HASH : node.digest;
}

function childOf(node: Node, side: 'left' | 'right'): Node {
  return node.kind === 'inner' ? node[side] : EMPTY;
}

const NODES: SparseNodes<Node> = {
  kindOf: (node) => node.kind,
  leftOf: (node) => childOf(node, 'left'),
  rightOf: (node) => childOf(node, 'right'),
  leafOf: (node) => (node.kind === 'leaf' ? node.leaf : { path: ZERO_HASH, valueHash: ZERO_HASH }),
  hashOf: digestOf,
};
