/** Parsers of command-line arguments; each refusal is a sentence of commander's, exit code 2. */
import { InvalidArgumentError } from 'commander';
import { parseHex } from '../../schemas/codec/hex.ts';
import { isTielineError } from '../../schemas/errors.ts';
import { parseResourceId } from '../../schemas/ids.ts';

/** 0 to 65535. */
export function parsePort(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 65_536;
  if (port > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

/** A whole number above zero. */
export function parseCount(text: string): bigint {
  if (!/^[1-9][0-9]{0,38}$/.test(text))
    throw new InvalidArgumentError('This is a whole number above zero.');
  return BigInt(text);
}

/** 64 hex digits. */
export function parseDigest(text: string): Uint8Array {
  return refusing('An anchor is 64 lower-case hex digits.', () => parseHex(text, 32));
}

/** 64 hex digits. */
export function parseResource(text: string): Uint8Array {
  return refusing('A resource id is 64 lower-case hex digits.', () => parseResourceId(text));
}

function refusing<T>(sentence: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (isTielineError(error)) throw new InvalidArgumentError(sentence);
    throw error;
  }
}
