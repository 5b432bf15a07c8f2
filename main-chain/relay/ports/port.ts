/**
 * What an application on a lane does with its packets; packets.ts calls it after its own effects.
 */
import type { Packet } from '../../../schemas/wire/packet.ts';
import type { ExecutionContext } from '../../ledger/context.ts';
import type { Lane, Lanes } from '../lanes.ts';

/** How a packet of ours ended: `failed` is an error acknowledgement. */
export type Ending = 'delivered' | 'failed' | 'timedOut';

/** A port that only sends has no `receive`, one that only receives no `settled`. */
export interface Port {
  /**
   * Applies a received packet; `pending` when the port acknowledges it later itself. A throw becomes
   * the universal error, LOCATION_LATER a refusal without receipt.
   */
  readonly receive?: (
    context: ExecutionContext,
    lanes: Lanes,
    lane: Lane,
    packet: Packet,
  ) => 'done' | 'pending';
  /** Ends a packet of ours; never limited, and fails only where a counterparty would gain by it. */
  readonly settled?: (
    context: ExecutionContext,
    lanes: Lanes,
    lane: Lane,
    packet: Packet,
    ending: Ending,
  ) => void;
}

/** Ports of a chain by name. */
export type Ports = ReadonlyMap<string, Port>;

const NO_BYTES = new Uint8Array();

/** The payload bytes of a packet (there is exactly one payload). */
export function payloadValue(packet: Packet): Uint8Array {
  return packet.payloads[0]?.value ?? NO_BYTES;
}

/** Why a packet of ours was undone, as events and API say it; empty where it was delivered. */
export function endingCode(ending: Ending): string {
  switch (ending) {
    case 'delivered':
      return '';
    case 'failed':
      return 'PACKET_ERROR_ACKNOWLEDGED';
    case 'timedOut':
      return 'PACKET_TIMED_OUT';
  }
}
