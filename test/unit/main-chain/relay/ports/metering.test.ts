/* Coverage of a metering point: disjoint, merged where it touches, bounded. */
import { describe, expect, it } from 'vitest';
import { Overlay } from '../../../../../main-chain/ledger/overlay.ts';
import { readRecord } from '../../../../../main-chain/ledger/state.ts';
import {
  coverageCodec,
  coverInterval,
  type Interval,
  MAX_INTERVALS,
} from '../../../../../main-chain/relay/ports/metering.ts';
import { meteringKey } from '../../../../../schemas/wire/state-keys.ts';
import { refusalCode } from '../../../../fakes/refusal.ts';

const POINT = new Uint8Array(32).fill(1);

function covered(state: Overlay): readonly Interval[] {
  return readRecord(state, meteringKey(POINT), coverageCodec) ?? [];
}

describe('metering coverage', () => {
  it('takes 64 separate intervals, refuses a 65th, and merges what fills a gap', () => {
    const state = new Overlay({ get: () => undefined });
    const add = (start: bigint, end: bigint) => coverInterval(state, POINT, { start, end });
    for (let at = MAX_INTERVALS - 1; at >= 0; at--) add(BigInt(at) * 10n, BigInt(at) * 10n + 5n);
    const before = covered(state);
    expect(before).toHaveLength(MAX_INTERVALS);
    expect(refusalCode(() => add(10_000n, 10_001n))).toBe('METERING_FULL');
    expect(covered(state)).toEqual(before);
    add(5n, 10n);
    expect(covered(state)[0]).toEqual({ start: 0n, end: 15n });
    add(10_000n, 10_001n);
    expect(covered(state).at(-1)).toEqual({ start: 10_000n, end: 10_001n });
  });

  it('refuses an overlap by a second at either end, inside and around', () => {
    const state = new Overlay({ get: () => undefined });
    coverInterval(state, POINT, { start: 10n, end: 20n });
    for (const [start, end] of [
      [9n, 11n],
      [19n, 21n],
      [12n, 13n],
      [5n, 25n],
    ] as const) {
      const code = refusalCode(() => coverInterval(state, POINT, { start, end }));
      expect(code).toBe('METERING_OVERLAP');
    }
    expect(covered(state)).toEqual([{ start: 10n, end: 20n }]);
  });
});
