/**
 * The light-client interface: a chain asks packet facts of a counterparty, and how a fact maps to
 * paths, slots or views is the client's affair. docs/protocol.md#light-clients
 */
import type { ClientSpec } from '../../../schemas/wire/action.ts';
import type { Certificate } from '../../../schemas/wire/checkpoint.ts';
import type { Segment } from '../../../schemas/wire/message.ts';
import type { ExecutionContext } from '../../ledger/context.ts';
import { relayError } from '../errors.ts';
import type { ClientState } from './client-state.ts';

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

/** One kind of light client. All functions are pure over the context's state. */
export interface LightClient {
  /** Makes a client that trusts a validator set and holds no root. @throws CLIENT_SPEC CLIENT_TRUSTING_PERIOD */
  initialise(context: ExecutionContext, spec: ClientSpec): void;
  /** What the client is good for at this block's time. */
  status(context: ExecutionContext, state: ClientState): ClientStatus;
  /**
   * Applies update material in order and returns the state after it. Equivocation freezes the client
   * and ends the update without an error, so that the freeze is kept.
   * @throws CLIENT_UNKNOWN CLIENT_FROZEN CLIENT_EXPIRED CERTIFICATE_* CHECKPOINT_* VALIDATOR_*
   */
  update(context: ExecutionContext, client: string, updates: readonly Certificate[]): ClientState;
  /** Checks a contiguous run of what the counterparty sent. @throws CONSENSUS_UNKNOWN PROOF_* */
  verifyRun(
    context: ExecutionContext,
    lane: ClientOfLane,
    height: bigint,
    facts: readonly SentFact[],
    place: RunPlace,
  ): void;
  /**
   * Checks facts under one stored height, all by one proof, and returns the counterparty's clock
   * there in Unix milliseconds. @throws CONSENSUS_UNKNOWN PROOF_*
   */
  verifyFacts(
    context: ExecutionContext,
    lane: ClientOfLane,
    height: bigint,
    facts: readonly PacketFact[],
    proof: Uint8Array,
  ): bigint;
  /** Freezes the client on provable equivocation. @throws CLIENT_* CERTIFICATE_* CHECKPOINT_EXPIRED MISBEHAVIOUR_NONE */
  misbehaviour(
    context: ExecutionContext,
    client: string,
    first: Certificate,
    second: Certificate,
  ): void;
}

/** A client by its id here and its stored state. */
export interface ClientOfLane {
  readonly client: string;
  readonly state: ClientState;
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
