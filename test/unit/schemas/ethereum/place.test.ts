/* The words of a call of the Ethereum contracts. */
import { describe, expect, it } from 'vitest';
import { encodePlace, encodeRange } from '../../../../schemas/ethereum/place.ts';

describe('a place', () => {
  it('has its fields one after another, and names the newest slot unless told otherwise', () => {
    const word = encodePlace({
      flags: 3,
      slot: 7,
      height: 0x0102n,
      timeMs: 0x0304n,
      sequence: 0x05n,
      timeoutSeconds: 0x06n,
    });
    expect(word.toString(16).padStart(64, '0')).toBe(
      '03000700000000000001020000000003040000000000000500000000000000'.concat('06'),
    );
    expect(encodePlace({ height: 1n, timeMs: 0n }) >> 232n).toBe(0xffffn);
  });

  it('refuses a field that does not fit (D3)', () => {
    expect(() => encodePlace({ height: 1n << 64n, timeMs: 0n })).toThrow('allow');
    expect(() => encodePlace({ height: 1n, timeMs: 1n << 48n })).toThrow('allow');
    expect(() => encodePlace({ height: -1n, timeMs: 0n })).toThrow('allow');
  });
});

describe('a range', () => {
  it('is the length of the run, the count of the outbox and the place of the first', () => {
    expect(encodeRange(3, 5, 1)).toBe((3n << 64n) | (5n << 32n) | 1n);
  });
});
