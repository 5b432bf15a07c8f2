/** The store places of state keys, SHA256(key): hot keys are written block after block. */
import { binaryBytes } from '../../../schemas/hash.ts';
import type { HashPort } from '../../../schemas/ports.ts';

/** Paths of one generation. */
const CAPACITY = 100_000;

/** Remembers up to two generations of paths; a pure function's results, never wrong. */
export class PathCache {
  readonly #hash: HashPort;
  #young = new Map<string, Uint8Array>();
  #old = new Map<string, Uint8Array>();

  constructor(hash: HashPort) {
    this.#hash = hash;
  }

  /** SHA256(key), 32 bytes. */
  of(key: string): Uint8Array {
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const path = this.#old.get(key) ?? this.#hash.sha256(binaryBytes(key));
    if (this.#young.size >= CAPACITY) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, path);
    return path;
  }
}
