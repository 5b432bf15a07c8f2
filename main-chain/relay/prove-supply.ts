/**
 * Message proveSupply, the proof of supply: what a side chain's state says it holds is compared with
 * what the main chain's books allow; more of it raises an alarm and pauses the lane. Anyone may send
 * it. docs/protocol.md#proof-of-supply
 *
 * receivedHeight/<client> → height(8) of the newest outbox a packet of that chain came from: an older
 * state still holds what has come in since, and would raise false alarms.
 */
import type { MessageOf, ProvenSupply } from '../../schemas/wire/message.ts';
import { receivedHeightKey } from '../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit } from '../ledger/context.ts';
import { readResource } from '../ledger/resources.ts';
import { readU64, writeU64 } from '../ledger/state.ts';
import type { PacketFact } from './clients/client.ts';
import { updateClient } from './clients/update-client.ts';
import { relayError } from './errors.ts';
import { pauseLane } from './guards.ts';
import { createLanes, type Lane, requireLane } from './lanes.ts';
import { readLocation, readTransit } from './locations.ts';
import { requireMainChain } from './routes.ts';

/**
 * One code a resource: empty where it is within the books, LOCATION_LATER where its home chain holds
 * what is not registered yet, LOCATION_EXCEEDED where the alarm was raised.
 * @throws CHAIN_KIND BATCH_EMPTY SUPPLY_STALE CLIENT_* CONSENSUS_UNKNOWN PROOF_*
 */
export function proveSupply(
  context: ExecutionContext,
  _sender: Uint8Array,
  message: MessageOf<'proveSupply'>,
): readonly string[] {
  const { client, updates, height, supplies, proof } = message;
  requireMainChain(context);
  if (supplies.length === 0) throw relayError('BATCH_EMPTY');
  const { light, frozen } = updateClient(context, client, updates);
  if (frozen) return supplies.map(() => 'CLIENT_FROZEN');
  const lane = requireLane(createLanes(context), client);
  const newest = readU64(context.state, receivedHeightKey(client));
  if (height < newest) throw relayError('SUPPLY_STALE', { client, height, newest });
  const facts = supplies.map((each): PacketFact => ({ type: 'supply', ...each }));
  light.verifyFacts(context, lane, height, facts, proof);
  return supplies.map((supply) => judge(context, lane, supply));
}

/** Remembers how new a state packets were taken from; main chain only. */
export function noteReceived(
  context: ExecutionContext,
  client: string,
  outboxHeight: bigint,
): void {
  if (context.chain.genesis.kind !== 'main') return;
  const key = receivedHeightKey(client);
  if (outboxHeight > readU64(context.state, key)) writeU64(context.state, key, outboxHeight);
}

function judge(
  context: ExecutionContext,
  { client, state: { chainId } }: Lane,
  { resourceId, quantity }: ProvenSupply,
): string {
  const { state } = context;
  const allowed = readLocation(state, resourceId, client) + readTransit(state, resourceId, client);
  if (quantity <= allowed) return '';
  const record = readResource(state, resourceId);
  if (record === undefined || record.origin.home === chainId) return 'LOCATION_LATER';
  emit(context, 'supplyAlarm', {
    client,
    subject: resourceId,
    quantity: quantity - allowed,
    code: 'LOCATION_EXCEEDED',
  });
  pauseLane(context, client);
  return 'LOCATION_EXCEEDED';
}
