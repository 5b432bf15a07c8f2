/* Accounts and draws of a run, all from its seed: the same seed asks for the same transfers in the same order. */
import { Writer } from '../../../schemas/codec/writer.ts';
import { binaryBytes, concatBytes } from '../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../schemas/ports.ts';

/** A key, its address, and the next nonce it has not used. */
export interface Account {
  readonly secretKey: Uint8Array;
  readonly address: Uint8Array;
  nonce: bigint;
}

export interface AccountPorts {
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
}

/** Account `index` of a `role`. */
export function seededAccount(
  seed: number,
  role: string,
  index: number,
  { hash, signatures }: AccountPorts,
): Account {
  const numbers = new Writer().u32(seed).u32(index).finish();
  const secretKey = hash.sha256(concatBytes(binaryBytes(`bench/${role}/`), numbers));
  return { secretKey, address: signatures.addressOf(secretKey), nonce: 0n };
}

/** The next whole number below `bound`. */
export type Draw = (bound: number) => number;

/** Draws from a seed (mulberry32): even enough for loads, never for secrets. */
export function createDraw(seed: number): Draw {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** The items in an order drawn from `draw` (Fisher-Yates). */
export function shuffle<T>(items: readonly T[], draw: Draw): T[] {
  const out = [...items];
  for (let at = out.length - 1; at > 0; at--) {
    const other = draw(at + 1);
    const [here, there] = [out[at], out[other]];
    if (here === undefined || there === undefined) continue;
    out[at] = there;
    out[other] = here;
  }
  return out;
}
