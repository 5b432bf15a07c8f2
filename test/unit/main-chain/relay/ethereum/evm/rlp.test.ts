import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeRlp,
  encodeRlp,
  encodeRlpInteger,
  type RlpItem,
  rlpBytes,
  rlpInteger,
  rlpList,
} from '../../../../../../main-chain/relay/ethereum/evm/rlp.ts';
import { parseHex } from '../../../../../../schemas/codec/hex.ts';
import { TielineError } from '../../../../../../schemas/errors.ts';
import { concatBytes, toHex } from '../../../../../../schemas/hash.ts';
import { readVector } from '../../../../../fakes/ethereum-vectors.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';

const decodeHex = (hex: string) => decodeRlp(parseHex(hex));

const { item } = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof(
    { depthSize: 'small', maxDepth: 6 },
    fc.uint8Array({ maxLength: 70 }),
    fc.array(tie('item'), { maxLength: 5 }),
  ),
}));

describe('RLP', () => {
  it('reads and writes the examples of the yellow paper', () => {
    const text = (word: string) => new TextEncoder().encode(word);
    expect(toHex(encodeRlp(text('dog')))).toBe('83646f67');
    expect(toHex(encodeRlp([text('cat'), text('dog')]))).toBe('c88363617483646f67');
    expect(toHex(encodeRlp(new Uint8Array(0)))).toBe('80');
    expect(toHex(encodeRlp([]))).toBe('c0');
    expect(toHex(encodeRlp(encodeRlpInteger(1024n)))).toBe('820400');
    expect(toHex(encodeRlp([[], [[]], [[], [[]]]]))).toBe('c7c0c1c0c3c0c1c0');
    expect(decodeHex('c88363617483646f67')).toEqual([text('cat'), text('dog')]);
  });

  it('gives back what was written, for any item', () => {
    fc.assert(
      fc.property(item, (value) => {
        expect(decodeRlp(encodeRlp(value))).toEqual(value);
      }),
    );
  });

  it('A14: has one encoding a value: what it accepts it writes again byte for byte', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.tuple(item, fc.nat(), fc.nat({ max: 255 })).map(([value, at, byte]) => {
        const encoded = encodeRlp(value).slice();
        encoded[at % encoded.length] = byte;
        return encoded;
      }),
    );
    fc.assert(
      fc.property(bytes, (input) => {
        let value: RlpItem;
        try {
          value = decodeRlp(input);
        } catch (error) {
          expect(error).toBeInstanceOf(TielineError);
          return;
        }
        expect(toHex(encodeRlp(value))).toBe(toHex(input));
      }),
      { numRuns: 2000 },
    );
  });

  const { invalid } = readVector<{ invalid: Record<string, string> }>('invalid-rlp.json');
  const expected: Readonly<Record<string, string>> = {
    int32Overflow: 'RLP_BOUND',
    int32Overflow2: 'RLP_BOUND',
    wrongSizeList: 'RLP_NOT_CANONICAL',
    wrongSizeList2: 'RLP_NOT_CANONICAL',
    incorrectLengthInArray: 'RLP_NOT_CANONICAL',
  };
  it.each(Object.entries(invalid))('A15: refuses the public example %s', (name, hex) => {
    expect(refusalCode(() => decodeHex(hex))).toBe(expected[name] ?? 'RLP_NOT_CANONICAL');
  });

  it.each([
    ['nothing at all', '', 'RLP_MALFORMED'],
    ['a string cut short', '83646f', 'RLP_MALFORMED'],
    ['a list cut short', 'c883636174', 'RLP_MALFORMED'],
    ['a length cut short', 'b9', 'RLP_MALFORMED'],
    ['an item that reaches past its list', 'c283646f67', 'RLP_MALFORMED'],
    ['a trailing byte', '83646f6700', 'RLP_TRAILING'],
    ['a hostile length', 'bbffffffff', 'RLP_BOUND'],
  ])('A11 A15: refuses %s', (_name, hex, code) => {
    expect(refusalCode(() => decodeHex(hex))).toBe(code);
  });

  it('A11: refuses deep nesting of any length before it can exhaust the stack', () => {
    let value: Uint8Array = Uint8Array.of(0x80);
    for (let depth = 0; depth < 3000; depth++) {
      value = concatBytes(listPrefix(value.length), value);
    }
    expect(refusalCode(() => decodeRlp(value))).toBe('RLP_BOUND');
  });

  it('A14: reads fields strictly', () => {
    const bytes = Uint8Array.of(1, 2);
    expect(refusalCode(() => rlpList(bytes))).toBe('RLP_TYPE');
    expect(refusalCode(() => rlpList(undefined))).toBe('RLP_TYPE');
    expect(refusalCode(() => rlpList([bytes], 2))).toBe('RLP_COUNT');
    expect(refusalCode(() => rlpBytes([bytes]))).toBe('RLP_TYPE');
    expect(refusalCode(() => rlpBytes(bytes, 3))).toBe('RLP_LENGTH');
    expect(refusalCode(() => rlpInteger(Uint8Array.of(0, 1), 8))).toBe('RLP_LENGTH');
    expect(refusalCode(() => rlpInteger(Uint8Array.of(0), 8))).toBe('RLP_LENGTH');
    expect(refusalCode(() => rlpInteger(new Uint8Array(9).fill(1), 8))).toBe('RLP_LENGTH');
    expect(rlpInteger(bytes, 8)).toBe(258n);
    expect(rlpInteger(new Uint8Array(0), 8)).toBe(0n);
  });
});

function listPrefix(length: number): Uint8Array {
  if (length <= 55) return Uint8Array.of(0xc0 + length);
  const size = encodeRlpInteger(BigInt(length));
  return concatBytes(Uint8Array.of(0xf7 + size.length), size);
}
