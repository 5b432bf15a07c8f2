/**
 * Keys of the node's store: one letter for the area, then what sorts and finds its records.
 * docs/architecture.md#store-layout
 */
import { binaryBytes, concatBytes } from '../../../schemas/hash.ts';

/** One letter an area: what follows it is given beside. */
export const AREA = {
  /** SHA256(state key)(32) → state leaf */
  state: 0x73,
  /** height(8) → header */
  header: 0x68,
  /** height(8) → transactions, only of blocks that have some */
  transactions: 0x62,
  /** height(8) → time, ids and results, only of blocks that have transactions */
  results: 0x72,
  /** height(8) → outbox items in order, only of blocks that send */
  outbox: 0x6f,
  /** client 0x00 height(8) → what that block sends to the client */
  dispatch: 0x70,
  /** height(8) → certificate */
  certificate: 0x63,
  /** height(8) of an announced set change → its certificate, as the chain holds it */
  setChange: 0x76,
  /** nothing → height(8) of the oldest block that is kept, where older ones have gone */
  kept: 0x6b,
  /** transaction id(32) → height(8) ‖ index(4) */
  transaction: 0x74,
} as const;

export type AreaName = keyof typeof AREA;
export type Area = (typeof AREA)[AreaName];

const LAST_HEIGHT = (1n << 64n) - 1n;

/** area(1) ‖ id */
export function recordKey(area: Area, id: Uint8Array): Uint8Array {
  // Buffers come from a pool: a tenth of the cost of an array of its own, for every record written.
  const key = Buffer.allocUnsafe(1 + id.length);
  key[0] = area;
  key.set(id, 1);
  return key;
}

/** area(1) ‖ height(8) */
export function heightKey(area: Area, height: bigint): Uint8Array {
  const key = Buffer.allocUnsafe(9);
  key[0] = area;
  key.writeBigUInt64BE(height, 1);
  return key;
}

/** area(1) ‖ client ‖ 0x00 ‖ height(8) */
export function dispatchKey(client: string, height: bigint): Uint8Array {
  const { dispatch } = AREA;
  return concatBytes(
    recordKey(dispatch, binaryBytes(client)),
    Uint8Array.of(0),
    heightKey(dispatch, height).subarray(1),
  );
}

/** The height at the end of a key. */
export function heightOfKey(key: Uint8Array): bigint {
  return new DataView(key.buffer, key.byteOffset + key.length - 8).getBigUint64(0);
}

/** Every record of an area by height, from `from` up to and with `to`. */
export function heightRange(
  area: Area,
  from: bigint,
  to: bigint = LAST_HEIGHT - 1n,
): { from: Uint8Array; to: Uint8Array } {
  return { from: heightKey(area, from), to: heightKey(area, to + 1n) };
}

/** What blocks send to one client, from height `from` up to and with `to`. */
export function dispatchRange(
  client: string,
  from: bigint,
  to: bigint,
): { from: Uint8Array; to: Uint8Array } {
  return { from: dispatchKey(client, from), to: dispatchKey(client, to + 1n) };
}

/** Every record of an area. */
export function areaRange(area: Area): { from: Uint8Array; to: Uint8Array } {
  return { from: Uint8Array.of(area), to: Uint8Array.of(area + 1) };
}
