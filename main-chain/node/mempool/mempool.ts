/**
 * Transactions that wait for a block: bounded in count and bytes, fair between senders (each has a
 * share, and blocks take one of each in turn), excess refused with a code. docs/architecture.md#mempool
 */

import { isTielineError } from '../../../schemas/errors.ts';
import { binaryString } from '../../../schemas/hash.ts';
import { decodeTransactionHead, type TransactionHead } from '../../../schemas/wire/transaction.ts';
import { isNonceOpen, NONCE_WINDOW, readNonceWindow } from '../../ledger/accounts.ts';
import { MAX_VALIDITY_SECONDS } from '../../ledger/execute.ts';
import type { State } from '../../ledger/state.ts';
import type { CheckOutcome } from './transaction-check.ts';

export interface MempoolConfig {
  /** Most transactions that wait, checked or not. */
  readonly maxTransactions: number;
  /** Most bytes of all that wait. */
  readonly maxBytes: number;
  /** Most bytes of one sender; in count a sender is bounded by its nonce window. */
  readonly maxSenderBytes: number;
}

export interface MempoolDeps {
  /** The newest executed state. */
  readonly state: Pick<State, 'get'>;
  /** The time the next block would have, Unix milliseconds. */
  readonly nowMs: () => bigint;
  readonly check: (transactions: readonly Uint8Array[]) => Promise<readonly CheckOutcome[]>;
  /** Something is ready for a block. */
  readonly onReady: () => void;
}

/** A checked transaction. */
export interface PooledTransaction extends TransactionHead {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}

/** What one block may take. */
export interface BlockLimits {
  readonly maxTransactions: number;
  readonly maxBytes: number;
}

interface SenderQueue {
  readonly waiting: Map<bigint, PooledTransaction>;
  bytes: number;
}

/** Holds what waits; it is lost when the node stops, submitters look their transactions up. */
export class Mempool {
  readonly #config: MempoolConfig;
  readonly #deps: MempoolDeps;
  /** In the order in which senders have their turn. */
  readonly #senders = new Map<string, SenderQueue>();
  #count = 0;
  #bytes = 0;
  #ready = 0;

  constructor(config: MempoolConfig, deps: MempoolDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  /** Checked transactions that wait for a block. */
  get ready(): number {
    return this.#ready;
  }

  /** One code for each transaction, empty where it was taken. */
  async submit(transactions: readonly Uint8Array[]): Promise<string[]> {
    const heads: TransactionHead[] = [];
    const admitted: Uint8Array[] = [];
    const places: number[] = [];
    const codes = transactions.map((bytes, index) => {
      const head = headOf(bytes);
      if (head === undefined) return 'MEMPOOL_MALFORMED';
      const refusal = this.#refusal(head, bytes.length);
      if (refusal !== '') return refusal;
      this.#count += 1;
      this.#bytes += bytes.length;
      heads.push(head);
      admitted.push(bytes);
      places.push(index);
      return '';
    });
    const outcomes = await this.#deps.check(admitted);
    for (const [at, outcome] of outcomes.entries()) {
      const [head, bytes, place] = [heads[at], admitted[at], places[at]];
      if (head === undefined || bytes === undefined || place === undefined) continue;
      codes[place] = this.#admit(head, bytes, outcome);
    }
    if (this.#ready > 0) this.#deps.onReady();
    return codes;
  }

  /** Takes transactions for a block, one of each sender in turn; what has become void is dropped. */
  take({ maxTransactions, maxBytes }: BlockLimits): PooledTransaction[] {
    const taken: PooledTransaction[] = [];
    let bytes = 0;
    while (taken.length < maxTransactions && this.#senders.size > 0) {
      const next = this.#senders.entries().next().value;
      if (next === undefined) break;
      const [sender, queue] = next;
      const first = queue.waiting.values().next().value;
      if (first !== undefined && bytes + first.bytes.length > maxBytes && taken.length > 0) break;
      this.#senders.delete(sender);
      if (first === undefined) continue;
      this.#remove(queue, first);
      if (queue.waiting.size > 0) this.#senders.set(sender, queue);
      if (this.#voidReason(first) !== '') continue;
      bytes += first.bytes.length;
      taken.push(first);
    }
    return taken;
  }

  /** Why a transaction may not wait, before its signature is known; empty where it may. */
  #refusal(head: TransactionHead, length: number): string {
    const { maxTransactions, maxBytes, maxSenderBytes } = this.#config;
    if (this.#count >= maxTransactions || this.#bytes + length > maxBytes) return 'MEMPOOL_FULL';
    const queue = this.#senders.get(binaryString(head.sender));
    if (queue?.waiting.has(head.nonce)) return 'MEMPOOL_DUPLICATE';
    if (queue !== undefined && queue.bytes + length > maxSenderBytes) return 'MEMPOOL_SENDER_FULL';
    return this.#voidReason(head);
  }

  /** Why a transaction could not be executed now. */
  #voidReason({ sender, nonce, expirySeconds }: TransactionHead): string {
    const nowSeconds = this.#deps.nowMs() / 1000n;
    if (expirySeconds <= nowSeconds || expirySeconds > nowSeconds + MAX_VALIDITY_SECONDS) {
      return 'MEMPOOL_EXPIRED';
    }
    const window = readNonceWindow(this.#deps.state, sender);
    if (isNonceOpen(window, nonce)) return '';
    return nonce >= window.base + NONCE_WINDOW ? 'MEMPOOL_NONCE_AHEAD' : 'MEMPOOL_NONCE_USED';
  }

  #admit(head: TransactionHead, bytes: Uint8Array, outcome: CheckOutcome): string {
    const refusal = typeof outcome === 'string' ? outcome : this.#lateRefusal(head, bytes.length);
    if (refusal !== '' || typeof outcome === 'string') {
      this.#count -= 1;
      this.#bytes -= bytes.length;
      return refusal;
    }
    const sender = binaryString(head.sender);
    let queue = this.#senders.get(sender);
    if (queue === undefined) {
      queue = { waiting: new Map(), bytes: 0 };
      this.#senders.set(sender, queue);
    }
    // A copy: a view would keep the whole request it came in alive.
    queue.waiting.set(head.nonce, { ...head, id: outcome, bytes: bytes.slice() });
    queue.bytes += bytes.length;
    this.#ready += 1;
    return '';
  }

  /** The same nonce, or the sender's whole share, may have come in while the signature was checked. */
  #lateRefusal(head: TransactionHead, length: number): string {
    const queue = this.#senders.get(binaryString(head.sender));
    if (queue?.waiting.has(head.nonce)) return 'MEMPOOL_DUPLICATE';
    if (queue !== undefined && queue.bytes + length > this.#config.maxSenderBytes) {
      return 'MEMPOOL_SENDER_FULL';
    }
    return isNonceOpen(readNonceWindow(this.#deps.state, head.sender), head.nonce)
      ? ''
      : 'MEMPOOL_NONCE_USED';
  }

  #remove(queue: SenderQueue, transaction: PooledTransaction): void {
    queue.waiting.delete(transaction.nonce);
    queue.bytes -= transaction.bytes.length;
    this.#count -= 1;
    this.#bytes -= transaction.bytes.length;
    this.#ready -= 1;
  }
}

function headOf(bytes: Uint8Array): TransactionHead | undefined {
  try {
    return decodeTransactionHead(bytes);
  } catch (error) {
    if (isTielineError(error)) return undefined;
    throw error;
  }
}
