/**
 * What an adapter under test is given to prove itself on: a main chain and a side chain that are
 * joined by clients, users with holdings, and a chain that is nobody's counterparty.
 * docs/architecture.md#adapters
 */
import type { ChainAdapter, PreparedTransaction } from '../chain-adapter.ts';

/** A user's key on the chains of the pair. */
export interface ConformanceUser {
  readonly address: Uint8Array;
  /** The signed bytes of what was prepared. */
  sign(prepared: PreparedTransaction): Uint8Array;
}

/** One end: the adapters of two relayers, and the chain's own id for the other. */
export interface ConformanceEnd {
  readonly adapter: ChainAdapter;
  /** The same chain under another relayer's account. */
  readonly rival: ChainAdapter;
  readonly client: string;
}

/** Opened by whoever runs the suite, once for all of it. */
export interface ConformancePair {
  readonly main: ConformanceEnd;
  /** The chain whose adapter is under test. */
  readonly side: ConformanceEnd;
  /** The side chain without a relayer's key. */
  readonly watcher: ChainAdapter;
  /** Another chain of the side's kind whose evidence the main chain must refuse. */
  readonly stranger: { readonly adapter: ChainAdapter; readonly client: string };
  /** At home on the side chain and registered on the main chain. */
  readonly resourceId: Uint8Array;
  /** Holds at least 1,000 units on the side chain; admitted on both. */
  readonly owner: ConformanceUser;
  /** Not admitted on the side chain. */
  readonly outsider: Uint8Array;
}

/** One requirement: `run` throws a ConformanceFailure where the adapter does not meet it. */
export interface ConformanceCase {
  readonly name: string;
  run(pair: ConformancePair): Promise<void>;
}

/** A requirement that is not met, in one sentence. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure';
}

/** @throws ConformanceFailure unless the condition holds */
export function requireThat(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new ConformanceFailure(sentence);
}

/** @throws ConformanceFailure unless both are the same text, number or truth value */
export function requireEqual<T extends string | number | bigint | boolean>(
  found: T,
  expected: T,
  what: string,
): void {
  requireThat(found === expected, `${what}: expected ${String(expected)}, found ${String(found)}`);
}
