/**
 * Facts of a chain's newest state in words every kind of chain can answer: native chains from state
 * keys, contracts and chaincode from views. One question and one answer type a kind.
 * docs/architecture.md#adapters
 */
import type { ClientKind } from '../schemas/wire/clients/client-material.ts';

/** The nonce window of an account: bit i of `mask` says that nonce `base + i` is used. */
export interface AccountFact {
  readonly base: bigint;
  readonly mask: bigint;
  /** The lowest nonce that is free. */
  readonly nextNonce: bigint;
  readonly admitted: boolean;
}

export interface ResourceFact {
  readonly kind: string;
  readonly home: string;
  readonly issuer: Uint8Array;
  readonly staticRoot: Uint8Array;
  readonly unit: string;
  readonly status: 'active' | 'frozen' | 'halted';
  readonly dynamicIndex: bigint;
  readonly dynamicHead: Uint8Array;
}

/** This chain's light client of another chain. `trusted` is read only by that chain's adapter. */
export interface ClientFact {
  readonly client: string;
  readonly kind: ClientKind;
  readonly counterpartyClient: string;
  readonly chainId: string;
  readonly genesisHash: Uint8Array;
  readonly latestHeight: bigint;
  readonly latestTimeMs: bigint;
  readonly trustingPeriodSeconds: bigint;
  /** From this time of the asking chain's clock on it is expired, Unix milliseconds. */
  readonly expiresAtMs: bigint;
  readonly frozen: boolean;
  /** Closed for good; `successor` is empty before there is one. */
  readonly closed: boolean;
  readonly successor: string;
  /** What location and limits of the lane go by: the id of its first client. */
  readonly laneName: string;
  /**
   * What the next update must start from: of a checkpoint client the hash of the set that signs the next
   * heights, of the others the record `verifier/<client>`.
   */
  readonly trusted: Uint8Array;
}

/** This chain's side of a lane. `nextSequence` is the sequence of the next packet it sends. */
export interface LaneFact {
  readonly nextSequence: bigint;
  readonly settledBelow: bigint;
  readonly prunedBelow: bigint;
  /** Paused by rule, and by a guardian until this second of the chain's clock. */
  readonly paused: boolean;
  readonly pausedUntilSeconds: bigint;
}

/** The main chain's books of a resource: sums over all chains. */
export interface BooksFact {
  readonly registered: bigint;
  readonly located: bigint;
  readonly inTransit: bigint;
  readonly retired: bigint;
}

/** A proposal that stands open; `action` in the chain's own bytes. */
export interface ProposalFact {
  readonly action: Uint8Array;
  readonly proposer: Uint8Array;
  readonly createdSeconds: bigint;
  readonly expirySeconds: bigint;
  /** Addresses in favour, members or not. */
  readonly votes: readonly Uint8Array[];
}

/** Who administers the chain today, and how long what widens trust waits. */
export interface MembersFact {
  readonly organisations: readonly { readonly name: string; readonly address: Uint8Array }[];
  readonly quorum: number;
  readonly guardians: readonly Uint8Array[];
  readonly delaySeconds: bigint;
}

export interface RouteFact {
  readonly client: string;
  readonly alias: string;
  readonly genesisHash: Uint8Array;
}

interface Packeted {
  readonly client: string;
  readonly sequence: bigint;
}
interface OfResource {
  readonly resourceId: Uint8Array;
}

interface Facts {
  account: [{ readonly address: Uint8Array }, AccountFact];
  holding: [OfResource & { readonly owner: Uint8Array }, bigint];
  supply: [OfResource, bigint];
  resource: [OfResource, ResourceFact | undefined];
  client: [{ readonly client: string }, ClientFact | undefined];
  /** What this chain's client has accepted of the other chain at a height, in the client's own bytes. */
  consensus: [{ readonly client: string; readonly height: bigint }, Uint8Array | undefined];
  lane: [{ readonly client: string }, LaneFact];
  /** Whether a packet this chain sent still waits for its acknowledgement or timeout. */
  pending: [Packeted, boolean];
  /** Whether this chain has received a packet, pruned receipts included. */
  received: [Packeted, boolean];
  /** What left its home chain and has not come back; home chain only. */
  outstanding: [OfResource, bigint];
  books: [OfResource, BooksFact | undefined];
  /** What the main chain books for the chain of a lane; itself is the empty name. */
  location: [
    OfResource & { readonly laneName: string },
    { readonly held: bigint; readonly inTransit: bigint },
  ];
  route: [{ readonly chainId: string }, RouteFact | undefined];
  /** A side chain's one client: that of the main chain. */
  mainClient: [Readonly<Record<string, never>>, string | undefined];
  proposal: [{ readonly proposalId: Uint8Array }, ProposalFact | undefined];
  members: [Readonly<Record<string, never>>, MembersFact];
}

export type FactKind = keyof Facts;
export type QuestionOf<K extends FactKind> = Facts[K][0];
export type FactOf<K extends FactKind> = Facts[K][1];
