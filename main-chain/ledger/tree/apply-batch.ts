/**
 * Applies one sorted batch of changes to the state tree: one walk makes the new nodes beside the old
 * ones, then they are hashed level by level, deepest first, a whole slice of a level in one call.
 * docs/architecture.md#state-tree
 */
import type { HashPort } from '../../../schemas/ports.ts';
import {
  HASH_LENGTH,
  LEAF_PREIMAGE_LENGTH,
  LEAF_TAG,
  MAX_DEPTH,
} from '../../../schemas/tree/sparse-hash.ts';
import type { ChangeBatch } from './change-batch.ts';
import { IntList } from './int-list.ts';
import type { NodeStore } from './node-store.ts';

/** Nodes hashed in one call: their 64-byte blocks fit a second-level cache. */
const SLICE = 2048;
const HASH_WORDS = 8;

/** The walk over one tree; keeps its buffers from batch to batch. */
export class BatchWalk {
  /** Old nodes the last batches replaced, since it was last cleared. */
  readonly retired = new IntList(1024);
  /** How many more leaves the tree has after the batches than before. */
  leafDelta = 0;
  readonly #nodes: NodeStore;
  readonly #hash: HashPort;
  readonly #created: IntList[] = Array.from({ length: MAX_DEPTH }, () => new IntList(4));
  readonly #preimage = new Uint8Array(LEAF_PREIMAGE_LENGTH);
  readonly #blocks = new Int32Array(SLICE * 2 * HASH_WORDS);
  readonly #digests = new Int32Array(SLICE * HASH_WORDS);

  constructor(nodes: NodeStore, hash: HashPort) {
    this.#nodes = nodes;
    this.#hash = hash;
    this.#preimage.set(LEAF_TAG);
  }

  /** The root reference after the changes; `root` and all it refers to stay as they are. */
  apply(root: number, changes: ChangeBatch): number {
    const updated = this.#update(changes, root, 0, 0, changes.length);
    this.#hashCreated();
    return updated;
  }

  #update(changes: ChangeBatch, node: number, depth: number, from: number, to: number): number {
    if (node < 0) return this.#updateLeaf(changes, node, depth, from, to);
    if (node === 0) return this.#grow(changes, 0, depth, from, to);
    const left = this.#nodes.leftOf(node);
    const right = this.#nodes.rightOf(node);
    const middle = changes.split(from, to, depth);
    const newLeft = middle === from ? left : this.#update(changes, left, depth + 1, from, middle);
    const newRight = middle === to ? right : this.#update(changes, right, depth + 1, middle, to);
    if (newLeft === left && newRight === right) return node;
    this.retired.push(node);
    return this.#join(newLeft, newRight, depth);
  }

  /** Changes meet a single leaf: it is replaced, removed, kept, or pushed down beside new ones. */
  #updateLeaf(changes: ChangeBatch, leaf: number, depth: number, from: number, to: number): number {
    const place = this.#find(changes, leaf, from, to);
    if (place === to) return this.#grow(changes, leaf, depth, from, to);
    const same = this.#nodes.sameValue(leaf, changes.valueHashes, changes.offset(place));
    if (same && changes.isSet(place)) {
      changes.drop(place);
      return this.#grow(changes, leaf, depth, from, to);
    }
    this.retired.push(leaf);
    this.leafDelta -= 1;
    return this.#grow(changes, 0, depth, from, to);
  }

  /** The place of the leaf's own key among the changes, or `to`. */
  #find(changes: ChangeBatch, leaf: number, from: number, to: number): number {
    let low = from;
    let high = to - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = this.#nodes.comparePath(leaf, changes.paths, changes.offset(middle));
      if (order === 0) return middle;
      if (order > 0) low = middle + 1;
      else high = middle - 1;
    }
    return to;
  }

  /** A subtree of the set changes and, where `kept` is not 0, that leaf; removals find nothing here. */
  #grow(changes: ChangeBatch, kept: number, depth: number, from: number, to: number): number {
    let first = from;
    let end = to;
    while (first < end && !changes.isSet(first)) first += 1;
    while (first < end && !changes.isSet(end - 1)) end -= 1;
    if (first === end) return kept;
    if (kept === 0 && end - first === 1) return this.#createLeaf(changes, first);
    const middle = changes.split(first, end, depth);
    const keptRight = kept !== 0 && this.#nodes.leafBit(kept, depth) === 1;
    const left = this.#grow(changes, keptRight ? 0 : kept, depth + 1, first, middle);
    const right = this.#grow(changes, keptRight ? kept : 0, depth + 1, middle, end);
    return this.#join(left, right, depth);
  }

  /** An inner node, or the only leaf below it: a leaf never stands deeper than it must. */
  #join(left: number, right: number, depth: number): number {
    if (left === 0 && right <= 0) return right;
    if (right === 0 && left < 0) return left;
    const node = this.#nodes.createInner(left, right);
    (this.#created[depth] as IntList).push(node);
    return node;
  }

  #createLeaf(changes: ChangeBatch, place: number): number {
    const at = changes.offset(place);
    const path = changes.paths.subarray(at, at + HASH_LENGTH);
    const valueHash = changes.valueHashes.subarray(at, at + HASH_LENGTH);
    this.#preimage.set(path, 16);
    this.#preimage.set(valueHash, 48);
    this.leafDelta += 1;
    return this.#nodes.createLeaf(this.#hash.sha256(this.#preimage), path, valueHash);
  }

  #hashCreated(): void {
    for (let depth = MAX_DEPTH - 1; depth >= 0; depth--) {
      const created = this.#created[depth] as IntList;
      for (let from = 0; from < created.length; from += SLICE) {
        this.#hashSlice(created.items, from, Math.min(created.length, from + SLICE));
      }
      created.clear();
    }
  }

  #hashSlice(created: Int32Array, from: number, to: number): void {
    const nodes = this.#nodes;
    const blocks = this.#blocks;
    for (let at = from; at < to; at++) {
      const node = created[at] as number;
      const out = (at - from) * 2 * HASH_WORDS;
      nodes.copyHash(nodes.leftOf(node), blocks, out);
      nodes.copyHash(nodes.rightOf(node), blocks, out + HASH_WORDS);
    }
    const count = to - from;
    this.#hash.sha256Pairs(
      new Uint8Array(blocks.buffer, 0, count * 2 * HASH_LENGTH),
      new Uint8Array(this.#digests.buffer, 0, count * HASH_LENGTH),
    );
    for (let at = from; at < to; at++) {
      nodes.storeHash(created[at] as number, this.#digests, (at - from) * HASH_WORDS);
    }
  }
}
