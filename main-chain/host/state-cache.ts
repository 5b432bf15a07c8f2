/**
 * A bounded cache above the store, so that pure rules read the state synchronously and mostly from
 * memory. Written values stay pinned until the store has them.
 */
import type { State } from '../ledger/state.ts';

/** Reads through to `load`; absence is remembered too. */
export class StateCache implements Pick<State, 'get'> {
  readonly #load: (key: string) => Uint8Array | undefined;
  readonly #capacity: number;
  /** Two generations: a hit in the old one moves to the young; when that is full the old one goes. */
  #young = new Map<string, Uint8Array | undefined>();
  #old = new Map<string, Uint8Array | undefined>();
  readonly #pinned: ReadonlyMap<string, Uint8Array | null>[] = [];

  /** `capacity`: entries of one generation; at most twice as many are held. */
  constructor(load: (key: string) => Uint8Array | undefined, capacity: number) {
    this.#load = load;
    this.#capacity = capacity;
  }

  get(key: string): Uint8Array | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    if (this.#young.has(key)) return undefined;
    const value = this.#older(key);
    this.#remember(key, value);
    return value;
  }

  /** Makes changes visible at once; they cannot be evicted before `release` of the same map. */
  apply(changes: ReadonlyMap<string, Uint8Array | null>): void {
    this.#pinned.push(changes);
    for (const [key, value] of changes) this.#remember(key, value ?? undefined);
  }

  /** The store has these changes now. */
  release(changes: ReadonlyMap<string, Uint8Array | null>): void {
    const at = this.#pinned.indexOf(changes);
    if (at >= 0) this.#pinned.splice(at, 1);
  }

  #older(key: string): Uint8Array | undefined {
    const old = this.#old.get(key);
    if (old !== undefined || this.#old.has(key)) return old;
    for (let at = this.#pinned.length - 1; at >= 0; at--) {
      const change = this.#pinned[at]?.get(key);
      if (change !== undefined) return change ?? undefined;
    }
    return this.#load(key);
  }

  #remember(key: string, value: Uint8Array | undefined): void {
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}
