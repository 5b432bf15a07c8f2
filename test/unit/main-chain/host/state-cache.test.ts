/** The state cache: reads through, remembers absence, never loses what the store has not got yet. */
import { describe, expect, it } from 'vitest';
import { StateCache } from '../../../../main-chain/host/state-cache.ts';

const value = (byte: number): Uint8Array => Uint8Array.of(byte);

function cached(capacity: number): {
  cache: StateCache;
  stored: Map<string, Uint8Array>;
  loads: string[];
} {
  const stored = new Map<string, Uint8Array>();
  const loads: string[] = [];
  const cache = new StateCache((key) => {
    loads.push(key);
    return stored.get(key);
  }, capacity);
  return { cache, stored, loads };
}

describe('the state cache', () => {
  it('asks the store once for a value, and once for its absence', () => {
    const { cache, stored, loads } = cached(8);
    stored.set('a', value(1));
    expect([cache.get('a'), cache.get('a'), cache.get('b'), cache.get('b')]).toEqual([
      value(1),
      value(1),
      undefined,
      undefined,
    ]);
    expect(loads).toEqual(['a', 'b']);
  });

  it('holds no more than two generations', () => {
    const { cache, loads } = cached(2);
    for (const key of ['a', 'b', 'c', 'd', 'e', 'a']) cache.get(key);
    expect(loads).toEqual(['a', 'b', 'c', 'd', 'e', 'a']);
  });

  it('keeps a value of the older generation that is read again', () => {
    const { cache, loads } = cached(2);
    for (const key of ['a', 'b', 'c', 'a', 'd', 'a']) cache.get(key);
    expect(loads).toEqual(['a', 'b', 'c', 'd']);
  });

  it('shows changes at once and does not evict them before the store has them', () => {
    const { cache, stored } = cached(1);
    stored.set('a', value(1));
    stored.set('b', value(1));
    const changes = new Map([
      ['a', value(2)],
      ['b', null],
    ]);
    cache.apply(changes);
    for (const key of ['x', 'y', 'z']) cache.get(key);
    expect([cache.get('a'), cache.get('b')]).toEqual([value(2), undefined]);
    stored.set('a', value(2));
    stored.delete('b');
    cache.release(changes);
    cache.release(changes);
    for (const key of ['x', 'y', 'z']) cache.get(key);
    expect([cache.get('a'), cache.get('b')]).toEqual([value(2), undefined]);
  });

  it('shows the newest of two changes that the store has not got', () => {
    const { cache } = cached(1);
    cache.apply(new Map([['a', value(1)]]));
    cache.apply(new Map([['a', value(2)]]));
    for (const key of ['x', 'y', 'z']) cache.get(key);
    expect(cache.get('a')).toEqual(value(2));
  });
});
