import { bls12_381 } from '@noble/curves/bls12-381.js';
import { describe, expect, it } from 'vitest';
import { loadNativeBls } from '../../../../main-chain/host/native-bls.ts';
import { nobleBls } from '../../../../main-chain/relay/ethereum/pos/noble-bls.ts';

const native = loadNativeBls();
const { G1, G2, longSignatures, fields } = bls12_381;
const DOMAIN = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_';
const message = new Uint8Array(32).fill(0x5a);
const secrets = [11n, 222n, 3333n, 44_444n];
const keyOf = (secret: bigint) => G1.Point.BASE.multiply(secret).toBytes(true);
const sum = (list: readonly bigint[]) => list.reduce((total, each) => total + each, 0n);
const sign = (secret: bigint) =>
  longSignatures.hash(message, DOMAIN).multiply(secret).toBytes(true);
const flip = (bytes: Uint8Array, at: number, bit = 1) =>
  bytes.map((byte, place) => (place === at ? byte ^ bit : byte));

describe.skipIf(native === undefined)('the native BLS port (skipped: no binding here)', () => {
  const aggregate = keyOf(sum(secrets));
  const absent = [keyOf(11n), keyOf(3333n)];
  const signature = sign(222n + 44_444n);
  const infinity1 = G1.Point.ZERO.toBytes(true);
  const infinity2 = G2.Point.ZERO.toBytes(true);
  /** The first small x on the curve: one point in 2^250 of those is in the subgroup. */
  const outside = (() => {
    const { Fp2 } = fields;
    for (let at = 1n; ; at++) {
      const x = Fp2.create({ c0: at, c1: 0n });
      const right = Fp2.add(Fp2.mul(Fp2.sqr(x), x), Fp2.create({ c0: 4n, c1: 4n }));
      if (!Fp2.eql(Fp2.pow(right, (Fp2.ORDER - 1n) / 2n), Fp2.ONE)) continue;
      const bytes = new Uint8Array(96);
      bytes[0] = 0x80;
      bytes[95] = Number(at);
      return bytes;
    }
  })();

  it.each<[string, Uint8Array, readonly Uint8Array[], Uint8Array, boolean]>([
    ['those who were there', aggregate, absent, signature, true],
    ['all', aggregate, [], sign(sum(secrets)), true],
    ['one absent too few', aggregate, absent.slice(1), signature, false],
    ['one absent twice', aggregate, [...absent, ...absent], signature, false],
    ['B11: a changed signature', aggregate, absent, flip(signature, 95), false],
    ['B11: a negated signature', aggregate, absent, flip(signature, 0, 0x20), false],
    ['B11: a signature that is no point', aggregate, absent, new Uint8Array(96), false],
    ['B11: a signature of infinity', aggregate, absent, infinity2, false],
    ['B11: a signature outside the subgroup', aggregate, absent, outside, false],
    ['B11: a short signature', aggregate, absent, signature.subarray(1), false],
    ['B11: keys that cancel each other out', aggregate, [aggregate], infinity2, false],
    ['B11: a key of infinity', infinity1, [], infinity2, false],
    ['B11: a key that is no point', flip(aggregate, 47), absent, signature, false],
    ['B11: an absent key that is no point', aggregate, [new Uint8Array(48)], signature, false],
    ['B11: an absent key of infinity', aggregate, [infinity1], sign(sum(secrets)), false],
  ])('answers as the noble port does: %s', (_name, key, without, over, holds) => {
    expect(nobleBls.verify({ aggregate: key, absent: without }, message, over)).toBe(holds);
    expect(native?.verify({ aggregate: key, absent: without }, message, over)).toBe(holds);
  });
});
