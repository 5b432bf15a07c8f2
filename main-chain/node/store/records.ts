/**
 * Byte layouts of the node's own records (never hashed, never sent as they are): state leaves, block
 * results, what a block sends. docs/architecture.md#store-layout
 */
import {
  type Codec,
  fixed,
  list,
  type StructOf,
  struct,
  u32,
  u64,
} from '../../../schemas/codec/codec.ts';
import type { Reader } from '../../../schemas/codec/reader.ts';
import { Writer } from '../../../schemas/codec/writer.ts';
import { binaryString, equalBytes } from '../../../schemas/hash.ts';
import { MAX_CLIENT_ID } from '../../../schemas/ids.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import type { OutboxItem } from '../../../schemas/tree/outbox.ts';
import { transactionResultCodec } from '../../../schemas/wire/event.ts';
import type { AcknowledgedPacket } from '../../../schemas/wire/message.ts';
import { type Packet, packetCodec } from '../../../schemas/wire/packet.ts';

/** u16 length ‖ state key ‖ value. */
export function encodeStateLeaf(key: string, value: Uint8Array): Uint8Array {
  const leaf = Buffer.allocUnsafe(2 + key.length + value.length);
  leaf[0] = key.length >> 8;
  leaf[1] = key.length;
  leaf.write(key, 2, 'latin1');
  leaf.set(value, 2 + key.length);
  return leaf;
}

/** The state key of a leaf record. */
export function stateLeafKey(leaf: Uint8Array): string {
  return binaryString(leaf.subarray(2, valueStart(leaf)));
}

/** The value of a leaf record, as a view (never a Buffer, whose slices are no copies). */
export function stateLeafValue(leaf: Uint8Array): Uint8Array {
  const at = valueStart(leaf);
  return new Uint8Array(leaf.buffer, leaf.byteOffset + at, leaf.length - at);
}

/** Whether the leaf record at `path` is that of the state key it names. */
export function isLeafOf(leaf: Uint8Array, path: Uint8Array, hash: HashPort): boolean {
  const key = new Uint8Array(leaf.buffer, leaf.byteOffset + 2, Math.max(valueStart(leaf) - 2, 0));
  return equalBytes(hash.sha256(key), path);
}

/** Where the value begins; a damaged length does not lead beyond the record. */
function valueStart(leaf: Uint8Array): number {
  return Math.min(2 + (((leaf[0] ?? 0) << 8) | (leaf[1] ?? 0)), leaf.length);
}

const resultsFields = {
  timeMs: u64,
  transactionIds: list(fixed(32), 65_535),
  results: list(transactionResultCodec, 65_535),
};

/** What a block's transactions did. */
export type BlockResults = StructOf<typeof resultsFields>;
export const blockResultsCodec: Codec<BlockResults> = struct(resultsFields);

const placeFields = { height: u64, index: u32 };
/** Where a transaction landed. */
export type TransactionPlace = StructOf<typeof placeFields>;
export const transactionPlaceCodec: Codec<TransactionPlace> = struct(placeFields);

/** What one block sends to one client; `start` is the place of the first in the block's outbox. */
export interface Dispatch {
  readonly start: number;
  readonly acknowledgements: readonly AcknowledgedPacket[];
  readonly packets: readonly Packet[];
}

/** A list with a u32 count: blocks hold more than a message may. */
function longList<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    write(writer, value) {
      writer.u32(value.length);
      for (const each of value) item.write(writer, each);
    },
    read(reader, field) {
      const count = reader.u32(field);
      const out: T[] = [];
      for (let at = 0; at < count; at++) out.push(item.read(reader, field));
      return out;
    },
  };
}

const acknowledgedCodec: Codec<AcknowledgedPacket> = {
  write(writer, value) {
    packetCodec.write(writer, value.packet);
    writer.bytes(value.acknowledgement, 64);
  },
  read: (reader, field) => ({
    packet: packetCodec.read(reader, field),
    acknowledgement: reader.bytes(64, field),
  }),
};
const dispatchFields = {
  start: u32,
  acknowledgements: longList(acknowledgedCodec),
  packets: longList(packetCodec),
};
export const dispatchCodec: Codec<Dispatch> = struct(dispatchFields);

/** The outbox items of a block in order, enough to rebuild its tree. */
export const outboxItemsCodec: Codec<readonly OutboxItem[]> = longList<OutboxItem>({
  write(writer, item) {
    writer
      .text(item.client, MAX_CLIENT_ID)
      .u8(item.kind)
      .u64(item.sequence)
      .fixed(item.commitment, 32);
  },
  read: (reader, field) => ({
    client: reader.text(MAX_CLIENT_ID, field),
    kind: kindOf(reader, field),
    sequence: reader.u64(field),
    commitment: reader.fixed(32, field),
  }),
});

function kindOf(reader: Reader, field: string): 0 | 1 {
  return reader.u8(field) === 0 ? 0 : 1;
}

/** The results record (`blockResultsCodec`), put together from what is encoded already. */
export function encodeBlockResults(
  timeMs: bigint,
  transactionIds: readonly Uint8Array[],
  resultBytes: readonly Uint8Array[],
): Uint8Array {
  const writer = new Writer().u64(timeMs).u16(transactionIds.length);
  for (const id of transactionIds) writer.fixed(id, 32);
  writer.u16(resultBytes.length);
  for (const bytes of resultBytes) writer.fixed(bytes, bytes.length);
  return writer.finish();
}

/** height(8) ‖ index(4). */
export function encodePlace(height: bigint, index: number): Uint8Array {
  const place = Buffer.allocUnsafe(12);
  place.writeBigUInt64BE(height, 0);
  place.writeUInt32BE(index, 8);
  return place;
}
