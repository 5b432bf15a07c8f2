import { describe, expect, it } from 'vitest';
import { readNonceWindow } from '../../../../main-chain/ledger/accounts.ts';
import { createApplication } from '../../../../main-chain/ledger/application.ts';
import { emit } from '../../../../main-chain/ledger/context.ts';
import { executeTransaction } from '../../../../main-chain/ledger/execute.ts';
import {
  addQuantity,
  credit,
  debit,
  MAX_QUANTITY,
  readHolding,
} from '../../../../main-chain/ledger/holdings.ts';
import { readQuantity } from '../../../../main-chain/ledger/state.ts';
import { encode } from '../../../../schemas/codec/codec.ts';
import { transactionResultCodec } from '../../../../schemas/wire/event.ts';
import { supplyKey } from '../../../../schemas/wire/state-keys.ts';
import {
  decodeTransaction,
  decodeTransactionHead,
  signTransaction,
} from '../../../../schemas/wire/transaction.ts';
import { ledgerOnly, run, seedResource, signed } from '../../../fakes/ledger-chain.ts';
import {
  later,
  snapshot,
  testAddress,
  testContext,
  testKey,
} from '../../../fakes/ledger-context.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const owner = testAddress(30);
const other = testAddress(31);

describe('executing a transaction', () => {
  it('moves a holding between owners and leaves the supply as it was', () => {
    const context = testContext();
    const resourceId = seedResource(context, 10n);
    const result = run(context, 30, 0n, {
      type: 'transfer',
      resourceId,
      quantity: 4n,
      receiver: other,
    });
    expect(result).toMatchObject({
      code: '',
      items: [],
      events: [{ type: 'transferred', quantity: 4n }],
    });
    expect(readHolding(context.state, resourceId, owner)).toBe(6n);
    expect(readHolding(context.state, resourceId, other)).toBe(4n);
    expect(readQuantity(context.state, supplyKey(resourceId))).toBe(10n);
  });

  it('uses up the nonce of a refused transaction and changes nothing else (F1)', () => {
    const context = testContext();
    const resourceId = seedResource(context, 10n);
    const refusals = [
      [{ quantity: 11n, receiver: other }, 'HOLDING_INSUFFICIENT'],
      [{ quantity: 0n, receiver: other }, 'QUANTITY_ZERO'],
    ] as const;
    for (const [index, [fields, code]] of refusals.entries()) {
      const before = snapshot(context.state).filter(([key]) => !key.startsWith('account/'));
      expect(
        run(context, 30, BigInt(index), { type: 'transfer', resourceId, ...fields }).code,
      ).toBe(code);
      expect(snapshot(context.state).filter(([key]) => !key.startsWith('account/'))).toEqual(
        before,
      );
      expect(readNonceWindow(context.state, owner).base).toBe(BigInt(index) + 1n);
    }
  });

  it('refuses bytes that are not the sender’s and changes nothing at all (B2, B8)', () => {
    const context = testContext();
    const resourceId = seedResource(context, 10n);
    const message = { type: 'transfer', resourceId, quantity: 1n, receiver: other } as const;
    const good = signed(context, 30, 0n, message);
    const expirySeconds = context.timeMs / 1000n + 60n;
    const foreignChain = { ...context.chain, genesisHash: new Uint8Array(32).fill(9) };
    const transaction = { sender: owner, nonce: 0n, expirySeconds, message };
    const cases: [Uint8Array, string][] = [
      [
        signTransaction(transaction, testKey(31), context.chain.genesisHash, context),
        'TX_SIGNATURE',
      ],
      [
        signTransaction(transaction, testKey(30), foreignChain.genesisHash, context),
        'TX_SIGNATURE',
      ],
      [Uint8Array.from(good, (byte, at) => (at === 64 ? byte ^ 1 : byte)), 'TX_SIGNATURE'],
      [Uint8Array.from(good, (byte, at) => (at < 32 ? 0 : byte)), 'TX_SIGNATURE'],
      [good.subarray(0, 40), 'CODEC_TRUNCATED'],
      [Uint8Array.from([...good, 0]), 'CODEC_TRAILING'],
    ];
    const before = snapshot(context.state);
    for (const [bytes, code] of cases) {
      expect(executeTransaction(context, ledgerOnly, bytes, false).code).toBe(code);
      expect(snapshot(context.state)).toEqual(before);
    }
    expect(executeTransaction(context, ledgerOnly, good, false).code).toBe('');
    expect(executeTransaction(context, ledgerOnly, good, false).code).toBe('TX_NONCE');
  });

  it('refuses an expiry that has come or is more than a day ahead (D3)', () => {
    const context = testContext();
    const now = context.timeMs / 1000n;
    const message = { type: 'unlock', lockId: new Uint8Array(32), receiver: other } as const;
    for (const expirySeconds of [0n, now, now + 86_401n, (1n << 64n) - 1n]) {
      const bytes = signTransaction(
        { sender: owner, nonce: 0n, expirySeconds, message },
        testKey(30),
        context.chain.genesisHash,
        context,
      );
      const before = snapshot(context.state);
      expect(executeTransaction(context, ledgerOnly, bytes, true).code).toBe('TX_EXPIRED');
      expect(snapshot(context.state)).toEqual(before);
    }
  });

  it('A11: refuses what makes more events than its result can hold, and changes nothing', () => {
    const message = { type: 'guardPause', client: 'main-0' } as const;
    const making = (count: number) =>
      createApplication(
        {
          guardPause: (context) => {
            context.state.set('halted', Uint8Array.of(1));
            for (let left = count; left > 0; left--) emit(context, 'lanePaused', {});
            return undefined;
          },
        },
        {},
      );
    const context = testContext();
    const before = snapshot(context.state);
    expect(run(context, 30, 0n, message, making(4097))).toEqual({
      code: 'TX_EVENTS',
      items: [],
      events: [],
    });
    const after = snapshot(context.state).filter(([key]) => !key.startsWith('account/'));
    expect(after).toEqual(before);
    const result = run(context, 30, 1n, message, making(4096));
    expect(result.code).toBe('');
    expect(() => encode(transactionResultCodec, result)).not.toThrow();
  });

  it('refuses messages the chain has no handler for, and lets defects through as they are', () => {
    const context = testContext();
    const message = { type: 'guardPause', client: 'main-0' } as const;
    expect(run(context, 30, 0n, message).code).toBe('TX_UNSUPPORTED');
    const broken = createApplication(
      {
        guardPause: () => {
          throw new TypeError('defect');
        },
      },
      {},
    );
    expect(() => run(context, 30, 1n, message, broken)).toThrow(TypeError);
    const decodes = () =>
      executeTransaction(
        { ...context, timeMs: -1n },
        broken,
        signed(context, 30, 2n, message),
        true,
      );
    expect(decodes).not.toThrow();
  });

  it('reads the head alone for the mempool, and the whole strictly', () => {
    const context = testContext();
    const bytes = signed(context, 30, 7n, { type: 'guardPause', client: 'main-0' });
    expect(decodeTransactionHead(bytes)).toMatchObject({ sender: owner, nonce: 7n });
    expect(decodeTransaction(bytes).message).toEqual({ type: 'guardPause', client: 'main-0' });
  });
});

describe('holdings', () => {
  it('keep the chain’s supply in step and refuse overflow and overdraft (F2)', () => {
    const context = testContext();
    const resourceId = seedResource(context, 10n);
    debit(context, resourceId, owner, 3n);
    expect(readQuantity(context.state, supplyKey(resourceId))).toBe(7n);
    const before = snapshot(context.state);
    expect(refusalCode(() => debit(context, resourceId, owner, 8n))).toBe('HOLDING_INSUFFICIENT');
    expect(refusalCode(() => credit(context, resourceId, owner, MAX_QUANTITY))).toBe(
      'QUANTITY_OVERFLOW',
    );
    expect(snapshot(context.state)).toEqual(before);
    expect(addQuantity(MAX_QUANTITY - 1n, 1n)).toBe(MAX_QUANTITY);
  });
});

describe('locks', () => {
  const terms = (resourceId: Uint8Array, expirySeconds: bigint, quantity = 4n) =>
    ({ type: 'lock', resourceId, quantity, agent: testAddress(40), expirySeconds }) as const;

  it('set a quantity aside that only the agent releases before expiry, and anyone returns after it', () => {
    const context = testContext();
    const resourceId = seedResource(context, 10n);
    const expirySeconds = context.timeMs / 1000n + 100n;
    const locked = run(context, 30, 0n, terms(resourceId, expirySeconds));
    const lockId = locked.events[0]?.subject ?? new Uint8Array();
    expect(readHolding(context.state, resourceId, owner)).toBe(6n);
    expect(readQuantity(context.state, supplyKey(resourceId))).toBe(10n);
    expect(run(context, 30, 1n, terms(resourceId, expirySeconds)).code).toBe('LOCK_EXISTS');
    expect(run(context, 30, 2n, { type: 'unlock', lockId, receiver: owner }).code).toBe(
      'LOCK_FORBIDDEN',
    );
    expect(
      run(later(context, 100n), 31, 0n, { type: 'unlock', lockId, receiver: other }).code,
    ).toBe('LOCK_FORBIDDEN');
    expect(
      run(later(context, 100n), 31, 1n, { type: 'unlock', lockId, receiver: owner }).code,
    ).toBe('');
    expect(readHolding(context.state, resourceId, owner)).toBe(10n);
    expect(run(context, 40, 0n, { type: 'unlock', lockId, receiver: other }).code).toBe(
      'LOCK_UNKNOWN',
    );
  });

  it('pay whom the agent names, and refuse bad expiries and frozen resources', () => {
    const context = testContext();
    const resourceId = seedResource(context, 10n);
    const now = context.timeMs / 1000n;
    for (const [index, expiry] of [now, now + 31_622_401n].entries()) {
      expect(run(context, 30, BigInt(index), terms(resourceId, expiry)).code).toBe('LOCK_EXPIRY');
    }
    const lockId =
      run(context, 30, 2n, terms(resourceId, now + 5n)).events[0]?.subject ?? new Uint8Array();
    expect(run(context, 40, 0n, { type: 'unlock', lockId, receiver: other }).code).toBe('');
    expect(readHolding(context.state, resourceId, other)).toBe(4n);
    expect(run(context, 30, 3n, terms(resourceId, now + 5n, 7n)).code).toBe('HOLDING_INSUFFICIENT');
    expect(run(context, 30, 4n, terms(new Uint8Array(32), now + 5n)).code).toBe('RESOURCE_UNKNOWN');
  });
});
