/**
 * One step of a transfer as a chain recorded it, its place in the timeline, and its bytes in the
 * journal. The order of steps is fixed by the protocol, not by clocks, which differ between chains.
 */
import {
  type Codec,
  choice,
  fixed,
  type StructOf,
  struct,
  text,
  u64,
  u128,
} from '../../schemas/codec/codec.ts';
import { MAX_CLIENT_ID } from '../../schemas/ids.ts';
import { EVENT_TYPES, type EventType } from '../../schemas/wire/event.ts';

/** Where in its transfer a step happens: where it began, on the way, where it was to arrive. */
export type HopPlace = 'source' | 'main' | 'destination';

const PLACES = ['source', 'main', 'destination'] as const;

const hopFields = {
  place: choice(PLACES),
  chain: text(32),
  event: choice(EVENT_TYPES),
  height: u64,
  timeMs: u64,
  client: text(MAX_CLIENT_ID),
  sequence: u64,
  subject: fixed(32),
  quantity: u128,
  account: fixed(20),
  code: text(64),
};

/** `chain` is an alias; `client` and `sequence` name the packet on that chain. */
export type Hop = StructOf<typeof hopFields>;
export const hopCodec: Codec<Hop> = struct(hopFields);

const ORDER: Readonly<Record<HopPlace, Partial<Record<EventType, number>>>> = {
  source: {
    issued: 8,
    retired: 9,
    packetSent: 10,
    packetAcknowledged: 60,
    packetTimedOut: 61,
    transferRefunded: 62,
    supplyRegistered: 63,
    retirementBooked: 64,
  },
  main: {
    packetReceived: 20,
    supplyRegistered: 21,
    retirementBooked: 22,
    transferDelivered: 25,
    packetForwarded: 26,
    packetFailed: 27,
    packetAcknowledged: 50,
    packetTimedOut: 51,
    transferRefunded: 52,
  },
  destination: { packetReceived: 40, transferDelivered: 41, packetFailed: 42 },
};

/** The step's number in the timeline, or undefined for events no transfer has at this place. */
export function hopOrder(place: HopPlace, event: EventType): number | undefined {
  return ORDER[place][event];
}
