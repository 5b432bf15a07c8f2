/**
 * The canonical writer: fixed-width big-endian integers, length-prefixed bytes and NFC text, one
 * encoding per value. docs/protocol.md#codec
 */
import { codecError } from './errors.ts';

const U64 = 1n << 64n;
const U128 = 1n << 128n;
const LOW64 = U64 - 1n;
const encoder = new TextEncoder();

/** Appends fields to a growing buffer; `finish` hands the bytes out once. */
export class Writer {
  #buffer: Uint8Array;
  #view: DataView;
  #at = 0;

  constructor(capacity = 256) {
    this.#buffer = new Uint8Array(capacity);
    this.#view = new DataView(this.#buffer.buffer);
  }

  /** @throws CODEC_VALUE when `value` is not an integer below 2^8 */
  u8(value: number): this {
    this.#small(value, 0xff);
    const at = this.#take(1);
    this.#view.setUint8(at, value);
    return this;
  }

  /** @throws CODEC_VALUE when `value` is not an integer below 2^16 */
  u16(value: number): this {
    this.#small(value, 0xffff);
    const at = this.#take(2);
    this.#view.setUint16(at, value);
    return this;
  }

  /** @throws CODEC_VALUE when `value` is not an integer below 2^32 */
  u32(value: number): this {
    this.#small(value, 0xffffffff);
    const at = this.#take(4);
    this.#view.setUint32(at, value);
    return this;
  }

  /** @throws CODEC_VALUE when `value` is negative or not below 2^64 */
  u64(value: bigint): this {
    if (value < 0n || value >= U64) throw codecError('CODEC_VALUE', { value, type: 'u64' });
    const at = this.#take(8);
    this.#view.setBigUint64(at, value);
    return this;
  }

  /** @throws CODEC_VALUE when `value` is negative or not below 2^128 */
  u128(value: bigint): this {
    if (value < 0n || value >= U128) throw codecError('CODEC_VALUE', { value, type: 'u128' });
    const at = this.#take(16);
    this.#view.setBigUint64(at, value >> 64n);
    this.#view.setBigUint64(at + 8, value & LOW64);
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
    if (text.normalize('NFC') !== text || /\p{Surrogate}/u.test(text))
      throw codecError('CODEC_TEXT');
    return this.bytes(encoder.encode(text), max);
  }

  /** The bytes written. */
  finish(): Uint8Array {
    return this.#buffer.slice(0, this.#at);
  }

  #small(value: number, max: number): void {
    if (!Number.isInteger(value) || value < 0 || value > max) {
      throw codecError('CODEC_VALUE', { value, max });
    }
  }

  #take(length: number): number {
    const at = this.#at;
    const end = at + length;
    if (end > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(end, this.#buffer.length * 2));
      grown.set(this.#buffer);
      this.#buffer = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#at = end;
    return at;
  }
}
