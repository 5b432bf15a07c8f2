/**
 * The canonical writer: fixed-width big-endian integers, length-prefixed bytes and NFC text, one
 * encoding per value. docs/protocol.md#codec
 */
import { codecError } from './errors.ts';
import { putU64 } from './integer-bytes.ts';

const U64 = 1n << 64n;
const U128 = 1n << 128n;
const encoder = new TextEncoder();

const NOTHING = new Uint8Array(0);
const FIRST_CAPACITY = 4096;
const MAX_SPARE = 1_048_576;
const MAX_SPARES = 4;
/**
 * Working buffers between two uses; their contents mean nothing. An array over 64 bytes lives outside
 * V8's heap and is dear to make (docs/performance.md#arrays).
 */
const spares: Uint8Array[] = [];

/** Appends fields to a growing buffer; `finish` hands the bytes out once. */
export class Writer {
  #buffer: Uint8Array;
  #at = 0;

  constructor() {
    this.#buffer = spares.pop() ?? new Uint8Array(FIRST_CAPACITY);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#at;
  }

  /** @throws CODEC_VALUE when `value` is not an integer below 2^8 */
  u8(value: number): this {
    this.#small(value, 0xff);
    const at = this.#take(1);
    this.#buffer[at] = value;
    return this;
  }

  /** @throws CODEC_VALUE when `value` is not an integer below 2^16 */
  u16(value: number): this {
    this.#small(value, 0xffff);
    return this.#bigEndian(value, 2);
  }

  /** @throws CODEC_VALUE when `value` is not an integer below 2^32 */
  u32(value: number): this {
    this.#small(value, 0xffffffff);
    return this.#bigEndian(value, 4);
  }

  /** @throws CODEC_VALUE when `value` is negative or not below 2^64 */
  u64(value: bigint): this {
    if (value < 0n || value >= U64) throw codecError('CODEC_VALUE', { value, type: 'u64' });
    const at = this.#take(8);
    putU64(this.#buffer, at, value);
    return this;
  }

  /** @throws CODEC_VALUE when `value` is negative or not below 2^128 */
  u128(value: bigint): this {
    if (value < 0n || value >= U128) throw codecError('CODEC_VALUE', { value, type: 'u128' });
    const at = this.#take(16);
    putU64(this.#buffer, at, value >> 64n);
    putU64(this.#buffer, at + 8, value);
    return this;
  }

  /** Bytes of a length the layout fixes. @throws CODEC_BOUND */
  fixed(bytes: Uint8Array, length: number): this {
    if (bytes.length !== length)
      throw codecError('CODEC_BOUND', { length: bytes.length, expected: length });
    const at = this.#take(length);
    this.#buffer.set(bytes, at);
    return this;
  }

  /** Length (u16 when `max` ≤ 65,535, else u32), then the bytes. @throws CODEC_BOUND */
  bytes(bytes: Uint8Array, max: number): this {
    if (bytes.length > max) throw codecError('CODEC_BOUND', { length: bytes.length, max });
    if (max <= 0xffff) this.u16(bytes.length);
    else this.u32(bytes.length);
    return this.fixed(bytes, bytes.length);
  }

  /** UTF-8 bytes of NFC text, `max` counted in bytes. @throws CODEC_TEXT CODEC_BOUND */
  text(text: string, max: number): this {
    if (isAscii(text)) return this.#ascii(text, max);
    if (text.normalize('NFC') !== text || /\p{Surrogate}/u.test(text))
      throw codecError('CODEC_TEXT');
    return this.bytes(encoder.encode(text), max);
  }

  /** The bytes written; the writer is empty and of no use afterwards. */
  finish(): Uint8Array {
    const bytes = this.#buffer.slice(0, this.#at);
    const { length } = this.#buffer;
    if (length > 0 && length <= MAX_SPARE && spares.length < MAX_SPARES) spares.push(this.#buffer);
    this.#buffer = NOTHING;
    this.#at = 0;
    return bytes;
  }

  /** ASCII is its own UTF-8 and always NFC: nearly every text of the protocol, at a tenth of the cost. */
  #ascii(text: string, max: number): this {
    const { length } = text;
    if (length > max) throw codecError('CODEC_BOUND', { length, max });
    if (max <= 0xffff) this.u16(length);
    else this.u32(length);
    const at = this.#take(length);
    for (let index = 0; index < length; index++) this.#buffer[at + index] = text.charCodeAt(index);
    return this;
  }

  #small(value: number, max: number): void {
    if (!Number.isInteger(value) || value < 0 || value > max) {
      throw codecError('CODEC_VALUE', { value, max });
    }
  }

  #bigEndian(value: number, length: number): this {
    const at = this.#take(length);
    for (let index = 0; index < length; index++) {
      this.#buffer[at + index] = value >>> (8 * (length - 1 - index));
    }
    return this;
  }

  #take(length: number): number {
    const at = this.#at;
    const end = at + length;
    if (end > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(end, this.#buffer.length * 2));
      grown.set(this.#buffer);
      this.#buffer = grown;
    }
    this.#at = end;
    return at;
  }
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false;
  return true;
}
