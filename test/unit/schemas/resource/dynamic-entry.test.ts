import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { encode } from '../../../../schemas/codec/codec.ts';
import { nobleHash, toHex } from '../../../../schemas/hash.ts';
import {
  appendDynamicEntry,
  compareHeads,
  type DynamicEntry,
  dynamicEntryCodec,
  dynamicEntryDigest,
  dynamicHead,
  isEquivocation,
  type ObservedHead,
  type SignedDynamicEntry,
  verifyDynamicEntry,
  verifyEquivocation,
} from '../../../../schemas/resource/dynamic-entry.ts';
import { unixSeconds } from '../../../../schemas/units.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const genesis = new Uint8Array(32).fill(0xaa);
const secret = new Uint8Array(32).fill(7);
const issuer = nobleSignature.addressOf(secret);
const first: DynamicEntry = {
  resourceId: new Uint8Array(32).fill(1),
  index: 1n,
  previousHead: new Uint8Array(32),
  attributesRoot: new Uint8Array(32).fill(2),
  observedAt: unixSeconds(1000n),
};

const append = (current: ObservedHead | undefined, entry: DynamicEntry): ObservedHead =>
  appendDynamicEntry(current, entry, genesis, nobleHash);
const nextEntry = (head: ObservedHead, seconds: bigint): DynamicEntry => ({
  ...first,
  index: head.index + 1n,
  previousHead: head.head,
  observedAt: unixSeconds(seconds),
});
const sign = (entry: DynamicEntry, key = secret): SignedDynamicEntry => ({
  entry,
  signature: nobleSignature.sign(dynamicEntryDigest(entry, genesis, nobleHash), key),
});
const verify = (signed: SignedDynamicEntry, chain = genesis) =>
  verifyDynamicEntry(signed, issuer, chain, nobleHash, nobleSignature);

describe('dynamic entry', () => {
  it('is digested and linked as specified, by an independent implementation', () => {
    const sha256 = (...parts: (string | Uint8Array)[]) =>
      parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
    const body = encode(dynamicEntryCodec, first);
    const digest = sha256('tieline/dynen/v1', genesis, body);
    expect(body.length).toBe(112);
    expect(toHex(dynamicEntryDigest(first, genesis, nobleHash))).toBe(digest.toString('hex'));
    const head = sha256('tieline/dhead/v1', first.previousHead, digest).toString('hex');
    expect(toHex(append(undefined, first).head)).toBe(head);
  });

  it('links any number of entries, each head committing all before', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 20 }), (steps) => {
        let head = append(undefined, first);
        for (const step of steps)
          head = append(head, nextEntry(head, head.observedAt + BigInt(step)));
        expect(head.index).toBe(BigInt(steps.length) + 1n);
        const [step = 0, ...rest] = steps;
        let other = append(undefined, { ...first, attributesRoot: new Uint8Array(32).fill(3) });
        for (const next of [step, ...rest]) {
          other = append(other, nextEntry(other, other.observedAt + BigInt(next)));
        }
        expect(other.head).not.toEqual(head.head);
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  it('F3: refuses a reading older than the one before', () => {
    const head = append(undefined, first);
    expect(refusalCode(() => append(head, nextEntry(head, 999n)))).toBe('DYNAMIC_TIME');
    expect(append(head, nextEntry(head, 1000n)).index).toBe(2n);
    expect(head).toEqual(append(undefined, first));
  });

  it('refuses an index that is skipped, repeated or zero', () => {
    const head = append(undefined, first);
    const next = nextEntry(head, 2000n);
    for (const index of [0n, 1n, 3n]) {
      expect(refusalCode(() => append(head, { ...next, index }))).toBe('DYNAMIC_INDEX');
    }
    expect(refusalCode(() => append(undefined, next))).toBe('DYNAMIC_INDEX');
  });

  it('refuses an entry that does not name the head before it', () => {
    const head = append(undefined, first);
    const previousHead = new Uint8Array(32).fill(9);
    expect(refusalCode(() => append(head, { ...nextEntry(head, 2000n), previousHead }))).toBe(
      'DYNAMIC_LINK',
    );
    expect(refusalCode(() => append(undefined, { ...first, previousHead }))).toBe('DYNAMIC_LINK');
  });

  it('refuses a zero attributes root', () => {
    const entry = { ...first, attributesRoot: new Uint8Array(32) };
    expect(refusalCode(() => append(undefined, entry))).toBe('RESOURCE_ROOT_ZERO');
  });

  it('holds only with the signature of the issuer on the home chain', () => {
    verify(sign(first));
    const foreign = sign(first, new Uint8Array(32).fill(8));
    expect(refusalCode(() => verify(foreign))).toBe('DYNAMIC_SIGNATURE');
    expect(refusalCode(() => verify(sign(first), new Uint8Array(32)))).toBe('DYNAMIC_SIGNATURE');
    const changed = { ...sign(first), entry: { ...first, observedAt: unixSeconds(1001n) } };
    expect(refusalCode(() => verify(changed))).toBe('DYNAMIC_SIGNATURE');
    const garbage = { entry: first, signature: new Uint8Array(65) };
    expect(refusalCode(() => verify(garbage))).toBe('DYNAMIC_SIGNATURE');
  });
});

describe('heads', () => {
  it('are ordered by index, never replaced by an older one', () => {
    const head = new Uint8Array(32).fill(1);
    const held = { index: 5n, head };
    expect(compareHeads(held, { index: 6n, head })).toBe('newer');
    expect(compareHeads(held, { index: 4n, head })).toBe('older');
    expect(compareHeads(held, held)).toBe('same');
    expect(compareHeads(held, { index: 5n, head: new Uint8Array(32) })).toBe('conflict');
  });

  it('commit the previous head and the digest', () => {
    const [a, b] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    expect(dynamicHead(a, b, nobleHash)).not.toEqual(dynamicHead(b, a, nobleHash));
  });
});

describe('equivocation', () => {
  const twin: DynamicEntry = { ...first, attributesRoot: new Uint8Array(32).fill(4) };
  const prove = (left: SignedDynamicEntry, right: SignedDynamicEntry) =>
    verifyEquivocation(left, right, issuer, genesis, nobleHash, nobleSignature);

  it('is two different entries at one index of one resource', () => {
    expect(isEquivocation(first, twin)).toBe(true);
    expect(isEquivocation(first, { ...first })).toBe(false);
    expect(isEquivocation(first, { ...twin, index: 2n })).toBe(false);
    expect(isEquivocation(first, { ...twin, resourceId: new Uint8Array(32) })).toBe(false);
  });

  it('is proven by two signatures of the issuer and nothing less', () => {
    prove(sign(first), sign(twin));
    expect(refusalCode(() => prove(sign(first), sign(first)))).toBe('DYNAMIC_NO_EQUIVOCATION');
    const foreign = sign(twin, new Uint8Array(32).fill(8));
    expect(refusalCode(() => prove(sign(first), foreign))).toBe('DYNAMIC_SIGNATURE');
    expect(refusalCode(() => prove(foreign, sign(first)))).toBe('DYNAMIC_SIGNATURE');
  });
});
