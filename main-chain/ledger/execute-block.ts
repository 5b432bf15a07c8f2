/**
 * Executes a block over the parent's state: transactions in order, then the end of the block (parent
 * hash, outbox root and its ring), then the roots. Pure: the caller stores what it returns.
 * docs/protocol.md#block
 */
import { encodeEach } from '../../schemas/codec/codec.ts';
import type { BlsPort, HashPort, SignaturePort } from '../../schemas/ports.ts';
import { blockTreeRoot } from '../../schemas/tree/block-tree.ts';
import { buildOutbox, compareOutboxItems, type OutboxItem } from '../../schemas/tree/outbox.ts';
import type { BlockHeader } from '../../schemas/wire/block.ts';
import { type TransactionResult, transactionResultCodec } from '../../schemas/wire/event.ts';
import { genesisCodec } from '../../schemas/wire/genesis.ts';
import {
  admittedKey,
  blockHashKey,
  GENESIS_KEY,
  OUTBOX_COUNT_KEY,
  outboxRingKey,
  outboxRootKey,
  validatorsKey,
} from '../../schemas/wire/state-keys.ts';
import { validatorSetCodec, validatorSetHash } from '../../schemas/wire/validator-set.ts';
import type { Application, ChainRules, ExecutionContext, Outgoing } from './context.ts';
import { executeTransaction } from './execute.ts';
import { currentValidators, nextValidators, promoteValidators } from './governance/validators.ts';
import { Overlay } from './overlay.ts';
import { readU64, type State, writeRecord, writeU64 } from './state.ts';

/** How many blocks that sent something keep their outbox root in the state. */
export const OUTBOX_ROOTS = 8192n;

/** The block before: genesis is height 0, its time and its hash. */
export interface ParentBlock {
  readonly height: bigint;
  readonly timeMs: bigint;
  readonly hash: Uint8Array;
}

export interface BlockInput {
  readonly chain: ChainRules;
  readonly application: Application;
  readonly state: Pick<State, 'get'>;
  readonly parent: ParentBlock;
  /** Unix milliseconds, strictly above the parent's. */
  readonly timeMs: bigint;
  readonly transactions: readonly Uint8Array[];
  /** Whether the signature of transaction `index` was checked already. */
  readonly authenticated: (index: number) => boolean;
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
  readonly bls: BlsPort;
  /** Applies the changes to the state tree and gives the new root. */
  readonly commitState: (
    height: bigint,
    changes: ReadonlyMap<string, Uint8Array | null>,
  ) => Uint8Array;
}

/** What leaves in this block, with its place in the outbox. */
export interface OutboxEntry {
  readonly item: OutboxItem;
  readonly outgoing: Outgoing;
}

export interface BlockOutput {
  readonly header: BlockHeader;
  readonly results: readonly TransactionResult[];
  /** The results as encoded for their root. */
  readonly resultBytes: readonly Uint8Array[];
  /** In outbox order. */
  readonly outbox: readonly OutboxEntry[];
  readonly changes: ReadonlyMap<string, Uint8Array | null>;
}

export function executeBlock(input: BlockInput): BlockOutput {
  const { chain, hash, parent } = input;
  const height = parent.height + 1n;
  const state = new Overlay(input.state);
  const outgoing: Outgoing[] = [];
  if (height === 1n) writeGenesis(state, chain);
  promoteValidators(state, height);
  const results = input.transactions.map((bytes, index) => {
    const context: ExecutionContext = {
      state,
      chain,
      height,
      timeMs: input.timeMs,
      hash,
      signatures: input.signatures,
      bls: input.bls,
      events: [],
      outgoing,
    };
    return executeTransaction(context, input.application, bytes, input.authenticated(index));
  });
  const outbox = sortOutbox(outgoing);
  const outboxRoot = buildOutbox(
    outbox.map(({ item }) => item),
    hash,
  ).root;
  finishBlock(state, parent, outbox.length > 0 ? outboxRoot : undefined);
  const current = currentValidators(state);
  const next = nextValidators(state) ?? current;
  const resultBytes = encodeEach(transactionResultCodec, results);
  const header: BlockHeader = {
    height,
    timeMs: input.timeMs,
    parentHash: parent.hash,
    transactionsRoot: blockTreeRoot(input.transactions, hash),
    resultsRoot: blockTreeRoot(resultBytes, hash),
    stateRoot: input.commitState(height, state.changes),
    outboxRoot,
    validatorSetHash: validatorSetHash(current, hash),
    nextValidatorSetHash: validatorSetHash(next, hash),
  };
  return { header, results, resultBytes, outbox, changes: state.changes };
}

function writeGenesis(state: State, { genesis }: ChainRules): void {
  writeRecord(state, GENESIS_KEY, genesisCodec, genesis);
  writeRecord(state, validatorsKey('current'), validatorSetCodec, genesis.validators);
  for (const address of genesis.admitted) state.set(admittedKey(address), Uint8Array.of(1));
}

function sortOutbox(outgoing: readonly Outgoing[]): OutboxEntry[] {
  const entries = outgoing.map((each) => ({ outgoing: each, item: outboxItem(each) }));
  return entries.sort((left, right) => compareOutboxItems(left.item, right.item));
}

function outboxItem(outgoing: Outgoing): OutboxItem {
  const { commitment } = outgoing;
  if (outgoing.kind === 'packet') {
    const { sourceClient, sequence } = outgoing.packet;
    return { client: sourceClient, kind: 1, sequence, commitment };
  }
  const { destinationClient, sequence } = outgoing.acknowledged.packet;
  return { client: destinationClient, kind: 0, sequence, commitment };
}

/** Parent hash (only the newest is kept) and, where the block sends, its outbox root in the ring. */
function finishBlock(state: State, parent: ParentBlock, outboxRoot: Uint8Array | undefined): void {
  const height = parent.height + 1n;
  state.set(blockHashKey(parent.height), parent.hash);
  if (parent.height > 0n) state.delete(blockHashKey(parent.height - 1n));
  if (outboxRoot === undefined) return;
  const count = readU64(state, OUTBOX_COUNT_KEY);
  const slot = outboxRingKey(count % OUTBOX_ROOTS);
  if (count >= OUTBOX_ROOTS) state.delete(outboxRootKey(readU64(state, slot)));
  writeU64(state, slot, height);
  writeU64(state, OUTBOX_COUNT_KEY, count + 1n);
  state.set(outboxRootKey(height), outboxRoot);
}
