import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { narrowRangeProof } from '../../../../hub/proof/narrow-range.ts';
import { nobleHash } from '../../../../schemas/hash.ts';
import {
  buildOutbox,
  type OutboxItem,
  verifyOutboxRange,
} from '../../../../schemas/tree/outbox.ts';

function items(count: number): OutboxItem[] {
  return Array.from({ length: count }, (_, n) => ({
    client: 'tieline-main',
    kind: 1,
    sequence: BigInt(n + 1),
    commitment: new Uint8Array(32).fill(n + 1),
  }));
}

describe('narrowRangeProof', () => {
  it('cuts any range proof down to any of its items, equal to the proof of that item alone', () => {
    const ranges = fc
      .integer({ min: 1, max: 40 })
      .chain((count) => fc.tuple(fc.constant(count), fc.nat(count - 1), fc.nat(39), fc.nat(39)));
    const property = fc.property(ranges, ([count, start, wanted, pick]) => {
      const all = items(count);
      const outbox = buildOutbox(all, nobleHash);
      const length = 1 + (wanted % (count - start));
      const run = all.slice(start, start + length);
      const at = pick % length;
      const narrowed = narrowRangeProof(start, run, outbox.prove(start, length), at, nobleHash);
      expect(narrowed).toEqual(outbox.prove(start + at, 1));
      verifyOutboxRange(outbox.root, start + at, run.slice(at, at + 1), narrowed, nobleHash);
    });
    fc.assert(property, { seed: 11, numRuns: 200 });
  });
});
