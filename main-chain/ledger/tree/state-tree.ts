/**
 * The chain's state commitment: the compact sparse Merkle tree over all state keys, updated once a
 * block, with proofs for the newest heights. It holds hashes only; the store holds keys and values,
 * and the tree is rebuilt from it at start. docs/protocol.md#state-tree
 *
 * Nodes are persistent: a commit writes new nodes beside the old, and those it replaced are freed
 * when the last height that shows them leaves the history.
 */
import { binaryBytes } from '../../../schemas/hash.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import { treeError } from '../../../schemas/tree/errors.ts';
import {
  pathBit,
  type SparseLeaf,
  sparsePath,
  sparseValueHash,
} from '../../../schemas/tree/sparse-hash.ts';
import { proveSparse, type SparseNodes } from '../../../schemas/tree/sparse-prover.ts';
import { BatchWalk } from './apply-batch.ts';
import { ChangeBatch } from './change-batch.ts';
import { stateTreeError } from './errors.ts';
import { NodeStore } from './node-store.ts';

/** How many of the newest heights can be proven. */
export const STATE_HISTORY = 64;

/** One remembered height. */
interface Version {
  readonly height: bigint;
  readonly root: number;
  /** Nodes of the height before that this one does not use. */
  readonly retired: Int32Array;
}

export interface StateTreeOptions {
  /** Heights that can be proven, the newest included; `STATE_HISTORY` by default. */
  readonly history?: number;
  /** SHA256 of a key; for a caller that remembers the paths of hot keys. */
  readonly pathOf?: (key: string) => Uint8Array;
  /** Changes applied in one walk; 2^18, the most there may be, by default. */
  readonly batchChanges?: number;
}

/** Tree nodes as one height sees them. */
export interface StateTreeView {
  readonly nodes: SparseNodes<number>;
  readonly root: number;
}

export class StateTree {
  readonly #hash: HashPort;
  readonly #history: number;
  readonly #pathOf: (key: string) => Uint8Array;
  readonly #nodes = new NodeStore();
  readonly #walk: BatchWalk;
  readonly #changes: ChangeBatch;
  /** Oldest first. */
  #versions: Version[] = [];
  #leafCount = 0;
  #committed = false;

  constructor(hash: HashPort, options: StateTreeOptions = {}) {
    this.#hash = hash;
    this.#history = Math.max(1, options.history ?? STATE_HISTORY);
    this.#pathOf = options.pathOf ?? ((key) => sparsePath(binaryBytes(key), hash));
    this.#changes = new ChangeBatch(options.batchChanges);
    this.#walk = new BatchWalk(this.#nodes, hash);
  }

  /** The tree of a height from its leaves, in any order; its history begins there. @throws TREE_DUPLICATE_KEY */
  static build(
    height: bigint,
    leaves: Iterable<SparseLeaf>,
    hash: HashPort,
    options: StateTreeOptions = {},
  ): StateTree {
    const tree = new StateTree(hash, options);
    tree.load(height, leaves);
    return tree;
  }

  /** The newest height, or undefined before the first commit. */
  get height(): bigint | undefined {
    return this.#versions.at(-1)?.height;
  }

  /** 32 bytes; zero while the tree is empty. */
  get root(): Uint8Array {
    return this.#nodes.hashOf(this.#top);
  }

  get leafCount(): number {
    return this.#leafCount;
  }

  /** Bytes of node storage, of all remembered heights. */
  get byteLength(): number {
    return this.#nodes.byteLength;
  }

  /** Nodes in use, of all remembered heights. */
  get nodeCount(): number {
    return this.#nodes.used;
  }

  /**
   * Applies a block's changes (key as a binary string → value, null removes) and gives the new root.
   * Removing an absent key and setting the value a key has already change nothing. A call that
   * throws leaves the tree as it was.
   * @throws STATE_HEIGHT_ORDER STATE_KEY_BINARY PROOF_EMPTY_KEY PROOF_EMPTY_VALUE
   */
  commit(height: bigint, changes: ReadonlyMap<string, Uint8Array | null>): Uint8Array {
    const latest = this.height;
    if (latest !== undefined && height !== latest + 1n) {
      throw stateTreeError('STATE_HEIGHT_ORDER', { height, expected: latest + 1n });
    }
    for (const [key, value] of changes) {
      if (key.length === 0) throw treeError('PROOF_EMPTY_KEY');
      if (value?.length === 0) throw treeError('PROOF_EMPTY_VALUE');
      requireBinary(key);
    }
    const root = this.#apply(changes);
    this.#versions.push({ height, root, retired: this.#takeRetired() });
    this.#committed = true;
    this.#forget();
    return this.root;
  }

  /**
   * Adds leaves of the state at `height` while the tree is rebuilt; may be called again and again
   * with the same height until the first commit. A throw leaves a tree that is of no use.
   * @throws STATE_HEIGHT_ORDER TREE_DUPLICATE_KEY
   */
  load(height: bigint, leaves: Iterable<SparseLeaf>): void {
    if (this.#committed || (this.height ?? height) !== height) {
      throw stateTreeError('STATE_HEIGHT_ORDER', { height });
    }
    let root = this.#top;
    let expected = this.#leafCount;
    const changes = new ChangeBatch(this.#changes.limit);
    for (const { path, valueHash } of leaves) {
      changes.set(path, valueHash);
      expected += 1;
      if (changes.isFull) root = this.#applyLoaded(root, changes);
    }
    root = this.#applyLoaded(root, changes);
    if (this.#leafCount !== expected) throw treeError('TREE_DUPLICATE_KEY');
    this.#versions = [{ height, root, retired: new Int32Array(0) }];
  }

  /** Whether the newest state holds the key of this path. */
  has(path: Uint8Array): boolean {
    let node = this.#top;
    for (let depth = 0; node > 0; depth++) {
      node = pathBit(path, depth) === 1 ? this.#nodes.rightOf(node) : this.#nodes.leftOf(node);
    }
    return node < 0 && this.#nodes.comparePath(node, path, 0) === 0;
  }

  /** The root at one of the remembered heights. @throws STATE_HEIGHT_PRUNED */
  rootAt(height: bigint): Uint8Array {
    return this.#nodes.hashOf(this.#version(height).root);
  }

  /**
   * The proof of what the state holds, or does not hold, at `keys` (binary strings) at the newest or
   * a remembered height, for `verifySparseProof`.
   * @throws STATE_HEIGHT_PRUNED STATE_KEY_BINARY and as `proveSparse`
   */
  prove(keys: readonly string[], height?: bigint): Uint8Array {
    const { nodes, root } = this.view(height);
    for (const key of keys) requireBinary(key);
    return proveSparse(nodes, root, keys.map(binaryBytes), this.#hash);
  }

  /** The nodes of the newest or a remembered height, to be read before the next commit. @throws STATE_HEIGHT_PRUNED */
  view(height?: bigint): StateTreeView {
    const root = height === undefined ? this.#top : this.#version(height).root;
    return { nodes: this.#nodes, root };
  }

  get #top(): number {
    return this.#versions.at(-1)?.root ?? 0;
  }

  #version(height: bigint): Version {
    const oldest = this.#versions[0];
    const version = this.#versions[Number(height - (oldest?.height ?? height))];
    if (version === undefined || version.height !== height) {
      throw stateTreeError('STATE_HEIGHT_PRUNED', {
        height,
        ...(oldest && { oldest: oldest.height, latest: this.height ?? oldest.height }),
      });
    }
    return version;
  }

  #apply(entries: ReadonlyMap<string, Uint8Array | null>): number {
    const changes = this.#changes;
    let left = entries.size;
    let root = this.#top;
    for (const [key, value] of entries) {
      const path = this.#pathOf(key);
      if (value === null) changes.remove(path);
      else changes.set(path, sparseValueHash(value, this.#hash));
      left -= 1;
      if (changes.isFull || left === 0) {
        root = this.#applyBatch(root, changes);
      }
    }
    return root;
  }

  #applyLoaded(root: number, changes: ChangeBatch): number {
    const updated = this.#applyBatch(root, changes);
    this.#free(this.#takeRetired());
    return updated;
  }

  #applyBatch(root: number, changes: ChangeBatch): number {
    changes.sort();
    const updated = this.#walk.apply(root, changes);
    this.#leafCount += this.#walk.leafDelta;
    this.#walk.leafDelta = 0;
    changes.clear();
    return updated;
  }

  #takeRetired(): Int32Array {
    const retired = this.#walk.retired.toArray();
    this.#walk.retired.clear();
    return retired;
  }

  /** Drops heights beyond the history and the nodes only they used. */
  #forget(): void {
    while (this.#versions.length > this.#history) {
      this.#versions.shift();
      const oldest = this.#versions[0];
      if (oldest) this.#free(oldest.retired);
    }
  }

  #free(retired: Int32Array): void {
    for (const node of retired) this.#nodes.free(node);
  }
}

/** @throws STATE_KEY_BINARY when a character is no byte: two keys could share a path */
function requireBinary(key: string): void {
  let seen = 0;
  for (let at = 0; at < key.length; at++) seen |= key.charCodeAt(at);
  if (seen > 0xff) throw stateTreeError('STATE_KEY_BINARY', { characters: key.length });
}
