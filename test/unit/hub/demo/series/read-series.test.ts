import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  readSeries,
  type SeriesLayout,
  shiftSeries,
} from '../../../../../hub/demo/series/read-series.ts';
import { DEMO_UNITS, loadDemoSeries } from '../../../../../hub/demo/series/series-catalogue.ts';
import { isTielineError } from '../../../../../schemas/errors.ts';
import {
  formatBlankInterval,
  monthlyCertificates,
} from '../../../../../schemas/resource/kinds/green-certificate-rule.ts';
import { wh } from '../../../../../schemas/units.ts';

const FOLDER = fileURLToPath(new URL('../../../../../hub/demo/series/', import.meta.url));
const layout: SeriesLayout = {
  columns: ['time', 'kw', 'wind'],
  column: 'kw',
  unit: 'kW',
  intervalSeconds: 600n,
  utcOffsetMinutes: 0,
};
const rows = ['2015-01-01 00:00,283.31,6.35', '2015-01-01 00:10,,6.1', '2015-01-01 00:20,-0.5,'];
const file = (...lines: string[]) => `${['time,kw,wind', ...lines].join('\n')}\n`;

/** Code and line of the refusal. */
function refusal(csv: string, change: Partial<SeriesLayout> = {}): unknown {
  try {
    readSeries(csv, { ...layout, ...change });
    return 'nothing thrown';
  } catch (error) {
    if (!isTielineError(error)) throw error;
    return [error.code, error.data['line']];
  }
}

describe('readSeries', () => {
  it('reads power with sign and blanks', () => {
    const series = readSeries(file(...rows), layout);
    expect(series.month).toBe('2015-01');
    expect(series.readings.map(({ power }) => power)).toEqual([283_310_000n, undefined, -500_000n]);
    expect(series.readings[0]?.start).toBe(1_420_070_400n);
  });

  it('refuses another header, or a column that is not there', () => {
    expect(refusal('time,kw\n')).toEqual(['SERIES_HEADER', 1]);
    expect(refusal('')).toEqual(['SERIES_HEADER', 1]);
    expect(refusal(file(...rows), { column: 'mw' })).toEqual(['SERIES_HEADER', 1]);
    expect(refusal(file(...rows), { column: 'time' })).toEqual(['SERIES_HEADER', 1]);
  });

  it.each([
    ['too few columns', '2015-01-01 00:20,1'],
    ['too many columns', '2015-01-01 00:20,1,2,3'],
    ['power with an exponent', '2015-01-01 00:20,1e3,'],
    ['power with a comma quoted', '2015-01-01 00:20,"1",'],
    ['power that is no number', '2015-01-01 00:20,NaN,'],
    ['power finer than a milliwatt', '2015-01-01 00:20,0.0000001,'],
    ['a carriage return', '2015-01-01 00:20,1,2\r,'],
    ['a day the calendar lacks', '2015-02-30 00:20,1,'],
    ['a malformed time', '2015-01-01T00:20,1,'],
    ['an offset that is not the layout’s', '2015-01-01 00:20+08:00,1,'],
    ['an empty line', ''],
  ])('refuses %s and names the line', (_, row) => {
    expect(refusal(file(...rows.slice(0, 2), row))).toEqual(['SERIES_ROW', 4]);
  });

  it('refuses a gap, a repeated line and a line out of order', () => {
    const [first = '', second = '', third = ''] = rows;
    expect(refusal(file(first, third))).toEqual(['SERIES_ORDER', 3]);
    expect(refusal(file(first, first))).toEqual(['SERIES_ORDER', 3]);
    expect(refusal(file(second, first))).toEqual(['SERIES_ORDER', 3]);
  });

  it('refuses a file cut in the middle of a line, or without rows', () => {
    expect(refusal(file(...rows).slice(0, -1))).toEqual(['SERIES_ROW', 4]);
    expect(refusal(file())).toEqual(['SERIES_ROW', 2]);
  });
});

describe('the series of the demonstration', () => {
  const month = (id: string) => {
    const unit = DEMO_UNITS.find((each) => each.id === id);
    if (unit === undefined) throw new Error(`no unit ${id}`);
    return monthlyCertificates(loadDemoSeries(FOLDER, unit), wh(0n));
  };

  it.each([
    ['r80711', 471n, 70_203n, 0],
    ['r80721', 374n, 891_563n, 0],
    ['r80736', 419n, 694_115n, 0],
    ['r80790', 432n, 444_028n, 8],
    ['serf-east', 0n, 858_896n, 0],
  ])('give %s its certificates and carry', (id, certificates, carryOut, blanks) => {
    const result = month(id);
    expect(result).toMatchObject({ certificates, carryOut });
    expect(result.blankReadings).toHaveLength(blanks);
  });

  it('give the rooftop 859 kWh: no certificate, all carried', () => {
    const { energy, carryOut, certificates } = month('serf-east');
    expect(Math.round(Number(energy) / 1000)).toBe(859);
    expect(certificates).toBe(0n);
    expect(carryOut).toBe(energy);
  });

  it('name the eight blank readings of one turbine', () => {
    expect(month('r80790').blankIntervals.map(formatBlankInterval)).toEqual([
      '2015-01-16T09:30Z/2015-01-16T10:50Z',
    ]);
  });

  it('can stand for another month of the same length', () => {
    const unit = DEMO_UNITS[0];
    if (unit === undefined) throw new Error('no units');
    const shifted = shiftSeries(loadDemoSeries(FOLDER, unit), '2025-03');
    const result = monthlyCertificates(shifted, wh(70_203n));
    expect(result).toMatchObject({ month: '2025-03', certificates: 471n, carryOut: 140_406n });
  });

  it('are the published files, byte for byte', () => {
    const digest = (name: string) =>
      createHash('sha256')
        .update(readFileSync(`${FOLDER}${name}`))
        .digest('hex');
    const notice = readFileSync(`${FOLDER}NOTICE.md`, 'utf8');
    for (const name of ['wind-10min.csv', 'pv-rooftop-15min.csv']) {
      expect(notice).toContain(`${name} ${digest(name)}`);
    }
  });
});
