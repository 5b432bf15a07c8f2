/** A node whose wall clock is stepped by hours: its certified time goes forward all the same. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../main-chain/host/clock.ts';
import { testAddress } from '../../fakes/ledger-context.ts';
import { type LocalNode, openLocalNode } from '../../fakes/local-node.ts';

const HOUR_MS = 3_600_000n;
const ISSUER = 20;

const opened: LocalNode[] = [];
afterEach(async () => {
  for (const node of opened.splice(0).reverse()) await node.remove();
});

/** A clock that is set by hand; timers go on, as they do when the wall clock is stepped. */
function steppedClock(): Clock & { step(ms: bigint): void } {
  let offset = 0n;
  return {
    nowMs: () => systemClock.nowMs() + offset,
    after: systemClock.after,
    step: (ms) => {
      offset += ms;
    },
  };
}

async function open(clock: Clock, directory?: string): Promise<LocalNode> {
  const settings = { heartbeatMs: 20 };
  const node = await openLocalNode({ clock, settings, ...(directory && { directory }) });
  opened.push(node);
  return node;
}

const message = {
  type: 'transfer',
  resourceId: new Uint8Array(32),
  quantity: 1n,
  receiver: testAddress(1),
} as const;

/** Waits for some certified blocks; gives the certified times of all, which must rise strictly. */
async function timesOf({ call }: LocalNode): Promise<readonly bigint[]> {
  const before = await call('wait', { after: 0n, waitMs: 1000 });
  for (let { height } = before; height < before.height + 5n; )
    ({ height } = await call('wait', { after: height, waitMs: 5000 }));
  const { height } = await call('wait', { after: 0n, waitMs: 0 });
  const times: bigint[] = [];
  for (let at = 1n; at <= height; at++) {
    const { block } = await call('block', { height: at });
    const { certificate } = await call('certificate', { height: at });
    expect(certificate?.checkpoint.timeMs).toBe(block?.header.timeMs);
    times.push(block?.header.timeMs ?? 0n);
  }
  for (const [at, time] of times.entries()) expect(time).toBeGreaterThan(times[at - 1] ?? 0n);
  return times;
}

describe('a node’s clock', () => {
  it('C12 stepped back by hours: blocks, heartbeats and transactions go on, times rise, also after a restart', async () => {
    const clock = steppedClock();
    const node = await open(clock);
    expect(await node.run(ISSUER, 0n, message)).toBe('RESOURCE_UNKNOWN');
    const before = (await timesOf(node)).at(-1) ?? 0n;
    clock.step(-5n * HOUR_MS);
    expect(await node.run(ISSUER, 1n, message)).toBe('RESOURCE_UNKNOWN');
    const after = (await timesOf(node)).at(-1) ?? 0n;
    // Until the wall clock has caught up a block is a millisecond later than its parent.
    expect(after).toBeLessThan(before + HOUR_MS);
    await node.close();
    const again = await open(clock, node.directory);
    expect(await again.run(ISSUER, 2n, message)).toBe('RESOURCE_UNKNOWN');
    expect((await timesOf(again)).at(-1)).toBeGreaterThan(after);
  });

  it('C12 stepped forward by hours and back: what has expired is refused, and time does not come back', async () => {
    const clock = steppedClock();
    const node = await open(clock);
    const old = await node.sign(ISSUER, 0n, message);
    const before = (await timesOf(node)).at(-1) ?? 0n;
    clock.step(5n * HOUR_MS);
    const ahead = (await timesOf(node)).at(-1) ?? 0n;
    expect(ahead).toBeGreaterThanOrEqual(before + 5n * HOUR_MS);
    expect((await node.call('submit', { transactions: [old] })).codes).toEqual(['MEMPOOL_EXPIRED']);
    clock.step(-5n * HOUR_MS);
    expect((await timesOf(node)).at(-1)).toBeGreaterThan(ahead);
    expect((await node.call('submit', { transactions: [old] })).codes).toEqual(['MEMPOOL_EXPIRED']);
    expect(await node.run(ISSUER, 0n, message)).toBe('RESOURCE_UNKNOWN');
  });
});
