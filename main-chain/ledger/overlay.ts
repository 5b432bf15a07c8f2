/**
 * The changes of a block over its parent's state, with a journal: what a transaction, or one item of a
 * batch, wrote is taken back when it is refused, so a refusal leaves nothing behind.
 */
import type { State } from './state.ts';

type Change = Uint8Array | null | undefined;

/** Changes over `base`; reads fall through. */
export class Overlay implements State {
  /** key → new value, or null where the key is deleted */
  readonly changes = new Map<string, Uint8Array | null>();
  readonly #base: Pick<State, 'get'>;
  /** Keys changed since the outermost mark, and what `changes` held of each before. */
  readonly #keys: string[] = [];
  readonly #before: Change[] = [];
  #marks = 0;

  constructor(base: Pick<State, 'get'>) {
    this.#base = base;
  }

  get(key: string): Uint8Array | undefined {
    const change = this.changes.get(key);
    if (change === undefined) return this.#base.get(key);
    return change ?? undefined;
  }

  set(key: string, value: Uint8Array): void {
    this.#note(key);
    this.changes.set(key, value);
  }

  delete(key: string): void {
    this.#note(key);
    this.changes.set(key, null);
  }

  /** Runs `work`; when it throws, all it changed is as it was. May be nested. */
  attempt(work: () => void): void {
    const mark = this.#keys.length;
    this.#marks += 1;
    try {
      work();
    } catch (error) {
      this.#revert(mark);
      throw error;
    } finally {
      this.#marks -= 1;
      if (this.#marks === 0) this.#keys.length = this.#before.length = 0;
    }
  }

  #note(key: string): void {
    if (this.#marks === 0) return;
    this.#keys.push(key);
    this.#before.push(this.changes.get(key));
  }

  #revert(mark: number): void {
    while (this.#keys.length > mark) {
      const key = this.#keys.pop() ?? '';
      const before = this.#before.pop();
      if (before === undefined) this.changes.delete(key);
      else this.changes.set(key, before);
    }
  }
}
