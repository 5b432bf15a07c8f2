/**
 * Double counting: of one metering point, no interval is issued for twice, whichever chain it comes
 * through. docs/protocol.md#metering
 *
 * metering/<point commitment> → count(2) ‖ intervals, each start(8) ‖ end(8): [start, end) in Unix
 * seconds, ascending, disjoint, touching ones merged, at most 64.
 */
import { type Codec, list, type StructOf, struct, u64 } from '../../../schemas/codec/codec.ts';
import { toHex } from '../../../schemas/hash.ts';
import { meteringKey } from '../../../schemas/wire/state-keys.ts';
import { readRecord, type State, writeRecord } from '../../ledger/state.ts';
import { relayError } from '../errors.ts';

/** Most separate intervals of one point. */
export const MAX_INTERVALS = 64;

const intervalFields = { start: u64, end: u64 };
/** [start, end) in Unix seconds. */
export type Interval = StructOf<typeof intervalFields>;
export const coverageCodec: Codec<readonly Interval[]> = list(
  struct(intervalFields),
  MAX_INTERVALS,
);

/** Marks an interval of a point as issued for. @throws METERING_OVERLAP METERING_FULL */
export function coverInterval(state: State, point: Uint8Array, added: Interval): void {
  const key = meteringKey(point);
  const covered = readRecord(state, key, coverageCodec) ?? [];
  const after: Interval[] = [];
  let open = added;
  for (const each of covered) {
    if (each.start < open.end && open.start < each.end) {
      throw relayError('METERING_OVERLAP', {
        point: toHex(point),
        start: each.start,
        end: each.end,
      });
    }
    if (each.end === open.start) open = { start: each.start, end: open.end };
    else if (each.start === open.end) open = { start: open.start, end: each.end };
    else after.push(each);
  }
  after.push(open);
  after.sort((left, right) => (left.start < right.start ? -1 : 1));
  if (after.length > MAX_INTERVALS) throw relayError('METERING_FULL', { point: toHex(point) });
  writeRecord(state, key, coverageCodec, after);
}
