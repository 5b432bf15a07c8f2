import { describe, expect, it } from 'vitest';
import { createErrors, isTielineError, TielineError } from '../../../schemas/errors.ts';
import {
  binaryBytes,
  binaryString,
  compareBytes,
  concatBytes,
  domainTag,
  equalBytes,
  nobleHash,
  toHex,
} from '../../../schemas/hash.ts';
import { refusalCode } from '../../fakes/refusal.ts';

describe('hash', () => {
  it('matches the published digests of the empty message', () => {
    expect(toHex(nobleHash.sha256(new Uint8Array()))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(toHex(nobleHash.keccak256(new Uint8Array()))).toBe(
      'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
    );
  });

  it('hashes pairs as it hashes each 64-byte message', () => {
    const input = Uint8Array.from({ length: 192 }, (_, at) => at);
    const output = new Uint8Array(96);
    nobleHash.sha256Pairs(input, output);
    for (let pair = 0; pair < 3; pair++) {
      expect(output.subarray(pair * 32, pair * 32 + 32)).toEqual(
        nobleHash.sha256(input.subarray(pair * 64, pair * 64 + 64)),
      );
    }
  });

  it('pads domain tags to 16 bytes and refuses longer ones, which would merge domains', () => {
    expect(toHex(domainTag('tieline/leaf/v1'))).toBe('7469656c696e652f6c6561662f763100');
    expect(refusalCode(() => domainTag('tieline/too-long/v1'))).toBe('CODEC_BOUND');
  });

  it('compares, joins and converts bytes', () => {
    expect(compareBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBeLessThan(0);
    expect(compareBytes(Uint8Array.of(2), Uint8Array.of(1, 9))).toBeGreaterThan(0);
    expect(equalBytes(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(concatBytes(Uint8Array.of(1), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
    const all = Uint8Array.from({ length: 10_000 }, (_, at) => at);
    expect(binaryBytes(binaryString(all))).toEqual(all);
  });
});

describe('errors', () => {
  it('carry code, data, retry, status, cause and a place in the docs', () => {
    const make = createErrors({ TEST_CODE: { status: 418, retry: 'later', message: 'It failed' } });
    const cause = { reason: 'x' };
    const error = make('TEST_CODE', { height: 7n }, cause);
    expect(error).toBeInstanceOf(TielineError);
    expect(error.message).toBe('It failed (height 7)');
    expect(error).toMatchObject({
      code: 'TEST_CODE',
      status: 418,
      retry: 'later',
      cause,
      data: { height: 7n },
    });
    expect(error.docs).toBe('docs/errors.md#test_code');
    expect(make('TEST_CODE').message).toBe('It failed');
    expect(isTielineError(error)).toBe(true);
    expect(isTielineError(error, 'OTHER')).toBe(false);
    expect(isTielineError(new TypeError('x'))).toBe(false);
  });
});
