/**
 * The native hash port: whole tree levels by @chainsafe/hashtree, messages by node:crypto, Keccak by
 * hash-wasm. Same answers as the noble port, many times faster. docs/performance.md#ports
 */
import { hash as digest } from 'node:crypto';
import { createRequire } from 'node:module';
import { createKeccak } from 'hash-wasm';
import { nobleHash } from '../../schemas/hash.ts';
import type { HashPort } from '../../schemas/ports.ts';

type Bindings = Pick<typeof import('@chainsafe/hashtree'), 'hashInto'>;

const DIGEST_LENGTH = 32;
const PAIR_LENGTH = 64;

/** The port, or undefined where hashtree has no binding for this machine; `name` says what it is made of. */
export async function loadNativeHash(): Promise<HashPort | undefined> {
  let bindings: Bindings;
  try {
    bindings = createRequire(import.meta.url)('@chainsafe/hashtree') as Bindings;
  } catch {
    return undefined;
  }
  const port = createNativeHash(bindings);
  try {
    const keccak = await createKeccak(256);
    return {
      ...port,
      name: 'hashtree, node:crypto, hash-wasm',
      keccak256: (data) => keccak.init().update(data).digest('binary'),
    };
  } catch {
    return port;
  }
}

/** SHA-256 native, Keccak-256 by noble. */
function createNativeHash({ hashInto }: Bindings): HashPort {
  return {
    name: 'hashtree, node:crypto, noble keccak',
    sha256(data) {
      const out = new Uint8Array(DIGEST_LENGTH);
      if (data.length === PAIR_LENGTH) hashInto(data, out);
      else writeDigest(data, out);
      return out;
    },
    sha256Pairs(input, output) {
      if (input.length > 0) hashInto(input, output);
    },
    keccak256: nobleHash.keccak256,
  };
}

/** A digest as a binary string costs a third of one as a Buffer, which lives outside V8's heap. */
function writeDigest(data: Uint8Array, out: Uint8Array): void {
  const text = digest('sha256', data, 'binary');
  for (let at = 0; at < DIGEST_LENGTH; at++) out[at] = text.charCodeAt(at);
}
