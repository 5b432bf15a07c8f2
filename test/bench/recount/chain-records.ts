/*
 * The records of a native chain's store as docs/architecture.md#store-layout gives them, read by this
 * file alone: a recount that shared the node's own reader would share its mistakes.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Level } from 'level';
import { type Codec, decode, fixed, list, struct, u64 } from '../../../schemas/codec/codec.ts';
import type { Reader } from '../../../schemas/codec/reader.ts';
import { MAX_CLIENT_ID } from '../../../schemas/ids.ts';
import type { OutboxItem } from '../../../schemas/tree/outbox.ts';
import type { SparseEntry } from '../../../schemas/tree/sparse-tree.ts';
import {
  type BlockHeader,
  blockHeaderCodec,
  transactionsCodec,
} from '../../../schemas/wire/block.ts';
import { type Certificate, certificateCodec } from '../../../schemas/wire/checkpoint.ts';
import { transactionResultCodec } from '../../../schemas/wire/event.ts';
import { type Packet, packetCodec } from '../../../schemas/wire/packet.ts';
import { recountError } from './errors.ts';

/** What the store holds under one height; undefined where it has no such record. */
export interface RawBlock {
  readonly header: BlockHeader;
  readonly certificate: Certificate | undefined;
  readonly transactions: readonly Uint8Array[];
  readonly results: ResultsRecord | undefined;
  readonly outbox: readonly OutboxItem[];
}

const resultsCodec = struct({
  timeMs: u64,
  transactionIds: list(fixed(32), 65_535),
  results: list(transactionResultCodec, 65_535),
});
type ResultsRecord = ReturnType<(typeof resultsCodec)['read']>;

/** An open store; nothing is ever written to it. */
export interface ChainRecords {
  /** Every block in the order of heights. @throws RECOUNT_STORE */
  blocks(): AsyncGenerator<RawBlock>;
  /** The packets a block sends to a client. @throws RECOUNT_STORE */
  packets(client: string, height: bigint): readonly Packet[];
  /** All state leaves. @throws RECOUNT_STORE */
  leaves(): AsyncGenerator<SparseEntry>;
  close(): Promise<void>;
}

/** Opens the store in `directory`. @throws RECOUNT_STORE */
export async function openRecords(alias: string, directory: string): Promise<ChainRecords> {
  const damaged = (place: string, cause?: unknown): Error =>
    recountError('RECOUNT_STORE', { chain: alias, place }, cause);
  const path = join(directory, 'store');
  if (!existsSync(path)) throw damaged(path);
  const encoding = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
  const level = new Level<Buffer, Buffer>(path, { ...encoding, createIfMissing: false });
  try {
    await level.open();
  } catch (cause) {
    throw damaged(path, cause);
  }
  const get = <T>(area: string, id: Uint8Array, codec: Codec<T>): T | undefined => {
    const value = level.getSync(Buffer.concat([Buffer.from(area), id]));
    return value === undefined ? undefined : read(area, codec, value);
  };
  const read = <T>(area: string, codec: Codec<T>, value: Uint8Array): T => {
    try {
      return decode(codec, plain(value), area);
    } catch (cause) {
      throw damaged(`area ${area}`, cause);
    }
  };
  const areaOf = (area: string) => ({
    gte: Buffer.from(area),
    lt: Buffer.from([area.charCodeAt(0) + 1]),
  });
  return {
    async *blocks() {
      for await (const [key, value] of level.iterator(areaOf('h'))) {
        const id = key.subarray(1);
        yield {
          header: read('h', blockHeaderCodec, value),
          certificate: get('c', id, certificateCodec),
          transactions: get('b', id, transactionsCodec) ?? [],
          results: get('r', id, resultsCodec),
          outbox: get('o', id, outboxCodec) ?? [],
        };
      }
    },
    packets(client, height) {
      const id = Buffer.alloc(client.length + 9);
      id.write(client, 'latin1');
      id.writeBigUInt64BE(height, client.length + 1);
      return get('p', id, dispatchCodec) ?? [];
    },
    async *leaves() {
      for await (const value of level.values(areaOf('s'))) {
        const leaf = leafOf(plain(value));
        if (leaf === undefined) throw damaged('area s');
        yield leaf;
      }
    },
    close: () => level.close(),
  };
}

/** No Buffer: slices of one are views of memory that level uses again. */
function plain(value: Uint8Array): Uint8Array {
  return new Uint8Array(value.buffer, value.byteOffset, value.length);
}

const readOnly = (): never => {
  throw new Error('a recount writes nothing');
};

/** u32 count ‖ (client ‖ kind(1) ‖ sequence(8) ‖ commitment(32)) each. */
const outboxCodec: Codec<readonly OutboxItem[]> = {
  write: readOnly,
  read: (reader) =>
    many(reader, () => ({
      client: reader.text(MAX_CLIENT_ID, 'client'),
      kind: reader.u8('kind') === 0 ? 0 : 1,
      sequence: reader.u64('sequence'),
      commitment: reader.fixed(32, 'commitment'),
    })),
};

/** u32 start ‖ acknowledgements ‖ packets; only the packets are wanted. */
const dispatchCodec: Codec<readonly Packet[]> = {
  write: readOnly,
  read(reader) {
    reader.u32('start');
    many(reader, () => {
      packetCodec.read(reader, 'packet');
      return reader.bytes(64, 'acknowledgement');
    });
    return many(reader, () => packetCodec.read(reader, 'packet'));
  },
};

/** u16 length ‖ state key ‖ value; undefined where the bytes are shorter than they say. */
function leafOf(record: Uint8Array): SparseEntry | undefined {
  const at = 2 + (((record[0] ?? 0) << 8) | (record[1] ?? 0));
  if (record.length <= at) return undefined;
  return { key: record.slice(2, at), value: record.slice(at) };
}

function many<T>(reader: Reader, one: () => T): T[] {
  const count = reader.u32('count');
  const out: T[] = [];
  for (let at = 0; at < count; at++) out.push(one());
  return out;
}
