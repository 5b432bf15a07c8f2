/**
 * The light-client interface: a chain asks packet facts of a counterparty, and how a fact maps to
 * paths, slots or views is the client's affair. docs/protocol.md#light-clients
 */
import type { ClientSpec } from '../../../schemas/wire/action.ts';
import type {
  ClientEvidence,
  ClientKind,
  ClientStart,
  ClientUpdates,
} from '../../../schemas/wire/clients/client-material.ts';
import type { Segment } from '../../../schemas/wire/message.ts';
import { type ExecutionContext, emit } from '../../ledger/context.ts';
import { relayError } from '../errors.ts';
import { type ClientState, type ClientTrust, writeClient } from './client-state.ts';

/**
 * Only an active client proves anything; a frozen or expired one is replaced by proposal alone, and
 * the pair of a closed one is never used again.
 */
export type ClientStatus = 'active' | 'uninitialised' | 'expired' | 'frozen' | 'closed';

/**
 * One thing the counterparty did (or had not done) with a packet. Sequences are of the lane's two
 * clients; who sent the packet follows from the fact: `commitment` and `settledBelow` speak of what
 * the counterparty sends, the others of what it received. `supply` is what it holds of a resource.
 */
export type PacketFact =
  | { readonly type: 'commitment'; readonly sequence: bigint; readonly commitment: Uint8Array }
  | { readonly type: 'acknowledged'; readonly sequence: bigint; readonly commitment: Uint8Array }
  | { readonly type: 'received'; readonly sequence: bigint }
  | { readonly type: 'notReceived'; readonly sequence: bigint }
  | { readonly type: 'settledBelow'; readonly sequence: bigint }
  | { readonly type: 'supply'; readonly resourceId: Uint8Array; readonly quantity: bigint };

/** A packet fact that leaves the counterparty, and so stands in its outbox. */
export type SentFact = Extract<PacketFact, { type: 'commitment' | 'acknowledged' }>;

/** Where a run of sent facts stands: all of a segment but its items. */
export type RunPlace = Omit<Segment, 'acknowledgements' | 'packets'>;

type StartOf<K extends ClientKind> = Extract<ClientStart, { type: K }>;
type UpdatesOf<K extends ClientKind> = Extract<ClientUpdates, { type: K }>;
type EvidenceOf<K extends ClientKind> = Extract<ClientEvidence, { type: K }>;

/** What a client begins with. */
export interface Begun {
  readonly latestHeight: bigint;
  readonly trust: ClientTrust;
}

/**
 * One kind of light client. All functions are pure over the context's state; material of another kind
 * never reaches it, and update and misbehaviour are asked of a live client alone.
 */
export interface LightClient<K extends ClientKind = ClientKind> {
  /** Stores what the kind keeps beside the client state; no root is held yet. @throws what is wrong with the start */
  begin(context: ExecutionContext, spec: ClientSpec, start: StartOf<K>): Begun;
  /**
   * Applies update material in order and returns the state after it. Equivocation freezes the client
   * and ends the update without an error, so that the freeze is kept.
   * @throws what is wrong with the material
   */
  update(context: ExecutionContext, client: ClientOfLane, updates: UpdatesOf<K>): ClientState;
  /** Checks a contiguous run of what the counterparty sent. @throws CONSENSUS_UNKNOWN PROOF_* CLIENT_OUTBOX */
  verifyRun(
    context: ExecutionContext,
    lane: ClientOfLane,
    height: bigint,
    facts: readonly SentFact[],
    place: RunPlace,
  ): void;
  /**
   * Checks facts under one stored height, all by one proof, and returns the counterparty's clock
   * there in Unix milliseconds. @throws CONSENSUS_UNKNOWN PROOF_* EVM_* TRIE_* RLP_*
   */
  verifyFacts(
    context: ExecutionContext,
    lane: ClientOfLane,
    height: bigint,
    facts: readonly PacketFact[],
    proof: Uint8Array,
  ): bigint;
  /** Freezes the client, or closes its pair, on proof. @throws what is wrong with the evidence */
  misbehaviour(context: ExecutionContext, client: ClientOfLane, evidence: EvidenceOf<K>): void;
  /** Forgets what the kind keeps beside client state, consensus states and `verifier/<id>`. */
  forget(context: ExecutionContext, client: string): void;
}

/** A client by its id here and its stored state. */
export interface ClientOfLane {
  readonly client: string;
  readonly state: ClientState;
}

/** What a client is good for at this block's time. */
export function statusOf({ timeMs }: ExecutionContext, state: ClientState): ClientStatus {
  if (state.frozen) return 'frozen';
  const newestMs = state.consensusCount === 0n ? state.createdMs : state.latestTimeMs;
  if (newestMs + state.trustingPeriodSeconds * 1000n <= timeMs) return 'expired';
  return state.consensusCount === 0n ? 'uninitialised' : 'active';
}

/** Freezes a client on provable equivocation at a height. */
export function freeze(
  context: ExecutionContext,
  { client, state }: ClientOfLane,
  height: bigint,
): ClientState {
  const frozen = { ...state, frozen: true };
  writeClient(context.state, client, frozen);
  emit(context, 'clientFrozen', { client, sequence: height });
  return frozen;
}

/** @throws CLIENT_UNINITIALISED CLIENT_EXPIRED CLIENT_FROZEN CLIENT_CLOSED */
export function requireStatus(status: ClientStatus, client: string): void {
  switch (status) {
    case 'active':
      return;
    case 'uninitialised':
      throw relayError('CLIENT_UNINITIALISED', { client });
    case 'expired':
      throw relayError('CLIENT_EXPIRED', { client });
    case 'frozen':
      throw relayError('CLIENT_FROZEN', { client });
    case 'closed':
      throw relayError('CLIENT_CLOSED', { client });
  }
}
