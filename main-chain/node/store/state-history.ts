/**
 * What state keys held at the newest heights: each block's overwritten values, kept as long as the
 * state tree proves them. docs/protocol.md#state-tree
 */
import { binaryBytes, equalBytes } from '../../../schemas/hash.ts';
import type { HashPort } from '../../../schemas/ports.ts';
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

  /** The key at `path` that was there after block `height` and is gone since. */
  keyAt(path: Uint8Array, height: bigint, hash: HashPort): string | undefined {
    for (const { height: changed, before } of this.#undos) {
      if (changed <= height) continue;
      for (const [key, value] of before) {
        if (value !== undefined && equalBytes(hash.sha256(binaryBytes(key)), path)) return key;
      }
    }
    return undefined;
  }
}
