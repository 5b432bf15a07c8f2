/**
 * Values as Ethereum's JSON-RPC writes them: quantities without leading zeros, bytes as even hex. Read
 * strictly, so that two endpoints' answers are equal exactly when they mean the same.
 */
import { adapterError } from '../../errors.ts';

/** A quantity, `0x` and hex without leading zeros. */
export function toQuantity(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** @throws ADAPTER_RPC_VALUE */
export function readQuantity(value: unknown, bits = 256): bigint {
  if (typeof value !== 'string' || !/^0x(?:0|[1-9a-f][0-9a-f]{0,63})$/.test(value)) {
    throw strange('quantity', value);
  }
  const quantity = BigInt(value);
  if (quantity >> BigInt(bits) !== 0n) throw strange('quantity', value);
  return quantity;
}

/** Lower-case hex with 0x, of `length` bytes where one is named. @throws ADAPTER_RPC_VALUE */
export function readHex(value: unknown, length?: number): string {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  const isHex = /^0x(?:[0-9a-f]{2})*$/.test(text);
  if (!isHex || (length !== undefined && text.length !== 2 + 2 * length)) {
    throw strange('hex', value);
  }
  return text;
}

/** The bytes of what readHex gave. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.slice(2), 'hex'));
}

/** @throws ADAPTER_RPC_VALUE */
export function readRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw strange('object', value);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** @throws ADAPTER_RPC_VALUE */
export function readList<T>(value: unknown, read: (item: unknown) => T): readonly T[] {
  if (!Array.isArray(value)) throw strange('list', value);
  return value.map(read);
}

function strange(expected: string, value: unknown): Error {
  const found = (JSON.stringify(value) ?? typeof value).slice(0, 80);
  return adapterError('ADAPTER_RPC_VALUE', { expected, found });
}
