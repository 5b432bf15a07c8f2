/**
 * The node's store by meaning: state leaves, blocks, results, what blocks send, certificates. One
 * synced batch a block. docs/architecture.md#store-layout
 */
import { type Codec, decode, encode, u64 } from '../../../schemas/codec/codec.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import type { OutboxItem } from '../../../schemas/tree/outbox.ts';
import {
  type BlockHeader,
  blockHeaderCodec,
  transactionsCodec,
} from '../../../schemas/wire/block.ts';
import { type Certificate, certificateCodec } from '../../../schemas/wire/checkpoint.ts';
import { hostError } from '../../host/errors.ts';
import type { Store, StoreEntry } from '../../host/store.ts';
import { blockWrites, type StoredBlock } from './block-writes.ts';
import { PathCache } from './path-cache.ts';
import { pruneWrites } from './prune-blocks.ts';
import {
  AREA,
  type AreaName,
  areaRange,
  dispatchRange,
  heightKey,
  heightOfKey,
  heightRange,
  recordKey,
} from './record-keys.ts';
import {
  type BlockResults,
  blockResultsCodec,
  type Dispatch,
  dispatchCodec,
  outboxItemsCodec,
  stateLeafKey,
  stateLeafValue,
  type TransactionPlace,
  transactionPlaceCodec,
} from './records.ts';

/** Reads and writes the records of one chain; without `keepBlocks` it keeps all of them. */
export class BlockStore {
  readonly #store: Store;
  readonly #paths: PathCache;
  readonly #keepBlocks: number | undefined;

  constructor(store: Store, hash: HashPort, keepBlocks?: number) {
    this.#store = store;
    this.#paths = new PathCache(hash);
    this.#keepBlocks = keepBlocks;
  }

  /** SHA256 of a state key: where its leaf stands, here and in the state tree. */
  pathOf(key: string): Uint8Array {
    return this.#paths.of(key);
  }

  /** The value of the state key with this path. */
  state(path: Uint8Array): Uint8Array | undefined {
    const leaf = this.#store.get(recordKey(AREA.state, path));
    return leaf === undefined ? undefined : stateLeafValue(leaf);
  }

  /** The state key whose leaf is at `path`. */
  stateKey(path: Uint8Array): string | undefined {
    const leaf = this.#store.get(recordKey(AREA.state, path));
    return leaf === undefined ? undefined : stateLeafKey(leaf);
  }

  /** All state leaves in the order of their paths, a thousand at a time. */
  stateLeaves(): AsyncGenerator<readonly StoreEntry[]> {
    return this.#store.scanBatches(areaRange(AREA.state));
  }

  /** Everything of a block in one synced batch: after it returns the block survives a crash. */
  async commit(block: StoredBlock): Promise<void> {
    const writes = blockWrites(block, (key) => this.#paths.of(key));
    if (this.#keepBlocks !== undefined) {
      const last = block.header.height - BigInt(this.#keepBlocks);
      const certified = await this.certifiedHeight();
      writes.push(...pruneWrites(this, last < certified ? last : certified - 1n));
    }
    await this.#store.write(writes, true, 'node/block');
  }

  /** The oldest block that is kept. */
  firstHeight(): bigint {
    const kept = this.#store.get(recordKey(AREA.kept, new Uint8Array(0)));
    return kept === undefined ? 1n : read('kept', undefined, u64, kept);
  }

  /** The newest header, or undefined where the chain has no block. */
  async head(): Promise<BlockHeader | undefined> {
    const range = { ...areaRange(AREA.header), reverse: true, limit: 1 };
    for await (const [key, value] of this.#store.scan(range))
      return read('header', heightOfKey(key), blockHeaderCodec, value);
    return undefined;
  }

  header(height: bigint): BlockHeader | undefined {
    return this.#record('header', height, blockHeaderCodec);
  }

  transactions(height: bigint): readonly Uint8Array[] {
    return this.#record('transactions', height, transactionsCodec) ?? [];
  }

  results(height: bigint): BlockResults | undefined {
    return this.#record('results', height, blockResultsCodec);
  }

  /** Heights and results of blocks with transactions, `from` up to and with `to`. */
  async *resultsFrom(
    from: bigint,
    to: bigint,
  ): AsyncGenerator<{ height: bigint; bytes: Uint8Array }> {
    for await (const [key, bytes] of this.#store.scan(heightRange(AREA.results, from, to))) {
      yield { height: heightOfKey(key), bytes };
    }
  }

  /** What blocks send to a client, `from` up to and with `to`. */
  async *dispatches(
    client: string,
    from: bigint,
    to: bigint,
  ): AsyncGenerator<{ height: bigint; dispatch: Dispatch }> {
    for await (const [key, value] of this.#store.scan(dispatchRange(client, from, to))) {
      const height = heightOfKey(key);
      yield { height, dispatch: read('dispatch', height, dispatchCodec, value) };
    }
  }

  outbox(height: bigint): readonly OutboxItem[] {
    return this.#record('outbox', height, outboxItemsCodec) ?? [];
  }

  place(id: Uint8Array): TransactionPlace | undefined {
    const bytes = this.#store.get(recordKey(AREA.transaction, id));
    return bytes && read('transaction', undefined, transactionPlaceCodec, bytes);
  }

  certificate(height: bigint): Certificate | undefined {
    return this.#record('certificate', height, certificateCodec);
  }

  /** Certificates that announced set changes at heights above `after`, in order, `limit` at most. */
  async setChanges(after: bigint, limit: number): Promise<readonly Certificate[]> {
    const certificates: Certificate[] = [];
    const range = { ...heightRange(AREA.setChange, after + 1n), limit };
    for await (const [, value] of this.#store.scan(range))
      certificates.push(decode(certificateCodec, value, 'set change'));
    return certificates;
  }

  /** The height of the newest certificate; 0 where there is none. */
  async certifiedHeight(): Promise<bigint> {
    const range = { ...areaRange(AREA.certificate), reverse: true, limit: 1 };
    for await (const [key] of this.#store.scan(range)) return heightOfKey(key);
    return 0n;
  }

  /** Stores a certificate; it can be made again, so it need not wait for the disk. */
  async putCertificate(certificate: Certificate): Promise<void> {
    const key = heightKey(AREA.certificate, certificate.checkpoint.height);
    const value = encode(certificateCodec, certificate);
    await this.#store.write([{ key, value }], false, 'node/certificate');
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  #record<T>(area: AreaName, height: bigint, codec: Codec<T>): T | undefined {
    const bytes = this.#store.get(heightKey(AREA[area], height));
    return bytes === undefined ? undefined : read(area, height, codec, bytes);
  }
}

function read<T>(
  area: AreaName,
  height: bigint | undefined,
  codec: Codec<T>,
  bytes: Uint8Array,
): T {
  try {
    return decode(codec, bytes, area);
  } catch (cause) {
    throw hostError(
      'STORE_CORRUPT',
      height === undefined ? { record: area } : { record: area, height },
      cause,
    );
  }
}
