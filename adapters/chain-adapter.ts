/**
 * The port through which the hub speaks to any chain: eight verbs and `close`. Native, Ethereum and
 * Fabric adapters implement it unchanged; the hub never looks inside evidence and never trusts what
 * it carries. docs/architecture.md#adapters
 */
import type { ChainEvent, TransactionResult } from '../schemas/wire/event.ts';
import type { Message } from '../schemas/wire/message.ts';
import type { FactKind, FactOf, QuestionOf } from './chain-facts.ts';
import type { Bundle, EvidenceRequest, ProvenState } from './evidence.ts';

/** How far what this chain says can be proven to others (docs/protocol.md#evidence). */
export type EvidenceLabel = 'proven' | 'attested' | 'custodial';

/** What a chain is; fixed for the life of an adapter. */
export interface ChainDescription {
  /** CAIP-2 id. */
  readonly chainId: string;
  readonly genesisHash: Uint8Array;
  readonly kind: 'main' | 'side';
  readonly family: 'native' | 'ethereum' | 'fabric';
  readonly name: string;
  readonly label: EvidenceLabel;
  /** Least seconds between now and a packet's timeout; genesis parameter of native chains. */
  readonly leastTimeoutSeconds: bigint;
}

/** The newest final position of a chain; `timeMs` is its own clock in Unix milliseconds. */
export interface ChainHead {
  readonly height: bigint;
  readonly timeMs: bigint;
}

/** What one transaction of a block did. */
export interface RecordedTransaction {
  readonly id: Uint8Array;
  readonly code: string;
  readonly events: readonly ChainEvent[];
}

export interface RecordedBlock {
  readonly height: bigint;
  readonly timeMs: bigint;
  readonly transactions: readonly RecordedTransaction[];
}

/** Messages a user signs; the relayer's own go through `relay`. */
export type UserMessage = Exclude<
  Message,
  { readonly type: 'update' | 'deliver' | 'timeout' | 'settle' | 'proveSupply' }
>;

/** An unsigned transaction: the user signs `digest` and submits signature ‖ body. */
export interface PreparedTransaction {
  readonly body: Uint8Array;
  readonly digest: Uint8Array;
  readonly nonce: bigint;
  readonly expirySeconds: bigint;
}

/** What the chain's pool said of an offered transaction; `code` is empty where it was taken. */
export interface Submission {
  readonly id: Uint8Array;
  readonly code: string;
}

/** Where a transaction landed and with which result. */
export interface LandedTransaction {
  readonly height: bigint;
  readonly index: number;
  readonly timeMs: bigint;
  readonly result: TransactionResult;
}

/**
 * What became of one relayed transaction: `code` is empty where it was executed, and then `items`
 * holds one code for each of its acknowledgements and packets, in the bundle's order from `first` on.
 */
export interface RelayOutcome {
  readonly id: Uint8Array;
  readonly code: string;
  readonly height: bigint;
  readonly first: number;
  readonly count: number;
  readonly items: readonly string[];
}

/** One chain as the hub sees it. Failures of the chain or the way to it are TielineErrors. */
export interface ChainAdapter {
  readonly description: ChainDescription;

  /** The head as soon as it is above `after`, or as it is after `waitMs`. */
  wait(after: bigint, waitMs: number): Promise<ChainHead>;

  /** What final blocks from `fromHeight` on did; `nextHeight` is where to go on. */
  events(
    fromHeight: bigint,
    maxBlocks: number,
  ): Promise<{ readonly blocks: readonly RecordedBlock[]; readonly nextHeight: bigint }>;

  /** Facts of the newest state, one answer a question; for display and decisions, proven elsewhere. */
  facts<K extends FactKind>(
    kind: K,
    questions: readonly QuestionOf<K>[],
  ): Promise<readonly FactOf<K>[]>;

  /** Material another chain's client of this chain can check; undefined when there is nothing to prove. */
  evidence(request: EvidenceRequest): Promise<Bundle | undefined>;

  /** Values under keys of the chain's own, with their proof, for offline proof files. */
  prove(keys: readonly string[], height?: bigint): Promise<ProvenState>;

  /** An unsigned transaction of `sender`, with a free nonce and an expiry. */
  prepare(sender: Uint8Array, message: UserMessage): Promise<PreparedTransaction>;

  /** Offers signed transactions. */
  submit(signed: readonly Uint8Array[]): Promise<readonly Submission[]>;

  /** Submits a bundle under the relayer's own account and resolves when every transaction has landed. */
  relay(client: string, bundle: Bundle): Promise<readonly RelayOutcome[]>;

  /** A landed transaction, or undefined while it has not. */
  lookup(id: Uint8Array): Promise<LandedTransaction | undefined>;

  close(): Promise<void>;
}
