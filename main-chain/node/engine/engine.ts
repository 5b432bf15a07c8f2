/**
 * The engine port: what orders transactions into blocks. `embedded` is the one of this file's folder
 * that runs in a single process. docs/architecture.md#engines
 */

/** Orders blocks from `start` until `close`. */
export interface Engine {
  readonly name: string;
  /** Begins to make blocks; resolves when the chain has its first certified block. */
  start(): Promise<void>;
  /** Transactions are ready in the mempool. */
  notify(): void;
  /** Finishes the block in hand, then stops. */
  close(): Promise<void>;
}
