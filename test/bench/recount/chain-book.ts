/*
 * What one chain sent, wrote, took and settled, packet by packet, from its proven blocks: sends and
 * acknowledgements from outboxes, what was taken from the relayed transactions and their item codes.
 */

import { decode, encode, u128 } from '../../../schemas/codec/codec.ts';
import { concatBytes, equalBytes, toHex } from '../../../schemas/hash.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import type { ChainEvent } from '../../../schemas/wire/event.ts';
import type { MessageOf } from '../../../schemas/wire/message.ts';
import {
  acknowledgementCommitment,
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  packetCommitment,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../schemas/wire/packet.ts';
import { decodeTransaction } from '../../../schemas/wire/transaction.ts';
import { TRANSFER_PORT, transferPayloadCodec } from '../../../schemas/wire/transfer.ts';
import { HashColumn, NumberColumn, placeOf } from './columns.ts';
import type { ProvenBlock } from './verify-chain.ts';

/** How a packet ended, as a number of a column; 0: not. */
export const OUTCOME = { success: 1, error: 2, timedOut: 3, other: 4 } as const;

/** One chain's end of a lane, under its own id for the other chain. */
export interface LaneBook {
  /** Highest sequence sent, and highest of all named below. */
  last: number;
  top: number;
  /** Packets sent: how often, what they commit to, what they move, in which block. */
  readonly sent: NumberColumn;
  readonly sentCommitment: HashColumn;
  readonly sentMeaning: HashColumn;
  readonly sentHeight: NumberColumn;
  /** Destination chain of a transfer by sequence; absent where it is none or goes no further. */
  readonly destinations: Map<number, string>;
  /** Acknowledgements written for the other chain's packets: how often, and which. */
  readonly wrote: NumberColumn;
  readonly wroteOutcome: NumberColumn;
  /** Packets of the other chain taken: how often, and what they committed to. */
  readonly took: NumberColumn;
  readonly tookCommitment: HashColumn;
  /** Own packets settled: how often, by what, and when (Unix milliseconds). */
  readonly settled: NumberColumn;
  readonly settledOutcome: NumberColumn;
  readonly settledAt: NumberColumn;
  /** The packet this one carries on: the other lane's client and sequence. */
  readonly carriesOn: Map<number, string>;
}

/** What relayers offered: transactions without any effect, and with one, by the sender's address in hex. */
export interface RelayCount {
  refused: number;
  effective: number;
}

/** One chain's books. */
export class ChainBook {
  readonly lanes = new Map<string, LaneBook>();
  readonly relays = new Map<string, RelayCount>();
  readonly #hash: HashPort;
  readonly #success: Uint8Array;
  readonly #error: Uint8Array;

  constructor(hash: HashPort) {
    this.#hash = hash;
    this.#success = acknowledgementCommitment([SUCCESS_ACKNOWLEDGEMENT], hash);
    this.#error = acknowledgementCommitment([ERROR_ACKNOWLEDGEMENT], hash);
  }

  lane(client: string): LaneBook {
    let lane = this.lanes.get(client);
    if (lane === undefined) {
      lane = createLane();
      this.lanes.set(client, lane);
    }
    return lane;
  }

  /** Enters a block. @throws RECOUNT_PROOF */
  enter({ height, timeMs, sent, transactions }: ProvenBlock): void {
    for (const { client, kind, sequence, commitment, packet } of sent) {
      if (kind === 0) this.#wrote(client, sequence, commitment);
      else if (packet !== undefined) this.#sent(client, packet, commitment, height);
    }
    for (const { bytes, result } of transactions) {
      for (const event of result.events) this.#forwarded(event);
      const tag = bytes[TAG_AT];
      if (tag !== DELIVER && tag !== TIMEOUT) continue;
      const { sender, message } = decodeTransaction(bytes);
      const isRefused = result.code !== '';
      if (message.type === 'deliver') {
        this.#count(sender, isRefused ? [] : result.items);
        if (!isRefused) this.#delivered(message, result.items, timeMs);
      } else if (message.type === 'timeout' && !isRefused) {
        for (const [at, packet] of message.packets.entries()) {
          if (result.items[at] === '')
            this.#settled(message.client, packet, OUTCOME.timedOut, timeMs);
        }
      }
    }
  }

  #count(sender: Uint8Array, items: readonly string[]): void {
    const key = toHex(sender);
    const count = this.relays.get(key) ?? { refused: 0, effective: 0 };
    count[items.includes('') ? 'effective' : 'refused'] += 1;
    this.relays.set(key, count);
  }

  #sent(client: string, packet: Packet, commitment: Uint8Array, height: bigint): void {
    const { lane, at } = this.#place(client, packet.sequence);
    lane.last = Math.max(lane.last, at);
    lane.sent.add(at);
    lane.sentCommitment.set(at, commitment);
    lane.sentHeight.set(at, Number(height));
    const [payload] = packet.payloads;
    if (payload?.destinationPort !== TRANSFER_PORT) return;
    const transfer = decode(transferPayloadCodec, payload.value, 'transfer');
    const { resourceId, quantity, sender, receiver, destination } = transfer;
    const moved = concatBytes(resourceId, encode(u128, quantity), sender, receiver);
    lane.sentMeaning.set(at, this.#hash.sha256(moved));
    if (destination !== undefined) lane.destinations.set(at, destination);
  }

  #wrote(client: string, sequence: bigint, commitment: Uint8Array): void {
    const { lane, at } = this.#place(client, sequence);
    lane.wrote.add(at);
    const isSuccess = equalBytes(commitment, this.#success);
    const isError = equalBytes(commitment, this.#error);
    lane.wroteOutcome.set(
      at,
      isSuccess ? OUTCOME.success : isError ? OUTCOME.error : OUTCOME.other,
    );
  }

  #delivered(
    { client, segments }: MessageOf<'deliver'>,
    items: readonly string[],
    timeMs: bigint,
  ): void {
    let item = 0;
    for (const { acknowledgements, packets } of segments) {
      for (const { packet, acknowledgement } of acknowledgements) {
        const isSuccess = equalBytes(acknowledgement, SUCCESS_ACKNOWLEDGEMENT);
        if (items[item++] === '')
          this.#settled(client, packet, isSuccess ? OUTCOME.success : OUTCOME.error, timeMs);
      }
      for (const packet of packets) {
        if (items[item++] !== '') continue;
        const { lane, at } = this.#place(client, packet.sequence);
        lane.took.add(at);
        lane.tookCommitment.set(at, packetCommitment(packet, this.#hash));
      }
    }
  }

  #settled(client: string, { sequence }: Packet, outcome: number, timeMs: bigint): void {
    const { lane, at } = this.#place(client, sequence);
    lane.settled.add(at);
    lane.settledOutcome.set(at, outcome);
    lane.settledAt.set(at, Number(timeMs));
  }

  #place(client: string, sequence: bigint): { readonly lane: LaneBook; readonly at: number } {
    const lane = this.lane(client);
    const at = placeOf(sequence);
    lane.top = Math.max(lane.top, at);
    return { lane, at };
  }

  #forwarded({ type, client, sequence, origin }: ChainEvent): void {
    if (type === 'packetForwarded') this.lane(client).carriesOn.set(placeOf(sequence), origin);
  }
}

/** Where a transaction names its message: after signature, sender, nonce and expiry. */
const TAG_AT = 65 + 20 + 8 + 8;
const DELIVER = 17;
const TIMEOUT = 18;

function createLane(): LaneBook {
  return {
    last: 0,
    top: 0,
    sent: new NumberColumn(),
    sentCommitment: new HashColumn(),
    sentMeaning: new HashColumn(),
    sentHeight: new NumberColumn(),
    destinations: new Map(),
    wrote: new NumberColumn(),
    wroteOutcome: new NumberColumn(),
    took: new NumberColumn(),
    tookCommitment: new HashColumn(),
    settled: new NumberColumn(),
    settledOutcome: new NumberColumn(),
    settledAt: new NumberColumn(),
    carriesOn: new Map(),
  };
}
