/**
 * The reference signature port: secp256k1 on @noble/curves, and the one rule of what a canonical
 * signature is. docs/protocol.md#signatures
 */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, nobleHash } from '../../schemas/hash.ts';
import type { SignaturePort } from '../../schemas/ports.ts';

const SIGNATURE = 65;

/** Half the group order, big-endian (SEC 2, secp256k1): the largest low s. */
const HALF_ORDER = Uint8Array.from([
  0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
]);

/**
 * True for 65 bytes r ‖ s ‖ v with v 0 or 1, r and s not zero, and s at most half the order. Whether r
 * is below the order is left to the curve library.
 */
export function isCanonicalSignature(signature: Uint8Array): boolean {
  const recovery = signature[64];
  if (signature.length !== SIGNATURE || recovery === undefined || recovery > 1) return false;
  return isLow(signature) && !isZero(signature, 0) && !isZero(signature, 32);
}

function isLow(signature: Uint8Array): boolean {
  for (let at = 0; at < 32; at++) {
    const difference = (signature[32 + at] ?? 0) - (HALF_ORDER[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

function isZero(signature: Uint8Array, from: number): boolean {
  for (let at = from; at < from + 32; at++) if (signature[at] !== 0) return false;
  return true;
}

/** SignaturePort on @noble/curves: the reference every native port is compared with. */
export const nobleSignature: SignaturePort = {
  name: 'noble',
  recoverAddress(digest, signature) {
    if (digest.length !== 32 || !isCanonicalSignature(signature)) return undefined;
    const recovered = concatBytes(signature.subarray(64), signature.subarray(0, 64));
    try {
      return publicKeyAddress(secp256k1.recoverPublicKey(recovered, digest, { prehash: false }));
    } catch {
      return undefined;
    }
  },
  sign(digest, secretKey) {
    const options = { prehash: false, format: 'recovered', lowS: true } as const;
    const signature = secp256k1.sign(digest, secretKey, options);
    return concatBytes(signature.subarray(1), signature.subarray(0, 1));
  },
  addressOf: (secretKey) => publicKeyAddress(secp256k1.getPublicKey(secretKey, false)),
};

/** Last 20 bytes of the keccak of the uncompressed point. */
function publicKeyAddress(publicKey: Uint8Array): Uint8Array {
  const point = secp256k1.Point.fromBytes(publicKey).toBytes(false);
  return nobleHash.keccak256(point.subarray(1)).slice(12);
}
