/**
 * The chain state as every pure rule sees it: a synchronous map of binary-string keys to bytes.
 * docs/protocol.md#state-keys
 */

import { type Codec, decode, encode } from '../../schemas/codec/codec.ts';
import { Reader } from '../../schemas/codec/reader.ts';
import { Writer } from '../../schemas/codec/writer.ts';

/** Values are never empty; absence is `undefined`. */
export interface State {
  get(key: string): Uint8Array | undefined;
  set(key: string, value: Uint8Array): void;
  delete(key: string): void;
}

/** A state that takes back what a refused piece of work changed. */
export interface Attemptable extends State {
  /** Runs `work`; when it throws, all it changed is as it was. May be nested. */
  attempt(work: () => void): void;
}

/** The decoded record under `key`, or undefined. */
export function readRecord<T>(
  state: Pick<State, 'get'>,
  key: string,
  codec: Codec<T>,
): T | undefined {
  const bytes = state.get(key);
  return bytes === undefined ? undefined : decode(codec, bytes, 'state');
}

/** Stores a record under `key`. */
export function writeRecord<T>(state: State, key: string, codec: Codec<T>, value: T): void {
  state.set(key, encode(codec, value));
}

/** The u64 under `key`, zero where absent. */
export function readU64(state: State, key: string): bigint {
  const bytes = state.get(key);
  return bytes === undefined ? 0n : new Reader(bytes, 'state').u64('value');
}

/** Stores a u64. */
export function writeU64(state: State, key: string, value: bigint): void {
  state.set(key, new Writer().u64(value).finish());
}

/** The quantity (u128) under `key`, zero where absent. */
export function readQuantity(state: State, key: string): bigint {
  const bytes = state.get(key);
  return bytes === undefined ? 0n : new Reader(bytes, 'state').u128('value');
}

/** Stores a quantity; zero deletes the key. */
export function writeQuantity(state: State, key: string, value: bigint): void {
  if (value === 0n) state.delete(key);
  else state.set(key, new Writer().u128(value).finish());
}
