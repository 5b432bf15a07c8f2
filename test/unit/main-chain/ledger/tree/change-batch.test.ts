/** A batch of changes as full as it may be. */
import { describe, expect, it } from 'vitest';
import { ChangeBatch } from '../../../../../main-chain/ledger/tree/change-batch.ts';

describe('a change batch', () => {
  it('numbers the most changes it takes, 2^18, in the order of their paths', () => {
    const batch = new ChangeBatch();
    const path = new Uint8Array(32);
    const hash = new Uint8Array(32);
    const view = new DataView(path.buffer);
    const count = 2 ** 18;
    for (let at = 0; at < count; at++) {
      // Odd multiples take every value once; the last changes share their first 32 bits.
      view.setUint32(0, at < count - 4 ? Math.imul(at, 0x9e3779b1) : 0xffffffff);
      view.setUint32(4, count - at);
      new DataView(hash.buffer).setUint32(0, at);
      batch.set(path, hash);
      if (batch.isFull !== (at === count - 1)) throw new Error(`full at ${at}`);
    }
    batch.sort();
    const { paths, valueHashes } = batch;
    const seen = new Set<number>();
    let before = -1n;
    for (let place = 0; place < count; place++) {
      const from = batch.offset(place);
      const next = new DataView(paths.buffer, from).getBigUint64(0);
      if (next <= before) throw new Error(`place ${place} is out of order`);
      before = next;
      seen.add(new DataView(valueHashes.buffer, from).getUint32(0));
    }
    expect(seen.size).toBe(count);
  });
});
