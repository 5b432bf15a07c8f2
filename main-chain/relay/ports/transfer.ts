/**
 * Port `transfer` on a side chain: holdings leave to the main chain and come in from it. At home the
 * outstanding ledger keeps sent − returned and refuses a return above it. docs/protocol.md#transfer
 *
 * outstanding/<resource> → quantity(16), home chain only.
 */
import { decode, encode } from '../../../schemas/codec/codec.ts';
import { toHex } from '../../../schemas/hash.ts';
import { parseChainId } from '../../../schemas/ids.ts';
import { kindOf } from '../../../schemas/resource/registry.ts';
import type { MessageOf } from '../../../schemas/wire/message.ts';
import type { Packet } from '../../../schemas/wire/packet.ts';
import { outstandingKey } from '../../../schemas/wire/state-keys.ts';
import {
  type DynamicHead,
  TRANSFER_PORT,
  type TransferPayload,
  transferPayloadCodec,
} from '../../../schemas/wire/transfer.ts';
import { requireAdmitted } from '../../ledger/accounts.ts';
import { type ExecutionContext, emit } from '../../ledger/context.ts';
import { addQuantity, credit, debit, requireQuantity } from '../../ledger/holdings.ts';
import {
  adoptDynamicHead,
  createResource,
  type ResourceRecord,
  readResource,
  requireActive,
  writeResource,
} from '../../ledger/resources.ts';
import { readQuantity, writeQuantity } from '../../ledger/state.ts';
import { relayError } from '../errors.ts';
import {
  giveBackFlow,
  requireLeastQuantity,
  requireOpenLane,
  returnFlow,
  spendFlow,
} from '../guards.ts';
import { createLanes, type Lane, type Lanes, requireLane } from '../lanes.ts';
import { sendPacket, verifyTimes } from '../packets.ts';
import { type Ending, endingCode, type Port, payloadValue } from './port.ts';

/** Port `transfer` of a side chain. */
export const transferPort: Port = { receive, settled };

/** Decodes a payload and checks what both ends check. @throws CODEC_* QUANTITY_ZERO PACKET_DEADLINE */
export function readTransfer(packet: Packet): TransferPayload {
  const payload = decode(transferPayloadCodec, payloadValue(packet), 'transfer');
  requireQuantity(payload.quantity);
  if (packet.timeoutSeconds > payload.deadlineSeconds) {
    throw relayError('PACKET_DEADLINE', {
      timeoutSeconds: packet.timeoutSeconds,
      deadlineSeconds: payload.deadlineSeconds,
    });
  }
  return payload;
}

/** The dynamic head a packet carries of a resource, or undefined where nothing was appended yet. */
export function dynamicOf(record: ResourceRecord): DynamicHead | undefined {
  if (record.dynamicIndex === 0n) return undefined;
  return { index: record.dynamicIndex, head: record.dynamicHead };
}

/**
 * Message send on a side chain: the owner's quantity leaves, the packet is committed.
 * @throws CLIENT_* QUANTITY_ZERO RESOURCE_* ACCOUNT_NOT_ADMITTED PACKET_* LANE_* TRANSFER_DESTINATION
 * HOLDING_INSUFFICIENT ID_CHAIN
 */
export function sendFromSide(
  context: ExecutionContext,
  sender: Uint8Array,
  message: MessageOf<'send'>,
): undefined {
  const { resourceId, quantity, receiver, destination, timeoutSeconds, deadlineSeconds } = message;
  const lane = requireLane(createLanes(context), message.client);
  requireQuantity(quantity);
  const record = requireActive(context.state, resourceId);
  requireAdmitted(context, sender);
  verifyTimes(context, timeoutSeconds, deadlineSeconds);
  if (parseChainId(destination) === context.chain.chainId) {
    throw relayError('TRANSFER_DESTINATION', { destination });
  }
  requireOpenLane(context, lane.guards);
  requireLeastQuantity(lane.guards, quantity);
  debit(context, resourceId, sender, quantity);
  if (isHome(context, record)) addOutstanding(context, resourceId, quantity);
  const payload: TransferPayload = {
    resourceId,
    quantity,
    sender,
    receiver,
    deadlineSeconds,
    frozen: false,
    origin: undefined,
    destination,
    dynamic: dynamicOf(record),
    memo: message.memo === '' ? undefined : message.memo,
  };
  const value = encode(transferPayloadCodec, payload);
  const { sequence } = sendPacket(context, lane, TRANSFER_PORT, value, timeoutSeconds);
  spendFlow(context, lane.guards, resourceId, quantity, sequence);
  emit(context, 'packetSent', {
    client: lane.client,
    sequence,
    subject: resourceId,
    quantity,
    account: sender,
  });
  return undefined;
}

function receive(context: ExecutionContext, _lanes: Lanes, lane: Lane, packet: Packet): 'done' {
  const payload = readTransfer(packet);
  const { resourceId, quantity, receiver, destination } = payload;
  requireOpenLane(context, lane.guards);
  if (destination !== undefined && destination !== context.chain.chainId) {
    throw relayError('TRANSFER_DESTINATION', { destination });
  }
  requireAdmitted(context, receiver);
  takeIn(context, payload);
  credit(context, resourceId, receiver, quantity);
  returnFlow(context, lane.guards, resourceId, quantity);
  const { client } = lane;
  const { sequence } = packet;
  const facts = { client, sequence, subject: resourceId, quantity, account: receiver };
  emit(context, 'packetReceived', facts);
  emit(context, 'transferDelivered', facts);
  return 'done';
}

/** Makes the resource known or brings it up to date; counts a return at home. */
function takeIn(context: ExecutionContext, payload: TransferPayload): void {
  const { resourceId, quantity, origin, dynamic, frozen } = payload;
  const { state } = context;
  const known = readResource(state, resourceId);
  if (known === undefined) {
    if (origin === undefined || origin.home === context.chain.chainId) {
      throw relayError('TRANSFER_ORIGIN', { resource: toHex(resourceId) });
    }
    const record = createResource(context, resourceId, origin, kindOf(origin.kind).unit, frozen);
    if (dynamic !== undefined) adoptDynamicHead(state, resourceId, record, dynamic);
    return;
  }
  const record = requireActive(state, resourceId);
  if (isHome(context, record)) {
    takeOutstanding(context, resourceId, quantity);
    return;
  }
  if (dynamic !== undefined) adoptDynamicHead(state, resourceId, record, dynamic);
  if (frozen) freezeArrived(context, resourceId);
}

/** A resource that arrives frozen is frozen here too. */
function freezeArrived(context: ExecutionContext, resourceId: Uint8Array): void {
  const record = requireActive(context.state, resourceId);
  writeResource(context.state, resourceId, { ...record, status: 'frozen' });
  emit(context, 'resourceFrozen', { subject: resourceId });
}

/** Credits the sender's internal balance again where the packet was not delivered; calls nobody. */
function settled(
  context: ExecutionContext,
  _lanes: Lanes,
  lane: Lane,
  packet: Packet,
  ending: Ending,
): void {
  if (ending === 'delivered') return;
  const payload = decode(transferPayloadCodec, payloadValue(packet), 'transfer');
  const { resourceId, quantity, sender } = payload;
  const record = readResource(context.state, resourceId);
  credit(context, resourceId, sender, quantity);
  if (record !== undefined && isHome(context, record)) {
    takeOutstanding(context, resourceId, quantity);
  }
  giveBackFlow(context, lane.guards, resourceId, quantity, packet.sequence);
  emit(context, 'transferRefunded', {
    client: lane.client,
    sequence: packet.sequence,
    subject: resourceId,
    quantity,
    account: sender,
    code: endingCode(ending),
  });
}

function isHome(context: ExecutionContext, record: ResourceRecord): boolean {
  return record.origin.home === context.chain.chainId;
}

function addOutstanding(context: ExecutionContext, resourceId: Uint8Array, quantity: bigint): void {
  const key = outstandingKey(resourceId);
  const sum = addQuantity(readQuantity(context.state, key), quantity);
  writeQuantity(context.state, key, sum);
}

/** @throws OUTSTANDING_EXCEEDED when more would return than was sent */
function takeOutstanding(
  context: ExecutionContext,
  resourceId: Uint8Array,
  quantity: bigint,
): void {
  const key = outstandingKey(resourceId);
  const outstanding = readQuantity(context.state, key);
  if (quantity > outstanding) {
    throw relayError('OUTSTANDING_EXCEEDED', { quantity, outstanding });
  }
  writeQuantity(context.state, key, outstanding - quantity);
}
