/**
 * Strict reader of the generation series: one power column of a CSV file as the readings of one
 * calendar month. Every refusal names its line. docs/protocol.md#green-certificates
 */
import { isTielineError } from '../../../schemas/errors.ts';
import { monthInterval, parseTime } from '../../../schemas/resource/civil-time.ts';
import type {
  PowerReading,
  PowerSeries,
} from '../../../schemas/resource/kinds/green-certificate-rule.ts';
import {
  type Milliwatts,
  type PowerUnit,
  parseMilliwatts,
  type UnixSeconds,
} from '../../../schemas/units.ts';
import { seriesError } from './errors.ts';

/** The layout of a series file and which of its columns is read. */
export interface SeriesLayout {
  /** All columns of the first line; the first is the time. */
  readonly columns: readonly string[];
  readonly column: string;
  readonly unit: PowerUnit;
  readonly intervalSeconds: bigint;
  /** Offset of the stamps from UTC; a stamp that carries an offset must carry this one. */
  readonly utcOffsetMinutes: number;
}

/** A start stamp: date, time to the minute, and on some series the offset from UTC. */
const STAMP = /^([0-9]{4}-[0-9]{2})-([0-9]{2}) ([0-9]{2}:[0-9]{2})([+-][0-9]{2}:[0-9]{2})?$/;

/**
 * The readings of one column. The month is the one of the first stamp.
 * @throws SERIES_HEADER SERIES_ROW SERIES_ORDER, each with the line number from 1
 */
export function readSeries(csv: string, layout: SeriesLayout): PowerSeries {
  const lines = csv.split('\n');
  if (lines[0] !== layout.columns.join(',')) throw seriesError('SERIES_HEADER', { line: 1 });
  if (lines.at(-1) !== '') {
    throw seriesError('SERIES_ROW', { line: lines.length, problem: 'does not end with a newline' });
  }
  const at = layout.columns.indexOf(layout.column);
  if (at < 1) throw seriesError('SERIES_HEADER', { line: 1, column: layout.column });
  const readings: PowerReading[] = [];
  for (const [index, row] of lines.slice(1, -1).entries()) {
    const reading = readRow(row, index + 2, at, layout);
    const before = readings.at(-1);
    if (before !== undefined && reading.start !== before.start + layout.intervalSeconds) {
      throw seriesError('SERIES_ORDER', { line: index + 2 });
    }
    readings.push(reading);
  }
  const month = lines[1]?.slice(0, 7) ?? '';
  if (month === '') throw seriesError('SERIES_ROW', { line: 2, problem: 'is missing' });
  const { utcOffsetMinutes, intervalSeconds } = layout;
  return { month, utcOffsetMinutes, intervalSeconds, readings };
}

/**
 * The same readings as if they came from the same days of another month of equal length and offset:
 * how the demonstration gives a unit several months. @throws RESOURCE_TIME
 */
export function shiftSeries(series: PowerSeries, month: string): PowerSeries {
  const shift =
    monthInterval(month, series.utcOffsetMinutes).start -
    monthInterval(series.month, series.utcOffsetMinutes).start;
  const readings = series.readings.map((reading) => ({
    ...reading,
    start: (reading.start + shift) as UnixSeconds,
  }));
  return { ...series, month, readings };
}

function readRow(row: string, line: number, at: number, layout: SeriesLayout): PowerReading {
  const cells = row.split(',');
  const [stamp = ''] = cells;
  if (cells.length !== layout.columns.length) {
    throw seriesError('SERIES_ROW', { line, problem: 'has another number of columns' });
  }
  return {
    start: readStamp(stamp, line, layout.utcOffsetMinutes),
    power: readPower(cells[at] ?? '', line, layout.unit),
  };
}

function readStamp(stamp: string, line: number, utcOffsetMinutes: number): UnixSeconds {
  const match = STAMP.exec(stamp);
  if (match === null) throw seriesError('SERIES_ROW', { line, problem: 'has a malformed time' });
  const [, month = '', day = '', clock = '', offset] = match;
  if (offset !== undefined && offset !== formatOffset(utcOffsetMinutes)) {
    throw seriesError('SERIES_ROW', { line, problem: 'has another offset from UTC' });
  }
  try {
    const local = parseTime(`${month}-${day}T${clock}:00Z`);
    return (local - BigInt(utcOffsetMinutes * 60)) as UnixSeconds;
  } catch (error) {
    if (!isTielineError(error)) throw error;
    throw seriesError('SERIES_ROW', { line, problem: 'has a time the calendar lacks' }, error);
  }
}

function readPower(cell: string, line: number, unit: PowerUnit): Milliwatts | undefined {
  if (cell === '') return undefined;
  try {
    return parseMilliwatts(cell, unit);
  } catch (error) {
    if (!isTielineError(error)) throw error;
    throw seriesError('SERIES_ROW', { line, problem: 'has a malformed power' }, error);
  }
}

function formatOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (value: number): string => value.toString().padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
