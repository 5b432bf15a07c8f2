/**
 * The key-value store of one machine: level, opened explicitly, bytes in and bytes out, one atomic
 * and synced batch at a time. What the keys mean is its users' affair (node/block-store.ts).
 */
import { Level } from 'level';
import type { TielineError } from '../../schemas/errors.ts';
import { hostError } from './errors.ts';
import { type FaultPort, noFaults, type WritePoint } from './fault-port.ts';
import { writeFailure } from './write-failure.ts';

/** One write of a batch; an undefined value deletes the key. */
export interface StoreWrite {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Keys from `from` on and below `to`, in byte order. */
export interface StoreRange {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly reverse?: boolean;
  readonly limit?: number;
}

export type StoreEntry = readonly [key: Uint8Array, value: Uint8Array];

const ENCODING = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
const SCAN_BATCH = 1000;
const SCAN_BYTES = 16 * 1024;
const FAST_SCAN_BYTES = 1024 * 1024;
const CACHE_BYTES = 32 * 1024 * 1024;
const WRITE_BUFFER_BYTES = 32 * 1024 * 1024;

/** What level says when it cannot open. */
const OPEN_REFUSALS: Readonly<Record<string, 'DATA_DIRECTORY_LOCKED' | 'STORE_CORRUPT'>> = {
  LEVEL_LOCKED: 'DATA_DIRECTORY_LOCKED',
  LEVEL_CORRUPTION: 'STORE_CORRUPT',
};

/** An open store; `close` must be called. */
export class Store {
  readonly #database: Level<Buffer, Buffer>;
  readonly #faults: FaultPort;
  #failure: TielineError | undefined;

  private constructor(database: Level<Buffer, Buffer>, faults: FaultPort) {
    this.#database = database;
    this.#faults = faults;
  }

  /** Opens (or makes) the store in directory `path`. @throws DATA_DIRECTORY_LOCKED DATA_DIRECTORY_UNUSABLE STORE_CORRUPT */
  static async open(path: string, faults: FaultPort = noFaults): Promise<Store> {
    const database = new Level<Buffer, Buffer>(path, {
      ...ENCODING,
      cacheSize: CACHE_BYTES,
      writeBufferSize: WRITE_BUFFER_BYTES,
    });
    try {
      await database.open();
    } catch (cause) {
      const { cause: inner } = cause as { cause?: { code?: string } };
      throw hostError(
        OPEN_REFUSALS[inner?.code ?? ''] ?? 'DATA_DIRECTORY_UNUSABLE',
        { path },
        cause,
      );
    }
    return new Store(database, faults);
  }

  /** The value under `key`, read at once. @throws STORE_CORRUPT */
  get(key: Uint8Array): Uint8Array | undefined {
    try {
      return this.#database.getSync(asBuffer(key));
    } catch (cause) {
      throw readFailure(this.#database, cause);
    }
  }

  /**
   * Applies all writes or none; `sync` waits until they are on the disk. After one that failed there
   * are no more: level would write behind the torn record, where the next start does not look.
   * @throws STORE_FULL STORE_FAILED
   */
  async write(writes: readonly StoreWrite[], sync: boolean, point: WritePoint): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      this.#faults(point, 'before');
      await this.#apply(writes, sync);
      this.#faults(point, 'after');
    } catch (cause) {
      this.#failure = writeFailure(this.#database.location, cause);
      throw this.#failure;
    }
  }

  async #apply(writes: readonly StoreWrite[], sync: boolean): Promise<void> {
    // A chained batch: level's array form copies each operation and costs several times as much.
    const batch = this.#database.batch();
    for (const { key, value } of writes) {
      if (value === undefined) batch.del(asBuffer(key));
      else batch.put(asBuffer(key), asBuffer(value));
    }
    await batch.write({ sync });
  }

  /** Entries of a range, in order; reads little ahead. */
  async *scan(range: StoreRange): AsyncGenerator<StoreEntry> {
    for await (const batch of this.scanBatches(range, SCAN_BYTES)) yield* batch;
  }

  /** Entries of a range a thousand at a time: what reads whole areas. */
  async *scanBatches(
    range: StoreRange,
    batchBytes: number = FAST_SCAN_BYTES,
  ): AsyncGenerator<readonly StoreEntry[]> {
    const iterator = this.#database.iterator({
      gte: asBuffer(range.from),
      lt: asBuffer(range.to),
      reverse: range.reverse ?? false,
      limit: range.limit ?? -1,
      highWaterMarkBytes: batchBytes,
    });
    try {
      for (;;) {
        const batch = await iterator.nextv(SCAN_BATCH).catch((cause: unknown) => {
          throw readFailure(this.#database, cause);
        });
        if (batch.length === 0) return;
        yield batch;
      }
    } finally {
      await iterator.close();
    }
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

/** Damage is the store's; anything else (a closed store) is the caller's. */
function readFailure({ location }: Level<Buffer, Buffer>, cause: unknown): unknown {
  const { code } = cause as { code?: unknown };
  const isDamage = code === 'LEVEL_CORRUPTION' || code === 'LEVEL_IO_ERROR';
  return isDamage ? hostError('STORE_CORRUPT', { path: location }, cause) : cause;
}

/** Buffers pass as they are; of other arrays a view is made. */
function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
