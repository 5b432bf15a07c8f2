/**
 * IBC v2 packets (ICS-04 v2): send, receive, acknowledge, time out; exactly once, effects before
 * callbacks. Proofs are checked by the caller for a whole batch. docs/protocol.md#packets
 *
 * State, `client` being this chain's id for the counterparty:
 * client ‖ 0x01 ‖ sequence → commitment(32) of a packet sent and not settled;
 * client ‖ 0x02 ‖ sequence → 0x02 receipt; client ‖ 0x03 ‖ sequence → acknowledgement commitment(32);
 * nextSequenceSend/<client> → next sequence(8), from 1; settledBelow/<client> → sequence(8).
 */
import { equalBytes, nobleHash } from '../../schemas/hash.ts';
import type { AcknowledgedPacket } from '../../schemas/wire/message.ts';
import {
  acknowledgementCommitment,
  acknowledgementPath,
  commitmentPath,
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  packetCommitment,
  RECEIPT_VALUE,
  receiptPath,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../schemas/wire/packet.ts';
import { nextSequenceKey, settledBelowKey } from '../../schemas/wire/state-keys.ts';
import { PAYLOAD_ENCODING, PAYLOAD_VERSION } from '../../schemas/wire/transfer.ts';
import { type ExecutionContext, emit, isolate, nowSeconds } from '../ledger/context.ts';
import { readU64, type State, writeU64 } from '../ledger/state.ts';
import { requireStatus } from './clients/client.ts';
import { relayError } from './errors.ts';
import type { Lane, Lanes } from './lanes.ts';
import type { Port, Ports } from './ports/port.ts';

/** A timeout is at most this far ahead of the sender's clock. */
export const MAX_TIMEOUT_SECONDS = 86_400n;
/** Most sequences one transaction looks at to advance `settledBelow`. */
const MAX_SETTLED_SCAN = 2048;

const SUCCESS_COMMITMENT = acknowledgementCommitment([SUCCESS_ACKNOWLEDGEMENT], nobleHash);
const ERROR_COMMITMENT = acknowledgementCommitment([ERROR_ACKNOWLEDGEMENT], nobleHash);

/** The leaf commitment of a single acknowledgement, hashed only where it is neither of the two. */
export function commitmentOfAcknowledgement(
  acknowledgement: Uint8Array,
  { hash }: ExecutionContext,
): Uint8Array {
  if (equalBytes(acknowledgement, SUCCESS_ACKNOWLEDGEMENT)) return SUCCESS_COMMITMENT;
  if (equalBytes(acknowledgement, ERROR_ACKNOWLEDGEMENT)) return ERROR_COMMITMENT;
  return acknowledgementCommitment([acknowledgement], hash);
}

/**
 * Rules of a sender for one transfer: the hop's timeout is in the future, at least the genesis' least
 * timeout and at most 24 hours ahead, and not after the deadline, itself at most 24 hours ahead.
 * @throws PACKET_TIMEOUT_PAST PACKET_TIMEOUT_SOON PACKET_TIMEOUT_FAR PACKET_DEADLINE
 */
export function verifyTimes(
  context: ExecutionContext,
  timeoutSeconds: bigint,
  deadlineSeconds: bigint,
): void {
  const now = nowSeconds(context);
  const { leastTimeoutSeconds } = context.chain.genesis;
  if (timeoutSeconds <= now) {
    throw relayError('PACKET_TIMEOUT_PAST', { timeoutSeconds, nowSeconds: now });
  }
  if (timeoutSeconds < now + leastTimeoutSeconds) {
    throw relayError('PACKET_TIMEOUT_SOON', { timeoutSeconds, leastTimeoutSeconds });
  }
  if (timeoutSeconds > now + MAX_TIMEOUT_SECONDS || deadlineSeconds > now + MAX_TIMEOUT_SECONDS) {
    throw relayError('PACKET_TIMEOUT_FAR', { timeoutSeconds, deadlineSeconds, nowSeconds: now });
  }
  if (deadlineSeconds < timeoutSeconds) {
    throw relayError('PACKET_DEADLINE', { timeoutSeconds, deadlineSeconds });
  }
}

/** The sequence the next packet over a lane gets. */
export function nextSequence(state: State, client: string): bigint {
  const stored = readU64(state, nextSequenceKey(client));
  return stored === 0n ? 1n : stored;
}

/** Commits a packet. @throws CLIENT_UNINITIALISED CLIENT_EXPIRED CLIENT_FROZEN */
export function sendPacket(
  context: ExecutionContext,
  lane: Lane,
  port: string,
  value: Uint8Array,
  timeoutSeconds: bigint,
): Packet {
  requireStatus(lane.status, lane.client);
  const { state } = context;
  const sequence = nextSequence(state, lane.client);
  const packet: Packet = {
    sequence,
    sourceClient: lane.client,
    destinationClient: lane.state.counterpartyClient,
    timeoutSeconds,
    payloads: [
      {
        sourcePort: port,
        destinationPort: port,
        version: PAYLOAD_VERSION,
        encoding: PAYLOAD_ENCODING,
        value,
      },
    ],
  };
  const commitment = packetCommitment(packet, context.hash);
  writeU64(state, nextSequenceKey(lane.client), sequence + 1n);
  state.set(commitmentPath(lane.client, sequence), commitment);
  context.outgoing.push({ kind: 'packet', packet, commitment });
  return packet;
}

/**
 * Receives a proven packet: receipt, then the port on a layer of its own. What the port refuses is
 * answered with the universal error and leaves nothing but receipt, acknowledgement and event, save
 * LOCATION_LATER, which leaves no receipt at all. True where the port took it; a throw changes nothing.
 * @throws PACKET_CLIENTS PACKET_PAYLOADS PACKET_PRUNED PACKET_ALREADY_RECEIVED PACKET_TIMED_OUT LOCATION_LATER
 */
export function receivePacket(
  context: ExecutionContext,
  lanes: Lanes,
  lane: Lane,
  packet: Packet,
  ports: Ports,
): boolean {
  const { client } = lane;
  const { sequence, timeoutSeconds } = packet;
  if (
    packet.sourceClient !== lane.state.counterpartyClient ||
    packet.destinationClient !== client
  ) {
    throw relayError('PACKET_CLIENTS', { client, sequence });
  }
  if (packet.payloads.length !== 1) throw relayError('PACKET_PAYLOADS', { client, sequence });
  if (sequence < lane.prunedBelow) throw relayError('PACKET_PRUNED', { client, sequence });
  const receipt = receiptPath(client, sequence);
  if (context.state.get(receipt) !== undefined) {
    throw relayError('PACKET_ALREADY_RECEIVED', { client, sequence });
  }
  if (nowSeconds(context) >= timeoutSeconds) {
    throw relayError('PACKET_TIMED_OUT', { client, sequence, timeoutSeconds });
  }
  const refusal = isolate(context, () => {
    context.state.set(receipt, RECEIPT_VALUE);
    const { receive } = portOf(packet, ports);
    if (receive === undefined) throw relayError('PORT_UNKNOWN', { client, sequence });
    const answer = receive(context, lanes, lane, packet);
    if (answer === 'done') writeAcknowledgement(context, packet, SUCCESS_ACKNOWLEDGEMENT);
  });
  if (refusal === undefined) return true;
  if (refusal.code === 'LOCATION_LATER') throw refusal;
  context.state.set(receipt, RECEIPT_VALUE);
  writeAcknowledgement(context, packet, ERROR_ACKNOWLEDGEMENT);
  emit(context, 'packetFailed', { client, sequence, code: refusal.code });
  return false;
}

/** Answers a packet, once. @throws PACKET_ALREADY_ACKNOWLEDGED */
export function writeAcknowledgement(
  context: ExecutionContext,
  packet: Packet,
  acknowledgement: Uint8Array,
): void {
  const { destinationClient, sequence } = packet;
  const path = acknowledgementPath(destinationClient, sequence);
  if (context.state.get(path) !== undefined) {
    throw relayError('PACKET_ALREADY_ACKNOWLEDGED', { client: destinationClient, sequence });
  }
  const commitment = commitmentOfAcknowledgement(acknowledgement, context);
  context.state.set(path, commitment);
  const acknowledged: AcknowledgedPacket = { packet, acknowledgement };
  context.outgoing.push({ kind: 'acknowledgement', acknowledged, commitment });
}

/**
 * Settles a packet of ours by its proven acknowledgement. A throw here changes nothing.
 * @throws PACKET_CLIENTS PACKET_UNKNOWN PACKET_ALREADY_SETTLED PACKET_COMMITMENT PACKET_ACKNOWLEDGEMENT
 */
export function acknowledgePacket(
  context: ExecutionContext,
  lanes: Lanes,
  lane: Lane,
  { packet, acknowledgement }: AcknowledgedPacket,
  ports: Ports,
): void {
  const port = requirePending(context, lane, packet, ports);
  const success = equalBytes(acknowledgement, SUCCESS_ACKNOWLEDGEMENT);
  if (!success && !equalBytes(acknowledgement, ERROR_ACKNOWLEDGEMENT)) {
    throw relayError('PACKET_ACKNOWLEDGEMENT', { client: lane.client, sequence: packet.sequence });
  }
  const { client } = lane;
  const { sequence } = packet;
  context.state.delete(commitmentPath(client, sequence));
  const code = success ? '' : 'PACKET_ERROR_ACKNOWLEDGED';
  emit(context, 'packetAcknowledged', { client, sequence, code });
  port.settled?.(context, lanes, lane, packet, success ? 'delivered' : 'failed');
}

/**
 * Settles a packet of ours that was proven absent when the destination's clock stood at `provenMs`.
 * A throw here changes nothing. @throws PACKET_CLIENTS PACKET_UNKNOWN PACKET_ALREADY_SETTLED
 * PACKET_COMMITMENT PACKET_NOT_TIMED_OUT
 */
export function timeOutPacket(
  context: ExecutionContext,
  lanes: Lanes,
  lane: Lane,
  packet: Packet,
  provenMs: bigint,
  ports: Ports,
): void {
  const port = requirePending(context, lane, packet, ports);
  const { client } = lane;
  const { sequence, timeoutSeconds } = packet;
  if (provenMs / 1000n < timeoutSeconds) {
    throw relayError('PACKET_NOT_TIMED_OUT', { client, sequence, timeoutSeconds, provenMs });
  }
  context.state.delete(commitmentPath(client, sequence));
  emit(context, 'packetTimedOut', { client, sequence, code: 'PACKET_TIMED_OUT' });
  port.settled?.(context, lanes, lane, packet, 'timedOut');
}

/**
 * Ends a packet of ours over a closed pair as governance found it to have ended.
 * @throws PACKET_CLIENTS PACKET_UNKNOWN PACKET_ALREADY_SETTLED PACKET_COMMITMENT
 */
export function endOrphan(
  context: ExecutionContext,
  lanes: Lanes,
  lane: Lane,
  packet: Packet,
  isDelivered: boolean,
  ports: Ports,
): void {
  const port = requirePending(context, lane, packet, ports);
  const { client } = lane;
  const { sequence } = packet;
  context.state.delete(commitmentPath(client, sequence));
  const code = isDelivered ? '' : 'PACKET_ORPHANED';
  emit(context, 'packetAcknowledged', { client, sequence, code });
  port.settled?.(context, lanes, lane, packet, isDelivered ? 'delivered' : 'failed');
}

/** Moves `settledBelow` up to the first pending sequence, looking at no more than 2,048 at a time. */
export function advanceSettled({ state }: ExecutionContext, client: string): void {
  const next = nextSequence(state, client);
  const before = readU64(state, settledBelowKey(client));
  let below = before === 0n ? 1n : before;
  for (let seen = 0; seen < MAX_SETTLED_SCAN && below < next; seen++) {
    if (state.get(commitmentPath(client, below)) !== undefined) break;
    below += 1n;
  }
  if (below > 1n && below !== before) writeU64(state, settledBelowKey(client), below);
}

/** The port of a packet of ours that is still pending and is the one committed. */
function requirePending(context: ExecutionContext, lane: Lane, packet: Packet, ports: Ports): Port {
  const { client } = lane;
  const { sequence } = packet;
  if (
    packet.sourceClient !== client ||
    packet.destinationClient !== lane.state.counterpartyClient
  ) {
    throw relayError('PACKET_CLIENTS', { client, sequence });
  }
  const stored = context.state.get(commitmentPath(client, sequence));
  if (stored === undefined) {
    const sent = sequence > 0n && sequence < nextSequence(context.state, client);
    throw relayError(sent ? 'PACKET_ALREADY_SETTLED' : 'PACKET_UNKNOWN', { client, sequence });
  }
  if (!equalBytes(stored, packetCommitment(packet, context.hash))) {
    throw relayError('PACKET_COMMITMENT', { client, sequence });
  }
  return portOf(packet, ports);
}

/** @throws PORT_UNKNOWN PORT_VERSION */
function portOf(packet: Packet, ports: Ports): Port {
  const payload = packet.payloads[0];
  const port = payload === undefined ? undefined : ports.get(payload.destinationPort);
  if (
    payload === undefined ||
    port === undefined ||
    payload.sourcePort !== payload.destinationPort
  ) {
    throw relayError('PORT_UNKNOWN', {
      client: packet.destinationClient,
      sequence: packet.sequence,
    });
  }
  if (payload.version !== PAYLOAD_VERSION || payload.encoding !== PAYLOAD_ENCODING) {
    throw relayError('PORT_VERSION', {
      client: packet.destinationClient,
      sequence: packet.sequence,
    });
  }
  return port;
}
