/* The certificate rule against forged, short and foreign signatures. */
import { describe, expect, it } from 'vitest';
import { nobleSignature } from '../../../../../main-chain/ledger/noble-signature.ts';
import { verifyCertificate } from '../../../../../main-chain/relay/checkpoint/verify-certificate.ts';
import { nobleHash } from '../../../../../schemas/hash.ts';
import type { Certificate, Checkpoint } from '../../../../../schemas/wire/checkpoint.ts';
import { checkpointDigest } from '../../../../../schemas/wire/checkpoint.ts';
import { validatorSetHash } from '../../../../../schemas/wire/validator-set.ts';
import { certify, setHashOf, type ValidatorKey, validatorKeys } from '../../../../fakes/chain.ts';
import { refusalCode } from '../../../../fakes/refusal.ts';

const GENESIS = new Uint8Array(32).fill(7);
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

function checkpoint(keys: readonly ValidatorKey[], changes: Partial<Checkpoint> = {}): Checkpoint {
  const set = setHashOf(keys);
  return {
    height: 10n,
    stateRoot: new Uint8Array(32).fill(1),
    outboxRoot: new Uint8Array(32).fill(2),
    timeMs: 1_800_000_000_000n,
    validatorSetHash: set,
    nextValidatorSetHash: set,
    ...changes,
  };
}

function judge(certificate: Certificate, genesis = GENESIS): string {
  return refusalCode(() => verifyCertificate(certificate, genesis, nobleHash, nobleSignature));
}

const FOUR = validatorKeys('four', 4);
const signers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The twin of a signature with n − s and the other recovery bit. */
function highTwin(signature: Uint8Array): Uint8Array {
  const s = signature.slice(32, 64).reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const twin = Uint8Array.from(signature);
  let rest = ORDER - s;
  for (let at = 63; at >= 32; at--) {
    twin[at] = Number(rest & 255n);
    rest >>= 8n;
  }
  twin[64] = 1 - (signature[64] ?? 0);
  return twin;
}

describe('quorum', () => {
  for (let n = 1; n <= 10; n++) {
    it(`B4: of ${n} equal validators needs strictly more than two thirds`, () => {
      const keys = validatorKeys(`set of ${n}`, n);
      const point = checkpoint(keys);
      for (let signed = 0; signed <= n; signed++) {
        const code = judge(certify(point, GENESIS, keys, signers(signed)));
        expect(code).toBe(signed * 3 > n * 2 ? 'nothing thrown' : 'CERTIFICATE_QUORUM');
      }
    });
  }

  for (let n = 1; n <= 10; n++) {
    it(`B4: of ${n} validators of unequal power any signers suffice exactly above two thirds`, () => {
      const powers = Array.from({ length: n }, (_, at) => BigInt(1 + ((at * 7 + n * 3) % 11)));
      const total = powers.reduce((sum, power) => sum + power, 0n);
      const keys = validatorKeys(`unequal set of ${n}`, n).map((key, at) => {
        return { ...key, power: powers[at] ?? 1n };
      });
      const full = certify(checkpoint(keys), GENESIS, keys);
      // Every choice of signers; that good signatures count is shown once for each count of them.
      const shown = new Set<number>();
      for (let choice = 0; choice < 1 << n; choice++) {
        const signatures = full.signatures.filter(({ index }) => (choice >> index) & 1);
        const signed = signatures.reduce((sum, { index }) => sum + (powers[index] ?? 0n), 0n);
        if (signed * 3n <= total * 2n) {
          expect(judge({ ...full, signatures })).toBe('CERTIFICATE_QUORUM');
        } else if (!shown.has(signatures.length)) {
          shown.add(signatures.length);
          expect(judge({ ...full, signatures })).toBe('nothing thrown');
        }
      }
    });
  }

  it('B4: exactly two thirds of unequal power is too little, one unit above it is enough', () => {
    const weigh = (power: bigint) =>
      FOUR.map((key, at) => ({ ...key, power: [power, 100n, 60n, 40n][at] ?? 1n }));
    const exact = weigh(400n);
    expect(judge(certify(checkpoint(exact), GENESIS, exact, [0]))).toBe('CERTIFICATE_QUORUM');
    const above = weigh(401n);
    expect(judge(certify(checkpoint(above), GENESIS, above, [0]))).toBe('nothing thrown');
  });

  it('B3: counts power, not heads', () => {
    const keys = FOUR.map((key, index) => ({ ...key, power: index === 3 ? 7n : 1n }));
    const point = checkpoint(keys);
    expect(judge(certify(point, GENESIS, keys, [0, 1, 2]))).toBe('CERTIFICATE_QUORUM');
    expect(judge(certify(point, GENESIS, keys, [3]))).toBe('nothing thrown');
  });

  it('B3: refuses a power sum that overflows and a member without power', () => {
    const heavy = FOUR.map((key) => ({ ...key, power: 1n << 62n }));
    expect(judge(certify(checkpoint(heavy), GENESIS, heavy))).toBe('VALIDATOR_POWER');
    const idle = FOUR.map((key, index) => ({ ...key, power: index === 0 ? 0n : 1n }));
    expect(judge(certify(checkpoint(idle), GENESIS, idle))).toBe('VALIDATOR_POWER');
  });

  it('B5: refuses an empty set and no signature at all', () => {
    const empty: Certificate = {
      checkpoint: checkpoint([], { validatorSetHash: validatorSetHash([], nobleHash) }),
      validators: [],
      signatures: [],
    };
    expect(judge(empty)).toBe('VALIDATOR_SET_EMPTY');
    expect(judge(certify(checkpoint(FOUR), GENESIS, FOUR, []))).toBe('CERTIFICATE_QUORUM');
  });
});

describe('signatures', () => {
  const good = certify(checkpoint(FOUR), GENESIS, FOUR, [0, 1, 2]);
  const first = good.signatures[0];
  const third = good.signatures[2];
  if (first === undefined || third === undefined) throw new Error('no signatures');

  it('B1: refuses one signer twice, also by another valid form of its signature', () => {
    const pairs = [first.signature, highTwin(first.signature)];
    for (const signature of pairs) {
      const doubled = [first, { index: 0, signature }, third];
      expect(judge({ ...good, signatures: doubled })).toBe('CERTIFICATE_SIGNER');
    }
    const borrowed = [first, { index: 1, signature: first.signature }, third];
    expect(judge({ ...good, signatures: borrowed })).toBe('CERTIFICATE_SIGNATURE');
  });

  it('B1: refuses signers out of order', () => {
    const signatures = [...good.signatures].reverse();
    expect(judge({ ...good, signatures })).toBe('CERTIFICATE_SIGNER');
  });

  it('B2: refuses high s, a zero r or s, and a recovery byte other than 0 and 1', () => {
    const zeroed = (from: number): Uint8Array =>
      Uint8Array.from(first.signature).fill(0, from, from + 32);
    const marked = Uint8Array.from(first.signature);
    marked[64] = 27 + (marked[64] ?? 0);
    for (const signature of [highTwin(first.signature), zeroed(0), zeroed(32), marked]) {
      const signatures = [{ index: 0, signature }, ...good.signatures.slice(1)];
      expect(judge({ ...good, signatures })).toBe('CERTIFICATE_SIGNATURE');
    }
  });

  it('B6: refuses a signer outside the set, and an address twice in it', () => {
    const outside = { index: 4, signature: third.signature };
    expect(judge({ ...good, signatures: [first, outside] })).toBe('CERTIFICATE_SIGNER');
    const stranger = validatorKeys('stranger', 1)[0];
    if (stranger === undefined) throw new Error('no key');
    const digest = checkpointDigest(good.checkpoint, GENESIS, nobleHash);
    const signature = nobleSignature.sign(digest, stranger.secret);
    const signatures = [...good.signatures.slice(0, 2), { index: 2, signature }];
    expect(judge({ ...good, signatures })).toBe('CERTIFICATE_SIGNATURE');
    const [one] = good.validators;
    if (one === undefined) throw new Error('no validator');
    expect(judge({ ...good, validators: [one, one] })).toBe('VALIDATOR_SET_ORDER');
  });

  it('B7: refuses signatures of another height, block or time, and one bad one beside a quorum', () => {
    const others: Partial<Checkpoint>[] = [
      { height: 11n },
      { stateRoot: new Uint8Array(32).fill(9) },
      { outboxRoot: new Uint8Array(32).fill(9) },
      { timeMs: 1_800_000_000_001n },
      { nextValidatorSetHash: new Uint8Array(32).fill(9) },
    ];
    for (const changes of others) {
      const other = { ...good, checkpoint: { ...good.checkpoint, ...changes } };
      expect(judge(other)).toBe('CERTIFICATE_SIGNATURE');
    }
    const trailing = { index: 3, signature: third.signature };
    const signatures = [...good.signatures, trailing];
    expect(judge({ ...good, signatures })).toBe('CERTIFICATE_SIGNATURE');
  });

  it('B8: refuses a certificate of another chain', () => {
    expect(judge(good)).toBe('nothing thrown');
    expect(judge(good, new Uint8Array(32).fill(8))).toBe('CERTIFICATE_SIGNATURE');
  });

  it('B9: refuses members the caller brings instead of those the checkpoint names', () => {
    const own = validatorKeys('caller', 1);
    const certificate = certify(checkpoint(FOUR), GENESIS, own);
    expect(judge(certificate)).toBe('CERTIFICATE_SET_HASH');
  });
});
