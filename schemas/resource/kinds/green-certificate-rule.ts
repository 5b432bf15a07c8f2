/**
 * How many green certificates a generating unit earns in a calendar month: one per 1000 kWh, the
 * remainder carried over (国能发新能规〔2024〕67号). Negative power counts zero, blanks count zero and
 * are named. Exact integers: power is mW, energy is summed in mW·s and cut to whole Wh once a month.
 * docs/protocol.md#green-certificates
 */
import {
  type Certificates,
  certificates,
  type Milliwatts,
  type UnixSeconds,
  type Wh,
  wh,
} from '../../units.ts';
import { formatTime, monthInterval } from '../civil-time.ts';
import { resourceError } from '../errors.ts';

/** Energy of one certificate: 1000 kWh. */
export const WH_A_CERTIFICATE = 1_000_000n;

const MILLIWATT_SECONDS_A_WH = 3_600_000n;

/** Mean power of one interval, undefined where the reading is missing. */
export interface PowerReading {
  readonly start: UnixSeconds;
  readonly power: Milliwatts | undefined;
}

/** The readings of one unit for one calendar month, one after another without a gap. */
export interface PowerSeries {
  /** `YYYY-MM` */
  readonly month: string;
  readonly utcOffsetMinutes: number;
  readonly intervalSeconds: bigint;
  readonly readings: readonly PowerReading[];
}

/** A half-open interval of missing readings. */
export interface BlankInterval {
  readonly start: UnixSeconds;
  readonly end: UnixSeconds;
}

/** What a month gives; carryIn + energy = certificates × 1000 kWh + carryOut. */
export interface MonthlyCertificates {
  readonly month: string;
  readonly utcOffsetMinutes: number;
  readonly energy: Wh;
  readonly carryIn: Wh;
  readonly carryOut: Wh;
  readonly certificates: Certificates;
  /** Starts of the intervals whose power was negative and counted as zero: how many. */
  readonly negativeReadings: number;
  /** Start of every interval without a reading. */
  readonly blankReadings: readonly UnixSeconds[];
  /** The same, runs joined. */
  readonly blankIntervals: readonly BlankInterval[];
  /** The month as an interval: what a supply statement names. */
  readonly start: UnixSeconds;
  readonly end: UnixSeconds;
}

/**
 * The certificates of one month.
 * @throws RESOURCE_SERIES when readings leave a gap, overlap or miss the month's ends
 * @throws RESOURCE_CARRY when `carryIn` is a whole certificate or more
 * @throws RESOURCE_TIME
 */
export function monthlyCertificates(series: PowerSeries, carryIn: Wh): MonthlyCertificates {
  if (carryIn >= WH_A_CERTIFICATE) throw resourceError('RESOURCE_CARRY', { carryIn });
  const { start, end } = requireTiling(series);
  let milliwattSeconds = 0n;
  let negativeReadings = 0;
  const blankReadings: UnixSeconds[] = [];
  for (const reading of series.readings) {
    if (reading.power === undefined) blankReadings.push(reading.start);
    else if (reading.power < 0n) negativeReadings += 1;
    else milliwattSeconds += reading.power * series.intervalSeconds;
  }
  const energy = wh(milliwattSeconds / MILLIWATT_SECONDS_A_WH);
  const total = energy + carryIn;
  return {
    month: series.month,
    utcOffsetMinutes: series.utcOffsetMinutes,
    energy,
    carryIn,
    carryOut: wh(total % WH_A_CERTIFICATE),
    certificates: certificates(total / WH_A_CERTIFICATE),
    negativeReadings,
    blankReadings,
    blankIntervals: joinBlanks(blankReadings, series.intervalSeconds),
    start,
    end,
  };
}

/** `start/end` in UTC to the minute, the text the static group holds. */
export function formatBlankInterval(interval: BlankInterval): string {
  return `${minute(interval.start)}/${minute(interval.end)}`;
}

function minute(time: UnixSeconds): string {
  return `${formatTime(time).slice(0, 16)}Z`;
}

function requireTiling(series: PowerSeries): BlankInterval {
  const { start, end } = monthInterval(series.month, series.utcOffsetMinutes);
  let expected: bigint = start;
  for (const reading of series.readings) {
    if (reading.start !== expected) {
      throw resourceError('RESOURCE_SERIES', { at: reading.start, expected });
    }
    expected += series.intervalSeconds;
  }
  if (expected !== end) throw resourceError('RESOURCE_SERIES', { at: expected, expected: end });
  return { start, end };
}

function joinBlanks(starts: readonly UnixSeconds[], intervalSeconds: bigint): BlankInterval[] {
  const joined: BlankInterval[] = [];
  for (const start of starts) {
    const end = (start + intervalSeconds) as UnixSeconds;
    const last = joined.at(-1);
    if (last !== undefined && last.end === start) joined[joined.length - 1] = { ...last, end };
    else joined.push({ start, end });
  }
  return joined;
}
