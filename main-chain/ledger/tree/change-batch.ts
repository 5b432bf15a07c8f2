/**
 * The changes of one batch as flat buffers: paths, value hashes, what to do, and their order by path.
 * docs/architecture.md#state-tree
 */
import { treeError } from '../../../schemas/tree/errors.ts';
import { HASH_LENGTH } from '../../../schemas/tree/sparse-hash.ts';

/** Most changes of one batch: larger commits are applied in several. */
const MAX_BATCH_CHANGES = 2 ** 18;
/** 32 bits of path and 18 of index fit a double exactly. */
const INDEX_RANGE = MAX_BATCH_CHANGES;

/** Fill with `set` and `remove` until it is full; after `sort` places are numbered in path order. */
export class ChangeBatch {
  readonly limit: number;
  /** Path of change `i` at 32 · i. */
  paths = new Uint8Array(0);
  /** Value hash of change `i` at 32 · i. */
  valueHashes = new Uint8Array(0);
  length = 0;
  /** 1 = set, 0 = remove or nothing left to do. */
  #sets = new Uint8Array(0);
  #order = new Float64Array(0);

  /** `limit` is the most changes it takes, `MAX_BATCH_CHANGES` at most. */
  constructor(limit = MAX_BATCH_CHANGES) {
    this.limit = limit;
  }

  get isFull(): boolean {
    return this.length === this.limit;
  }

  /** Forgets the changes, keeps the buffers. */
  clear(): void {
    this.length = 0;
  }

  set(path: Uint8Array, valueHash: Uint8Array): void {
    const at = this.#add(path, 1);
    this.valueHashes.set(valueHash, at * HASH_LENGTH);
  }

  remove(path: Uint8Array): void {
    this.#add(path, 0);
  }

  /** Orders the changes by path. @throws TREE_DUPLICATE_KEY */
  sort(): void {
    const { paths, length } = this;
    const order = this.#order;
    for (let at = 0; at < length; at++) {
      const from = at * HASH_LENGTH;
      const high = ((paths[from] as number) << 8) | (paths[from + 1] as number);
      const low = ((paths[from + 2] as number) << 8) | (paths[from + 3] as number);
      order[at] = (high * 65_536 + low) * INDEX_RANGE + at;
    }
    // Sorted by a path's first 32 bits without a comparator; equal ones are put right after.
    order.subarray(0, length).sort();
    for (let at = 0; at < length; at++) order[at] = (order[at] as number) % INDEX_RANGE;
    for (let at = 1; at < length; at++) this.#sink(at);
  }

  #add(path: Uint8Array, set: 0 | 1): number {
    const at = this.length++;
    if (at === this.#sets.length) {
      const capacity = Math.max(64, at * 2);
      this.paths = grow(this.paths, capacity * HASH_LENGTH);
      this.valueHashes = grow(this.valueHashes, capacity * HASH_LENGTH);
      this.#sets = grow(this.#sets, capacity);
      this.#order = new Float64Array(capacity);
    }
    this.paths.set(path, at * HASH_LENGTH);
    this.#sets[at] = set;
    return at;
  }

  /** Byte offset of the path and value hash of the change at `place`. */
  offset(place: number): number {
    return (this.#order[place] as number) * HASH_LENGTH;
  }

  isSet(place: number): boolean {
    return this.#sets[this.#order[place] as number] === 1;
  }

  /** Makes the change at `place` do nothing. */
  drop(place: number): void {
    this.#sets[this.#order[place] as number] = 0;
  }

  /** First place in `[from, to)` that goes right below `depth`; all share the bits above. */
  split(from: number, to: number, depth: number): number {
    const { paths } = this;
    const byte = depth >> 3;
    const mask = 128 >> (depth & 7);
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((paths[this.offset(middle) + byte] as number) & mask) === 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Moves the change at `at` before greater ones that share its first 32 bits. */
  #sink(at: number): void {
    const order = this.#order;
    for (let here = at; here > 0; here--) {
      const before = order[here - 1] as number;
      const moved = order[here] as number;
      const difference = this.#compare(before, moved);
      if (difference < 0) return;
      if (difference === 0) throw treeError('TREE_DUPLICATE_KEY');
      order[here - 1] = moved;
      order[here] = before;
    }
  }

  #compare(left: number, right: number): number {
    const { paths } = this;
    const first = left * HASH_LENGTH;
    const second = right * HASH_LENGTH;
    for (let byte = 0; byte < HASH_LENGTH; byte++) {
      const difference = (paths[first + byte] as number) - (paths[second + byte] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }
}

function grow(buffer: Uint8Array<ArrayBuffer>, length: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(length);
  grown.set(buffer);
  return grown;
}
