/**
 * Guards of a lane, in line with every send and receive: pause (by rule, or one hour by any guardian),
 * least quantity, net-outflow limit per resource and window. docs/protocol.md#guards
 *
 * Lane record under `lane/<client>`: client text(64) ‖ paused(1) ‖ leastQuantity(16) ‖
 * outflowLimit(16) ‖ windowSeconds(8) ‖ leastRemainingSeconds(8) ‖ pausedUntilSeconds(8).
 * Limit of one resource under `limit/<lane name>/<resource>`: outflowLimit(16) ‖ windowSeconds(8).
 * Flow under `flow/<lane name>/<resource>`: window start(8) ‖ used(16) ‖ first sequence of the window(8).
 * Windows start at multiples of their length. What comes in over the lane lowers `used`, not below
 * zero; a refund gives back what its packet used, if it was sent in the current window.
 */
import { type Codec, type StructOf, struct, u64, u128 } from '../../schemas/codec/codec.ts';
import { binaryBytes, binaryString, equalBytes } from '../../schemas/hash.ts';
import { formatAddress } from '../../schemas/ids.ts';
import {
  type ActionOf,
  type LaneRules,
  laneRulesCodec,
  type ResourceLimit,
} from '../../schemas/wire/action.ts';
import type { MessageOf } from '../../schemas/wire/message.ts';
import {
  flowKey,
  guardianKey,
  laneKey,
  laneNameKey,
  limitKey,
} from '../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit, nowSeconds } from '../ledger/context.ts';
import { readMembers } from '../ledger/governance/members.ts';
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

/** A lane's record and the name its limits and its place in the location ledger go by. */
export interface LaneGuards extends LaneRecord {
  readonly name: string;
}

const limitFields = { outflowLimit: u128, windowSeconds: u64 };
type Limit = StructOf<typeof limitFields>;
const limitCodec: Codec<Limit> = struct(limitFields);

const flowFields = { windowStart: u64, used: u128, firstSequence: u64 };
type Flow = StructOf<typeof flowFields>;
const flowCodec: Codec<Flow> = struct(flowFields);

/** The first client id of a lane: it stays when the pair is replaced. */
export function laneNameOf(state: State, client: string): string {
  const stored = state.get(laneNameKey(client));
  return stored === undefined ? client : binaryString(stored);
}

/** What guards a lane now. */
export function readLaneGuards(state: State, client: string): LaneGuards {
  return { ...readLaneRecord(state, client), name: laneNameOf(state, client) };
}

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
  { rules, name }: LaneGuards,
  resourceId: Uint8Array,
  quantity: bigint,
  sequence: bigint,
): void {
  const limit = limitOf(context.state, rules, name, resourceId);
  if (limit === undefined) return;
  const flow = currentFlow(context, limit, name, resourceId) ?? {
    windowStart: windowStart(context, limit),
    used: 0n,
    firstSequence: sequence,
  };
  const used = flow.used + quantity;
  if (used > limit.outflowLimit) {
    throw relayError('LANE_LIMIT', { client: rules.client, used, limit: limit.outflowLimit });
  }
  writeRecord(context.state, flowKey(name, resourceId), flowCodec, { ...flow, used });
}

/** Gives back what a failed packet used; of an earlier window nothing is left to give. */
export function giveBackFlow(
  context: ExecutionContext,
  guards: LaneGuards,
  resourceId: Uint8Array,
  quantity: bigint,
  sequence: bigint,
): void {
  lowerFlow(context, guards, resourceId, quantity, sequence);
}

/** Counts what came in over the lane for good. */
export function returnFlow(
  context: ExecutionContext,
  guards: LaneGuards,
  resourceId: Uint8Array,
  quantity: bigint,
): void {
  lowerFlow(context, guards, resourceId, quantity, undefined);
}

function lowerFlow(
  context: ExecutionContext,
  { rules, name }: LaneGuards,
  resourceId: Uint8Array,
  quantity: bigint,
  sequence: bigint | undefined,
): void {
  const limit = limitOf(context.state, rules, name, resourceId);
  if (limit === undefined) return;
  const flow = currentFlow(context, limit, name, resourceId);
  if (flow === undefined || (sequence !== undefined && sequence < flow.firstSequence)) return;
  const used = flow.used > quantity ? flow.used - quantity : 0n;
  writeRecord(context.state, flowKey(name, resourceId), flowCodec, { ...flow, used });
}

/** The resource's own limit, else the lane's; undefined where neither is set. */
function limitOf(
  state: State,
  rules: Limit,
  name: string,
  resourceId: Uint8Array,
): Limit | undefined {
  const limit = readRecord(state, limitKey(name, resourceId), limitCodec) ?? rules;
  return limit.outflowLimit > 0n && limit.windowSeconds > 0n ? limit : undefined;
}

function windowStart(context: ExecutionContext, { windowSeconds }: Limit): bigint {
  const now = nowSeconds(context);
  return now - (now % windowSeconds);
}

function currentFlow(
  context: ExecutionContext,
  limit: Limit,
  name: string,
  resourceId: Uint8Array,
): Flow | undefined {
  const flow = readRecord(context.state, flowKey(name, resourceId), flowCodec);
  return flow?.windowStart === windowStart(context, limit) ? flow : undefined;
}

/** Action setLimit: a limit for one resource, or back to the lane's. @throws CLIENT_UNKNOWN */
export function setLimit(context: ExecutionContext, action: ResourceLimit): void {
  const { client, resourceId, outflowLimit, windowSeconds } = action;
  requireClient(context.state, client);
  const key = limitKey(laneNameOf(context.state, client), resourceId);
  if (outflowLimit === 0n || windowSeconds === 0n) context.state.delete(key);
  else writeRecord(context.state, key, limitCodec, { outflowLimit, windowSeconds });
}

/** A resource's limit becomes no wider: the same window and no more in it, or a limit where none was. */
export function narrowsLimit(context: ExecutionContext, action: ResourceLimit): boolean {
  const { client, resourceId } = action;
  const { rules, name } = readLaneGuards(context.state, client);
  const clears = action.outflowLimit === 0n || action.windowSeconds === 0n;
  return isWithin(clears ? rules : action, limitOf(context.state, rules, name, resourceId));
}

/** No rule of the lane becomes wider, and no pause ends. */
export function narrowsLane(context: ExecutionContext, rules: ActionOf<'setLane'>): boolean {
  const { rules: before, pausedUntilSeconds } = readLaneRecord(context.state, rules.client);
  const wasPaused = before.paused || nowSeconds(context) < pausedUntilSeconds;
  const isLimited = before.outflowLimit > 0n && before.windowSeconds > 0n;
  return (
    (rules.paused || !wasPaused) &&
    rules.leastQuantity >= before.leastQuantity &&
    rules.leastRemainingSeconds >= before.leastRemainingSeconds &&
    isWithin(rules, isLimited ? before : undefined)
  );
}

function isWithin({ outflowLimit, windowSeconds }: Limit, before: Limit | undefined): boolean {
  if (before === undefined) return true;
  return (
    windowSeconds === before.windowSeconds &&
    outflowLimit > 0n &&
    outflowLimit <= before.outflowLimit
  );
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
  const { state } = context;
  if (!readMembers(context).guardians.some((guardian) => equalBytes(guardian, sender))) {
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

/** Pauses a lane by rule, as an alarm does. */
export function pauseLane(context: ExecutionContext, client: string): void {
  const { rules, pausedUntilSeconds } = readLaneRecord(context.state, client);
  if (rules.paused) return;
  const paused = laneRulesOf({ ...rules, client, paused: true });
  writeLane(context.state, { rules: paused, pausedUntilSeconds });
  emit(context, 'lanePaused', { client });
}

/** The rules and limits of a lane go over to the client that succeeds. */
export function inheritLane(state: State, client: string, successor: string): void {
  const { rules, pausedUntilSeconds } = readLaneRecord(state, client);
  writeLane(state, { rules: laneRulesOf({ ...rules, client: successor }), pausedUntilSeconds });
  state.set(laneNameKey(successor), binaryBytes(laneNameOf(state, client)));
}

function writeLane(state: State, record: LaneRecord): void {
  writeRecord(state, laneKey(record.rules.client), laneRecordCodec, record);
}
