import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { decode, encode } from '../../../../schemas/codec/codec.ts';
import { nobleHash, toHex } from '../../../../schemas/hash.ts';
import {
  dynamicEntryCodec,
  dynamicEntryDigest,
} from '../../../../schemas/resource/dynamic-entry.ts';
import {
  meteringPointCommitment,
  type SignedSupplyStatement,
  type SupplyStatement,
  signedSupplyStatementCodec,
  supplyStatementCodec,
  supplyStatementDigest,
  verifySupplyStatement,
} from '../../../../schemas/resource/supply-statement.ts';
import { unixSeconds } from '../../../../schemas/units.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const main = new Uint8Array(32).fill(0xaa);
const secret = new Uint8Array(32).fill(7);
const issuer = nobleSignature.addressOf(secret);
const statement: SupplyStatement = {
  mainGenesisHash: main,
  resourceId: new Uint8Array(32).fill(1),
  index: 1n,
  quantity: 432n,
  unit: 'certificate',
  meteringPoint: meteringPointCommitment('CN-JS-0001', new Uint8Array(16), nobleHash),
  intervalStart: unixSeconds(1_420_070_400n),
  intervalEnd: unixSeconds(1_422_748_800n),
};
const sign = (value: SupplyStatement, key = secret): SignedSupplyStatement => ({
  statement: value,
  signature: nobleSignature.sign(supplyStatementDigest(value, nobleHash), key),
});
const verify = (signed: SignedSupplyStatement) =>
  verifySupplyStatement(signed, main, issuer, nobleHash, nobleSignature);
const code = (change: Partial<SupplyStatement>) =>
  refusalCode(() => verify(sign({ ...statement, ...change })));

describe('supply statement', () => {
  it('has every field at a fixed place and is digested with its own tag', () => {
    const bytes = encode(supplyStatementCodec, statement);
    expect(bytes.length).toBe(137);
    expect(toHex(bytes.subarray(64, 89))).toBe(`${'00'.repeat(7)}01${'00'.repeat(14)}01b004`);
    expect(bytes.subarray(89, 121)).toEqual(statement.meteringPoint);
    const digest = createHash('sha256').update('tieline/suply/v1').update(bytes).digest('hex');
    expect(toHex(supplyStatementDigest(statement, nobleHash))).toBe(digest);
  });

  it('holds when the issuer signed it for this main chain', () => {
    verify(sign(statement));
    const signed = sign(statement);
    const bytes = encode(signedSupplyStatementCodec, signed);
    expect(decode(signedSupplyStatementCodec, bytes, 'statement')).toEqual(signed);
  });

  it('may book the interval of a month that was carried over whole', () => {
    expect(code({ quantity: 0n })).toBe('nothing thrown');
  });

  it('is refused by another main chain', () => {
    expect(code({ mainGenesisHash: new Uint8Array(32).fill(0xab) })).toBe('SUPPLY_DOMAIN');
  });

  it('is refused when somebody else signed it or a field was changed after', () => {
    const foreign = sign(statement, new Uint8Array(32).fill(8));
    expect(refusalCode(() => verify(foreign))).toBe('SUPPLY_SIGNATURE');
    const raised = { ...sign(statement), statement: { ...statement, quantity: 433n } };
    expect(refusalCode(() => verify(raised))).toBe('SUPPLY_SIGNATURE');
    expect(refusalCode(() => verify({ statement, signature: new Uint8Array(65) }))).toBe(
      'SUPPLY_SIGNATURE',
    );
  });

  it('cannot be replaced by another thing the issuer signed', () => {
    const entry = {
      resourceId: statement.resourceId,
      index: 1n,
      previousHead: new Uint8Array(32),
      attributesRoot: main,
      observedAt: unixSeconds(1n),
    };
    expect(encode(dynamicEntryCodec, entry).length).not.toBe(137);
    const signature = nobleSignature.sign(dynamicEntryDigest(entry, main, nobleHash), secret);
    expect(refusalCode(() => verify({ statement, signature }))).toBe('SUPPLY_SIGNATURE');
  });

  it('counts from index 1', () => {
    expect(code({ index: 0n })).toBe('SUPPLY_INDEX');
  });

  it('names a rising interval with a metering point and none without', () => {
    const zero = unixSeconds(0n);
    const meteringPoint = new Uint8Array(32);
    expect(code({ intervalEnd: statement.intervalStart })).toBe('SUPPLY_INTERVAL');
    expect(code({ intervalEnd: zero })).toBe('SUPPLY_INTERVAL');
    expect(code({ meteringPoint })).toBe('SUPPLY_INTERVAL');
    expect(code({ meteringPoint, intervalStart: zero })).toBe('SUPPLY_INTERVAL');
    expect(code({ meteringPoint, intervalStart: zero, intervalEnd: zero })).toBe('nothing thrown');
  });

  it('F2: refuses a negative or overflowing quantity and an unknown unit', () => {
    expect(code({ quantity: -1n })).toBe('CODEC_VALUE');
    expect(code({ quantity: 1n << 128n })).toBe('CODEC_VALUE');
    const bytes = encode(supplyStatementCodec, statement);
    bytes[88] = 5;
    expect(refusalCode(() => decode(supplyStatementCodec, bytes, 'statement'))).toBe('CODEC_VALUE');
  });
});

describe('metering-point commitment', () => {
  it('hides the point behind its secret', () => {
    const of = (id: string, byte: number) =>
      toHex(meteringPointCommitment(id, new Uint8Array(16).fill(byte), nobleHash));
    expect(of('CN-JS-0001', 0)).toBe(of('CN-JS-0001', 0));
    expect(new Set([of('CN-JS-0001', 0), of('CN-JS-0001', 1), of('CN-JS-0002', 0)]).size).toBe(3);
  });

  it('is the specified hash', () => {
    const point = createHash('sha256').update('CN-JS-0001').digest();
    const expected = createHash('sha256')
      .update('tieline/mtrpt/v1')
      .update(new Uint8Array(16))
      .update(point)
      .digest('hex');
    expect(toHex(statement.meteringPoint)).toBe(expected);
  });

  it('refuses an id that is too long and a secret of another length', () => {
    const attempt = (id: string, length: number) =>
      refusalCode(() => meteringPointCommitment(id, new Uint8Array(length), nobleHash));
    expect(attempt('x'.repeat(129), 16)).toBe('CODEC_BOUND');
    expect(attempt('x', 15)).toBe('CODEC_BOUND');
  });
});
