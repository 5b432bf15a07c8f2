/**
 * Big-endian 64-bit integers in byte arrays. One fixed scratch word serves every conversion: a view per
 * reader and writer would force each small array off the heap, which costs more than all the rest.
 * docs/protocol.md#codec
 */

const WORD = new DataView(new ArrayBuffer(8));
const WORD_BYTES = new Uint8Array(WORD.buffer);

/** Writes the low 64 bits of `value` at `at`. */
export function putU64(target: Uint8Array, at: number, value: bigint): void {
  WORD.setBigUint64(0, value);
  for (let index = 0; index < 8; index++) target[at + index] = WORD_BYTES[index] as number;
}

/** The 64-bit integer at `at`; the caller makes sure that eight bytes are there. */
export function getU64(source: Uint8Array, at: number): bigint {
  for (let index = 0; index < 8; index++) WORD_BYTES[index] = source[at + index] as number;
  return WORD.getBigUint64(0);
}
