/**
 * The reference hash port (@noble/hashes), domain tags and byte helpers every layer uses.
 * docs/protocol.md#hashing
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { codecError } from './codec/errors.ts';
import type { HashPort } from './ports.ts';

/** HashPort on @noble/hashes: the reference every native port is compared with. */
export const nobleHash: HashPort = {
  name: 'noble',
  sha256: (data) => sha256(data),
  sha256Pairs(input, output) {
    for (let at = 0; at < input.length; at += 64) {
      output.set(sha256(input.subarray(at, at + 64)), at / 2);
    }
  },
  keccak256: (data) => keccak_256(data),
};

const TAG_LENGTH = 16;

/** A domain tag: up to 16 ASCII characters, zero-padded to 16 bytes. @throws CODEC_BOUND when longer (cutting would merge domains) */
export function domainTag(text: string): Uint8Array {
  if (text.length > TAG_LENGTH) {
    throw codecError('CODEC_BOUND', { length: text.length, max: TAG_LENGTH });
  }
  const tag = new Uint8Array(TAG_LENGTH);
  for (let at = 0; at < text.length; at++) tag[at] = text.charCodeAt(at);
  return tag;
}

/** The byte strings one after another; callers make sure each part has a fixed length or a length before it. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const preimage = new Uint8Array(4096);

/** SHA-256 of the byte strings one after another; short ones without an array of their own. */
export function sha256Of(hash: HashPort, ...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > preimage.length) return hash.sha256(concatBytes(...parts));
  let at = 0;
  for (const part of parts) {
    preimage.set(part, at);
    at += part.length;
  }
  return hash.sha256(preimage.subarray(0, length));
}

/** True when both hold the same bytes (public data only: not constant time). */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false;
  return true;
}

/** Lexicographic order of two byte strings: negative, zero or positive. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex without prefix. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte] ?? '';
  return text;
}

/** Bytes of an ASCII or binary string, one per character. */
export function binaryBytes(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) out[at] = text.charCodeAt(at);
  return out;
}

/** The binary string of bytes `from` to `to`, one character per byte: the form chain-state keys have. */
export function binaryString(bytes: Uint8Array, from = 0, to: number = bytes.length): string {
  let text = '';
  let at = from;
  // Eight at a time: ten times as fast as spreading, and keys are made for every state access.
  for (; at + 8 <= to; at += 8) {
    text += String.fromCharCode(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
      bytes[at + 4] as number,
      bytes[at + 5] as number,
      bytes[at + 6] as number,
      bytes[at + 7] as number,
    );
  }
  for (; at < to; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}

/** 32 zero bytes: the empty child, and what never proves anything. */
export const ZERO_HASH: Uint8Array = new Uint8Array(32);
