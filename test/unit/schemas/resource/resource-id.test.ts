import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../../../schemas/codec/codec.ts';
import { nobleHash, toHex } from '../../../../schemas/hash.ts';
import {
  type ResourceOrigin,
  resourceIdOf,
  resourceOriginCodec,
} from '../../../../schemas/resource/resource-id.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const origin: ResourceOrigin = {
  kind: 'green-certificate/v1',
  home: 'tieline:0123456789abcdef0123456789abcdef',
  issuer: new Uint8Array(20).fill(0x11),
  staticRoot: new Uint8Array(32).fill(0x22),
};

const sha256 = (...parts: (string | Uint8Array)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

describe('resource id', () => {
  it('is the specified hash, by an independent implementation', () => {
    const expected = sha256(
      'tieline/resid/v1',
      sha256(origin.kind),
      sha256(origin.home),
      origin.issuer,
      origin.staticRoot,
    );
    expect(toHex(resourceIdOf(origin, nobleHash))).toBe(expected.toString('hex'));
  });

  it('changes with every part, and text never runs into its neighbour', () => {
    const ids = [
      origin,
      { ...origin, kind: 'green-certificate/v2' },
      { ...origin, home: 'tieline:0123456789abcdef0123456789abcdee' },
      { ...origin, issuer: new Uint8Array(20).fill(0x12) },
      { ...origin, staticRoot: new Uint8Array(32).fill(0x23) },
      { ...origin, kind: 'green-certificate/v1t', home: origin.home.slice(1) },
    ].map((each) => toHex(resourceIdOf(each, nobleHash)));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refuses a zero root and parts outside their bounds', () => {
    const code = (change: Partial<ResourceOrigin>) =>
      refusalCode(() => resourceIdOf({ ...origin, ...change }, nobleHash));
    expect(code({ staticRoot: new Uint8Array(32) })).toBe('RESOURCE_ROOT_ZERO');
    expect(code({ kind: 'k'.repeat(65) })).toBe('CODEC_BOUND');
    expect(code({ home: 'h'.repeat(73) })).toBe('CODEC_BOUND');
    expect(code({ issuer: new Uint8Array(19) })).toBe('CODEC_BOUND');
    expect(code({ staticRoot: new Uint8Array(33) })).toBe('CODEC_BOUND');
    expect(code({ kind: 'e\u0301' })).toBe('CODEC_TEXT');
  });

  it('survives its origin going through bytes', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 64 }),
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (kind, issuer, staticRoot) => {
          const value = { kind, home: origin.home, issuer, staticRoot };
          const bytes = encode(resourceOriginCodec, value);
          expect(decode(resourceOriginCodec, bytes, 'origin')).toEqual(value);
        },
      ),
      { seed: 1 },
    );
  });
});
