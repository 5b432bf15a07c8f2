import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monthInterval } from '../../../../../schemas/resource/civil-time.ts';
import { lastValidMonthOf } from '../../../../../schemas/resource/kinds/green-certificate.ts';
import {
  formatBlankInterval,
  monthlyCertificates,
  type PowerSeries,
  WH_A_CERTIFICATE,
} from '../../../../../schemas/resource/kinds/green-certificate-rule.ts';
import { type Milliwatts, unixSeconds, wh } from '../../../../../schemas/units.ts';
import { refusalCode } from '../../../../fakes/refusal.ts';

const HOURS = 744;

/** January 2025 in China by the hour; `power` in mW, undefined for a blank. */
function january(power: (hour: number) => bigint | undefined): PowerSeries {
  const { start } = monthInterval('2025-01', 480);
  const readings = Array.from({ length: HOURS }, (_, hour) => ({
    start: unixSeconds(start + BigInt(hour) * 3600n),
    power: power(hour) as Milliwatts | undefined,
  }));
  return { month: '2025-01', utcOffsetMinutes: 480, intervalSeconds: 3600n, readings };
}

const megawattHour = (hour: number) => (hour === 0 ? 1_000_000_000n : 0n);

describe('monthly certificates', () => {
  it('gives one certificate for exactly 1000 kWh and none for a watt-hour less', () => {
    const exact = monthlyCertificates(january(megawattHour), wh(0n));
    expect(exact).toMatchObject({ energy: 1_000_000n, certificates: 1n, carryOut: 0n });
    const less = monthlyCertificates(
      january((hour) => (hour === 0 ? 999_999_000n : 0n)),
      wh(0n),
    );
    expect(less).toMatchObject({ energy: 999_999n, certificates: 0n, carryOut: 999_999n });
  });

  it('completes a certificate with the carry of the month before', () => {
    const result = monthlyCertificates(january(megawattHour), wh(999_999n));
    expect(result).toMatchObject({ certificates: 1n, carryIn: 999_999n, carryOut: 999_999n });
    const whole = monthlyCertificates(
      january((hour) => (hour === 0 ? 1_000n : 0n)),
      wh(999_999n),
    );
    expect(whole).toMatchObject({ certificates: 1n, carryOut: 0n });
  });

  it('counts negative power as zero instead of netting it', () => {
    const result = monthlyCertificates(
      january((hour) => megawattHour(hour) || -5_000_000n),
      wh(0n),
    );
    expect(result).toMatchObject({ certificates: 1n, negativeReadings: HOURS - 1 });
  });

  it('names blanks and joins their runs', () => {
    const series = january((hour) => ([3, 4, 5, 700].includes(hour) ? undefined : 0n));
    const { blankReadings, blankIntervals, start } = monthlyCertificates(series, wh(0n));
    expect(blankReadings.map((at) => (at - start) / 3600n)).toEqual([3n, 4n, 5n, 700n]);
    expect(blankIntervals.map(formatBlankInterval)).toEqual([
      '2024-12-31T19:00Z/2024-12-31T22:00Z',
      '2025-01-29T20:00Z/2025-01-29T21:00Z',
    ]);
  });

  it('cuts to whole watt-hours once a month, not at each reading', () => {
    const result = monthlyCertificates(
      january(() => 500n),
      wh(0n),
    );
    expect(result.energy).toBe(372n);
  });

  it('keeps every watt-hour: certificates and carries balance over any months', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: -1_000_000n, max: 5_000_000_000n }), {
          minLength: 1,
          maxLength: 12,
        }),
        (months) => {
          let carry = wh(0n);
          let issued = 0n;
          let energy = 0n;
          for (const power of months) {
            const result = monthlyCertificates(
              january(() => power),
              carry,
            );
            carry = result.carryOut;
            issued += result.certificates;
            energy += result.energy;
            expect(carry).toBeLessThan(WH_A_CERTIFICATE);
          }
          expect(issued * WH_A_CERTIFICATE + carry).toBe(energy);
        },
      ),
      { seed: 1, numRuns: 30 },
    );
  });

  it('covers the calendar month at the place of the unit', () => {
    const { start, end } = monthlyCertificates(
      january(() => 0n),
      wh(0n),
    );
    expect({ start, end }).toEqual(monthInterval('2025-01', 480));
  });

  it('refuses readings that leave a gap, overlap or do not fill the month', () => {
    const whole = january(() => 0n);
    const code = (readings: PowerSeries['readings']) =>
      refusalCode(() => monthlyCertificates({ ...whole, readings }, wh(0n)));
    expect(code(whole.readings.slice(1))).toBe('RESOURCE_SERIES');
    expect(code(whole.readings.slice(0, -1))).toBe('RESOURCE_SERIES');
    expect(code(whole.readings.filter((_, at) => at !== 5))).toBe('RESOURCE_SERIES');
    expect(code([...whole.readings, ...whole.readings.slice(-1)])).toBe('RESOURCE_SERIES');
    expect(code([])).toBe('RESOURCE_SERIES');
    expect(refusalCode(() => monthlyCertificates({ ...whole, month: '2025-02' }, wh(0n)))).toBe(
      'RESOURCE_SERIES',
    );
  });

  it('refuses a carry that is a certificate already', () => {
    const attempt = () => monthlyCertificates(january(megawattHour), wh(WH_A_CERTIFICATE));
    expect(refusalCode(attempt)).toBe('RESOURCE_CARRY');
  });
});

describe('validity', () => {
  it('is two years from the month of production, and to the end of 2025 for older energy', () => {
    expect(lastValidMonthOf('2024-08')).toBe('2026-07');
    expect(lastValidMonthOf('2024-01')).toBe('2025-12');
    expect(lastValidMonthOf('2023-12')).toBe('2025-12');
    expect(lastValidMonthOf('2015-01')).toBe('2025-12');
  });
});
