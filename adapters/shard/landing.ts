/**
 * Waits for offered transactions to land: one watcher a chain, which looks the open ones up each time
 * the certified height has moved, and sleeps while nothing is open.
 */
import { toHex } from '../../schemas/hash.ts';
import type { ChainHead, LandedTransaction } from '../chain-adapter.ts';
import { adapterError } from '../errors.ts';

const WAIT_MS = 2000;
const PAUSE_AFTER_FAILURE_MS = 500;

export interface LandingSource {
  wait(after: bigint, waitMs: number): Promise<ChainHead>;
  lookup(id: Uint8Array): Promise<LandedTransaction | undefined>;
}

interface Open {
  readonly id: Uint8Array;
  readonly giveUpAt: number;
  readonly land: (landed: LandedTransaction) => void;
  readonly fail: (error: unknown) => void;
}

/** Opened with the adapter; `close` fails what is still open. */
export class Landing {
  readonly #source: LandingSource;
  readonly #now: () => number;
  readonly #open = new Map<string, Open>();
  #running = false;
  #closed = false;

  constructor(source: LandingSource, now: () => number) {
    this.#source = source;
    this.#now = now;
  }

  /** Resolves when the transaction is in a certified block. @throws ADAPTER_NOT_LANDED ADAPTER_CLOSED */
  wait(id: Uint8Array, patienceMs: number): Promise<LandedTransaction> {
    if (this.#closed) return Promise.reject(adapterError('ADAPTER_CLOSED'));
    return new Promise((land, fail) => {
      this.#open.set(toHex(id), { id, giveUpAt: this.#now() + patienceMs, land, fail });
      if (!this.#running) void this.#run();
    });
  }

  close(): void {
    this.#closed = true;
    for (const { fail } of this.#open.values()) fail(adapterError('ADAPTER_CLOSED'));
    this.#open.clear();
  }

  async #run(): Promise<void> {
    this.#running = true;
    let height = 0n;
    while (this.#open.size > 0 && !this.#closed) {
      try {
        const head = await this.#source.wait(height, WAIT_MS);
        height = head.height;
        await Promise.all([...this.#open].map(([key, open]) => this.#look(key, open)));
      } catch {
        await new Promise((wake) => setTimeout(wake, PAUSE_AFTER_FAILURE_MS));
      }
      this.#giveUp();
    }
    this.#running = false;
  }

  async #look(key: string, open: Open): Promise<void> {
    const landed = await this.#source.lookup(open.id);
    if (landed === undefined || !this.#open.delete(key)) return;
    open.land(landed);
  }

  #giveUp(): void {
    const now = this.#now();
    for (const [key, { id, giveUpAt, fail }] of this.#open) {
      if (now < giveUpAt) continue;
      this.#open.delete(key);
      fail(adapterError('ADAPTER_NOT_LANDED', { transaction: toHex(id) }));
    }
  }
}
