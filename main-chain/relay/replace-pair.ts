/**
 * The way out after a reorganisation: a closed pair gets a successor with new ids and sequences from 1;
 * its orphaned packets are ended as the proposal says, and what the chain lost is written off its
 * location. docs/protocol.md#client-life
 */
import { binaryBytes, toHex } from '../../schemas/hash.ts';
import type { ActionOf, Orphan, WriteOff } from '../../schemas/wire/action.ts';
import { MAIN_CLIENT_KEY, routeKey } from '../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit } from '../ledger/context.ts';
import { requireQuantity } from '../ledger/holdings.ts';
import { writeRecord } from '../ledger/state.ts';
import { requireClient } from './clients/client-state.ts';
import { requireClosed, writeClosed } from './clients/closed.ts';
import { initialiseClient } from './clients/create-client.ts';
import { relayError } from './errors.ts';
import { inheritLane } from './guards.ts';
import { createLanes } from './lanes.ts';
import { locatedAt, move, OUTSIDE, readLocation } from './locations.ts';
import { advanceSettled, endOrphan } from './packets.ts';
import { portsOf } from './ports/ports.ts';
import { readRoute, requireMainChain, routeRecordCodec } from './routes.ts';

/**
 * Action replacePair: a successor of a closed client, of the same chain; route, location, rules and
 * limits go over to it. @throws CLIENT_UNKNOWN CLIENT_NOT_CLOSED CLIENT_EXISTS CLIENT_SPEC
 * CLIENT_TRUSTING_PERIOD ID_CLIENT and as settleOrphans
 */
export function replacePair(context: ExecutionContext, action: ActionOf<'replacePair'>): void {
  const { client, successor, counterpartyClient, orphans, writeOffs } = action;
  const { state, chain } = context;
  const { chainId, genesisHash } = requireClient(state, client);
  const closed = requireClosed(state, client);
  if (closed.successor !== '') throw relayError('CLIENT_EXISTS', { client: closed.successor });
  const height = initialiseClient(context, {
    client: successor,
    counterpartyClient,
    chainId,
    genesisHash,
    trustingPeriodSeconds: action.trustingPeriodSeconds,
    maxClockDriftSeconds: action.maxClockDriftSeconds,
    start: action.start,
  });
  writeClosed(state, client, successor);
  inheritLane(state, client, successor);
  const route = readRoute(state, chainId);
  if (route?.client === client) {
    writeRecord(state, routeKey(chainId), routeRecordCodec, { ...route, client: successor });
  }
  if (chain.genesis.kind === 'shard') state.set(MAIN_CLIENT_KEY, binaryBytes(successor));
  emit(context, 'clientCreated', {
    client: successor,
    sequence: height,
    subject: genesisHash,
  });
  endOrphans(context, client, orphans, writeOffs);
}

/**
 * Action settleOrphans: more of what a closed pair has left behind.
 * @throws CLIENT_UNKNOWN CLIENT_NOT_CLOSED PACKET_CLIENTS PACKET_UNKNOWN PACKET_ALREADY_SETTLED
 * PACKET_COMMITMENT LOCATION_EXCEEDED CHAIN_KIND QUANTITY_ZERO OUTSTANDING_EXCEEDED
 */
export function settleOrphans(
  context: ExecutionContext,
  { client, orphans, writeOffs }: ActionOf<'settleOrphans'>,
): void {
  requireClosed(context.state, client);
  endOrphans(context, client, orphans, writeOffs);
}

function endOrphans(
  context: ExecutionContext,
  client: string,
  orphans: readonly Orphan[],
  writeOffs: readonly WriteOff[],
): void {
  const lanes = createLanes(context);
  const lane = lanes.of(client);
  const ports = portsOf(context.chain);
  for (const { packet, ending } of orphans) {
    endOrphan(context, lanes, lane, packet, ending === 'delivered', ports);
  }
  if (orphans.length > 0) advanceSettled(context, client);
  for (const each of writeOffs) writeOff(context, client, each);
}

/** What is written off leaves the books; an issuer's cap is not given back. */
function writeOff(
  context: ExecutionContext,
  client: string,
  { resourceId, quantity }: WriteOff,
): void {
  requireMainChain(context);
  requireQuantity(quantity);
  const located = readLocation(context.state, resourceId, client);
  if (quantity > located) {
    throw relayError('LOCATION_EXCEEDED', { client, resource: toHex(resourceId), located });
  }
  move(context, resourceId, quantity, locatedAt(client), OUTSIDE);
  emit(context, 'locationWrittenOff', { client, subject: resourceId, quantity });
}
