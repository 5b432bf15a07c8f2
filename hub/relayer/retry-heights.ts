/**
 * Heights whose items must be offered again, each after a growing pause: packets the other chain will
 * take later, and whole transactions that were refused or lost.
 */

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

interface Retry {
  dueAt: number;
  attempts: number;
}

/** Time is the caller's steady clock in milliseconds. */
export class RetryHeights {
  readonly #retries = new Map<bigint, Retry>();

  get size(): number {
    return this.#retries.size;
  }

  /** Once more, later than the last time. */
  add(height: bigint, now: number): void {
    const attempts = (this.#retries.get(height)?.attempts ?? 0) + 1;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
    this.#retries.set(height, { dueAt: now + pause, attempts });
  }

  /** The lowest height that is due; it counts as under way until `add` or `done`. */
  take(now: number): bigint | undefined {
    let lowest: bigint | undefined;
    for (const [height, { dueAt }] of this.#retries) {
      if (dueAt <= now && (lowest === undefined || height < lowest)) lowest = height;
    }
    const retry = lowest === undefined ? undefined : this.#retries.get(lowest);
    if (retry !== undefined) retry.dueAt = Number.POSITIVE_INFINITY;
    return lowest;
  }

  /** Nothing of this height is left to offer. */
  done(height: bigint): void {
    this.#retries.delete(height);
  }

  /** Milliseconds until the next one is due. */
  nextPause(now: number): number | undefined {
    const next = Math.min(...[...this.#retries.values()].map(({ dueAt }) => dueAt));
    return Number.isFinite(next) ? Math.max(0, next - now) : undefined;
  }

  lowest(): bigint | undefined {
    let lowest: bigint | undefined;
    for (const height of this.#retries.keys())
      if (lowest === undefined || height < lowest) lowest = height;
    return lowest;
  }
}
