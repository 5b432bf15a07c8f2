/**
 * The native BLS port: @chainsafe/blst where its binding is there. Same answers as the noble port, some
 * thirty times as fast. docs/performance.md#ports
 */
import { createRequire } from 'node:module';
import type { BlsPort } from '../../schemas/ports.ts';

type Bindings = Pick<
  typeof import('@chainsafe/blst'),
  'PublicKey' | 'Signature' | 'aggregatePublicKeys' | 'verify'
>;

/** Bit of a compressed point that says which of its two y coordinates is meant. */
const SIGN = 0x20;

/** The port, or undefined where blst has no binding for this machine. */
export function loadNativeBls(): BlsPort | undefined {
  let bindings: Bindings;
  try {
    bindings = createRequire(import.meta.url)('@chainsafe/blst') as Bindings;
  } catch {
    return undefined;
  }
  return createNativeBls(bindings);
}

function createNativeBls({ PublicKey, Signature, aggregatePublicKeys, verify }: Bindings): BlsPort {
  return {
    name: 'blst',
    verify({ aggregate, absent }, message, signature) {
      try {
        const keys = [aggregate, ...absent.map(negate)].map((key) =>
          PublicKey.fromBytes(key, true),
        );
        return verify(
          message,
          aggregatePublicKeys(keys),
          Signature.fromBytes(signature, true, true),
          true,
        );
      } catch {
        // blst says by an exception that a point is not one.
        return false;
      }
    },
  };
}

/** The compressed form of the negative of a point; infinity has none, and is refused either way. */
function negate(point: Uint8Array): Uint8Array {
  const out = point.slice();
  out[0] = (out[0] ?? 0) ^ SIGN;
  return out;
}
