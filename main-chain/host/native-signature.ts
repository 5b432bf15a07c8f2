/**
 * The native signature port: libsecp256k1 through the `secp256k1` package, keccak through the hash
 * port. Same answers as the noble port, many times faster. docs/protocol.md#signatures
 */
import { createRequire } from 'node:module';
import type { HashPort, SignaturePort } from '../../schemas/ports.ts';
import { isCanonicalSignature } from '../ledger/noble-signature.ts';

type Bindings = Pick<typeof import('secp256k1'), 'ecdsaRecover' | 'ecdsaSign' | 'publicKeyCreate'>;

/**
 * The port, or undefined where the package has no binding for this machine (the package itself would
 * fall back to slow JavaScript without a word).
 */
export function loadNativeSignature(hash: HashPort): SignaturePort | undefined {
  let bindings: Bindings;
  try {
    bindings = createRequire(import.meta.url)('secp256k1/bindings.js') as Bindings;
  } catch {
    return undefined;
  }
  return createNativeSignature(bindings, hash);
}

function createNativeSignature(bindings: Bindings, hash: HashPort): SignaturePort {
  const point = new Uint8Array(65);
  const addressOfPoint = (uncompressed: Uint8Array): Uint8Array =>
    hash.keccak256(uncompressed.subarray(1)).slice(12);
  return {
    name: 'libsecp256k1',
    recoverAddress(digest, signature) {
      if (digest.length !== 32 || !isCanonicalSignature(signature)) return undefined;
      const recovery = signature[64] ?? 0;
      try {
        bindings.ecdsaRecover(signature.subarray(0, 64), recovery, digest, false, point);
        return addressOfPoint(point);
      } catch {
        return undefined;
      }
    },
    sign(digest, secretKey) {
      const { signature, recid } = bindings.ecdsaSign(digest, secretKey);
      const out = new Uint8Array(65);
      out.set(signature);
      out[64] = recid;
      return out;
    },
    addressOf: (secretKey) => addressOfPoint(bindings.publicKeyCreate(secretKey, false)),
  };
}
