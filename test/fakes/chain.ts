/*
 * A native chain in memory, block by block under a manual clock: the pure rules, the real state tree
 * and outbox, validators that certify whatever they are given. Signatures of transactions are taken
 * as checked unless the bytes come in signed.
 */

import { readNonceWindow } from '../../main-chain/ledger/accounts.ts';
import type { ExecutionContext } from '../../main-chain/ledger/context.ts';
import { executeTransaction } from '../../main-chain/ledger/execute.ts';
import {
  executeBlock,
  type OutboxEntry,
  type ParentBlock,
} from '../../main-chain/ledger/execute-block.ts';
import { nobleSignature } from '../../main-chain/ledger/noble-signature.ts';
import { Overlay } from '../../main-chain/ledger/overlay.ts';
import { StateTree } from '../../main-chain/ledger/tree/state-tree.ts';
import { chainApplication } from '../../main-chain/relay/application.ts';
import { nobleBls } from '../../main-chain/relay/ethereum/pos/noble-bls.ts';
import { compareBytes, concatBytes, nobleHash, toHex } from '../../schemas/hash.ts';
import { nativeChainId } from '../../schemas/ids.ts';
import type { BlsPort, HashPort, SignaturePort } from '../../schemas/ports.ts';
import { buildOutbox, type OutboxItem } from '../../schemas/tree/outbox.ts';
import { type BlockHeader, blockHash, checkpointOf } from '../../schemas/wire/block.ts';
import {
  type Certificate,
  type Checkpoint,
  checkpointDigest,
} from '../../schemas/wire/checkpoint.ts';
import type { ChainEvent, TransactionResult } from '../../schemas/wire/event.ts';
import { type Genesis, genesisHash } from '../../schemas/wire/genesis.ts';
import { MAX_BATCH, type Message, type Segment } from '../../schemas/wire/message.ts';
import { accountKey, outboxRootKey } from '../../schemas/wire/state-keys.ts';
import { encodeTransactionBody } from '../../schemas/wire/transaction.ts';
import { type Validator, validatorSetHash } from '../../schemas/wire/validator-set.ts';
import { testAddress, testGenesis } from './ledger-context.ts';

/** Milliseconds since 1970 that all chains of a test share; each block takes the next second. */
export interface ManualClock {
  nowMs: bigint;
}

/** What a transaction would do to the newest state, without a block. */
export interface Attempt {
  readonly result: TransactionResult;
  /** Keys it would change, its sender's account left out. */
  readonly changed: readonly string[];
}

export interface Ports {
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
  readonly bls: BlsPort;
}

interface StoredBlock {
  readonly header: BlockHeader;
  readonly outbox: readonly OutboxEntry[];
}

/** A checkpoint key and what its signature weighs. */
export interface ValidatorKey {
  readonly secret: Uint8Array;
  readonly address: Uint8Array;
  readonly power: bigint;
}

/** Addresses of test keys, derived once: a derivation costs more than a transaction. */
const addresses = new Map<number, Uint8Array>();

function addressOf(key: number): Uint8Array {
  const address = addresses.get(key) ?? testAddress(key);
  addresses.set(key, address);
  return address;
}

const NOBLE: Ports = { hash: nobleHash, signatures: nobleSignature, bls: nobleBls };
const UNSIGNED = new Uint8Array(65);

/** Checkpoint keys `count`, in ascending address order, each of power 1. */
export function validatorKeys(name: string, count: number): readonly ValidatorKey[] {
  return Array.from({ length: count }, (_, n) => {
    const secret = nobleHash.sha256(new TextEncoder().encode(`${name} ${n}`));
    return { secret, address: nobleSignature.addressOf(secret), power: 1n };
  }).sort((left, right) => compareBytes(left.address, right.address));
}

/** The set of these keys, as a checkpoint names it. */
export function validatorsOf(keys: readonly ValidatorKey[]): readonly Validator[] {
  return keys.map(({ address, power }) => ({ address, power }));
}

/** A certificate of any checkpoint, signed by the given keys in address order (all by default). */
export function certify(
  checkpoint: Checkpoint,
  genesis: Uint8Array,
  keys: readonly ValidatorKey[],
  signers: readonly number[] = keys.map((_, index) => index),
): Certificate {
  const digest = checkpointDigest(checkpoint, genesis, nobleHash);
  return {
    checkpoint,
    validators: validatorsOf(keys),
    signatures: signers.map((index) => {
      const key = keys[index];
      if (key === undefined) throw new Error(`no validator ${index}`);
      return { index, signature: nobleSignature.sign(digest, key.secret) };
    }),
  };
}

/** One chain of a test. */
export class FakeChain {
  readonly rules: ExecutionContext['chain'];
  readonly keys: readonly ValidatorKey[];
  readonly values = new Map<string, Uint8Array>();
  readonly tree: StateTree;
  readonly #blocks: StoredBlock[] = [];
  readonly #sets = new Map<string, readonly ValidatorKey[]>();
  readonly #clock: ManualClock;
  readonly #ports: Ports;
  #parent: ParentBlock;

  constructor(
    clock: ManualClock,
    changes: Partial<Genesis> & Pick<Genesis, 'name' | 'kind'>,
    keys: readonly ValidatorKey[] = validatorKeys(changes.name, 1),
    ports: Ports = NOBLE,
  ) {
    const genesis = testGenesis({
      quorum: 1,
      organisations: [{ name: 'operator', address: testAddress(1) }],
      createdMs: clock.nowMs,
      validators: validatorsOf(keys),
      ...changes,
    });
    const hash = genesisHash(genesis, ports.hash);
    this.rules = { genesis, genesisHash: hash, chainId: nativeChainId(hash) };
    this.keys = keys;
    this.learn(keys);
    this.tree = new StateTree(ports.hash);
    this.#clock = clock;
    this.#ports = ports;
    this.#parent = { height: 0n, timeMs: genesis.createdMs, hash };
  }

  get height(): bigint {
    return this.#parent.height;
  }

  /** Holds the keys of a set the chain may rotate to. */
  learn(keys: readonly ValidatorKey[]): void {
    this.#sets.set(toHex(setHashOf(keys)), keys);
  }

  /** The newest header, or that of a height. */
  header(height = this.height): BlockHeader {
    return this.#block(height).header;
  }

  /** Makes a block of messages (sender key number, message), one second after the clock. */
  block(...messages: readonly (readonly [number, Message])[]): readonly TransactionResult[] {
    this.#clock.nowMs += 1000n;
    const used = new Map<number, bigint>();
    const transactions = messages.map(([sender, message]) => {
      const nonce = used.get(sender) ?? readNonceWindow(this, addressOf(sender)).base;
      used.set(sender, nonce + 1n);
      return this.#unsigned(sender, nonce, message);
    });
    const output = executeBlock({
      chain: this.rules,
      application: chainApplication,
      state: this,
      parent: this.#parent,
      timeMs: this.#clock.nowMs,
      transactions,
      authenticated: () => true,
      ...this.#ports,
      commitState: (height, changes) => this.tree.commit(height, changes),
    });
    for (const [key, value] of output.changes) {
      if (value === null) this.values.delete(key);
      else this.values.set(key, value);
    }
    const { header, outbox } = output;
    this.#blocks.push({ header, outbox });
    const hash = blockHash(header, this.rules.genesisHash, this.#ports.hash);
    this.#parent = { height: header.height, timeMs: header.timeMs, hash };
    return output.results;
  }

  /** Makes a block of one message, which must succeed, and returns its result. */
  run(sender: number, message: Message): TransactionResult {
    const [result] = this.block([sender, message]);
    if (result === undefined || result.code !== '') throw new Error(`refused: ${result?.code}`);
    return result;
  }

  /** What a message would do at the clock's time plus `ms`, without a block. */
  attempt(sender: number, message: Message, ms = 1000n): Attempt {
    const nonce = readNonceWindow(this, addressOf(sender)).base;
    return this.attemptBytes(this.#unsigned(sender, nonce, message), true, ms);
  }

  /** The same of transaction bytes; the signature is checked unless `authenticated`. */
  attemptBytes(bytes: Uint8Array, authenticated = false, ms = 1000n): Attempt {
    const state = new Overlay(this);
    const context = this.context(state, ms);
    const result = executeTransaction(context, chainApplication, bytes, authenticated);
    const sender = bytes.subarray(65, 85);
    const changed = [...state.changes.keys()].filter((key) => key !== accountKey(sender));
    return { result, changed };
  }

  /** A context of the next block over `state`. */
  context(state = new Overlay(this), ms = 1000n): ExecutionContext & { readonly state: Overlay } {
    return {
      state,
      chain: this.rules,
      height: this.height + 1n,
      timeMs: this.#clock.nowMs + ms,
      ...this.#ports,
      events: [],
      outgoing: [],
    };
  }

  get(key: string): Uint8Array | undefined {
    return this.values.get(key);
  }

  /** The certificate of a height, by all validators or by some of them. */
  certificate(height = this.height, signers?: readonly number[]): Certificate {
    const { header } = this.#block(height);
    const keys = this.#sets.get(toHex(header.validatorSetHash));
    if (keys === undefined) throw new Error(`no keys for the set of ${height}`);
    return certify(checkpointOf(header), this.rules.genesisHash, keys, signers);
  }

  /** What the chain sends to `client` in the blocks `from … height`, proven under `height`. */
  segments(client: string, from: bigint, height = this.height): Segment[] {
    const segments: Segment[] = [];
    for (let at = from; at <= height; at++) {
      const { outbox } = this.#block(at);
      const start = outbox.findIndex(({ item }) => item.client === client);
      if (start < 0) continue;
      const mine = outbox.filter(({ item }) => item.client === client);
      for (let cut = 0; cut < mine.length; cut += MAX_BATCH) {
        segments.push(this.#segment(at, start + cut, mine.slice(cut, cut + MAX_BATCH), height));
      }
    }
    return segments;
  }

  #segment(
    outboxHeight: bigint,
    start: number,
    entries: readonly OutboxEntry[],
    height: bigint,
  ): Segment {
    const items: OutboxItem[] = this.#block(outboxHeight).outbox.map(({ item }) => item);
    const own = outboxHeight === height;
    return {
      outboxHeight,
      start,
      acknowledgements: entries.flatMap(({ outgoing }) =>
        outgoing.kind === 'acknowledgement' ? [outgoing.acknowledged] : [],
      ),
      packets: entries.flatMap(({ outgoing }) =>
        outgoing.kind === 'packet' ? [outgoing.packet] : [],
      ),
      rangeProof: buildOutbox(items, this.#ports.hash).prove(start, entries.length),
      rootProof: own ? new Uint8Array() : this.tree.prove([outboxRootKey(outboxHeight)], height),
    };
  }

  #unsigned(sender: number, nonce: bigint, message: Message): Uint8Array {
    const expirySeconds = this.#clock.nowMs / 1000n + 3600n;
    const head = { sender: addressOf(sender), nonce, expirySeconds, message };
    return concatBytes(UNSIGNED, encodeTransactionBody(head));
  }

  #block(height: bigint): StoredBlock {
    const found = this.#blocks[Number(height) - 1];
    if (found === undefined) throw new Error(`no block ${height}`);
    return found;
  }
}

/** The hash of a key set, as checkpoints and client specs name it. */
export function setHashOf(keys: readonly ValidatorKey[]): Uint8Array {
  return validatorSetHash(validatorsOf(keys), nobleHash);
}

/** Events of one type, in order. */
export function eventsOf(
  results: readonly TransactionResult[],
  type: ChainEvent['type'],
): readonly ChainEvent[] {
  return results.flatMap(({ events }) => events.filter((event) => event.type === type));
}
