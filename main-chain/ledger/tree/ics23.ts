/**
 * State proofs in the form every IBC chain can check: ics23 `CommitmentProof` bytes (protobuf,
 * cosmos.ics23.v1) of inclusion, and of absence by the two neighbours. Checked elsewhere with
 * `ICS23_PROOF_SPEC`. docs/protocol.md#ics23
 */
import { binaryBytes, compareBytes, concatBytes, equalBytes } from '../../../schemas/hash.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import { treeError } from '../../../schemas/tree/errors.ts';
import { LEAF_TAG, MAX_DEPTH, pathBit, sparsePath } from '../../../schemas/tree/sparse-hash.ts';
import { stateTreeError } from './errors.ts';
import type { StateTreeView } from './state-tree.ts';

/** `HashOp.SHA256` and `LengthOp.NO_PREFIX` of ics23. */
const SHA256 = 1;
const NO_PREFIX = 0;

/** The ics23 `ProofSpec` of the state tree, for the counterparty's client. */
export const ICS23_PROOF_SPEC = {
  leafSpec: {
    hash: SHA256,
    prehashKey: SHA256,
    prehashValue: SHA256,
    length: NO_PREFIX,
    prefix: LEAF_TAG,
  },
  innerSpec: {
    childOrder: [0, 1],
    childSize: 32,
    minPrefixLength: 0,
    maxPrefixLength: 0,
    emptyChild: new Uint8Array(32),
    hash: SHA256,
  },
  maxDepth: MAX_DEPTH,
  minDepth: 0,
  prehashKeyBeforeComparison: true,
} as const;

/** Key and value behind a leaf, from the store; undefined where it has none. */
export type ResolveLeaf = (
  path: Uint8Array,
) => { readonly key: Uint8Array; readonly value: Uint8Array } | undefined;

/** One inner node on the way down, and which child was taken. */
interface Step {
  readonly node: number;
  readonly side: 0 | 1;
}

/**
 * `CommitmentProof` bytes of what the view holds at `key` (a binary string): an existence proof, or
 * a non-existence proof with the left and right neighbours there are.
 * @throws PROOF_EMPTY_ROOT PROOF_EMPTY_KEY STATE_PROOF_UNRESOLVED
 */
export function exportIcs23(
  view: StateTreeView,
  key: string,
  resolve: ResolveLeaf,
  hash: HashPort,
): Uint8Array {
  if (view.root === 0) throw treeError('PROOF_EMPTY_ROOT');
  const keyBytes = binaryBytes(key);
  const path = sparsePath(keyBytes, hash);
  const { end, steps } = descend(view, path);
  const order = end === 0 ? undefined : compareBytes(view.nodes.leafOf(end).path, path);
  if (order === 0) return bytesField(1, existence(view, end, resolve, hash));
  const left = order !== undefined && order < 0 ? end : neighbour(view, steps, 0);
  const right = order !== undefined && order > 0 ? end : neighbour(view, steps, 1);
  const absence = concatBytes(
    bytesField(1, keyBytes),
    left === 0 ? new Uint8Array(0) : bytesField(2, existence(view, left, resolve, hash)),
    right === 0 ? new Uint8Array(0) : bytesField(3, existence(view, right, resolve, hash)),
  );
  return bytesField(2, absence);
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

/** The leaf next to where the steps end, on `side` of it; 0 when it is the outermost. */
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

/** `ExistenceProof`: key 1, value 2, leaf operation 3, inner operations 4 from the leaf up. */
function existence(
  view: StateTreeView,
  node: number,
  resolve: ResolveLeaf,
  hash: HashPort,
): Uint8Array {
  const leaf = view.nodes.leafOf(node);
  const entry = resolve(leaf.path);
  if (
    entry === undefined ||
    !equalBytes(hash.sha256(entry.key), leaf.path) ||
    !equalBytes(hash.sha256(entry.value), leaf.valueHash)
  ) {
    throw stateTreeError('STATE_PROOF_UNRESOLVED');
  }
  const { steps } = descend(view, leaf.path);
  return concatBytes(
    bytesField(1, entry.key),
    bytesField(2, entry.value),
    bytesField(3, LEAF_OP),
    ...steps.toReversed().map((step) => bytesField(4, innerOp(view, step))),
  );
}

/** `InnerOp`: hash 1, prefix 2 (a left sibling), suffix 3 (a right sibling). */
function innerOp({ nodes }: StateTreeView, { node, side }: Step): Uint8Array {
  const sibling = side === 0 ? nodes.rightOf(node) : nodes.leftOf(node);
  return concatBytes(SHA256_FIELD, bytesField(side === 0 ? 3 : 2, nodes.hashOf(sibling)));
}

/** A length-delimited protobuf field. */
function bytesField(field: number, bytes: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of((field << 3) | 2, ...varint(bytes.length)), bytes);
}

function varint(value: number): number[] {
  const out: number[] = [];
  let left = value;
  for (; left > 0x7f; left = Math.floor(left / 128)) out.push((left % 128) | 0x80);
  out.push(left);
  return out;
}

/** Field 1 of both operations: hash = SHA256. */
const SHA256_FIELD = Uint8Array.of(0x08, SHA256);
/** `LeafOp`: hash 1, prehash_key 2, prehash_value 3, prefix 5; length 4 is NO_PREFIX, the default. */
const LEAF_OP = concatBytes(
  SHA256_FIELD,
  Uint8Array.of(0x10, SHA256, 0x18, SHA256),
  bytesField(5, LEAF_TAG),
);
