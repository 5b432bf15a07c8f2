/**
 * The chain of one node: its state, tree and newest block. Executes a block in memory, then commits
 * it in one synced batch; at start it rebuilds the tree from the store and compares the root.
 * docs/architecture.md#commit
 */
import { binaryBytes, equalBytes, toHex, ZERO_HASH } from '../../schemas/hash.ts';
import type { BlsPort, HashPort, SignaturePort } from '../../schemas/ports.ts';
import type { SparseLeaf } from '../../schemas/tree/sparse-hash.ts';
import { type BlockHeader, blockHash } from '../../schemas/wire/block.ts';
import { StateCache } from '../host/state-cache.ts';
import type { StoreEntry } from '../host/store.ts';
import type { Application, ChainRules } from '../ledger/context.ts';
import { executeBlock, type ParentBlock } from '../ledger/execute-block.ts';
import { StateTree } from '../ledger/tree/state-tree.ts';
import { nodeError } from './errors.ts';
import type { PooledTransaction } from './mempool/mempool.ts';
import type { BlockStore } from './store/block-store.ts';
import type { StoredBlock } from './store/block-writes.ts';
import { isLeafOf, stateLeafValue } from './store/records.ts';
import { StateHistory } from './store/state-history.ts';

export interface ChainDeps {
  readonly rules: ChainRules;
  readonly application: Application;
  readonly store: BlockStore;
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
  readonly bls: BlsPort;
}

/** State values of one generation of the cache. */
const CACHED_VALUES = 200_000;

/** Opened with `openChain`. */
export class Chain {
  readonly deps: ChainDeps;
  readonly state: StateCache;
  readonly tree: StateTree;
  readonly #history: StateHistory;
  #parent: ParentBlock;
  #committed: ParentBlock;

  constructor(deps: ChainDeps, tree: StateTree, parent: ParentBlock) {
    this.deps = deps;
    this.tree = tree;
    this.state = new StateCache((key) => this.#load(key), CACHED_VALUES);
    this.#history = new StateHistory(this.state);
    this.#parent = parent;
    this.#committed = parent;
  }

  /** The newest block that is on the disk; genesis counts as height 0. */
  get committed(): ParentBlock {
    return this.#committed;
  }

  /** The time a block made at `nowMs` has: strictly above its parent's, whatever the clock does. */
  blockTime(nowMs: bigint): bigint {
    const least = this.#parent.timeMs + 1n;
    return nowMs > least ? nowMs : least;
  }

  /** Executes the next block in memory; `authenticated` where all signatures were checked before. */
  execute(
    transactions: readonly Pick<PooledTransaction, 'id' | 'bytes'>[],
    timeMs: bigint,
    authenticated = true,
  ): StoredBlock {
    const { rules, hash, signatures, bls, application } = this.deps;
    const bytes = transactions.map((transaction) => transaction.bytes);
    const { header, resultBytes, outbox, changes } = executeBlock({
      chain: rules,
      application,
      state: this.state,
      parent: this.#parent,
      timeMs,
      transactions: bytes,
      authenticated: () => authenticated,
      hash,
      signatures,
      bls,
      commitState: (height, stateChanges) => {
        // Before the tree moves on: what it does not hold is not looked for in the store.
        this.#history.record(height, stateChanges);
        return this.tree.commit(height, stateChanges);
      },
    });
    this.state.apply(changes);
    this.#parent = parentOf(header, this.deps);
    const transactionIds = transactions.map(({ id }) => id);
    return { header, transactions: bytes, transactionIds, resultBytes, outbox, changes };
  }

  /** Puts an executed block on the disk. */
  async commit(block: StoredBlock): Promise<void> {
    await this.deps.store.commit(block);
    this.state.release(block.changes);
    this.#committed = parentOf(block.header, this.deps);
  }

  /** From the store; the tree knows without the disk that a key is absent, as each new packet's are. */
  #load(key: string): Uint8Array | undefined {
    const path = this.deps.store.pathOf(key);
    return this.tree.has(path) ? this.deps.store.state(path) : undefined;
  }

  /** The value of a state key after block `height`. @throws STATE_HEIGHT_PRUNED */
  valueAt(key: string, height: bigint): Uint8Array | undefined {
    this.tree.rootAt(height);
    return this.#history.valueAt(key, height);
  }

  /** Key and value of the leaf at `path` after block `height`, which is committed. @throws STATE_HEIGHT_PRUNED */
  leafAt(
    path: Uint8Array,
    height: bigint,
  ): { readonly key: Uint8Array; readonly value: Uint8Array } | undefined {
    const { store, hash } = this.deps;
    const key = store.stateKey(path) ?? this.#history.keyAt(path, height, hash);
    const value = key === undefined ? undefined : this.valueAt(key, height);
    return key === undefined || value === undefined ? undefined : { key: binaryBytes(key), value };
  }
}

/** Opens the chain of a store. @throws NODE_STATE_CORRUPT */
export async function openChain(deps: ChainDeps): Promise<Chain> {
  const pathOf = (key: string): Uint8Array => deps.store.pathOf(key);
  const head = await deps.store.head();
  if (head === undefined) {
    const { genesis, genesisHash } = deps.rules;
    const parent = { height: 0n, timeMs: genesis.createdMs, hash: genesisHash };
    return new Chain(deps, StateTree.build(0n, [], deps.hash, { pathOf }), parent);
  }
  const tree = new StateTree(deps.hash, { pathOf });
  for await (const batch of deps.store.stateLeaves()) {
    tree.load(head.height, leavesOf(batch, head.height, deps.hash));
  }
  const root = tree.height === undefined ? ZERO_HASH : tree.root;
  if (!equalBytes(root, head.stateRoot)) {
    throw nodeError('NODE_STATE_CORRUPT', {
      height: head.height,
      expected: toHex(head.stateRoot),
      found: toHex(root),
    });
  }
  return new Chain(deps, tree, parentOf(head, deps));
}

function parentOf(header: BlockHeader, { rules, hash }: ChainDeps): ParentBlock {
  const { height, timeMs } = header;
  return { height, timeMs, hash: blockHash(header, rules.genesisHash, hash) };
}

function* leavesOf(
  entries: readonly StoreEntry[],
  height: bigint,
  hash: HashPort,
): Generator<SparseLeaf> {
  for (const [key, leaf] of entries) {
    const path = key.subarray(1);
    if (!isLeafOf(leaf, path, hash))
      throw nodeError('NODE_STATE_CORRUPT', { height, path: toHex(path) });
    yield { path, valueHash: hash.sha256(stateLeafValue(leaf)) };
  }
}
