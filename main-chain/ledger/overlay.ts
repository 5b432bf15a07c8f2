/**
 * A layer of changes over a state: what a block, a transaction or one item of a batch writes stays in
 * its layer until it is merged, so a refusal leaves nothing behind.
 */
import type { State } from './state.ts';

/** Changes over `base`; reads fall through. */
export class Overlay implements State {
  /** key → new value, or null where the key is deleted */
  readonly changes = new Map<string, Uint8Array | null>();
  readonly #base: Pick<State, 'get'>;

  constructor(base: Pick<State, 'get'>) {
    this.#base = base;
  }

  get(key: string): Uint8Array | undefined {
    const change = this.changes.get(key);
    if (change === undefined) return this.#base.get(key);
    return change ?? undefined;
  }

  set(key: string, value: Uint8Array): void {
    this.changes.set(key, value);
  }

  delete(key: string): void {
    this.changes.set(key, null);
  }

  /** Writes every change into `target`. */
  mergeInto(target: State): void {
    for (const [key, value] of this.changes) {
      if (value === null) target.delete(key);
      else target.set(key, value);
    }
  }
}
