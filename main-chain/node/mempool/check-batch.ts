/**
 * What travels between the node and a signature worker: a batch of transactions in one buffer, and
 * one 33-byte outcome each (status ‖ id). Buffers are moved, not copied.
 */
import type { CheckOutcome } from './transaction-check.ts';

/** `ends[i]` is where transaction i ends in `bytes`. */
export interface CheckRequest {
  readonly batch: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
}

export interface CheckResponse {
  readonly batch: number;
  readonly outcomes: Uint8Array<ArrayBuffer>;
}

const OUTCOME = 33;
const STATUS = ['', 'MEMPOOL_MALFORMED', 'MEMPOOL_SIGNATURE', 'NODE_CLOSED'] as const;

/** Packs transactions for one worker. */
export function packRequest(batch: number, transactions: readonly Uint8Array[]): CheckRequest {
  const ends = new Uint32Array(transactions.length);
  let length = 0;
  for (const [index, { length: size }] of transactions.entries()) {
    length += size;
    ends[index] = length;
  }
  const bytes = new Uint8Array(length);
  for (const [index, transaction] of transactions.entries()) {
    bytes.set(transaction, (ends[index] ?? 0) - transaction.length);
  }
  return { batch, bytes, ends };
}

/** The transactions of a request, as views. */
export function unpackRequest({ bytes, ends }: CheckRequest): Uint8Array[] {
  return Array.from(ends, (end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

export function packOutcomes(outcomes: readonly CheckOutcome[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(outcomes.length * OUTCOME);
  for (const [index, outcome] of outcomes.entries()) {
    if (typeof outcome === 'string') out[index * OUTCOME] = STATUS.indexOf(outcome);
    else out.set(outcome, index * OUTCOME + 1);
  }
  return out;
}

export function unpackOutcomes(bytes: Uint8Array): CheckOutcome[] {
  const outcomes: CheckOutcome[] = [];
  for (let at = 0; at < bytes.length; at += OUTCOME) {
    const status = STATUS[bytes[at] ?? 0];
    outcomes.push(status || bytes.subarray(at + 1, at + OUTCOME));
  }
  return outcomes;
}
