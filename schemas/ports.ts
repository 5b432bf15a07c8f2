/**
 * Ports behind which native speed lives. The noble implementations are the reference and run on any
 * platform; main-chain/host holds the native ones. One test suite runs both and compares.
 */

/** Hash functions over whole messages. */
export interface HashPort {
  /** Which implementation this is, for the start-up line. */
  readonly name: string;
  /** 32-byte SHA-256 of `data`. */
  sha256(data: Uint8Array): Uint8Array;
  /** SHA-256 of each 64-byte block of `input` into `output`; `output.length` is half of `input.length`. */
  sha256Pairs(input: Uint8Array, output: Uint8Array): void;
  /** 32-byte Keccak-256 of `data`. */
  keccak256(data: Uint8Array): Uint8Array;
}

/** secp256k1 over 32-byte digests with 65-byte signatures r(32) ‖ s(32) ‖ v(0|1), low-s only. */
export interface SignaturePort {
  /** Which implementation this is, for the start-up line. */
  readonly name: string;
  /** The 20-byte address that signed, or undefined where the signature is invalid or not canonical. */
  recoverAddress(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined;
  /** A 65-byte signature (RFC 6979). */
  sign(digest: Uint8Array, secretKey: Uint8Array): Uint8Array;
  /** The 20-byte Ethereum-style address of a 32-byte secret key. */
  addressOf(secretKey: Uint8Array): Uint8Array;
}

/** The key of a committee without some of its members, as compressed G1 points of 48 bytes. */
export interface PartialKey {
  readonly aggregate: Uint8Array;
  readonly absent: readonly Uint8Array[];
}

/** BLS12-381 with keys in G1, as Ethereum's sync committees use it. */
export interface BlsPort {
  /** Which implementation this is, for the start-up line. */
  readonly name: string;
  /**
   * True when `signature` (compressed G2, 96 bytes) is that of `key` over the 32-byte `message`. False
   * where a point is not on the curve, not in the subgroup, not in its one encoding, or infinity, and
   * where the keys cancel each other out.
   */
  verify(key: PartialKey, message: Uint8Array, signature: Uint8Array): boolean;
}
