import { describe, expect, it } from 'vitest';
import { HeightCursor } from '../../../../hub/relayer/height-cursor.ts';
import { PendingPackets } from '../../../../hub/relayer/pending-packets.ts';
import { RetryHeights } from '../../../../hub/relayer/retry-heights.ts';
import type { Packet } from '../../../../schemas/wire/packet.ts';

describe('the cursor of a lane', () => {
  it('works off what was missed beside what is fresh', () => {
    const cursor = new HeightCursor(1n);
    cursor.skipTo(100n);
    expect([cursor.fresh, cursor.missed?.from, cursor.lowest()]).toEqual([101n, 1n, 1n]);
    cursor.advanceFresh(120n);
    cursor.advanceMissed(60n);
    expect([cursor.fresh, cursor.lowest(), cursor.missedHeights()]).toEqual([120n, 60n, 41n]);
    cursor.advanceMissed(101n);
    expect([cursor.missed, cursor.lowest()]).toEqual([undefined, 120n]);
  });

  it('keeps several stretches and never goes back', () => {
    const cursor = new HeightCursor(5n);
    cursor.skipTo(4n);
    expect(cursor.missed).toBeUndefined();
    cursor.skipTo(9n);
    cursor.skipTo(19n);
    cursor.advanceFresh(3n);
    expect([cursor.fresh, cursor.missedHeights()]).toEqual([20n, 15n]);
    cursor.advanceMissed(10n);
    expect(cursor.missed).toMatchObject({ from: 10n, to: 19n });
  });
});

describe('heights to offer again', () => {
  it('come after pauses that double up to half a minute', () => {
    const retries = new RetryHeights();
    const pauses: number[] = [];
    for (let turn = 0; turn < 9; turn++) {
      retries.add(7n, 0);
      pauses.push(retries.nextPause(0) ?? -1);
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('are taken one at a time, lowest first, and wait while they are under way', () => {
    const retries = new RetryHeights();
    retries.add(9n, 0);
    retries.add(4n, 0);
    expect(retries.take(499)).toBeUndefined();
    expect([retries.take(500), retries.take(500), retries.take(500)]).toEqual([4n, 9n, undefined]);
    expect([retries.nextPause(500), retries.lowest(), retries.size]).toEqual([undefined, 4n, 2]);
    retries.done(4n);
    expect([retries.lowest(), retries.size]).toEqual([9n, 1]);
  });
});

describe('packets that wait for their end', () => {
  const packet = (sequence: bigint, timeoutSeconds: bigint): Packet => ({
    sequence,
    timeoutSeconds,
    sourceClient: 'a',
    destinationClient: 'b',
    payloads: [],
  });

  it('are due when the clock reaches their timeout, unless they were received', () => {
    const pending = new PendingPackets();
    pending.add(packet(1n, 100n), 5n);
    pending.add(packet(2n, 100n), 6n);
    pending.add(packet(3n, 200n), 7n);
    expect(pending.due(99n, 10)).toEqual([]);
    pending.markReceived(1n);
    expect(pending.due(100n, 10).map(({ sequence }) => sequence)).toEqual([2n]);
    expect(pending.due(200n, 1).map(({ sequence }) => sequence)).toEqual([2n]);
    expect(pending.due(200n, 10).map(({ sequence }) => sequence)).toEqual([2n, 3n]);
    pending.settle(2n);
    pending.settle(3n);
    expect([pending.due(999n, 10), pending.size, pending.oldestHeight()]).toEqual([[], 1, 5n]);
  });
});
