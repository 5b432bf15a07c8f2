/**
 * The outbox tree: what one block sends, as a dense binary tree in a fixed order, with range proofs.
 * docs/protocol.md#outbox
 *
 * - order: by client (bytes), then kind, then sequence, each strictly ascending
 * - leaf = SHA256("tieline/obox/v1\0"(16) ‖ SHA256(client)(32) ‖ kind(1) ‖ sequence(8) ‖ commitment(32)), 89 bytes
 * - leaves are padded with zero leaves (32 zero bytes) to the next power of two; one leaf is its own tree
 * - node = SHA256(left(32) ‖ right(32))
 * - root = SHA256("tieline/oroot/v1"(16) ‖ count(8) ‖ tree root(32)), 56 bytes
 * - the empty outbox has the constant root of count 0 and a zero tree root; it proves nothing
 *
 * Range proof of the items at `start … start + n − 1`: count(4) ‖ siblings(32 each), level by level
 * from the leaves up. At a level with the known nodes at positions first … last, the node first − 1
 * where `first` is odd, then the node last + 1 where `last` is even; none at the top level. The number
 * of siblings follows from start, n and count; the padding's nodes are carried like any other.
 */

import { Reader } from '../codec/reader.ts';
import { Writer } from '../codec/writer.ts';
import { binaryBytes, domainTag, equalBytes, sha256Of, ZERO_HASH } from '../hash.ts';
import type { HashPort } from '../ports.ts';
import { treeError } from './errors.ts';
import { HASH_LENGTH } from './sparse-hash.ts';
import { requireRoot } from './sparse-proof.ts';

/** One thing a block sends: an acknowledgement (kind 0) or a packet (kind 1). */
export interface OutboxItem {
  /** The sending chain's own id for the counterparty. */
  readonly client: string;
  readonly kind: 0 | 1;
  /** 64 bits. */
  readonly sequence: bigint;
  /** 32 bytes. */
  readonly commitment: Uint8Array;
}

/** The built outbox of a block. */
export interface Outbox {
  /** 32 bytes, what the checkpoint signs. */
  readonly root: Uint8Array;
  readonly count: number;
  /** Range proof of `length` items from `start`. @throws PROOF_INDEX */
  prove(start: number, length: number): Uint8Array;
}

/** Most items of one outbox. */
export const MAX_OUTBOX_ITEMS = 2 ** 24;

const LEAF_TAG = domainTag('tieline/obox/v1');
const ROOT_TAG = domainTag('tieline/oroot/v1');
const LEAF_LENGTH = 89;
const COUNT_LENGTH = 4;
const MAX_SEQUENCE = (1n << 64n) - 1n;

/** The order of an outbox: negative, zero (the same place) or positive. */
export function compareOutboxItems(left: OutboxItem, right: OutboxItem): number {
  if (left.client !== right.client) return left.client < right.client ? -1 : 1;
  if (left.kind !== right.kind) return left.kind - right.kind;
  if (left.sequence === right.sequence) return 0;
  return left.sequence < right.sequence ? -1 : 1;
}

/**
 * The outbox of the items, which must be in outbox order already.
 * @throws PROOF_ORDER PROOF_DUPLICATE_KEY PROOF_ITEM PROOF_TOO_MANY_CLAIMS
 */
export function buildOutbox(items: readonly OutboxItem[], hash: HashPort): Outbox {
  const count = items.length;
  if (count > MAX_OUTBOX_ITEMS) throw treeError('PROOF_TOO_MANY_CLAIMS', { claims: count });
  const leaves = outboxLeaves(items, hash);
  const levels = count === 0 ? [] : hashLevels(leaves, hash);
  const top = levels.at(-1) ?? ZERO_HASH;
  return {
    root: commitCount(count, top, hash),
    count,
    prove(start, length) {
      requireRange(start, length, count);
      const writer = new Writer().u32(count);
      let first = start;
      let last = start + length - 1;
      for (const level of levels.slice(0, -1)) {
        if (first % 2 === 1) writer.fixed(nodeAt(level, first - 1), HASH_LENGTH);
        if (last % 2 === 0) writer.fixed(nodeAt(level, last + 1), HASH_LENGTH);
        first = Math.floor(first / 2);
        last = Math.floor(last / 2);
      }
      return writer.finish();
    },
  };
}

/**
 * Checks that `items` stand at `start` and the places after it in the outbox with this root.
 * @throws PROOF_EMPTY_ROOT PROOF_ROOT_LENGTH PROOF_EMPTY_CLAIMS PROOF_INDEX PROOF_ORDER PROOF_DUPLICATE_KEY
 * PROOF_ITEM PROOF_TRUNCATED PROOF_TRAILING PROOF_ROOT_MISMATCH
 */
export function verifyOutboxRange(
  root: Uint8Array,
  start: number,
  items: readonly OutboxItem[],
  proof: Uint8Array,
  hash: HashPort,
): void {
  requireRoot(root);
  if (!equalBytes(outboxRangeRoot(start, items, proof, hash), root)) {
    throw treeError('PROOF_ROOT_MISMATCH');
  }
}

/**
 * The one outbox root under which `items` stand at `start`: for a caller that has the root proven by
 * something else. @throws PROOF_* as verifyOutboxRange, but for the root
 */
export function outboxRangeRoot(
  start: number,
  items: readonly OutboxItem[],
  proof: Uint8Array,
  hash: HashPort,
): Uint8Array {
  if (items.length === 0) throw treeError('PROOF_EMPTY_CLAIMS');
  if (proof.length < COUNT_LENGTH) throw treeError('PROOF_TRUNCATED');
  const count = new Reader(proof.subarray(0, COUNT_LENGTH), 'outbox proof').u32('count');
  requireRange(start, items.length, count);
  const expected = COUNT_LENGTH + HASH_LENGTH * countSiblings(start, items.length, count);
  if (proof.length < expected)
    throw treeError('PROOF_TRUNCATED', { bytes: proof.length, expected });
  if (proof.length > expected) throw treeError('PROOF_TRAILING', { left: proof.length - expected });
  const top = foldRange(
    start,
    outboxLeaves(items, hash),
    count,
    proof.subarray(COUNT_LENGTH),
    hash,
  );
  return commitCount(count, top, hash);
}

/** Hashes the known nodes up, one call a level; siblings are taken in the order of the format. */
function foldRange(
  start: number,
  leaves: Uint8Array,
  count: number,
  siblings: Uint8Array,
  hash: HashPort,
): Uint8Array {
  let nodes = leaves;
  let first = start;
  let at = 0;
  for (let width = widthOf(count); width > 1; width /= 2) {
    const length = nodes.length / HASH_LENGTH;
    const before = first % 2;
    const after = (first + length) % 2;
    const row = new Uint8Array((length + before + after) * HASH_LENGTH);
    if (before === 1) row.set(siblings.subarray(at, at + HASH_LENGTH), 0);
    at += before * HASH_LENGTH;
    row.set(nodes, before * HASH_LENGTH);
    if (after === 1) row.set(siblings.subarray(at, at + HASH_LENGTH), row.length - HASH_LENGTH);
    at += after * HASH_LENGTH;
    nodes = new Uint8Array(row.length / 2);
    hash.sha256Pairs(row, nodes);
    first = (first - before) / 2;
  }
  return nodes;
}

function countSiblings(start: number, length: number, count: number): number {
  let siblings = 0;
  let first = start;
  let last = start + length - 1;
  for (let width = widthOf(count); width > 1; width /= 2) {
    siblings += (first % 2) + (1 - (last % 2));
    first = Math.floor(first / 2);
    last = Math.floor(last / 2);
  }
  return siblings;
}

function requireRange(start: number, length: number, count: number): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(length);
  if (!whole || count > MAX_OUTBOX_ITEMS || start < 0 || length < 1 || start + length > count) {
    throw treeError('PROOF_INDEX', { start, length, count });
  }
}

/** The leaves one after another; checks fields and order. */
export function outboxLeaves(items: readonly OutboxItem[], hash: HashPort): Uint8Array {
  const leaves = new Uint8Array(items.length * HASH_LENGTH);
  const preimage = new Uint8Array(LEAF_LENGTH);
  const view = new DataView(preimage.buffer);
  preimage.set(LEAF_TAG);
  let before: OutboxItem | undefined;
  for (const [index, item] of items.entries()) {
    requireItem(item, index);
    if (before === undefined || before.client !== item.client) {
      preimage.set(hash.sha256(binaryBytes(item.client)), 16);
    }
    if (before !== undefined) requireOrder(before, item, index);
    preimage[48] = item.kind;
    view.setBigUint64(49, item.sequence);
    preimage.set(item.commitment, 57);
    leaves.set(hash.sha256(preimage), index * HASH_LENGTH);
    before = item;
  }
  return leaves;
}

function requireOrder(before: OutboxItem, item: OutboxItem, index: number): void {
  const order = compareOutboxItems(before, item);
  if (order === 0) throw treeError('PROOF_DUPLICATE_KEY', { index });
  if (order > 0) throw treeError('PROOF_ORDER', { index });
}

function requireItem(item: OutboxItem, index: number): void {
  const valid =
    /^[\x20-\x7e]+$/.test(item.client) &&
    (item.kind === 0 || item.kind === 1) &&
    item.sequence >= 0n &&
    item.sequence <= MAX_SEQUENCE &&
    item.commitment.length === HASH_LENGTH;
  if (!valid) throw treeError('PROOF_ITEM', { index });
}

/** All levels, leaves first (padded with zero leaves), each hashed in one call. */
function hashLevels(leaves: Uint8Array, hash: HashPort): Uint8Array[] {
  let level = new Uint8Array(widthOf(leaves.length / HASH_LENGTH) * HASH_LENGTH);
  level.set(leaves);
  const levels = [level];
  while (level.length > HASH_LENGTH) {
    const above = new Uint8Array(level.length / 2);
    hash.sha256Pairs(level, above);
    level = above;
    levels.push(level);
  }
  return levels;
}

function widthOf(count: number): number {
  let width = 1;
  while (width < count) width *= 2;
  return width;
}

function nodeAt(level: Uint8Array, index: number): Uint8Array {
  return level.subarray(index * HASH_LENGTH, (index + 1) * HASH_LENGTH);
}

function commitCount(count: number, top: Uint8Array, hash: HashPort): Uint8Array {
  const size = new Writer().u64(BigInt(count)).finish();
  return sha256Of(hash, ROOT_TAG, size, top);
}
