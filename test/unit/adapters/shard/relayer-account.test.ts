import { describe, expect, it } from 'vitest';
import { RelayerAccount } from '../../../../adapters/shard/relayer-account.ts';

const fact = (base: bigint, mask = 0n) => ({ base, mask, nextNonce: base, admitted: true });

function account(base = 0n, mask = 0n) {
  const chain = { base, mask, reads: 0 };
  const relayer = new RelayerAccount(async () => {
    chain.reads += 1;
    return fact(chain.base, chain.mask);
  });
  return { relayer, chain };
}

const takeMany = async (relayer: RelayerAccount, count: number) => {
  const nonces: bigint[] = [];
  for (let at = 0; at < count; at++) nonces.push(await relayer.take());
  return nonces;
};

describe('the relayer’s account', () => {
  it('begins at the chain’s base and reads it once', async () => {
    const { relayer, chain } = account(7n);
    expect(await takeMany(relayer, 3)).toEqual([7n, 8n, 9n]);
    expect(chain.reads).toBe(1);
  });

  it('fills the holes of the window before it goes on', async () => {
    const { relayer } = account(10n, 0b1011n << 1n);
    expect(await takeMany(relayer, 4)).toEqual([10n, 13n, 15n, 16n]);
  });

  it('hands out 256 and lets the next one wait until the oldest has landed', async () => {
    const { relayer } = account();
    await takeMany(relayer, 256);
    let late: bigint | undefined;
    const waiting = relayer.take().then((nonce) => {
      late = nonce;
    });
    relayer.confirm(5n);
    await Promise.resolve();
    expect(late).toBeUndefined();
    relayer.confirm(0n);
    await waiting;
    expect(late).toBe(256n);
    expect(relayer.underWay).toBe(255);
  });

  it('uses a nonce that never landed before any new one', async () => {
    const { relayer } = account();
    await takeMany(relayer, 4);
    relayer.release(2n);
    expect(await takeMany(relayer, 2)).toEqual([2n, 4n]);
  });

  it('finds its place again after another user of the key went ahead', async () => {
    const { relayer, chain } = account();
    await takeMany(relayer, 2);
    relayer.release(0n);
    relayer.confirm(1n);
    chain.base = 40n;
    chain.mask = 0b10n;
    await relayer.resync();
    expect(await takeMany(relayer, 2)).toEqual([40n, 42n]);
  });

  it('does not hand out again what is under way when it reads the account', async () => {
    const { relayer } = account();
    await takeMany(relayer, 3);
    await relayer.resync();
    expect(await relayer.take()).toBe(3n);
  });

  it('refuses with ADAPTER_NONCE_WINDOW when a thousand wait already', async () => {
    const { relayer } = account();
    await takeMany(relayer, 256);
    const waiting = Array.from({ length: 1024 }, () => relayer.take());
    await Promise.resolve();
    await expect(relayer.take()).rejects.toMatchObject({ code: 'ADAPTER_NONCE_WINDOW' });
    expect(relayer.underWay).toBe(256);
    for (let nonce = 0n; relayer.underWay > 0; nonce += 1n) {
      relayer.confirm(nonce);
      await new Promise((turn) => setImmediate(turn));
    }
    expect(await Promise.all(waiting)).toHaveLength(1024);
  });
});
