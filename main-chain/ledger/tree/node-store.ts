/**
 * Where the state tree's nodes live: fixed records in chunks of 32-bit words, so that a million
 * leaves are a few hundred buffers and no object. docs/architecture.md#state-tree
 *
 * A node is named by a reference: 0 is empty, positive an inner node, negative a leaf.
 *   inner record, 10 words: left reference, right reference, hash(8)
 *   leaf record, 24 words:  hash(8), path(8), value hash(8)
 * Records never change once hashed; a freed record is given out again.
 */
import { HASH_LENGTH, type SparseLeaf } from '../../../schemas/tree/sparse-hash.ts';
import type { SparseNodes } from '../../../schemas/tree/sparse-prover.ts';
import { IntList } from './int-list.ts';

const CHUNK_BITS = 12;
const CHUNK_RECORDS = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_RECORDS - 1;
const INNER_WORDS = 10;
const INNER_HASH = 2;
const LEAF_WORDS = 24;
const WORD = 4;
const HASH_WORDS = 8;
const ZERO_CHUNK: Int32Array = new Int32Array(HASH_WORDS);

/** Records of one size, numbered from 1. */
class RecordArena {
  readonly words: Int32Array[] = [];
  readonly bytes: Uint8Array[] = [];
  readonly #size: number;
  readonly #free = new IntList();
  #next = 1;

  constructor(size: number) {
    this.#size = size;
  }

  get byteLength(): number {
    return this.words.length * CHUNK_RECORDS * this.#size * WORD;
  }

  /** Records in use. */
  get used(): number {
    return this.#next - 1 - this.#free.length;
  }

  take(): number {
    const freed = this.#free.pop();
    if (freed !== 0) return freed;
    const id = this.#next++;
    if (id >> CHUNK_BITS === this.words.length) {
      const chunk = new Int32Array(CHUNK_RECORDS * this.#size);
      this.words.push(chunk);
      this.bytes.push(new Uint8Array(chunk.buffer));
    }
    return id;
  }

  give(id: number): void {
    this.#free.push(id);
  }
}

/** The nodes of one state tree, of all heights it remembers. */
export class NodeStore implements SparseNodes<number> {
  readonly #inner = new RecordArena(INNER_WORDS);
  readonly #leaves = new RecordArena(LEAF_WORDS);

  /** Bytes held by the chunks. */
  get byteLength(): number {
    return this.#inner.byteLength + this.#leaves.byteLength;
  }

  /** Nodes in use, of all heights together. */
  get used(): number {
    return this.#inner.used + this.#leaves.used;
  }

  /** A new inner node; its hash comes later, by `storeHash`. */
  createInner(left: number, right: number): number {
    const id = this.#inner.take();
    const words = this.#inner.words[id >> CHUNK_BITS] as Int32Array;
    const at = (id & CHUNK_MASK) * INNER_WORDS;
    words[at] = left;
    words[at + 1] = right;
    return id;
  }

  /** A new leaf of three 32-byte digests. */
  createLeaf(digest: Uint8Array, path: Uint8Array, valueHash: Uint8Array): number {
    const id = this.#leaves.take();
    const bytes = this.#leaves.bytes[id >> CHUNK_BITS] as Uint8Array;
    const at = (id & CHUNK_MASK) * LEAF_WORDS * WORD;
    bytes.set(digest, at);
    bytes.set(path, at + HASH_LENGTH);
    bytes.set(valueHash, at + 2 * HASH_LENGTH);
    return -id;
  }

  /** Gives a record back; nothing may refer to it any more. */
  free(node: number): void {
    if (node > 0) this.#inner.give(node);
    else this.#leaves.give(-node);
  }

  leftOf(node: number): number {
    const words = this.#inner.words[node >> CHUNK_BITS] as Int32Array;
    return words[(node & CHUNK_MASK) * INNER_WORDS] as number;
  }

  rightOf(node: number): number {
    const words = this.#inner.words[node >> CHUNK_BITS] as Int32Array;
    return words[(node & CHUNK_MASK) * INNER_WORDS + 1] as number;
  }

  kindOf(node: number): 'empty' | 'leaf' | 'inner' {
    if (node === 0) return 'empty';
    return node > 0 ? 'inner' : 'leaf';
  }

  /** Views into the record, to be read before the tree changes. */
  leafOf(node: number): SparseLeaf {
    const bytes = this.#leaves.bytes[-node >> CHUNK_BITS] as Uint8Array;
    const at = (-node & CHUNK_MASK) * LEAF_WORDS * WORD + HASH_LENGTH;
    return {
      path: bytes.subarray(at, at + HASH_LENGTH),
      valueHash: bytes.subarray(at + HASH_LENGTH, at + 2 * HASH_LENGTH),
    };
  }

  /** A copy of a node's hash; zero for the empty node. */
  hashOf(node: number): Uint8Array {
    const words = new Int32Array(HASH_WORDS);
    this.copyHash(node, words, 0);
    return new Uint8Array(words.buffer);
  }

  /** The bit of a leaf's path below `depth`. */
  leafBit(node: number, depth: number): number {
    const bytes = this.#leaves.bytes[-node >> CHUNK_BITS] as Uint8Array;
    const at = (-node & CHUNK_MASK) * LEAF_WORDS * WORD + HASH_LENGTH + (depth >> 3);
    return ((bytes[at] as number) >> (7 - (depth & 7))) & 1;
  }

  /** Compares a leaf's path with 32 bytes of `paths`. */
  comparePath(node: number, paths: Uint8Array, from: number): number {
    const bytes = this.#leaves.bytes[-node >> CHUNK_BITS] as Uint8Array;
    const at = (-node & CHUNK_MASK) * LEAF_WORDS * WORD + HASH_LENGTH;
    for (let byte = 0; byte < HASH_LENGTH; byte++) {
      const difference = (bytes[at + byte] as number) - (paths[from + byte] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  /** True when a leaf holds this value hash: 32 bytes of `digests`. */
  sameValue(node: number, digests: Uint8Array, from: number): boolean {
    const bytes = this.#leaves.bytes[-node >> CHUNK_BITS] as Uint8Array;
    const at = (-node & CHUNK_MASK) * LEAF_WORDS * WORD + 2 * HASH_LENGTH;
    for (let byte = 0; byte < HASH_LENGTH; byte++) {
      if (bytes[at + byte] !== digests[from + byte]) return false;
    }
    return true;
  }

  /** Writes a node's hash as 8 words. Unrolled: this is the tree's innermost loop. */
  copyHash(node: number, out: Int32Array, to: number): void {
    let words: Int32Array = ZERO_CHUNK;
    let at = 0;
    if (node > 0) {
      words = this.#inner.words[node >> CHUNK_BITS] as Int32Array;
      at = (node & CHUNK_MASK) * INNER_WORDS + INNER_HASH;
    } else if (node < 0) {
      words = this.#leaves.words[-node >> CHUNK_BITS] as Int32Array;
      at = (-node & CHUNK_MASK) * LEAF_WORDS;
    }
    copyWords(words, at, out, to);
  }

  /** Sets an inner node's hash from 8 words. */
  storeHash(node: number, from: Int32Array, at: number): void {
    const words = this.#inner.words[node >> CHUNK_BITS] as Int32Array;
    copyWords(from, at, words, (node & CHUNK_MASK) * INNER_WORDS + INNER_HASH);
  }
}

function copyWords(from: Int32Array, at: number, out: Int32Array, to: number): void {
  out[to] = from[at] as number;
  out[to + 1] = from[at + 1] as number;
  out[to + 2] = from[at + 2] as number;
  out[to + 3] = from[at + 3] as number;
  out[to + 4] = from[at + 4] as number;
  out[to + 5] = from[at + 5] as number;
  out[to + 6] = from[at + 6] as number;
  out[to + 7] = from[at + 7] as number;
}
