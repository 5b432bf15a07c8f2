/**
 * Message settle, the only pruning there is: the sender proves that nothing it sent below a sequence
 * is pending; receipts and acknowledgements below it are deleted and those sequences refused for
 * ever. With them go our own forward records below what we have settled. docs/protocol.md#pruning
 *
 * prunedBelow/<client> → sequence(8); forwardsBelow/<client> → sequence(8).
 */
import type { MessageOf } from '../../schemas/wire/message.ts';
import { acknowledgementPath, receiptPath } from '../../schemas/wire/packet.ts';
import {
  forwardKey,
  forwardsBelowKey,
  prunedBelowKey,
  settledBelowKey,
} from '../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit } from '../ledger/context.ts';
import { readU64, writeU64 } from '../ledger/state.ts';
import { updateClient } from './clients/update-client.ts';
import { relayError } from './errors.ts';
import { createLanes, requireLane } from './lanes.ts';

/** Most sequences one transaction prunes. */
export const MAX_PRUNED = 2048n;

/** @throws SETTLE_NOTHING CLIENT_* CONSENSUS_UNKNOWN PROOF_* */
export function settle(
  context: ExecutionContext,
  _sender: Uint8Array,
  message: MessageOf<'settle'>,
): undefined {
  const { client, updates, height, settledBelow, proof } = message;
  const { light, frozen } = updateClient(context, client, updates);
  if (frozen) return undefined;
  const lane = requireLane(createLanes(context), client);
  light.verifyFacts(
    context,
    lane,
    height,
    [{ type: 'settledBelow', sequence: settledBelow }],
    proof,
  );
  const from = lane.prunedBelow;
  const to = least(settledBelow, from + MAX_PRUNED);
  if (to <= from) throw relayError('SETTLE_NOTHING', { client, prunedBelow: from, settledBelow });
  for (let sequence = from; sequence < to; sequence++) {
    context.state.delete(receiptPath(client, sequence));
    context.state.delete(acknowledgementPath(client, sequence));
  }
  writeU64(context.state, prunedBelowKey(client), to);
  pruneForwards(context, client);
  emit(context, 'pruned', { client, sequence: to });
  return undefined;
}

/** Records of forwards that have ended, below our own settledBelow on this lane. */
function pruneForwards({ state }: ExecutionContext, client: string): void {
  const from = readU64(state, forwardsBelowKey(client));
  const to = least(readU64(state, settledBelowKey(client)), from + MAX_PRUNED);
  if (to <= from) return;
  for (let sequence = from; sequence < to; sequence++) state.delete(forwardKey(client, sequence));
  writeU64(state, forwardsBelowKey(client), to);
}

function least(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}
