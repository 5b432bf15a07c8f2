import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isNonceOpen,
  readNonceWindow,
  requireAdmitted,
  useNonce,
} from '../../../../main-chain/ledger/accounts.ts';
import { accountKey } from '../../../../schemas/wire/state-keys.ts';
import { snapshot, testAddress, testContext } from '../../../fakes/ledger-context.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const sender = testAddress(50);

describe('nonce window', () => {
  it('takes each nonce once, in any order inside the window, and advances over used ones', () => {
    const { state } = testContext();
    useNonce(state, sender, 2n);
    useNonce(state, sender, 0n);
    expect(readNonceWindow(state, sender)).toEqual({ base: 1n, mask: 2n });
    useNonce(state, sender, 1n);
    expect(readNonceWindow(state, sender)).toEqual({ base: 3n, mask: 0n });
    expect(state.get(accountKey(sender))?.length).toBe(40);
  });

  it('refuses replays and both edges of the window and leaves the leaf alone', () => {
    const { state } = testContext();
    useNonce(state, sender, 255n);
    useNonce(state, sender, 0n);
    const before = snapshot(state);
    for (const nonce of [0n, 255n, 257n, 1000n]) {
      expect(refusalCode(() => useNonce(state, sender, nonce))).toBe('TX_NONCE');
    }
    expect(snapshot(state)).toEqual(before);
    useNonce(state, sender, 256n);
    expect(isNonceOpen(readNonceWindow(state, sender), 256n)).toBe(false);
  });

  it('never takes the last nonce, so that base cannot pass 2^64', () => {
    expect(isNonceOpen({ base: (1n << 64n) - 2n, mask: 0n }, (1n << 64n) - 1n)).toBe(false);
  });

  it('agrees with a set of used nonces under random use', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 600n), { maxLength: 400 }), (nonces) => {
        const { state } = testContext();
        const used = new Set<bigint>();
        let base = 0n;
        for (const nonce of nonces) {
          const open = nonce >= base && nonce < base + 256n && !used.has(nonce);
          expect(refusalCode(() => useNonce(state, sender, nonce))).toBe(
            open ? 'nothing thrown' : 'TX_NONCE',
          );
          if (open) used.add(nonce);
          while (used.has(base)) base += 1n;
          expect(readNonceWindow(state, sender).base).toBe(base);
        }
      }),
      { seed: 3, numRuns: 60 },
    );
  });
});

describe('admission', () => {
  it('lets everybody in where it is open and only listed accounts where it is a list', () => {
    expect(refusalCode(() => requireAdmitted(testContext(), sender))).toBe('nothing thrown');
    expect(refusalCode(() => requireAdmitted(testContext({ admission: 'list' }), sender))).toBe(
      'ACCOUNT_NOT_ADMITTED',
    );
  });
});
