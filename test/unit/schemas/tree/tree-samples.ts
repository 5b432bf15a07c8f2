/** Keys, crafted paths and hashes the tree tests share. */
import { binaryBytes, concatBytes, nobleHash } from '../../../../schemas/hash.ts';
import type { HashPort } from '../../../../schemas/ports.ts';
import type { SparseClaim } from '../../../../schemas/tree/sparse-hash.ts';
import type { SparseEntry } from '../../../../schemas/tree/sparse-tree.ts';

/** Bytes of an ASCII text. */
export const ascii = binaryBytes;

/** SHA-256 in which a 32-byte message is its own digest, so that a key can be put at any path. */
export const craftedHash: HashPort = {
  ...nobleHash,
  name: 'crafted paths',
  sha256: (data) => (data.length === 32 ? data.slice() : nobleHash.sha256(data)),
};

/** A hash port that counts its calls. */
export function countingHash(): HashPort & { calls: number } {
  const port = {
    name: 'counting',
    calls: 0,
    sha256(data: Uint8Array) {
      port.calls += 1;
      return nobleHash.sha256(data);
    },
    sha256Pairs(input: Uint8Array, output: Uint8Array) {
      port.calls += 1;
      nobleHash.sha256Pairs(input, output);
    },
    keccak256: nobleHash.keccak256,
  };
  return port;
}

/** A 32-byte key whose path, under `craftedHash`, starts with these bits; the rest are zeros. */
export function keyAt(bits: string): Uint8Array {
  const key = new Uint8Array(32);
  for (const [at, bit] of [...bits].entries()) {
    if (bit === '1') key[at >> 3] = (key[at >> 3] ?? 0) | (128 >> (at & 7));
  }
  return key;
}

/** Entries `prefix-0 …` with values `value of prefix-0 …`. */
export function entriesOf(count: number, prefix = 'meter'): SparseEntry[] {
  return Array.from({ length: count }, (_, at) => ({
    key: ascii(`${prefix}-${at}`),
    value: ascii(`value of ${prefix}-${at}`),
  }));
}

/** What is true of `keys` where the tree holds `entries`. */
export function claimsOf(
  entries: readonly SparseEntry[],
  keys: readonly Uint8Array[],
): SparseClaim[] {
  const values = new Map(entries.map(({ key, value }) => [key.join(), value]));
  return keys.map((key) => ({ key, value: values.get(key.join()) }));
}

/** Joins opcodes and byte strings to a proof. */
export function proofOf(...parts: readonly (number | Uint8Array)[]): Uint8Array {
  return concatBytes(
    ...parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part)),
  );
}
