/**
 * Supply and retirement packets that were refused or timed out are kept and sent again by anyone
 * until the main chain has booked them. docs/protocol.md#resend
 *
 * resend/<client>/<sequence> → the packet (packetCodec).
 */
import { encode } from '../../../schemas/codec/codec.ts';
import type { MessageOf } from '../../../schemas/wire/message.ts';
import { type Packet, packetCodec } from '../../../schemas/wire/packet.ts';
import { resendKey } from '../../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit, nowSeconds } from '../../ledger/context.ts';
import { readRecord } from '../../ledger/state.ts';
import { relayError } from '../errors.ts';
import { MAX_TIMEOUT_SECONDS, sendPacket } from '../packets.ts';
import { requireMainLane } from './main-lane.ts';
import { payloadValue } from './port.ts';

/** Keeps a packet that ended without being booked. */
export function keepForResend(context: ExecutionContext, packet: Packet): void {
  const key = resendKey(packet.sourceClient, packet.sequence);
  context.state.set(key, encode(packetCodec, packet));
}

/** Message resend: the same payload under a new sequence and a new timeout. @throws RESEND_UNKNOWN CLIENT_* */
export function resend(
  context: ExecutionContext,
  sender: Uint8Array,
  { client, sequence }: MessageOf<'resend'>,
): undefined {
  const key = resendKey(client, sequence);
  const packet = readRecord(context.state, key, packetCodec);
  if (packet === undefined) throw relayError('RESEND_UNKNOWN', { client, sequence });
  context.state.delete(key);
  const lane = requireMainLane(context);
  const port = packet.payloads[0]?.sourcePort ?? '';
  const timeout = nowSeconds(context) + MAX_TIMEOUT_SECONDS;
  const again = sendPacket(context, lane, port, payloadValue(packet), timeout);
  emit(context, 'packetSent', {
    client: lane.client,
    sequence: again.sequence,
    account: sender,
    origin: `${client}/${sequence}`,
  });
  return undefined;
}
