/**
 * Follows one chain's certified head by long polls and tells its listeners; a chain that does not
 * answer is asked again with growing pauses, and what it said last is kept.
 */
import type { ChainAdapter, ChainHead } from '../adapters/chain-adapter.ts';
import { isTielineError } from '../schemas/errors.ts';
import type { HubLog } from './log.ts';

const WAIT_MS = 15_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

export type HeadListener = (head: ChainHead) => void;

/** Opened by `start`, closed by `stop`. */
export class HeadWatcher {
  readonly alias: string;
  readonly #adapter: ChainAdapter;
  readonly #log: HubLog;
  readonly #listeners = new Set<HeadListener>();
  #head: ChainHead = { height: 0n, timeMs: 0n };
  #trouble: string | undefined;
  #stopped = false;
  #loop: Promise<void> | undefined;

  constructor(alias: string, adapter: ChainAdapter, log: HubLog) {
    this.alias = alias;
    this.#adapter = adapter;
    this.#log = log;
  }

  get head(): ChainHead {
    return this.#head;
  }

  /** Code of what went wrong with the last question, while it is wrong. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Calls `listener` at each new head; the answer ends that. */
  listen(listener: HeadListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Learns the head once, then follows it. @throws what the chain refuses with */
  async start(): Promise<void> {
    this.#head = await this.#adapter.wait(0n, 0);
    this.#loop = this.#follow();
  }

  /** The long poll under way is not waited for: closing the adapter ends it. */
  stop(): void {
    this.#stopped = true;
    this.#listeners.clear();
  }

  /** Resolves when the loop has ended; call after the adapter is closed. */
  async ended(): Promise<void> {
    await this.#loop;
  }

  async #follow(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    while (!this.#stopped) {
      try {
        const head = await this.#adapter.wait(this.#head.height, WAIT_MS);
        this.#recovered();
        pause = FIRST_PAUSE_MS;
        if (head.height <= this.#head.height) continue;
        this.#head = head;
        for (const listener of this.#listeners) listener(head);
      } catch (error) {
        if (this.#stopped) return;
        this.#failed(error);
        await new Promise((wake) => setTimeout(wake, pause).unref());
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  #recovered(): void {
    if (this.#trouble === undefined) return;
    this.#trouble = undefined;
    this.#log.info('A chain answers again', { chain: this.alias });
  }

  #failed(error: unknown): void {
    const code = isTielineError(error) ? error.code : 'HUB_INTERNAL';
    if (this.#trouble !== code)
      this.#log.warn('A chain does not answer', { chain: this.alias, code, error: String(error) });
    this.#trouble = code;
  }
}
