/**
 * Guards of a lane, in line with every send and receive: pause (by rule, or one hour by any guardian),
 * least quantity, net-outflow limit per resource and window. docs/protocol.md#guards
 *
 * Lane record under `lane/<client>`: client text(64) ‖ paused(1) ‖ leastQuantity(16) ‖
 * outflowLimit(16) ‖ windowSeconds(8) ‖ leastRemainingSeconds(8) ‖ pausedUntilSeconds(8).
 * Flow under `flow/<client>/<resource>`: window start(8) ‖ used(16) ‖ first sequence of the window(8).
 * Windows start at multiples of their length. What comes in over the lane lowers `used`, not below
 * zero; a refund gives back what its packet used, if it was sent in the current window.
 */
import { type Codec, type StructOf, struct, u64, u128 } from '../../schemas/codec/codec.ts';
import { equalBytes } from '../../schemas/hash.ts';
import { formatAddress } from '../../schemas/ids.ts';
import { type LaneRules, laneRulesCodec } from '../../schemas/wire/action.ts';
import type { MessageOf } from '../../schemas/wire/message.ts';
import { flowKey, guardianKey, laneKey } from '../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit, nowSeconds } from '../ledger/context.ts';
import { readRecord, readU64, type State, writeRecord, writeU64 } from '../ledger/state.ts';
import { requireClient } from './clients/client-state.ts';
import { relayError } from './errors.ts';

/** How long a guardian pauses a lane, and how long he then has to wait, in seconds. */
export const GUARDIAN_PAUSE_SECONDS = 3600n;
export const GUARDIAN_REST_SECONDS = 86_400n;

/** The rules of a lane, and until when a guardian has paused it (0: never did). */
export interface LaneRecord {
  readonly rules: LaneRules;
  readonly pausedUntilSeconds: bigint;
}

/** Lane rules, then pausedUntilSeconds(8). */
export const laneRecordCodec: Codec<LaneRecord> = {
  write(writer, { rules, pausedUntilSeconds }) {
    laneRulesCodec.write(writer, rules);
    writer.u64(pausedUntilSeconds);
  },
  read: (reader, field) => ({
    rules: laneRulesCodec.read(reader, field),
    pausedUntilSeconds: reader.u64('pausedUntilSeconds'),
  }),
};

const flowFields = { windowStart: u64, used: u128, firstSequence: u64 };
type Flow = StructOf<typeof flowFields>;
const flowCodec: Codec<Flow> = struct(flowFields);

/** The record of a lane; one without a record is open and unlimited. */
export function readLaneRecord(state: State, client: string): LaneRecord {
  return (
    readRecord(state, laneKey(client), laneRecordCodec) ?? {
      rules: {
        client,
        paused: false,
        leastQuantity: 0n,
        outflowLimit: 0n,
        windowSeconds: 0n,
        leastRemainingSeconds: 0n,
      },
      pausedUntilSeconds: 0n,
    }
  );
}

/** @throws LANE_PAUSED by rule or by a guardian */
export function requireOpenLane(context: ExecutionContext, record: LaneRecord): void {
  const { rules, pausedUntilSeconds } = record;
  if (rules.paused || nowSeconds(context) < pausedUntilSeconds) {
    throw relayError('LANE_PAUSED', { client: rules.client });
  }
}

/** @throws LANE_LEAST_QUANTITY */
export function requireLeastQuantity({ rules }: LaneRecord, quantity: bigint): void {
  if (quantity < rules.leastQuantity) {
    throw relayError('LANE_LEAST_QUANTITY', { quantity, least: rules.leastQuantity });
  }
}

/** Counts what packet `sequence` takes out over the lane. @throws LANE_LIMIT */
export function spendFlow(
  context: ExecutionContext,
  { rules }: LaneRecord,
  resourceId: Uint8Array,
  quantity: bigint,
  sequence: bigint,
): void {
  if (!isLimited(rules)) return;
  const flow = currentFlow(context, rules, resourceId) ?? {
    windowStart: windowStart(context, rules),
    used: 0n,
    firstSequence: sequence,
  };
  const used = flow.used + quantity;
  if (used > rules.outflowLimit) {
    throw relayError('LANE_LIMIT', { client: rules.client, used, limit: rules.outflowLimit });
  }
  writeRecord(context.state, flowKey(rules.client, resourceId), flowCodec, { ...flow, used });
}

/** Gives back what a failed packet used; of an earlier window nothing is left to give. */
export function giveBackFlow(
  context: ExecutionContext,
  { rules }: LaneRecord,
  resourceId: Uint8Array,
  quantity: bigint,
  sequence: bigint,
): void {
  if (isLimited(rules)) lowerFlow(context, rules, resourceId, quantity, sequence);
}

/** Counts what came in over the lane for good. */
export function returnFlow(
  context: ExecutionContext,
  { rules }: LaneRecord,
  resourceId: Uint8Array,
  quantity: bigint,
): void {
  if (isLimited(rules)) lowerFlow(context, rules, resourceId, quantity, undefined);
}

function lowerFlow(
  context: ExecutionContext,
  rules: LaneRules,
  resourceId: Uint8Array,
  quantity: bigint,
  sequence: bigint | undefined,
): void {
  const flow = currentFlow(context, rules, resourceId);
  if (flow === undefined || (sequence !== undefined && sequence < flow.firstSequence)) return;
  const used = flow.used > quantity ? flow.used - quantity : 0n;
  writeRecord(context.state, flowKey(rules.client, resourceId), flowCodec, { ...flow, used });
}

function isLimited({ outflowLimit, windowSeconds }: LaneRules): boolean {
  return outflowLimit > 0n && windowSeconds > 0n;
}

function windowStart(context: ExecutionContext, { windowSeconds }: LaneRules): bigint {
  const now = nowSeconds(context);
  return now - (now % windowSeconds);
}

function currentFlow(
  context: ExecutionContext,
  rules: LaneRules,
  resourceId: Uint8Array,
): Flow | undefined {
  const flow = readRecord(context.state, flowKey(rules.client, resourceId), flowCodec);
  return flow?.windowStart === windowStart(context, rules) ? flow : undefined;
}

/** Action setLane: replaces the rules and ends a guardian's pause. @throws CLIENT_UNKNOWN */
export function setLane(context: ExecutionContext, rules: LaneRules): void {
  const { client } = rules;
  requireClient(context.state, client);
  const before = readLaneRecord(context.state, client);
  const wasPaused = before.rules.paused || nowSeconds(context) < before.pausedUntilSeconds;
  writeLane(context.state, { rules: laneRulesOf(rules), pausedUntilSeconds: 0n });
  if (rules.paused !== wasPaused)
    emit(context, rules.paused ? 'lanePaused' : 'laneResumed', { client });
}

/** Message guardPause: one guardian, one lane, one hour, once a day. @throws GUARDIAN_UNKNOWN GUARDIAN_SPENT CLIENT_UNKNOWN */
export function guardPause(
  context: ExecutionContext,
  sender: Uint8Array,
  { client }: MessageOf<'guardPause'>,
): undefined {
  const { chain, state } = context;
  if (!chain.genesis.guardians.some((guardian) => equalBytes(guardian, sender))) {
    throw relayError('GUARDIAN_UNKNOWN', { account: formatAddress(sender) });
  }
  requireClient(state, client);
  const now = nowSeconds(context);
  const last = readU64(state, guardianKey(sender));
  if (last > 0n && now < last + GUARDIAN_REST_SECONDS) {
    throw relayError('GUARDIAN_SPENT', { againAtSeconds: last + GUARDIAN_REST_SECONDS });
  }
  writeU64(state, guardianKey(sender), now);
  const record = readLaneRecord(state, client);
  writeLane(state, { ...record, pausedUntilSeconds: now + GUARDIAN_PAUSE_SECONDS });
  emit(context, 'lanePaused', { client, account: sender });
  return undefined;
}

function laneRulesOf(rules: LaneRules): LaneRules {
  const { client, paused, leastQuantity, outflowLimit, windowSeconds, leastRemainingSeconds } =
    rules;
  return { client, paused, leastQuantity, outflowLimit, windowSeconds, leastRemainingSeconds };
}

function writeLane(state: State, record: LaneRecord): void {
  writeRecord(state, laneKey(record.rules.client), laneRecordCodec, record);
}
