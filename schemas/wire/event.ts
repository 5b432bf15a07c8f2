/**
 * What executing a transaction did, as the one record the journal, the API and users read. An event
 * is part of the block's result tree, never a proof input. docs/protocol.md#events
 */
import {
  type Codec,
  choice,
  fixed,
  list,
  type StructOf,
  struct,
  text,
  u64,
  u128,
} from '../codec/codec.ts';
import { MAX_CLIENT_ID } from '../ids.ts';

export const EVENT_TYPES = [
  'issued',
  'appended',
  'transferred',
  'retired',
  'locked',
  'unlocked',
  'packetSent',
  'packetReceived',
  'packetForwarded',
  'packetFailed',
  'packetAcknowledged',
  'packetTimedOut',
  'transferRefunded',
  'transferDelivered',
  'supplyRegistered',
  'retirementBooked',
  'clientCreated',
  'clientUpdated',
  'clientFrozen',
  'lanePaused',
  'laneResumed',
  'proposalCreated',
  'proposalVoted',
  'proposalExecuted',
  'resourceFrozen',
  'resourceUnfrozen',
  'resourceHalted',
  'pruned',
  'validatorsChanged',
  'recordsAnchored',
  'clientReplaced',
  'clientClosed',
  'locationWrittenOff',
  'supplyAlarm',
  'resourceUnhalted',
  'membersChanged',
  'issuerEquivocated',
  'packetsConcerned',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

const eventFields = {
  type: choice(EVENT_TYPES),
  client: text(MAX_CLIENT_ID),
  sequence: u64,
  subject: fixed(32),
  quantity: u128,
  account: fixed(20),
  code: text(64),
  origin: text(96),
};

/**
 * `client` and `sequence` name the packet on this chain; `subject` is the resource (or proposal) id;
 * `code` is why something failed; `origin` is `<client>/<sequence>` of the packet this one forwards.
 */
export type ChainEvent = StructOf<typeof eventFields>;

/** Most events of one transaction. */
export const MAX_EVENTS = 4096;

const resultFields = {
  code: text(64),
  items: list(text(64), 1024),
  events: list(struct(eventFields), MAX_EVENTS),
};

/** `code` is empty where the transaction succeeded; `items` one code per packet of a batch, empty = done. */
export type TransactionResult = StructOf<typeof resultFields>;
export const transactionResultCodec: Codec<TransactionResult> = struct(resultFields);
