/**
 * The strict reader, twin of the writer: total over all inputs, bounded (a hostile length never
 * allocates), one encoding per value, nothing left over. docs/protocol.md#codec
 */
import { binaryString } from '../hash.ts';
import { codecError } from './errors.ts';
import { getU64 } from './integer-bytes.ts';

const ON_HEAP = 64;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads fields in order; every method throws CODEC_TRUNCATED when the bytes end too early. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #label: string;
  #at = 0;

  constructor(bytes: Uint8Array, label: string) {
    this.#bytes = bytes;
    this.#label = label;
  }

  u8(field: string): number {
    return this.#bytes[this.#take(1, field)] as number;
  }

  u16(field: string): number {
    return this.#bigEndian(2, field);
  }

  u32(field: string): number {
    return this.#bigEndian(4, field);
  }

  u64(field: string): bigint {
    return getU64(this.#bytes, this.#take(8, field));
  }

  u128(field: string): bigint {
    const at = this.#take(16, field);
    const high = getU64(this.#bytes, at);
    const low = getU64(this.#bytes, at + 8);
    return high === 0n ? low : (high << 64n) | low;
  }

  /**
   * The next `length` bytes: a copy up to 64 of them, beyond that a view of the input, which nobody
   * may change (an array over 64 bytes lives outside V8's heap and costs some 30 times as much).
   */
  fixed(length: number, field: string): Uint8Array {
    const at = this.#take(length, field);
    return length > ON_HEAP
      ? this.#bytes.subarray(at, at + length)
      : this.#bytes.slice(at, at + length);
  }

  /** Passes over `length` bytes. */
  skip(length: number, field: string): void {
    this.#take(length, field);
  }

  /** Length-prefixed bytes of at most `max`. @throws CODEC_BOUND */
  bytes(max: number, field: string): Uint8Array {
    return this.fixed(this.#length(max, field), field);
  }

  /** Length-prefixed canonical NFC text of at most `max` bytes. @throws CODEC_TEXT CODEC_BOUND */
  text(max: number, field: string): string {
    const length = this.#length(max, field);
    const at = this.#take(length, field);
    if (isAscii(this.#bytes, at, at + length)) return binaryString(this.#bytes, at, at + length);
    try {
      const text = decoder.decode(this.#bytes.subarray(at, at + length));
      if (text.normalize('NFC') === text) return text;
    } catch (cause) {
      throw codecError('CODEC_TEXT', { label: this.#label, field }, cause);
    }
    throw codecError('CODEC_TEXT', { label: this.#label, field });
  }

  /** A u16 count of at most `max`. @throws CODEC_BOUND */
  count(max: number, field: string): number {
    const count = this.u16(field);
    if (count > max) throw codecError('CODEC_BOUND', { label: this.#label, field, count, max });
    return count;
  }

  /** @throws CODEC_TRAILING when bytes are left */
  end(): void {
    const left = this.#bytes.length - this.#at;
    if (left !== 0) throw codecError('CODEC_TRAILING', { label: this.#label, left });
  }

  #length(max: number, field: string): number {
    const length = max <= 0xffff ? this.u16(field) : this.u32(field);
    if (length > max) throw codecError('CODEC_BOUND', { label: this.#label, field, length, max });
    return length;
  }

  #bigEndian(length: number, field: string): number {
    const at = this.#take(length, field);
    let value = 0;
    for (let index = 0; index < length; index++) {
      value = value * 256 + (this.#bytes[at + index] as number);
    }
    return value;
  }

  #take(length: number, field: string): number {
    const at = this.#at;
    if (length > this.#bytes.length - at) {
      throw codecError('CODEC_TRUNCATED', { label: this.#label, field });
    }
    this.#at = at + length;
    return at;
  }
}

/** Bytes below 128 are canonical text as they stand, and nearly every text of the protocol. */
function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if ((bytes[at] as number) > 0x7f) return false;
  return true;
}
