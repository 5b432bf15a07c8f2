import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  certificates,
  fen,
  formatQuantity,
  gCo2e,
  MAX_U64,
  MAX_U128,
  parseMilliwatts,
  parseQuantity,
  parseUnitCode,
  pieces,
  requireUnit,
  UNIT_CODES,
  unixMillis,
  unixSeconds,
  watts,
  wh,
} from '../../../schemas/units.ts';
import { refusalCode } from '../../fakes/refusal.ts';

const OF_U128 = { wh, gCo2e, fen, pieces, certificates };
const OF_U64 = { watts, unixSeconds, unixMillis };

describe('unit constructors', () => {
  it.each(Object.entries(OF_U128))('%s holds every u128', (_, make) => {
    expect(make(0n)).toBe(0n);
    expect(make(MAX_U128)).toBe(MAX_U128);
  });

  it.each(Object.entries(OF_U64))('%s holds every u64', (_, make) => {
    expect(make(0n)).toBe(0n);
    expect(make(MAX_U64)).toBe(MAX_U64);
    expect(refusalCode(() => make(MAX_U64 + 1n))).toBe('UNIT_OVERFLOW');
  });

  it.each(Object.entries(OF_U128))(
    'F2: %s refuses negative, fractional and overflowing',
    (_, make) => {
      expect(refusalCode(() => make(-1n))).toBe('UNIT_NEGATIVE');
      expect(refusalCode(() => make(MAX_U128 + 1n))).toBe('UNIT_OVERFLOW');
      expect(refusalCode(() => make(0.5 as unknown as bigint))).toBe('UNIT_FRACTIONAL');
    },
  );
});

describe('parseQuantity', () => {
  it.each([
    ['1.5', 'kWh', 1500n, 'Wh'],
    ['0.001', 'kWh', 1n, 'Wh'],
    ['858.896', 'kWh', 858_896n, 'Wh'],
    ['1.0000', 'kWh', 1000n, 'Wh'],
    ['471.070203', 'MWh', 471_070_203n, 'Wh'],
    ['2', 'GWh', 2_000_000_000n, 'Wh'],
    ['7', 'Wh', 7n, 'Wh'],
    ['0.5', 'tCO2e', 500_000n, 'gCO2e'],
    ['12345.67', 'yuan', 1_234_567n, 'fen'],
    ['1', 'piece', 1n, 'piece'],
    ['432', 'certificate', 432n, 'certificate'],
  ])('reads %s %s exactly', (text, unit, value, base) => {
    expect(parseQuantity(text, unit)).toEqual({ value, unit: base });
  });

  it('F2: refuses a negative quantity', () => {
    expect(refusalCode(() => parseQuantity('-1', 'kWh'))).toBe('UNIT_NEGATIVE');
    expect(refusalCode(() => parseQuantity('-0', 'kWh'))).toBe('UNIT_NEGATIVE');
  });

  it('F2: refuses a fraction below the base unit', () => {
    expect(refusalCode(() => parseQuantity('0.0001', 'kWh'))).toBe('UNIT_FRACTIONAL');
    expect(refusalCode(() => parseQuantity('0.5', 'piece'))).toBe('UNIT_FRACTIONAL');
    expect(refusalCode(() => parseQuantity('0.001', 'yuan'))).toBe('UNIT_FRACTIONAL');
  });

  it('F2: refuses what does not fit a u128', () => {
    expect(parseQuantity(MAX_U128.toString(), 'Wh').value).toBe(MAX_U128);
    expect(refusalCode(() => parseQuantity((MAX_U128 + 1n).toString(), 'Wh'))).toBe(
      'UNIT_OVERFLOW',
    );
    expect(refusalCode(() => parseQuantity(MAX_U128.toString(), 'kWh'))).toBe('UNIT_OVERFLOW');
  });

  it('F2: refuses units it does not know and names of object members', () => {
    for (const unit of ['KWH', 'kwh', 'J', '', 'toString', '__proto__']) {
      expect(refusalCode(() => parseQuantity('1', unit))).toBe('UNIT_UNKNOWN');
    }
  });

  it.each(['', '1e3', '01', '.5', '1.', '1 000', '１', '0x10', 'NaN', '+1', `1${'0'.repeat(90)}`])(
    'refuses %j, which is not a plain decimal',
    (text) => {
      expect(refusalCode(() => parseQuantity(text, 'kWh'))).toBe('UNIT_TEXT');
    },
  );

  it('is undone by formatQuantity in every display unit', () => {
    const units = ['Wh', 'kWh', 'MWh', 'GWh', 'gCO2e', 'kgCO2e', 'tCO2e', 'fen', 'yuan', 'piece'];
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: MAX_U128 }),
        fc.constantFrom(...units),
        (value, display) => {
          const { unit } = parseQuantity('0', display);
          const text = formatQuantity({ value, unit }, display);
          expect(parseQuantity(text, display)).toEqual({ value, unit });
        },
      ),
      { seed: 1 },
    );
  });
});

describe('formatQuantity', () => {
  it('F2: refuses to show one unit as another', () => {
    expect(refusalCode(() => formatQuantity({ value: 1n, unit: 'Wh' }, 'tCO2e'))).toBe(
      'UNIT_MISMATCH',
    );
  });

  it('drops trailing zeros only behind the point', () => {
    expect(formatQuantity({ value: 1_500_000n, unit: 'Wh' }, 'kWh')).toBe('1500');
    expect(formatQuantity({ value: 1_500n, unit: 'Wh' }, 'kWh')).toBe('1.5');
    expect(formatQuantity({ value: 5n, unit: 'fen' }, 'yuan')).toBe('0.05');
  });
});

describe('parseMilliwatts', () => {
  it('keeps the sign and every digit of a reading', () => {
    expect(parseMilliwatts('-2.9', 'W')).toBe(-2900n);
    expect(parseMilliwatts('283.31', 'kW')).toBe(283_310_000n);
    expect(parseMilliwatts('906', 'kW')).toBe(906_000_000n);
  });

  it('F2: refuses less than a milliwatt and more than a u64', () => {
    expect(refusalCode(() => parseMilliwatts('0.0001', 'W'))).toBe('UNIT_FRACTIONAL');
    expect(refusalCode(() => parseMilliwatts('-99999999999999', 'MW'))).toBe('UNIT_OVERFLOW');
  });
});

describe('unit codes', () => {
  it('are five', () => {
    expect(UNIT_CODES).toEqual(['Wh', 'gCO2e', 'fen', 'piece', 'certificate']);
    expect(parseUnitCode('fen')).toBe('fen');
    expect(refusalCode(() => parseUnitCode('kWh'))).toBe('UNIT_UNKNOWN');
  });

  it('F2: do not stand for one another', () => {
    requireUnit('Wh', 'Wh');
    expect(refusalCode(() => requireUnit('Wh', 'certificate'))).toBe('UNIT_MISMATCH');
  });
});
