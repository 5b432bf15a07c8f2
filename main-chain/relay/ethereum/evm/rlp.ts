/**
 * Strict RLP (Ethereum yellow paper, appendix B): one encoding per value, nothing left over, bounded
 * depth, so that `encodeRlp(decodeRlp(bytes))` is `bytes` again. docs/protocol.md#ethereum-rlp
 */
import { concatBytes } from '../../../../schemas/hash.ts';
import { ethereumError } from '../errors.ts';

/** Bytes, or a list of items. */
export type RlpItem = Uint8Array | readonly RlpItem[];

/** Trie nodes nest at most a few embedded nodes, headers one list. */
const MAX_DEPTH = 8;
const SHORT = 55;
/** Longest length of a length: 2^24 bytes are more than any input here. */
const MAX_LENGTH_BYTES = 3;

/** The one item `bytes` hold; byte strings are views of them. @throws RLP_MALFORMED RLP_NOT_CANONICAL RLP_TRAILING RLP_BOUND */
export function decodeRlp(bytes: Uint8Array): RlpItem {
  const { item, end } = readItem(bytes, 0, bytes.length, 0);
  if (end !== bytes.length) throw ethereumError('RLP_TRAILING', { left: bytes.length - end });
  return item;
}

interface Read {
  readonly item: RlpItem;
  readonly end: number;
}

function readItem(bytes: Uint8Array, at: number, limit: number, depth: number): Read {
  const first = bytes[at];
  if (first === undefined || at >= limit) throw ethereumError('RLP_MALFORMED', { at });
  if (first < 0x80) return { item: bytes.subarray(at, at + 1), end: at + 1 };
  const isList = first >= 0xc0;
  const { start, end } = readSpan(bytes, at, limit, first - (isList ? 0xc0 : 0x80));
  if (isList) return { item: readList(bytes, start, end, depth + 1), end };
  if (end - start === 1 && (bytes[start] ?? 0) < 0x80) {
    throw ethereumError('RLP_NOT_CANONICAL', { at });
  }
  return { item: bytes.subarray(start, end), end };
}

function readList(bytes: Uint8Array, start: number, end: number, depth: number): RlpItem[] {
  if (depth > MAX_DEPTH) throw ethereumError('RLP_BOUND', { depth, max: MAX_DEPTH });
  const items: RlpItem[] = [];
  for (let at = start; at < end; ) {
    const read = readItem(bytes, at, end, depth);
    items.push(read.item);
    at = read.end;
  }
  return items;
}

/** Where the payload of an item begins and ends; `code` is its first byte above 0x80 or 0xc0. */
function readSpan(
  bytes: Uint8Array,
  at: number,
  limit: number,
  code: number,
): { readonly start: number; readonly end: number } {
  let start = at + 1;
  let length = code;
  if (code > SHORT) {
    const size = code - SHORT;
    if (bytes[start] === 0) throw ethereumError('RLP_NOT_CANONICAL', { at });
    if (size > MAX_LENGTH_BYTES) throw ethereumError('RLP_BOUND', { at, size });
    length = 0;
    for (let index = 0; index < size; index++) length = length * 256 + (bytes[start + index] ?? 0);
    start += size;
    if (length <= SHORT && start <= limit) throw ethereumError('RLP_NOT_CANONICAL', { at });
  }
  if (start + length > limit) throw ethereumError('RLP_MALFORMED', { at });
  return { start, end: start + length };
}

/** The canonical bytes of an item. */
export function encodeRlp(item: RlpItem): Uint8Array {
  if (!(item instanceof Uint8Array)) {
    const payload = concatBytes(...item.map(encodeRlp));
    return concatBytes(prefix(payload.length, 0xc0), payload);
  }
  const first = item[0];
  if (item.length === 1 && first !== undefined && first < 0x80) return item;
  return concatBytes(prefix(item.length, 0x80), item);
}

function prefix(length: number, offset: number): Uint8Array {
  if (length <= SHORT) return Uint8Array.of(offset + length);
  const size = encodeRlpInteger(BigInt(length));
  return concatBytes(Uint8Array.of(offset + SHORT + size.length), size);
}

/** The bytes RLP holds for an integer: big-endian, no leading zero, zero is empty. */
export function encodeRlpInteger(value: bigint): Uint8Array {
  const out: number[] = [];
  for (let rest = value; rest > 0n; rest >>= 8n) out.unshift(Number(rest & 0xffn));
  return Uint8Array.from(out);
}

/** A list, of exactly `count` items where given. @throws RLP_TYPE RLP_COUNT */
export function rlpList(item: RlpItem | undefined, count?: number): readonly RlpItem[] {
  if (item === undefined || item instanceof Uint8Array) throw ethereumError('RLP_TYPE');
  if (count !== undefined && item.length !== count) {
    throw ethereumError('RLP_COUNT', { count: item.length, expected: count });
  }
  return item;
}

/** Bytes, of exactly `length` where given. @throws RLP_TYPE RLP_LENGTH */
export function rlpBytes(item: RlpItem | undefined, length?: number): Uint8Array {
  if (!(item instanceof Uint8Array)) throw ethereumError('RLP_TYPE');
  if (length !== undefined && item.length !== length) {
    throw ethereumError('RLP_LENGTH', { length: item.length, expected: length });
  }
  return item;
}

/** An integer of at most `max` bytes. @throws RLP_TYPE RLP_LENGTH */
export function rlpInteger(item: RlpItem | undefined, max: number): bigint {
  const bytes = rlpBytes(item);
  if (bytes.length > max || bytes[0] === 0) {
    throw ethereumError('RLP_LENGTH', { length: bytes.length, max });
  }
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}
