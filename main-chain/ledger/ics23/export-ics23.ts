/**
 * Makes the ICS-23 proof of what a sparse tree holds, or does not hold, at one key: the leaf itself,
 * or the two leaves beside the place it would have. docs/protocol.md#ics23
 */
import { compareBytes, equalBytes } from '../../../schemas/hash.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import { pathBit, sparsePath } from '../../../schemas/tree/sparse-hash.ts';
import type { StateTreeView } from '../tree/state-tree.ts';
import { encodeIcs23 } from './commitment-proof.ts';
import { ics23Error } from './errors.ts';
import type { ShownLeaf } from './proof-spec.ts';

/** Key and value behind a leaf's path, from the store; undefined where it has none. */
export type ResolveLeaf = (
  path: Uint8Array,
) => { readonly key: Uint8Array; readonly value: Uint8Array } | undefined;

/** One inner node on the way down, and which child was taken. */
interface Step {
  readonly node: number;
  readonly side: 0 | 1;
}

/**
 * `CommitmentProof` bytes of what the view holds at `key`: an existence proof, or a non-existence
 * proof with the left and right neighbours there are.
 * @throws ICS23_EMPTY_STATE ICS23_UNRESOLVED PROOF_EMPTY_KEY
 */
export function exportIcs23(
  view: StateTreeView,
  key: Uint8Array,
  resolve: ResolveLeaf,
  hash: HashPort,
): Uint8Array {
  const path = sparsePath(key, hash);
  if (view.root === 0) throw ics23Error('ICS23_EMPTY_STATE');
  const { end, steps } = descend(view, path);
  const order = end === 0 ? 0 : compareBytes(view.nodes.leafOf(end).path, path);
  const show = (node: number) => (node === 0 ? undefined : shownLeaf(view, node, resolve, hash));
  if (end !== 0 && order === 0) {
    return encodeIcs23({ type: 'existence', leaf: shownLeaf(view, end, resolve, hash) });
  }
  return encodeIcs23({
    type: 'nonExistence',
    key,
    left: show(order < 0 ? end : neighbour(view, steps, 0)),
    right: show(order > 0 ? end : neighbour(view, steps, 1)),
  });
}

/** Where a path ends: a leaf, or 0 for an empty child; and the inner nodes passed, from the root. */
function descend({ nodes, root }: StateTreeView, path: Uint8Array) {
  const steps: Step[] = [];
  let node = root;
  while (node > 0) {
    const side = pathBit(path, steps.length);
    steps.push({ node, side });
    node = side === 0 ? nodes.leftOf(node) : nodes.rightOf(node);
  }
  return { end: node, steps };
}

/** The leaf next to where the steps end, on `side` of it; 0 when there is none. */
function neighbour({ nodes }: StateTreeView, steps: readonly Step[], side: 0 | 1): number {
  const child = (node: number, which: 0 | 1) =>
    which === 0 ? nodes.leftOf(node) : nodes.rightOf(node);
  const inward = side === 0 ? 1 : 0;
  for (const step of steps.toReversed()) {
    if (step.side === side) continue;
    let node = child(step.node, side);
    if (node === 0) continue;
    while (node > 0) node = child(node, inward) || child(node, side);
    return node;
  }
  return 0;
}

/** @throws ICS23_UNRESOLVED */
function shownLeaf(
  view: StateTreeView,
  node: number,
  resolve: ResolveLeaf,
  hash: HashPort,
): ShownLeaf {
  const { nodes } = view;
  const leaf = nodes.leafOf(node);
  const entry = resolve(leaf.path);
  if (
    entry === undefined ||
    !equalBytes(hash.sha256(entry.key), leaf.path) ||
    !equalBytes(hash.sha256(entry.value), leaf.valueHash)
  ) {
    throw ics23Error('ICS23_UNRESOLVED');
  }
  const { steps } = descend(view, leaf.path);
  const path = steps.toReversed().map((step) => ({
    side: step.side,
    hash: nodes.hashOf(step.side === 0 ? nodes.rightOf(step.node) : nodes.leftOf(step.node)),
  }));
  return { ...entry, path };
}
