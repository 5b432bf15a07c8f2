/**
 * Port `retirement`: final where it happens, booked on the main chain from the holding chain to
 * retired. Pause, limit and freeze do not touch it. docs/protocol.md#retirement
 */
import { decode, encode } from '../../../schemas/codec/codec.ts';
import { toHex } from '../../../schemas/hash.ts';
import type { MessageOf } from '../../../schemas/wire/message.ts';
import type { Packet } from '../../../schemas/wire/packet.ts';
import {
  RETIREMENT_PORT,
  type RetirementPayload,
  retirementPayloadCodec,
} from '../../../schemas/wire/transfer.ts';
import { requireAdmitted } from '../../ledger/accounts.ts';
import { type ExecutionContext, emit, nowSeconds } from '../../ledger/context.ts';
import { debit, requireQuantity } from '../../ledger/holdings.ts';
import { readResource, requireNotHalted, requireResource } from '../../ledger/resources.ts';
import { relayError } from '../errors.ts';
import { type Lane, type Lanes, requireRegistered } from '../lanes.ts';
import { locatedAt, MAIN_LOCATION, move, RETIRED, requireLocated } from '../locations.ts';
import { MAX_TIMEOUT_SECONDS, sendPacket } from '../packets.ts';
import { requireMainLane } from './main-lane.ts';
import { type Ending, type Port, payloadValue } from './port.ts';
import { keepForResend } from './resend.ts';

/** Port `retirement` of the main chain. */
export const bookingPort: Port = { receive: receiveRetirement };

/** Port `retirement` of a side chain: only sends. */
export const retiringPort: Port = { settled: settleRetirement };

/**
 * Message retire, by the owner: for good, for a named consumer. On the main chain booked at once,
 * else by packet. @throws QUANTITY_ZERO RESOURCE_UNKNOWN ACCOUNT_NOT_ADMITTED HOLDING_INSUFFICIENT CLIENT_*
 */
export function retire(
  context: ExecutionContext,
  sender: Uint8Array,
  message: MessageOf<'retire'>,
): undefined {
  const { resourceId, quantity, beneficiary, purpose } = message;
  requireQuantity(quantity);
  requireResource(context.state, resourceId);
  requireAdmitted(context, sender);
  debit(context, resourceId, sender, quantity);
  emit(context, 'retired', { subject: resourceId, quantity, account: sender });
  const payload: RetirementPayload = { resourceId, quantity, owner: sender, beneficiary, purpose };
  if (context.chain.genesis.kind === 'main') {
    requireNotHalted(context, resourceId);
    book(context, MAIN_LOCATION, 0n, payload);
    return undefined;
  }
  const lane = requireMainLane(context);
  const value = encode(retirementPayloadCodec, payload);
  const timeout = nowSeconds(context) + MAX_TIMEOUT_SECONDS;
  const { sequence } = sendPacket(context, lane, RETIREMENT_PORT, value, timeout);
  const { client } = lane;
  emit(context, 'packetSent', { client, sequence, subject: resourceId, quantity, account: sender });
  return undefined;
}

function receiveRetirement(
  context: ExecutionContext,
  lanes: Lanes,
  lane: Lane,
  packet: Packet,
): 'done' {
  requireRegistered(lanes, lane);
  const payload = decode(retirementPayloadCodec, payloadValue(packet), 'retirement');
  const { resourceId, quantity } = payload;
  requireQuantity(quantity);
  const record = readResource(context.state, resourceId);
  if (record === undefined) {
    throw relayError('LOCATION_LATER', { client: lane.client, resource: toHex(resourceId) });
  }
  requireNotHalted(context, resourceId);
  const isHome = record.origin.home === lane.state.chainId;
  requireLocated(context, resourceId, lane.client, quantity, isHome);
  book(context, lane.client, packet.sequence, payload);
  return 'done';
}

function book(
  context: ExecutionContext,
  client: string,
  sequence: bigint,
  { resourceId, quantity, owner }: RetirementPayload,
): void {
  move(context, resourceId, quantity, locatedAt(client), RETIRED);
  emit(context, 'retirementBooked', {
    client,
    sequence,
    subject: resourceId,
    quantity,
    account: owner,
  });
}

/** The retirement is anchored, or kept to be sent again. */
function settleRetirement(
  context: ExecutionContext,
  _lanes: Lanes,
  lane: Lane,
  packet: Packet,
  ending: Ending,
): void {
  if (ending !== 'delivered') {
    keepForResend(context, packet);
    return;
  }
  const payload = decode(retirementPayloadCodec, payloadValue(packet), 'retirement');
  emit(context, 'retirementBooked', {
    client: lane.client,
    sequence: packet.sequence,
    subject: payload.resourceId,
    quantity: payload.quantity,
    account: payload.owner,
  });
}
