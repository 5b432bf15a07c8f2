/** Strict lower-case hex at the borders of the system (API, CLI, files). */
import { codecError } from './errors.ts';

/** Bytes of lower-case hex text without prefix. @throws CODEC_HEX on other characters or another length */
export function parseHex(text: string, length?: number): Uint8Array {
  const valid = /^(?:[0-9a-f]{2})*$/.test(text);
  if (!valid || (length !== undefined && text.length !== length * 2)) {
    throw codecError('CODEC_HEX', {
      characters: text.length,
      ...(length === undefined ? {} : { expected: length * 2 }),
    });
  }
  const out = new Uint8Array(text.length / 2);
  for (let at = 0; at < out.length; at++)
    out[at] = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16);
  return out;
}
