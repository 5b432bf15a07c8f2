/** The clock port of everything that runs: wall time and timers, replaced by a manual one in tests. */

/** Stops a timer that has not fired. */
export type Cancel = () => void;

export interface Clock {
  /** Unix milliseconds of the wall clock; may step in either direction. */
  nowMs(): bigint;
  /** Calls `work` once, about `delayMs` later; monotone, whatever the wall clock does. */
  after(delayMs: number, work: () => void): Cancel;
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => BigInt(Date.now()),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
};
