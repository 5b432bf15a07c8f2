/**
 * Port `transfer` on the main chain: what A sends is booked and sent on to B, and A is answered only
 * when B has acknowledged or timed out (asynchronous acknowledgement). Transfers may also end or
 * begin on the main chain itself. docs/protocol.md#forward
 *
 * forward/<client b>/<sequence b> → outcome(1: 0 pending, 1 delivered, 2 failed, 3 timedOut) ‖
 * client a text(64) ‖ sequence a(8) ‖ packet a behind a flag, present while pending.
 */
import {
  type Codec,
  choice,
  decode,
  encode,
  optional,
  type StructOf,
  struct,
  text,
  u64,
} from '../../../schemas/codec/codec.ts';
import { toHex } from '../../../schemas/hash.ts';
import { MAX_CLIENT_ID, parseChainId } from '../../../schemas/ids.ts';
import type { MessageOf } from '../../../schemas/wire/message.ts';
import {
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  packetCodec,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../schemas/wire/packet.ts';
import { forwardKey } from '../../../schemas/wire/state-keys.ts';
import {
  TRANSFER_PORT,
  type TransferPayload,
  transferPayloadCodec,
} from '../../../schemas/wire/transfer.ts';
import { requireAdmitted } from '../../ledger/accounts.ts';
import { type ExecutionContext, emit, nowSeconds } from '../../ledger/context.ts';
import { credit, debit, requireQuantity } from '../../ledger/holdings.ts';
import {
  adoptDynamicHead,
  type ResourceRecord,
  readResource,
  requireActive,
  requireResource,
} from '../../ledger/resources.ts';
import { readRecord, writeRecord } from '../../ledger/state.ts';
import { relayError } from '../errors.ts';
import {
  giveBackFlow,
  requireLeastQuantity,
  requireOpenLane,
  returnFlow,
  spendFlow,
} from '../guards.ts';
import { createLanes, type Lane, type Lanes, requireLane, requireRegistered } from '../lanes.ts';
import { inTransitTo, locatedAt, MAIN_LOCATION, move, requireLocated } from '../locations.ts';
import {
  MAX_TIMEOUT_SECONDS,
  nextSequence,
  sendPacket,
  verifyTimes,
  writeAcknowledgement,
} from '../packets.ts';
import { type Ending, endingCode, type Port, payloadValue } from './port.ts';
import { dynamicOf, readTransfer } from './transfer.ts';

const forwardFields = {
  outcome: choice(['pending', 'delivered', 'failed', 'timedOut']),
  client: text(MAX_CLIENT_ID),
  sequence: u64,
  packet: optional(packetCodec),
};
/** Which packet a (by its client here and its sequence) a packet b carries on, and how b ended. */
export type ForwardRecord = StructOf<typeof forwardFields>;
export const forwardRecordCodec: Codec<ForwardRecord> = struct(forwardFields);

/** Port `transfer` of the main chain. */
export const forwardPort: Port = { receive, settled };

function receive(
  context: ExecutionContext,
  lanes: Lanes,
  lane: Lane,
  packet: Packet,
): 'done' | 'pending' {
  const payload = readTransfer(packet);
  const { resourceId, quantity, destination } = payload;
  requireRegistered(lanes, lane);
  requireOpenLane(context, lane.guards);
  if (destination === undefined || destination === lane.state.chainId) {
    throw relayError('TRANSFER_DESTINATION', { destination: destination ?? '' });
  }
  const record = bringUpToDate(context, lane, payload);
  const isHome = record.origin.home === lane.state.chainId;
  requireLocated(context, resourceId, lane.client, quantity, isHome);
  emit(context, 'packetReceived', {
    client: lane.client,
    sequence: packet.sequence,
    subject: resourceId,
    quantity,
    account: payload.receiver,
  });
  if (destination === context.chain.chainId) {
    arriveHere(context, lane, packet, payload);
    return 'done';
  }
  const next = laneTo(lanes, destination);
  verifyOnward(context, next, payload);
  const from = { packet, client: lane.client };
  sendOnward(context, next, onwardPayload(next, record, payload), from);
  return 'pending';
}

/** @throws ROUTE_UNKNOWN */
function laneTo(lanes: Lanes, destination: string): Lane {
  const route = lanes.route(destination);
  if (route === undefined) throw relayError('ROUTE_UNKNOWN', { chain: destination });
  return requireLane(lanes, route.client);
}

/** The active record, with the newest head where the home chain sends it. @throws LOCATION_LATER RESOURCE_FROZEN RESOURCE_HALTED */
function bringUpToDate(
  context: ExecutionContext,
  lane: Lane,
  { resourceId, dynamic }: TransferPayload,
): ResourceRecord {
  const { state } = context;
  if (readResource(state, resourceId) === undefined) {
    throw relayError('LOCATION_LATER', { client: lane.client, resource: toHex(resourceId) });
  }
  const record = requireActive(state, resourceId);
  if (dynamic === undefined || record.origin.home !== lane.state.chainId) return record;
  adoptDynamicHead(state, resourceId, record, dynamic);
  return requireResource(state, resourceId);
}

/** The transfer ends on the main chain. @throws ACCOUNT_NOT_ADMITTED */
function arriveHere(
  context: ExecutionContext,
  lane: Lane,
  packet: Packet,
  { resourceId, quantity, receiver }: TransferPayload,
): void {
  requireAdmitted(context, receiver);
  move(context, resourceId, quantity, locatedAt(lane.client), locatedAt(MAIN_LOCATION));
  credit(context, resourceId, receiver, quantity);
  returnFlow(context, lane.guards, resourceId, quantity);
  emit(context, 'transferDelivered', {
    client: lane.client,
    sequence: packet.sequence,
    subject: resourceId,
    quantity,
    account: receiver,
  });
}

/** Guards of the next hop. @throws LANE_PAUSED LANE_LEAST_QUANTITY FORWARD_TIME */
function verifyOnward(
  context: ExecutionContext,
  { client, guards }: Lane,
  { quantity, deadlineSeconds }: TransferPayload,
): void {
  requireOpenLane(context, guards);
  requireLeastQuantity(guards, quantity);
  const now = nowSeconds(context);
  const least = guards.rules.leastRemainingSeconds;
  if (deadlineSeconds <= now || deadlineSeconds - now < least) {
    throw relayError('FORWARD_TIME', { client, deadlineSeconds, nowSeconds: now, least });
  }
}

/**
 * The payload of hop b: origin where the next chain may need it, the main chain's own newest head.
 * Never frozen: a home chain taken over would freeze what others hold.
 */
function onwardPayload(
  next: Lane,
  record: ResourceRecord,
  payload: TransferPayload,
): TransferPayload {
  const isHome = record.origin.home === next.state.chainId;
  return {
    ...payload,
    frozen: false,
    origin: isHome ? undefined : record.origin,
    destination: undefined,
    dynamic: isHome ? undefined : dynamicOf(record),
  };
}

/** Books in transit, commits packet b, remembers packet a. @throws LANE_LIMIT */
function sendOnward(
  context: ExecutionContext,
  next: Lane,
  payload: TransferPayload,
  from: { readonly packet: Packet; readonly client: string },
): void {
  const { resourceId, quantity, receiver } = payload;
  spendFlow(context, next.guards, resourceId, quantity, nextSequence(context.state, next.client));
  move(context, resourceId, quantity, locatedAt(from.client), inTransitTo(next.client));
  const { sequence } = sendHop(context, next, payload);
  writeRecord(context.state, forwardKey(next.client, sequence), forwardRecordCodec, {
    outcome: 'pending',
    client: from.client,
    sequence: from.packet.sequence,
    packet: from.packet,
  });
  emit(context, 'packetForwarded', {
    client: next.client,
    sequence,
    subject: resourceId,
    quantity,
    account: receiver,
    origin: `${from.client}/${from.packet.sequence}`,
  });
}

/** Commits a hop that times out at the transfer's deadline, at most 24 hours ahead. */
function sendHop(context: ExecutionContext, next: Lane, payload: TransferPayload): Packet {
  const most = nowSeconds(context) + MAX_TIMEOUT_SECONDS;
  const isFar = payload.deadlineSeconds > most;
  const timeout = isFar ? most : payload.deadlineSeconds;
  return sendPacket(context, next, TRANSFER_PORT, encode(transferPayloadCodec, payload), timeout);
}

/**
 * Message send on the main chain: one hop, straight to the chain behind `client`.
 * @throws CLIENT_* ROUTE_UNKNOWN QUANTITY_ZERO RESOURCE_* ACCOUNT_NOT_ADMITTED PACKET_* LANE_*
 * TRANSFER_DESTINATION FORWARD_TIME HOLDING_INSUFFICIENT ID_CHAIN
 */
export function sendFromMain(
  context: ExecutionContext,
  sender: Uint8Array,
  message: MessageOf<'send'>,
): undefined {
  const { resourceId, quantity, receiver, destination, timeoutSeconds, deadlineSeconds } = message;
  const lanes = createLanes(context);
  const next = laneTo(lanes, parseChainId(destination));
  if (next.client !== message.client) throw relayError('TRANSFER_DESTINATION', { destination });
  requireQuantity(quantity);
  const record = requireActive(context.state, resourceId);
  requireAdmitted(context, sender);
  verifyTimes(context, timeoutSeconds, deadlineSeconds);
  const payload = onwardPayload(next, record, {
    resourceId,
    quantity,
    sender,
    receiver,
    deadlineSeconds: timeoutSeconds,
    frozen: false,
    origin: undefined,
    destination: undefined,
    dynamic: undefined,
    memo: message.memo === '' ? undefined : message.memo,
  });
  verifyOnward(context, next, payload);
  debit(context, resourceId, sender, quantity);
  spendFlow(context, next.guards, resourceId, quantity, nextSequence(context.state, next.client));
  move(context, resourceId, quantity, locatedAt(MAIN_LOCATION), inTransitTo(next.client));
  const { sequence } = sendHop(context, next, payload);
  const { client } = next;
  emit(context, 'packetSent', { client, sequence, subject: resourceId, quantity, account: sender });
  return undefined;
}

/** Packet b has ended: books, then the answer to A, or the sender here gets it back. */
function settled(
  context: ExecutionContext,
  lanes: Lanes,
  lane: Lane,
  packet: Packet,
  ending: Ending,
): void {
  const payload = decode(transferPayloadCodec, payloadValue(packet), 'transfer');
  const { resourceId, quantity } = payload;
  const key = forwardKey(lane.client, packet.sequence);
  const record = readRecord(context.state, key, forwardRecordCodec);
  const back = record?.client ?? MAIN_LOCATION;
  const place = ending === 'delivered' ? lane.client : back;
  move(context, resourceId, quantity, inTransitTo(lane.client), locatedAt(place));
  if (ending !== 'delivered') {
    giveBackFlow(context, lane.guards, resourceId, quantity, packet.sequence);
  }
  if (record === undefined) {
    if (ending !== 'delivered') credit(context, resourceId, payload.sender, quantity);
  } else {
    answer(context, lanes, record, payload, ending);
    writeRecord(context.state, key, forwardRecordCodec, {
      ...record,
      outcome: ending,
      packet: undefined,
    });
  }
  emitEnding(context, lane, packet, payload, ending, record);
}

/** Acknowledges packet a. */
function answer(
  context: ExecutionContext,
  lanes: Lanes,
  record: ForwardRecord,
  { resourceId, quantity }: TransferPayload,
  ending: Ending,
): void {
  if (record.packet === undefined) return;
  const success = ending === 'delivered';
  writeAcknowledgement(
    context,
    record.packet,
    success ? SUCCESS_ACKNOWLEDGEMENT : ERROR_ACKNOWLEDGEMENT,
  );
  if (success) returnFlow(context, lanes.of(record.client).guards, resourceId, quantity);
}

/** `client` and `sequence` are packet b's, `origin` packet a's. */
function emitEnding(
  context: ExecutionContext,
  { client }: Lane,
  { sequence }: Packet,
  { resourceId, quantity, sender, receiver }: TransferPayload,
  ending: Ending,
  record: ForwardRecord | undefined,
): void {
  const delivered = ending === 'delivered';
  emit(context, delivered ? 'transferDelivered' : 'transferRefunded', {
    client,
    sequence,
    subject: resourceId,
    quantity,
    account: delivered ? receiver : sender,
    code: endingCode(ending),
    origin: record === undefined ? '' : `${record.client}/${record.sequence}`,
  });
}
