/* Columns by packet sequence that grow with it: a few bytes a packet instead of objects. */
import { recountError } from './errors.ts';

/** Beyond this a sequence is no count of packets any more. */
const MOST = 2 ** 27;
const HASH = 32;

/** A place in a column. @throws RECOUNT_PROOF for sequences no chain gets to */
export function placeOf(sequence: bigint): number {
  if (sequence >= BigInt(MOST)) throw recountError('RECOUNT_PROOF', { what: 'sequence', sequence });
  return Number(sequence);
}

/** Numbers by sequence, 0 where none was set. */
export class NumberColumn {
  #values = new Float64Array(1024);

  get(at: number): number {
    return this.#values[at] ?? 0;
  }

  set(at: number, value: number): void {
    if (at >= this.#values.length) {
      const grown = new Float64Array(Math.max(at + 1, this.#values.length * 2));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[at] = value;
  }

  add(at: number): void {
    this.set(at, this.get(at) + 1);
  }
}

/** Hashes of 32 bytes by sequence, zero where none was set. */
export class HashColumn {
  #bytes = new Uint8Array(1024 * HASH);

  set(at: number, hash: Uint8Array): void {
    if ((at + 1) * HASH > this.#bytes.length) {
      const grown = new Uint8Array(Math.max((at + 1) * HASH, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(hash, at * HASH);
  }

  get(at: number): Uint8Array {
    const found = this.#bytes.subarray(at * HASH, (at + 1) * HASH);
    return found.length === HASH ? found : new Uint8Array(HASH);
  }
}
