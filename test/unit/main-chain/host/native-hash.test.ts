import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadNativeHash } from '../../../../main-chain/host/native-hash.ts';
import { nobleHash } from '../../../../schemas/hash.ts';

const native = await loadNativeHash();

describe.skipIf(native === undefined)('the native hash port (skipped: no binding here)', () => {
  const port = native ?? nobleHash;

  it('hashes every message as the noble port does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
        expect(port.sha256(data)).toEqual(nobleHash.sha256(data));
        expect(port.keccak256(data)).toEqual(nobleHash.keccak256(data));
      }),
      { seed: 31, numRuns: 300 },
    );
    for (const length of [55, 56, 63, 64, 65, 80, 128, 100_000]) {
      const data = new Uint8Array(length).fill(length);
      expect(port.sha256(data)).toEqual(nobleHash.sha256(data));
      expect(port.keccak256(data)).toEqual(nobleHash.keccak256(data));
    }
  });

  it('hashes pairs as the noble port does, also in views into larger buffers', () => {
    for (const count of [0, 1, 2, 7, 8, 9, 100]) {
      const buffer = Uint8Array.from({ length: count * 64 + 3 }, (_, at) => (at * 31) & 255);
      const input = buffer.subarray(3);
      const outputs = [new Uint8Array(count * 32 + 5), new Uint8Array(count * 32 + 5)];
      const [ours = input, theirs = input] = outputs.map((output) => output.subarray(5));
      port.sha256Pairs(input, ours);
      nobleHash.sha256Pairs(input, theirs);
      expect(ours).toEqual(theirs);
    }
  });

  it('hands out results that later calls do not change', () => {
    const [one, two] = [Uint8Array.of(1), Uint8Array.of(2)];
    const results = [port.sha256(one), port.keccak256(one)];
    port.sha256(two);
    port.keccak256(two);
    expect(results).toEqual([nobleHash.sha256(one), nobleHash.keccak256(one)]);
  });

  it('says what it is made of', () => {
    expect(port.name).toBe('hashtree, node:crypto, hash-wasm');
  });
});
