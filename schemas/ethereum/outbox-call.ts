/**
 * Runs of an outbox as the Ethereum contracts read them: packets of one run have consecutive sequences,
 * and clients, port, version and encoding are those of the lane. docs/protocol.md#ethereum-items
 */
import { Writer } from '../codec/writer.ts';
import { concatBytes } from '../hash.ts';
import type { Packet } from '../wire/packet.ts';
import { RETIREMENT_PORT } from '../wire/transfer.ts';

const TOP_BIT = 0x8000;
const COUNT_LENGTH = 4;

/** An acknowledgement of a packet the Ethereum side sent: `success`, or the universal error with the packet. */
export type Acknowledgement =
  | { readonly sequence: bigint; readonly success: true }
  | { readonly sequence: bigint; readonly success: false; readonly packet: Packet };

/**
 * length(2) ‖ payload each; where the timeout is not the one of the item before (of the first: not
 * `timeoutSeconds`), (2^15 + length)(2) ‖ timeout(8) ‖ payload.
 */
export function encodePacketItems(packets: readonly Packet[], timeoutSeconds: bigint): Uint8Array {
  const writer = new Writer();
  let timeout = timeoutSeconds;
  for (const packet of packets) {
    const value = payloadOf(packet);
    if (packet.timeoutSeconds === timeout) writer.u16(value.length);
    else writer.u16(TOP_BIT | value.length).u64(packet.timeoutSeconds);
    writer.fixed(value, value.length);
    timeout = packet.timeoutSeconds;
  }
  return writer.finish();
}

/** sequence(8) ‖ 0(2) of a success; sequence(8) ‖ length(2) ‖ timeout(8) ‖ payload of an error, 2^15 set in the length of a retirement. */
export function encodeAcknowledgementItems(items: readonly Acknowledgement[]): Uint8Array {
  const writer = new Writer();
  for (const item of items) {
    writer.u64(item.sequence);
    if (item.success) {
      writer.u16(0);
      continue;
    }
    const value = payloadOf(item.packet);
    const isRetirement = item.packet.payloads[0]?.sourcePort === RETIREMENT_PORT;
    writer.u16((isRetirement ? TOP_BIT : 0) | value.length).u64(item.packet.timeoutSeconds);
    writer.fixed(value, value.length);
  }
  return writer.finish();
}

/** The siblings of a range proof, without the count that stands in the range word. */
export function siblingsOf(rangeProof: Uint8Array): Uint8Array {
  return rangeProof.subarray(COUNT_LENGTH);
}

function payloadOf(packet: Packet): Uint8Array {
  return concatBytes(...packet.payloads.map(({ value }) => value));
}
