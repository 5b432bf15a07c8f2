/**
 * RLP of what this adapter writes: transactions and headers. Source: Ethereum yellow paper, appendix B.
 */
import { concatBytes } from '../../schemas/hash.ts';

/** A list of encoded items. */
export function encodeList(items: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...items);
  return concatBytes(prefix(body.length, 0xc0), body);
}

/** A byte string. */
export function encodeBytes(value: Uint8Array): Uint8Array {
  const isItself = value.length === 1 && (value[0] ?? 0) < 0x80;
  return isItself ? value : concatBytes(prefix(value.length, 0x80), value);
}

/** An integer, without leading zeros. */
export function encodeInteger(value: bigint): Uint8Array {
  return encodeBytes(bigEndian(value));
}

function prefix(length: number, base: number): Uint8Array {
  if (length < 56) return Uint8Array.of(base + length);
  const size = bigEndian(BigInt(length));
  return concatBytes(Uint8Array.of(base + 55 + size.length), size);
}

/** Without leading zeros; zero is no byte at all. */
function bigEndian(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0);
  const hex = value.toString(16);
  return Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
}
