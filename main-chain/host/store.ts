/**
 * The key-value store of one machine: level, opened explicitly, bytes in and bytes out, one atomic
 * and synced batch at a time. What the keys mean is its users' affair (node/block-store.ts).
 */
import { Level } from 'level';
import { hostError } from './errors.ts';

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

/** An open store; `close` must be called. */
export class Store {
  readonly #database: Level<Buffer, Buffer>;

  private constructor(database: Level<Buffer, Buffer>) {
    this.#database = database;
  }

  /** Opens (or makes) the store in directory `path`. @throws DATA_DIRECTORY_LOCKED DATA_DIRECTORY_UNUSABLE */
  static async open(path: string): Promise<Store> {
    const database = new Level<Buffer, Buffer>(path, {
      ...ENCODING,
      cacheSize: CACHE_BYTES,
      writeBufferSize: WRITE_BUFFER_BYTES,
    });
    try {
      await database.open();
    } catch (cause) {
      const { cause: inner } = cause as { cause?: { code?: string } };
      const code =
        inner?.code === 'LEVEL_LOCKED' ? 'DATA_DIRECTORY_LOCKED' : 'DATA_DIRECTORY_UNUSABLE';
      throw hostError(code, { path }, cause);
    }
    return new Store(database);
  }

  /** The value under `key`, read at once. */
  get(key: Uint8Array): Uint8Array | undefined {
    return this.#database.getSync(asBuffer(key));
  }

  /** Applies all writes or none; `sync` waits until they are on the disk. */
  async write(writes: readonly StoreWrite[], sync: boolean): Promise<void> {
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
        const batch = await iterator.nextv(SCAN_BATCH);
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

/** Buffers pass as they are; of other arrays a view is made. */
function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
