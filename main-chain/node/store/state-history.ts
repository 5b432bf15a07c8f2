/**
 * What state keys held at the newest heights: each block's overwritten values, kept as long as the
 * state tree proves them. docs/protocol.md#state-tree
 */
import type { State } from '../../ledger/state.ts';
import { STATE_HISTORY } from '../../ledger/tree/state-tree.ts';

interface Undo {
  readonly height: bigint;
  /** key → value before this height, undefined where absent */
  readonly before: ReadonlyMap<string, Uint8Array | undefined>;
}

/** Values by height over the current state. */
export class StateHistory {
  readonly #current: Pick<State, 'get'>;
  /** Oldest first. */
  readonly #undos: Undo[] = [];

  constructor(current: Pick<State, 'get'>) {
    this.#current = current;
  }

  /** Notes what a block is about to overwrite; call before the current state takes the changes. */
  record(height: bigint, changes: ReadonlyMap<string, Uint8Array | null>): void {
    const before = new Map<string, Uint8Array | undefined>();
    for (const key of changes.keys()) before.set(key, this.#current.get(key));
    this.#undos.push({ height, before });
    if (this.#undos.length > STATE_HISTORY) this.#undos.shift();
  }

  /** The value of `key` after block `height`; the caller makes sure that height is remembered. */
  valueAt(key: string, height: bigint): Uint8Array | undefined {
    for (const { height: changed, before } of this.#undos) {
      if (changed > height && before.has(key)) return before.get(key);
    }
    return this.#current.get(key);
  }
}
