import { describe, expect, it } from 'vitest';
import { useNonce } from '../../../../../main-chain/ledger/accounts.ts';
import { Mempool, type MempoolConfig } from '../../../../../main-chain/node/mempool/mempool.ts';
import { checkTransaction } from '../../../../../main-chain/node/mempool/transaction-check.ts';
import { signed } from '../../../../fakes/ledger-chain.ts';
import { later, testAddress, testContext } from '../../../../fakes/ledger-context.ts';

const message = { type: 'guardPause', client: 'main-0' } as const;

function open(changes: Partial<MempoolConfig> = {}) {
  const context = testContext();
  let nowMs = context.timeMs;
  const pool = new Mempool(
    { maxTransactions: 100, maxBytes: 100_000, maxSenderBytes: 10_000, ...changes },
    {
      state: context.state,
      nowMs: () => nowMs,
      onReady: () => undefined,
      check: (transactions) =>
        Promise.resolve(
          transactions.map((bytes) => checkTransaction(bytes, context.chain.genesisHash, context)),
        ),
    },
  );
  return {
    context,
    pool,
    pass: (ms: bigint): void => {
      nowMs += ms;
    },
  };
}

const limits = { maxTransactions: 100, maxBytes: 100_000 };

describe('mempool', () => {
  it('takes each sender in turn, so that one cannot starve another', async () => {
    const { context, pool } = open();
    const many = [0n, 1n, 2n].map((nonce) => signed(context, 30, nonce, message));
    expect(await pool.submit([...many, signed(context, 31, 0n, message)])).toEqual([
      '',
      '',
      '',
      '',
    ]);
    const taken = pool.take({ ...limits, maxTransactions: 2 });
    expect(taken.map(({ sender }) => sender)).toEqual([testAddress(30), testAddress(31)]);
    expect(pool.ready).toBe(2);
    expect(pool.take(limits)).toHaveLength(2);
  });

  it('refuses bytes that are no transaction, foreign signatures, duplicates and bad nonces, and keeps nothing of them', async () => {
    const { context, pool } = open();
    const good = signed(context, 30, 5n, message);
    const forged = Uint8Array.from(good, (byte, at) => (at === 10 ? byte ^ 1 : byte));
    useNonce(context.state, testAddress(32), 0n);
    expect(await pool.submit([good.subarray(0, 30), forged])).toEqual([
      'MEMPOOL_MALFORMED',
      'MEMPOOL_SIGNATURE',
    ]);
    expect(await pool.submit([good, good])).toEqual(['', 'MEMPOOL_DUPLICATE']);
    expect(await pool.submit([good])).toEqual(['MEMPOOL_DUPLICATE']);
    expect(await pool.submit([signed(context, 32, 0n, message)])).toEqual(['MEMPOOL_NONCE_USED']);
    expect(await pool.submit([signed(context, 32, 257n, message)])).toEqual([
      'MEMPOOL_NONCE_AHEAD',
    ]);
    expect(pool.ready).toBe(1);
  });

  it('refuses what has expired, and drops what expires while it waits', async () => {
    const { context, pool, pass } = open();
    const past = signed(later(context, -61n), 30, 0n, message);
    expect(await pool.submit([past])).toEqual(['MEMPOOL_EXPIRED']);
    expect(await pool.submit([signed(context, 30, 0n, message)])).toEqual(['']);
    pass(61_000n);
    expect(pool.take(limits)).toEqual([]);
  });

  it('is bounded in count, in bytes and for each sender', async () => {
    const full = open({ maxTransactions: 1 });
    const two = [0n, 1n].map((nonce) => signed(full.context, 30, nonce, message));
    expect(await full.pool.submit(two)).toEqual(['', 'MEMPOOL_FULL']);
    const small = open({ maxBytes: 100 });
    expect(await small.pool.submit([signed(small.context, 30, 0n, message)])).toEqual([
      'MEMPOOL_FULL',
    ]);
    const fair = open({ maxSenderBytes: 150 });
    const own = [0n, 1n].map((nonce) => signed(fair.context, 30, nonce, message));
    expect(await fair.pool.submit(own.slice(0, 1))).toEqual(['']);
    expect(await fair.pool.submit(own.slice(1))).toEqual(['MEMPOOL_SENDER_FULL']);
    expect(await fair.pool.submit([signed(fair.context, 31, 0n, message)])).toEqual(['']);
  });
});
