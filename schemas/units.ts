/**
 * Quantities as integers in base units, each unit a type of its own, and exact conversion from and to
 * decimal text; no floating point anywhere. Holdings are u128 in base units, times are u64.
 * docs/protocol.md#units
 */
import { createErrors } from './errors.ts';

export const unitError = createErrors({
  UNIT_NEGATIVE: { status: 400, retry: 'never', message: 'A quantity is negative' },
  UNIT_FRACTIONAL: {
    status: 400,
    retry: 'never',
    message: 'A quantity has a fraction smaller than its base unit',
  },
  UNIT_OVERFLOW: { status: 400, retry: 'never', message: 'A quantity is above its largest value' },
  UNIT_MISMATCH: {
    status: 400,
    retry: 'never',
    message: 'A quantity is in another unit than expected',
  },
  UNIT_UNKNOWN: { status: 400, retry: 'never', message: 'This is not a unit Tieline knows' },
  UNIT_TEXT: { status: 400, retry: 'never', message: 'This is not a plain decimal number' },
});

declare const unitName: unique symbol;
type InUnit<Name extends string> = bigint & { readonly [unitName]: Name };

/** Energy in watt-hours, u128. */
export type Wh = InUnit<'Wh'>;
/** Emissions in grams of CO2 equivalent, u128. */
export type GCo2e = InUnit<'gCO2e'>;
/** Money in fen (1/100 yuan), u128. */
export type Fen = InUnit<'fen'>;
/** Pieces, 1 for a unique thing, u128. */
export type Pieces = InUnit<'piece'>;
/** Green certificates of 1000 kWh each, u128. */
export type Certificates = InUnit<'certificate'>;
/** Power in watts, u64, never negative. */
export type Watts = InUnit<'W'>;
/** Power in milliwatts, signed: what a meter reports, own consumption being negative. */
export type Milliwatts = InUnit<'mW'>;
/** Seconds since 1970-01-01T00:00:00Z, u64. */
export type UnixSeconds = InUnit<'s'>;
/** Milliseconds since 1970-01-01T00:00:00Z, u64. */
export type UnixMillis = InUnit<'ms'>;

/** Largest value of a u64. */
export const MAX_U64 = (1n << 64n) - 1n;
/** Largest value of a u128: no holding is above it. */
export const MAX_U128 = (1n << 128n) - 1n;

/** Base units a holding can be in; the position is the unit's number on the wire. */
export const UNIT_CODES = ['Wh', 'gCO2e', 'fen', 'piece', 'certificate'] as const;
/** One of UNIT_CODES. */
export type UnitCode = (typeof UNIT_CODES)[number];

const DISPLAY_UNITS = {
  Wh: { unit: 'Wh', exponent: 0 },
  kWh: { unit: 'Wh', exponent: 3 },
  MWh: { unit: 'Wh', exponent: 6 },
  GWh: { unit: 'Wh', exponent: 9 },
  gCO2e: { unit: 'gCO2e', exponent: 0 },
  kgCO2e: { unit: 'gCO2e', exponent: 3 },
  tCO2e: { unit: 'gCO2e', exponent: 6 },
  fen: { unit: 'fen', exponent: 0 },
  yuan: { unit: 'fen', exponent: 2 },
  piece: { unit: 'piece', exponent: 0 },
  certificate: { unit: 'certificate', exponent: 0 },
} as const satisfies Record<string, { unit: UnitCode; exponent: number }>;

/** A unit people write quantities in; each is a power of ten of one base unit. */
export type DisplayUnit = keyof typeof DISPLAY_UNITS;

/** A count of base units together with the unit. */
export interface Quantity {
  readonly value: bigint;
  readonly unit: UnitCode;
}

const POWER_EXPONENTS = { mW: 0, W: 3, kW: 6, MW: 9 } as const;
/** A unit power readings come in. */
export type PowerUnit = keyof typeof POWER_EXPONENTS;

const MAX_DECIMAL_TEXT = 80;
const DECIMAL = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/** @throws UNIT_NEGATIVE UNIT_OVERFLOW UNIT_FRACTIONAL */
export function wh(value: bigint): Wh {
  return checked(value, MAX_U128, 'Wh') as Wh;
}

/** @throws UNIT_NEGATIVE UNIT_OVERFLOW UNIT_FRACTIONAL */
export function gCo2e(value: bigint): GCo2e {
  return checked(value, MAX_U128, 'gCO2e') as GCo2e;
}

/** @throws UNIT_NEGATIVE UNIT_OVERFLOW UNIT_FRACTIONAL */
export function fen(value: bigint): Fen {
  return checked(value, MAX_U128, 'fen') as Fen;
}

/** @throws UNIT_NEGATIVE UNIT_OVERFLOW UNIT_FRACTIONAL */
export function pieces(value: bigint): Pieces {
  return checked(value, MAX_U128, 'piece') as Pieces;
}

/** @throws UNIT_NEGATIVE UNIT_OVERFLOW UNIT_FRACTIONAL */
export function certificates(value: bigint): Certificates {
  return checked(value, MAX_U128, 'certificate') as Certificates;
}

/** @throws UNIT_NEGATIVE UNIT_OVERFLOW UNIT_FRACTIONAL */
export function watts(value: bigint): Watts {
  return checked(value, MAX_U64, 'W') as Watts;
}

/** @throws UNIT_NEGATIVE UNIT_OVERFLOW UNIT_FRACTIONAL */
export function unixSeconds(value: bigint): UnixSeconds {
  return checked(value, MAX_U64, 's') as UnixSeconds;
}

/** @throws UNIT_NEGATIVE UNIT_OVERFLOW UNIT_FRACTIONAL */
export function unixMillis(value: bigint): UnixMillis {
  return checked(value, MAX_U64, 'ms') as UnixMillis;
}

/** The text itself when it is a unit code. @throws UNIT_UNKNOWN */
export function parseUnitCode(text: string): UnitCode {
  const code = UNIT_CODES.find((candidate) => candidate === text);
  if (code === undefined) throw unitError('UNIT_UNKNOWN', { unit: text.slice(0, 32) });
  return code;
}

/** @throws UNIT_MISMATCH unless both units are the same */
export function requireUnit(actual: UnitCode, expected: UnitCode): void {
  if (actual !== expected) throw unitError('UNIT_MISMATCH', { actual, expected });
}

/**
 * The exact count of base units decimal text stands for: `parseQuantity('1.5', 'kWh')` is 1500 Wh.
 * @throws UNIT_TEXT UNIT_NEGATIVE UNIT_FRACTIONAL UNIT_OVERFLOW UNIT_UNKNOWN
 */
export function parseQuantity(text: string, displayUnit: string): Quantity {
  const { unit, exponent } = displayUnitOf(displayUnit);
  if (text.startsWith('-')) throw unitError('UNIT_NEGATIVE', { unit: displayUnit });
  return { value: checked(scaleDecimal(text, exponent, displayUnit), MAX_U128, unit), unit };
}

/** Decimal text of a quantity, without trailing zeros: the inverse of parseQuantity. @throws UNIT_MISMATCH UNIT_UNKNOWN */
export function formatQuantity(quantity: Quantity, displayUnit: string): string {
  const { unit, exponent } = displayUnitOf(displayUnit);
  requireUnit(quantity.unit, unit);
  const digits = quantity.value.toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = digits.slice(digits.length - exponent).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Signed milliwatts of a power reading in decimal text. @throws UNIT_TEXT UNIT_FRACTIONAL UNIT_OVERFLOW */
export function parseMilliwatts(text: string, unit: PowerUnit): Milliwatts {
  const value = scaleDecimal(text, POWER_EXPONENTS[unit], unit);
  const size = value < 0n ? -value : value;
  if (size > MAX_U64) throw unitError('UNIT_OVERFLOW', { unit });
  return value as Milliwatts;
}

function displayUnitOf(text: string): { unit: UnitCode; exponent: number } {
  if (!Object.hasOwn(DISPLAY_UNITS, text)) {
    throw unitError('UNIT_UNKNOWN', { unit: text.slice(0, 32) });
  }
  return DISPLAY_UNITS[text as DisplayUnit];
}

function scaleDecimal(text: string, exponent: number, unit: string): bigint {
  const match = text.length > MAX_DECIMAL_TEXT ? null : DECIMAL.exec(text);
  if (match === null) throw unitError('UNIT_TEXT', { characters: text.length });
  const [, sign = '', whole = '', fraction = ''] = match;
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > exponent) throw unitError('UNIT_FRACTIONAL', { unit });
  const value = BigInt(whole + significant.padEnd(exponent, '0'));
  return sign === '-' ? -value : value;
}

function checked(value: bigint, max: bigint, unit: string): bigint {
  // Callers outside the type system hand over numbers too: 0.5 must not pass as a quantity.
  if (typeof value !== 'bigint') throw unitError('UNIT_FRACTIONAL', { unit });
  if (value < 0n) throw unitError('UNIT_NEGATIVE', { unit });
  if (value > max) throw unitError('UNIT_OVERFLOW', { unit });
  return value;
}
