import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatMonth,
  formatTime,
  monthInterval,
  parseDate,
  parseMonth,
  parseTime,
} from '../../../../schemas/resource/civil-time.ts';
import { unixSeconds } from '../../../../schemas/units.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const LAST_SECOND = 32_503_679_999n; // 2999-12-31T23:59:59Z

describe('civil time', () => {
  it('agrees with the platform calendar on every time to the second', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: LAST_SECOND }), (seconds) => {
        const text = formatTime(unixSeconds(seconds));
        expect(text).toBe(new Date(Number(seconds) * 1000).toISOString().replace('.000', ''));
        expect(parseTime(text)).toBe(seconds);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('counts days from the epoch over leap years and centuries', () => {
    expect(parseDate('1970-01-01')).toBe(0);
    expect(parseDate('2000-02-29')).toBe(11_016);
    expect(parseDate('2000-03-01') - parseDate('2000-02-28')).toBe(2);
    expect(parseDate('2100-03-01') - parseDate('2100-02-28')).toBe(1);
  });

  it.each(['2023-02-29', '2100-02-29', '2024-04-31', '1969-12-31', '3000-01-01', '2024-1-01', ''])(
    'refuses %j as a date',
    (text) => {
      expect(refusalCode(() => parseDate(text))).toBe('RESOURCE_TIME');
    },
  );

  it.each(['2024-01-01T24:00:00Z', '2024-01-01 00:00:00Z', '2024-01-01T00:00:00+08:00', 'now'])(
    'refuses %j as a time',
    (text) => {
      expect(refusalCode(() => parseTime(text))).toBe('RESOURCE_TIME');
    },
  );

  it('refuses to format a time after the year 2999', () => {
    expect(refusalCode(() => formatTime(unixSeconds(LAST_SECOND + 1n)))).toBe('RESOURCE_TIME');
    expect(refusalCode(() => formatTime(unixSeconds((1n << 64n) - 1n)))).toBe('RESOURCE_TIME');
  });

  it('gives months as intervals at the offset of their place', () => {
    expect(monthInterval('2016-07', -420)).toEqual({
      start: parseTime('2016-07-01T07:00:00Z'),
      end: parseTime('2016-08-01T07:00:00Z'),
    });
    expect(monthInterval('2024-12', 480).end).toBe(parseTime('2024-12-31T16:00:00Z'));
    expect(refusalCode(() => monthInterval('2024-00', 0))).toBe('RESOURCE_TIME');
  });

  it('counts months from the epoch and back', () => {
    for (let months = 0; months < 12_360; months++) {
      expect(parseMonth(formatMonth(months))).toBe(months);
    }
  });
});
