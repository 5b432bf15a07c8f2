/**
 * Attribute values and their one canonical encoding: a type byte, then the payload of the strict
 * codec. Integers are signed 128-bit in two's complement. docs/protocol.md#attribute-values
 */
import {
  bytes,
  type Codec,
  type Decoded,
  decode,
  encode,
  fixed,
  flag,
  list,
  struct,
  text,
  u64,
  u128,
  variant,
} from '../codec/codec.ts';
import { codecError } from '../codec/errors.ts';
import type { UnixSeconds } from '../units.ts';

/** Longest text or byte value of an attribute, in bytes. */
export const MAX_ATTRIBUTE_BYTES = 1024;
/** Longest text in a list of texts, in bytes. */
export const MAX_ITEM_BYTES = 128;
/** Most items of a list: a curve has 96, a list of blanks may have more. */
export const MAX_ATTRIBUTE_ITEMS = 256;

const I128_MIN = -(1n << 127n);
const I128_MAX = (1n << 127n) - 1n;

/** A signed 128-bit integer as 16 bytes of two's complement, big-endian. */
export const i128: Codec<bigint> = {
  write(writer, value) {
    if (value < I128_MIN || value > I128_MAX) throw codecError('CODEC_VALUE', { type: 'i128' });
    u128.write(writer, BigInt.asUintN(128, value));
  },
  read: (reader, field) => BigInt.asIntN(128, u128.read(reader, field)),
};

/** Seconds since the epoch as a u64. */
export const unixSecondsCodec: Codec<UnixSeconds> = {
  write: (writer, value) => u64.write(writer, value),
  read: (reader, field) => u64.read(reader, field) as UnixSeconds,
};

/** type(1) ‖ payload: the values an attribute can have. */
export const attributeValueCodec = variant({
  text: [1, struct({ value: text(MAX_ATTRIBUTE_BYTES) })],
  integer: [2, struct({ value: i128 })],
  boolean: [3, struct({ value: flag })],
  bytes: [4, struct({ value: bytes(MAX_ATTRIBUTE_BYTES) })],
  time: [5, struct({ value: unixSecondsCodec })],
  integers: [6, struct({ value: list(i128, MAX_ATTRIBUTE_ITEMS) })],
  texts: [7, struct({ value: list(text(MAX_ITEM_BYTES), MAX_ATTRIBUTE_ITEMS) })],
});

/** One typed value; `type` names the type. */
export type AttributeValue = Decoded<typeof attributeValueCodec>;
/** The names of the value types. */
export type AttributeType = AttributeValue['type'];

/** A named value of a resource's static or dynamic group. */
export interface Attribute {
  readonly name: string;
  readonly value: AttributeValue;
}

/** Bytes of a salt. */
export const SALT_LENGTH = 16;

const saltedCodec = struct({ salt: fixed(SALT_LENGTH), value: attributeValueCodec });

/** The canonical bytes of a value. @throws CODEC_BOUND CODEC_TEXT CODEC_VALUE */
export function encodeAttributeValue(value: AttributeValue): Uint8Array {
  return encode(attributeValueCodec, value);
}

/** The value of canonical bytes. @throws CODEC_* */
export function decodeAttributeValue(encoded: Uint8Array): AttributeValue {
  return decode(attributeValueCodec, encoded, 'attribute value');
}

/** salt(16) ‖ canonical value: what stands in the attribute tree. @throws CODEC_* */
export function encodeSaltedValue(salt: Uint8Array, value: AttributeValue): Uint8Array {
  return encode(saltedCodec, { salt, value });
}
