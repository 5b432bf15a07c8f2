/**
 * Cuts the range proof of a whole delivery down to one of its items, so that a proof file shows its
 * own packet and of all others only hashes. docs/protocol.md#outbox
 */
import { Reader } from '../../schemas/codec/reader.ts';
import { Writer } from '../../schemas/codec/writer.ts';
import type { HashPort } from '../../schemas/ports.ts';
import { type OutboxItem, outboxLeaves } from '../../schemas/tree/outbox.ts';

const HASH = 32;

/** The range proof of `items` at `start …`, cut down to the item at `start + at`. @throws CODEC_TRUNCATED */
export function narrowRangeProof(
  start: number,
  items: readonly OutboxItem[],
  proof: Uint8Array,
  at: number,
  hash: HashPort,
): Uint8Array {
  const reader = new Reader(proof, 'range proof');
  const count = reader.u32('count');
  const out = new Writer().u32(count);
  let row = split(outboxLeaves(items, hash));
  let first = start;
  let index = start + at;
  for (let width = 1; width < count; width *= 2) {
    const before = first % 2 === 1 ? [reader.fixed(HASH, 'sibling')] : [];
    const after = (first + row.length) % 2 === 1 ? [reader.fixed(HASH, 'sibling')] : [];
    row = [...before, ...row, ...after];
    first -= before.length;
    const sibling = row[(index % 2 === 0 ? index + 1 : index - 1) - first];
    if (sibling !== undefined) out.fixed(sibling, HASH);
    row = pairUp(row, hash);
    first /= 2;
    index = Math.floor(index / 2);
  }
  return out.finish();
}

function split(bytes: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += HASH) out.push(bytes.subarray(from, from + HASH));
  return out;
}

function pairUp(row: readonly Uint8Array[], hash: HashPort): Uint8Array[] {
  const input = new Uint8Array(row.length * HASH);
  for (const [at, node] of row.entries()) input.set(node, at * HASH);
  const output = new Uint8Array(input.length / 2);
  hash.sha256Pairs(input, output);
  return split(output);
}
