import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytes,
  choice,
  decode,
  encode,
  encodeEach,
  fixed,
  flag,
  list,
  optional,
  struct,
  text,
  u8,
  u16,
  u32,
  u64,
  u128,
  variant,
} from '../../../../schemas/codec/codec.ts';
import { parseHex } from '../../../../schemas/codec/hex.ts';
import { Reader } from '../../../../schemas/codec/reader.ts';
import { Writer } from '../../../../schemas/codec/writer.ts';
import { toHex } from '../../../../schemas/hash.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const everything = struct({
  a: u8,
  b: u16,
  c: u32,
  d: u64,
  e: u128,
  f: flag,
  g: fixed(4),
  h: bytes(10),
  i: bytes(70_000),
  j: text(40),
  k: choice(['red', 'green']),
  l: list(u16, 3),
  m: optional(u8),
  n: variant({ one: [1, struct({ x: u8 })], two: [7, struct({ y: text(5) })] }),
});

const value = fc.record({
  a: fc.nat(255),
  b: fc.nat(65_535),
  c: fc.nat(4_294_967_295),
  d: fc.bigInt(0n, (1n << 64n) - 1n),
  e: fc.bigInt(0n, (1n << 128n) - 1n),
  f: fc.boolean(),
  g: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  h: fc.uint8Array({ maxLength: 10 }),
  i: fc.uint8Array({ maxLength: 300 }),
  j: fc.string({ unit: 'grapheme', maxLength: 5 }).map((each) => each.normalize('NFC')),
  k: fc.constantFrom('red' as const, 'green' as const),
  l: fc.array(fc.nat(65_535), { maxLength: 3 }),
  m: fc.option(fc.nat(255), { nil: undefined }),
  n: fc.oneof(
    fc.record({ type: fc.constant('one' as const), x: fc.nat(255) }),
    fc.record({
      type: fc.constant('two' as const),
      y: fc.string({ maxLength: 5, unit: 'grapheme-ascii' }),
    }),
  ),
});

describe('codec', () => {
  it('reads back what it wrote, and writes back what it read (A14: one encoding per value)', () => {
    fc.assert(
      fc.property(value, (input) => {
        const encoded = encode(everything, input);
        const decoded = decode(everything, encoded, 'everything');
        expect(decoded).toEqual(input);
        expect(encode(everything, decoded)).toEqual(encoded);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('is total: hostile bytes give a coded error or a value that encodes to the same bytes (A13, A14)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (input) => {
        let decoded: ReturnType<typeof decode<Parameters<typeof everything.write>[1]>>;
        try {
          decoded = decode(everything, input, 'everything');
        } catch (error) {
          expect(error).toHaveProperty('code', expect.stringMatching(/^CODEC_/));
          return;
        }
        expect(encode(everything, decoded)).toEqual(input);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  it('refuses every prefix as truncated and one more byte as trailing (A14)', () => {
    const encoded = encode(struct({ a: u16, b: bytes(9), c: text(9) }), {
      a: 1,
      b: Uint8Array.of(1, 2),
      c: '电',
    });
    const codec = struct({ a: u16, b: bytes(9), c: text(9) });
    for (let length = 0; length < encoded.length; length++) {
      expect(refusalCode(() => decode(codec, encoded.subarray(0, length), 'x'))).toBe(
        'CODEC_TRUNCATED',
      );
    }
    const longer = Uint8Array.from([...encoded, 0]);
    expect(refusalCode(() => decode(codec, longer, 'x'))).toBe('CODEC_TRAILING');
  });

  it('never allocates by a hostile length: a count or length above its bound is refused first (A11)', () => {
    expect(refusalCode(() => decode(bytes(10), Uint8Array.of(0xff, 0xff), 'x'))).toBe(
      'CODEC_BOUND',
    );
    expect(refusalCode(() => decode(list(u8, 3), Uint8Array.of(0, 4, 1, 1, 1, 1), 'x'))).toBe(
      'CODEC_BOUND',
    );
    const huge = Uint8Array.of(0xff, 0xff, 0xff, 0xff);
    expect(refusalCode(() => decode(bytes(1 << 20), huge, 'x'))).toBe('CODEC_BOUND');
  });

  it('refuses text that is not UTF-8, not NFC, or holds a lone surrogate (A14)', () => {
    expect(refusalCode(() => decode(text(9), Uint8Array.of(0, 1, 0xff), 'x'))).toBe('CODEC_TEXT');
    expect(refusalCode(() => decode(text(9), Uint8Array.of(0, 3, 0x65, 0xcc, 0x81), 'x'))).toBe(
      'CODEC_TEXT',
    );
    expect(refusalCode(() => encode(text(9), 'e\u0301'))).toBe('CODEC_TEXT');
    expect(refusalCode(() => encode(text(9), '\ud800'))).toBe('CODEC_TEXT');
    expect(decode(text(9), encode(text(9), '\ufeffa'), 'x')).toBe('\ufeffa');
  });

  it('refuses values outside their type when writing (F2)', () => {
    const cases: [() => unknown, string][] = [
      [() => new Writer().u8(256), 'CODEC_VALUE'],
      [() => new Writer().u16(-1), 'CODEC_VALUE'],
      [() => new Writer().u32(1.5), 'CODEC_VALUE'],
      [() => new Writer().u64(-1n), 'CODEC_VALUE'],
      [() => new Writer().u64(1n << 64n), 'CODEC_VALUE'],
      [() => new Writer().u128(1n << 128n), 'CODEC_VALUE'],
      [() => new Writer().fixed(Uint8Array.of(1), 2), 'CODEC_BOUND'],
      [() => new Writer().bytes(Uint8Array.of(1, 2), 1), 'CODEC_BOUND'],
      [() => encode(list(u8, 1), [1, 2]), 'CODEC_BOUND'],
      [() => encode(choice(['a']), 'b' as 'a'), 'CODEC_VALUE'],
      [() => encode(variant({ a: [1, struct({})] }), { type: 'b' } as never), 'CODEC_VALUE'],
    ];
    for (const [work, code] of cases) expect(refusalCode(work)).toBe(code);
  });

  it('refuses unknown tags, choices and flags when reading', () => {
    expect(refusalCode(() => decode(flag, Uint8Array.of(2), 'x'))).toBe('CODEC_VALUE');
    expect(refusalCode(() => decode(choice(['a']), Uint8Array.of(1), 'x'))).toBe('CODEC_VALUE');
    expect(refusalCode(() => decode(variant({ a: [1, struct({})] }), Uint8Array.of(2), 'x'))).toBe(
      'CODEC_VALUE',
    );
  });

  it('keeps integers above 2^53 exact', () => {
    const encoded = encode(u64, (1n << 53n) + 1n);
    expect(new Reader(encoded, 'x').u64('v')).toBe(9_007_199_254_740_993n);
  });

  it('grows past its first capacity', () => {
    const long = new Uint8Array(100_000).fill(7);
    expect(new Writer().bytes(long, 200_000).finish().length).toBe(100_004);
  });

  it('gives long text and bytes a length of four bytes', () => {
    expect(toHex(new Writer().text('ab', 70_000).finish())).toBe('000000026162');
  });

  it('keeps what one writer wrote from the next: nested, refused or finished twice', () => {
    const outer = new Writer().u8(1);
    const inner = new Writer().u8(2).finish();
    expect(refusalCode(() => new Writer().u8(3).u8(256))).toBe('CODEC_VALUE');
    const done = outer.u8(4).finish();
    const next = new Writer().u16(0xffff);
    expect(outer.finish()).toEqual(new Uint8Array(0));
    expect([toHex(inner), toHex(done), toHex(next.finish())]).toEqual(['02', '0104', 'ffff']);
    expect(toHex(done)).toBe('0104');
  });

  it('encodes each of many values as it encodes one', () => {
    const values = ['', 'a', '联络线'];
    expect(encodeEach(text(20), values).map(toHex)).toEqual(
      values.map((value) => toHex(encode(text(20), value))),
    );
    expect(encodeEach(u8, [])).toEqual([]);
  });

  it('does not pass over bytes that are not there', () => {
    const reader = new Reader(Uint8Array.of(1, 2), 'x');
    expect(refusalCode(() => reader.skip(3, 'v'))).toBe('CODEC_TRUNCATED');
    reader.skip(1, 'v');
    expect(reader.u8('w')).toBe(2);
  });
});

describe('hex', () => {
  it('takes lower-case pairs of the length asked for and nothing else', () => {
    expect(toHex(parseHex('00ff10'))).toBe('00ff10');
    for (const bad of ['0', '0x00', 'FF', 'zz', ' 00'])
      expect(refusalCode(() => parseHex(bad))).toBe('CODEC_HEX');
    expect(refusalCode(() => parseHex('00', 2))).toBe('CODEC_HEX');
  });
});
