/**
 * Where a lane stands in the outboxes of its source: fresh heights go first, stretches that were
 * missed (hub down, lane held) are worked off beside them, so a backlog never starves what is new.
 */

interface Stretch {
  from: bigint;
  readonly to: bigint;
}

/** Heights are inclusive. */
export class HeightCursor {
  #fresh: bigint;
  readonly #missed: Stretch[] = [];

  /** The first height to look at. */
  constructor(from: bigint) {
    this.#fresh = from;
  }

  get fresh(): bigint {
    return this.#fresh;
  }

  /** Declares all up to `head` missed: it is worked off beside what comes after. */
  skipTo(head: bigint): void {
    if (head < this.#fresh) return;
    this.#missed.push({ from: this.#fresh, to: head });
    this.#fresh = head + 1n;
  }

  advanceFresh(next: bigint): void {
    if (next > this.#fresh) this.#fresh = next;
  }

  /** The oldest missed stretch. */
  get missed(): Readonly<Stretch> | undefined {
    return this.#missed[0];
  }

  advanceMissed(next: bigint): void {
    const [stretch] = this.#missed;
    if (stretch === undefined) return;
    stretch.from = next;
    if (stretch.from > stretch.to) this.#missed.shift();
  }

  /** Nothing below this height is left to look at. */
  lowest(): bigint {
    return this.#missed[0]?.from ?? this.#fresh;
  }

  missedHeights(): bigint {
    return this.#missed.reduce((sum, { from, to }) => sum + to - from + 1n, 0n);
  }
}
