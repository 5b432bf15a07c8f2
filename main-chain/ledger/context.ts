/**
 * What a rule may know while it executes: the state, the chain's rules, this block's height and time,
 * the ports; and where it says what happened (events) and what leaves the chain (outbox).
 */
import { TielineError } from '../../schemas/errors.ts';
import { ZERO_HASH } from '../../schemas/hash.ts';
import type { BlsPort, HashPort, SignaturePort } from '../../schemas/ports.ts';
import type { Action } from '../../schemas/wire/action.ts';
import type { ChainEvent, EventType } from '../../schemas/wire/event.ts';
import type { Genesis } from '../../schemas/wire/genesis.ts';
import type { AcknowledgedPacket, Message } from '../../schemas/wire/message.ts';
import type { Packet } from '../../schemas/wire/packet.ts';
import type { Attemptable } from './state.ts';

/** The fixed identity and rules of this chain. */
export interface ChainRules {
  readonly genesis: Genesis;
  readonly genesisHash: Uint8Array;
  readonly chainId: string;
}

/** What leaves the chain in this block; `commitment` is what its outbox leaf commits to. */
export type Outgoing =
  | {
      readonly kind: 'acknowledgement';
      readonly acknowledged: AcknowledgedPacket;
      readonly commitment: Uint8Array;
    }
  | { readonly kind: 'packet'; readonly packet: Packet; readonly commitment: Uint8Array };

export interface ExecutionContext {
  readonly state: Attemptable;
  readonly chain: ChainRules;
  readonly height: bigint;
  /** Unix milliseconds of this block. */
  readonly timeMs: bigint;
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
  readonly bls: BlsPort;
  /** Events and outgoing items of what is kept; an isolated item that fails loses its own. */
  readonly events: ChainEvent[];
  readonly outgoing: Outgoing[];
}

/** Unix seconds of this block: the clock every timeout is judged by. */
export function nowSeconds(context: ExecutionContext): bigint {
  return context.timeMs / 1000n;
}

const NO_ACCOUNT = new Uint8Array(20);

/** Records an event; fields left out are zero or empty. */
export function emit(
  context: ExecutionContext,
  type: EventType,
  fields: Partial<Omit<ChainEvent, 'type'>> = {},
): void {
  context.events.push({
    type,
    client: fields.client ?? '',
    sequence: fields.sequence ?? 0n,
    subject: fields.subject ?? ZERO_HASH,
    quantity: fields.quantity ?? 0n,
    account: fields.account ?? NO_ACCOUNT,
    code: fields.code ?? '',
    origin: fields.origin ?? '',
  });
}

/**
 * Runs `work` by itself: what it did is kept whole when it returns and taken back whole when it throws
 * a TielineError, which is returned. Any other error is a defect and passes through.
 */
export function isolate(
  { state, events, outgoing }: ExecutionContext,
  work: () => void,
): TielineError | undefined {
  const [eventsBefore, outgoingBefore] = [events.length, outgoing.length];
  try {
    state.attempt(work);
    return undefined;
  } catch (error) {
    events.length = eventsBefore;
    outgoing.length = outgoingBefore;
    if (error instanceof TielineError) return error;
    throw error;
  }
}

/** Executes one message; returns the item codes of a batch. @throws TielineError */
export type MessageHandler<T extends Message['type']> = (
  context: ExecutionContext,
  sender: Uint8Array,
  message: Extract<Message, { type: T }>,
) => readonly string[] | undefined;

/** One handler per message type the chain understands. */
export type MessageHandlers = { readonly [T in Message['type']]?: MessageHandler<T> };

/** Executes one governance action. @throws TielineError */
export type ActionHandler<T extends Action['type']> = (
  context: ExecutionContext,
  action: Extract<Action, { type: T }>,
) => void;

/** One handler per action type the chain understands. */
export type ActionHandlers = { readonly [T in Action['type']]?: ActionHandler<T> };

/** For actions that need not wait where they only narrow what is allowed at that time: whether they do. */
export type Narrowings = {
  readonly [T in Action['type']]?: (
    context: ExecutionContext,
    action: Extract<Action, { type: T }>,
  ) => boolean;
};

/** The rules of one kind of chain: ledger handlers and relay handlers side by side. */
export interface Application {
  readonly messages: MessageHandlers;
  readonly actions: ActionHandlers;
}
