/**
 * The node's store by meaning: state leaves, blocks, results, what blocks send, certificates. One
 * synced batch a block. docs/architecture.md#store-layout
 */
import { type Codec, decode, encode } from '../../../schemas/codec/codec.ts';
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
import {
  AREA,
  type Area,
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

/** Reads and writes the records of one chain. */
export class BlockStore {
  readonly #store: Store;
  readonly #paths: PathCache;

  constructor(store: Store, hash: HashPort) {
    this.#store = store;
    this.#paths = new PathCache(hash);
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
    await this.#store.write(
      blockWrites(block, (key) => this.#paths.of(key)),
      true,
    );
  }

  /** The newest header, or undefined where the chain has no block. */
  async head(): Promise<BlockHeader | undefined> {
    const range = { ...areaRange(AREA.header), reverse: true, limit: 1 };
    for await (const [, value] of this.#store.scan(range))
      return decode(blockHeaderCodec, value, 'header');
    return undefined;
  }

  header(height: bigint): BlockHeader | undefined {
    return this.#record(AREA.header, height, blockHeaderCodec);
  }

  transactions(height: bigint): readonly Uint8Array[] {
    return this.#record(AREA.transactions, height, transactionsCodec) ?? [];
  }

  results(height: bigint): BlockResults | undefined {
    return this.#record(AREA.results, height, blockResultsCodec);
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
      yield { height: heightOfKey(key), dispatch: decode(dispatchCodec, value, 'dispatch') };
    }
  }

  outbox(height: bigint): readonly OutboxItem[] {
    return this.#record(AREA.outbox, height, outboxItemsCodec) ?? [];
  }

  place(id: Uint8Array): TransactionPlace | undefined {
    const bytes = this.#store.get(recordKey(AREA.transaction, id));
    return bytes === undefined ? undefined : decode(transactionPlaceCodec, bytes, 'place');
  }

  certificate(height: bigint): Certificate | undefined {
    return this.#record(AREA.certificate, height, certificateCodec);
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
    await this.#store.write([{ key, value: encode(certificateCodec, certificate) }], false);
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  #record<T>(area: Area, height: bigint, codec: Codec<T>): T | undefined {
    const bytes = this.#store.get(heightKey(area, height));
    if (bytes === undefined) return undefined;
    try {
      return decode(codec, bytes, 'store');
    } catch (cause) {
      throw hostError('STORE_CORRUPT', { area, height }, cause);
    }
  }
}
