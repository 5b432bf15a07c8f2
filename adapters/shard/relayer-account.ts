/**
 * The nonces of one relayer account on a native chain: at most 256 under way, those that never landed
 * are used first, for the chain's window moves over used nonces only. docs/protocol.md#accounts
 */
import type { AccountFact } from '../chain-facts.ts';
import { adapterError } from '../errors.ts';

/** How far ahead of the oldest open nonce the chain accepts. */
const WINDOW = 256n;
/** How many may wait for room in the window. */
const MAX_WAITING = 1024;

/** Hands out nonces; every one taken is given back by `confirm` (landed) or `release` (never will). */
export class RelayerAccount {
  readonly #readAccount: () => Promise<AccountFact>;
  readonly #underWay = new Set<bigint>();
  #free: bigint[] = [];
  #next: bigint | undefined;
  #base = 0n;
  #waiting: (() => void)[] = [];
  #syncing: Promise<void> | undefined;

  constructor(readAccount: () => Promise<AccountFact>) {
    this.#readAccount = readAccount;
  }

  /** Transactions under way. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** The next nonce, as soon as the window has room. @throws ADAPTER_NONCE_WINDOW when 1,024 wait already */
  async take(): Promise<bigint> {
    if (this.#next === undefined) await this.resync();
    for (;;) {
      const nonce = this.#pick();
      if (nonce !== undefined) {
        this.#underWay.add(nonce);
        return nonce;
      }
      if (this.#waiting.length >= MAX_WAITING) throw adapterError('ADAPTER_NONCE_WINDOW');
      await new Promise<void>((wake) => this.#waiting.push(wake));
    }
  }

  /** The transaction with this nonce has landed, whatever its result. */
  confirm(nonce: bigint): void {
    this.#underWay.delete(nonce);
    this.#moveBase();
  }

  /** The transaction with this nonce will never land: the nonce is free again. */
  release(nonce: bigint): void {
    if (this.#underWay.delete(nonce)) this.#free.push(nonce);
    this.#free.sort((left, right) => (left < right ? -1 : 1));
    this.#wake();
  }

  /** Reads the window from the chain: after a refused nonce, or at first use. */
  resync(): Promise<void> {
    this.#syncing ??= this.#readAccount()
      .then(({ base, mask }) => this.#adopt(base, mask))
      .finally(() => {
        this.#syncing = undefined;
      });
    return this.#syncing;
  }

  #adopt(base: bigint, mask: bigint): void {
    this.#base = base;
    this.#free = [];
    let top = this.#next ?? base;
    for (let offset = 0n; offset < WINDOW; offset += 1n) {
      if (((mask >> offset) & 1n) === 1n && base + offset >= top) top = base + offset + 1n;
    }
    if (top < base) top = base;
    for (let nonce = base; nonce < top; nonce += 1n) {
      const isUsed = ((mask >> (nonce - base)) & 1n) === 1n;
      if (!isUsed && !this.#underWay.has(nonce)) this.#free.push(nonce);
    }
    this.#next = top;
    this.#wake();
  }

  #pick(): bigint | undefined {
    const freed = this.#free.shift();
    if (freed !== undefined) return freed;
    const next = this.#next;
    if (next === undefined || next >= this.#base + WINDOW) return undefined;
    this.#next = next + 1n;
    return next;
  }

  #moveBase(): void {
    let lowest = this.#next ?? this.#base;
    for (const nonce of this.#underWay) if (nonce < lowest) lowest = nonce;
    const oldestFree = this.#free[0];
    if (oldestFree !== undefined && oldestFree < lowest) lowest = oldestFree;
    if (lowest > this.#base) this.#base = lowest;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
