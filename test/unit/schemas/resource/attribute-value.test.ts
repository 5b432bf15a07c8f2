import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHex } from '../../../../schemas/codec/hex.ts';
import { isTielineError } from '../../../../schemas/errors.ts';
import { compareBytes, concatBytes, toHex } from '../../../../schemas/hash.ts';
import {
  type AttributeValue,
  decodeAttributeValue,
  encodeAttributeValue,
  encodeSaltedValue,
} from '../../../../schemas/resource/attribute-value.ts';
import { unixSeconds } from '../../../../schemas/units.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const I128 = { min: -(1n << 127n), max: (1n << 127n) - 1n };
const nfc = (max: number) =>
  fc
    .string({ unit: 'grapheme', maxLength: max })
    .map((text) => text.normalize('NFC'))
    .filter((text) => !/\p{Cs}/u.test(text) && new TextEncoder().encode(text).length <= max);

const anyValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  nfc(128).map((value) => ({ type: 'text', value }) as const),
  fc.bigInt(I128).map((value) => ({ type: 'integer', value }) as const),
  fc.boolean().map((value) => ({ type: 'boolean', value }) as const),
  fc.uint8Array({ maxLength: 1024 }).map((value) => ({ type: 'bytes', value }) as const),
  fc
    .bigInt({ min: 0n, max: (1n << 64n) - 1n })
    .map((value) => ({ type: 'time', value: unixSeconds(value) }) as const),
  fc
    .array(fc.bigInt(I128), { maxLength: 96 })
    .map((value) => ({ type: 'integers', value }) as const),
  fc.array(nfc(64), { maxLength: 16 }).map((value) => ({ type: 'texts', value }) as const),
);

describe('attribute values', () => {
  it.each<[string, AttributeValue, string]>([
    ['text', { type: 'text', value: '风' }, '010003e9a38e'],
    ['integer', { type: 'integer', value: 258n }, `02${'00'.repeat(14)}0102`],
    ['negative integer', { type: 'integer', value: -1n }, `02${'ff'.repeat(16)}`],
    ['boolean', { type: 'boolean', value: true }, '0301'],
    ['bytes', { type: 'bytes', value: Uint8Array.of(1, 2) }, '0400020102'],
    ['time', { type: 'time', value: unixSeconds(1n) }, '050000000000000001'],
    ['integers', { type: 'integers', value: [1n] }, `060001${'00'.repeat(15)}01`],
    ['texts', { type: 'texts', value: ['a', ''] }, '0700020001610000'],
  ])('encodes %s as specified', (_, value, hex) => {
    expect(toHex(encodeAttributeValue(value))).toBe(hex);
    expect(decodeAttributeValue(parseHex(hex))).toEqual(value);
  });

  it('come back from their bytes unchanged', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(decodeAttributeValue(encodeAttributeValue(value))).toEqual(value);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('have one encoding each: bytes that decode are the bytes it encodes to', () => {
    fc.assert(
      fc.property(anyValue, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, flip) => {
        const bytes = encodeAttributeValue(value);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        try {
          expect(encodeAttributeValue(decodeAttributeValue(bytes))).toEqual(bytes);
        } catch (error) {
          if (!isTielineError(error)) throw error;
          expect(error.code).toMatch(/^CODEC_/);
        }
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  it('differ in bytes whenever they differ in value or type', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (left, right) => {
        const same = compareBytes(encodeAttributeValue(left), encodeAttributeValue(right)) === 0;
        expect(same).toBe(fc.stringify(left) === fc.stringify(right));
      }),
      { seed: 3 },
    );
  });

  it('meet hostile bytes with a coded refusal', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeAttributeValue(bytes);
        } catch (error) {
          expect(isTielineError(error)).toBe(true);
        }
      }),
      { seed: 4, numRuns: 2000 },
    );
  });

  it.each([
    ['an empty input', '', 'CODEC_TRUNCATED'],
    ['type zero', '00', 'CODEC_VALUE'],
    ['an unknown type', '08', 'CODEC_VALUE'],
    ['a boolean of two', '0302', 'CODEC_VALUE'],
    ['a length beyond its bound', '01ffff', 'CODEC_BOUND'],
    ['a count beyond its bound', '06ffff', 'CODEC_BOUND'],
    ['a count without items', '060100', 'CODEC_TRUNCATED'],
    ['text that is not NFC', '01000365cc81', 'CODEC_TEXT'],
    ['text that is not UTF-8', '010001ff', 'CODEC_TEXT'],
    ['bytes left over', '030100', 'CODEC_TRAILING'],
  ])('refuse %s', (_, hex, code) => {
    expect(refusalCode(() => decodeAttributeValue(parseHex(hex)))).toBe(code);
  });

  it('F2: refuse an integer outside 128 bits', () => {
    for (const value of [I128.max + 1n, I128.min - 1n]) {
      expect(refusalCode(() => encodeAttributeValue({ type: 'integer', value }))).toBe(
        'CODEC_VALUE',
      );
    }
  });

  it('stand behind their salt in the tree', () => {
    const salt = new Uint8Array(16).fill(7);
    const value: AttributeValue = { type: 'boolean', value: false };
    expect(encodeSaltedValue(salt, value)).toEqual(concatBytes(salt, Uint8Array.of(3, 0)));
    expect(refusalCode(() => encodeSaltedValue(new Uint8Array(15), value))).toBe('CODEC_BOUND');
  });
});
