import { describe, expect, it } from 'vitest';
import type { LandedTransaction } from '../../../../adapters/chain-adapter.ts';
import { Landing } from '../../../../adapters/shard/landing.ts';

const landed: LandedTransaction = {
  height: 3n,
  index: 0,
  timeMs: 1n,
  result: { code: '', items: [], events: [] },
};

/** A chain whose every wait is a new height; `clock` moves a second with each. */
function chain(landsAt: bigint) {
  const seen = { height: 0n, clock: 0, failures: 0, waits: 0 };
  const landing = new Landing(
    {
      async wait() {
        seen.waits += 1;
        if (seen.failures-- > 0) throw new Error('unreachable');
        await new Promise((turn) => setImmediate(turn));
        seen.height += 1n;
        seen.clock += 1000;
        return { height: seen.height, timeMs: seen.height };
      },
      lookup: async () => (seen.height >= landsAt ? landed : undefined),
    },
    () => seen.clock,
  );
  return { landing, seen };
}

describe('waiting for a transaction', () => {
  it('ends when it is in a block, and then asks no more', async () => {
    const { landing, seen } = chain(3n);
    expect(await landing.wait(Uint8Array.of(1), 60_000)).toBe(landed);
    const { waits } = seen;
    await new Promise((turn) => setImmediate(turn));
    expect(seen.waits).toBe(waits);
  });

  it('goes on after the node did not answer', async () => {
    const { landing, seen } = chain(1n);
    seen.failures = 1;
    expect(await landing.wait(Uint8Array.of(1), 60_000)).toBe(landed);
  });

  it('gives up with ADAPTER_NOT_LANDED', async () => {
    const { landing } = chain(1_000_000n);
    await expect(landing.wait(Uint8Array.of(1), 5000)).rejects.toMatchObject({
      code: 'ADAPTER_NOT_LANDED',
      retry: 'later',
    });
  });

  it('fails with ADAPTER_CLOSED when the adapter closes, and ever after', async () => {
    const { landing } = chain(1_000_000n);
    const waiting = landing.wait(Uint8Array.of(1), 60_000);
    landing.close();
    await expect(waiting).rejects.toMatchObject({ code: 'ADAPTER_CLOSED' });
    await expect(landing.wait(Uint8Array.of(1), 60_000)).rejects.toMatchObject({
      code: 'ADAPTER_CLOSED',
    });
  });
});
