/**
 * A certificate as the Ethereum contracts read it: members in set order, a signer without his address,
 * because his signature gives it. docs/protocol.md#ethereum-certificate
 */
import { Writer } from '../codec/writer.ts';
import { concatBytes, equalBytes } from '../hash.ts';
import type { Certificate } from '../wire/checkpoint.ts';
import { PLACE_FLAG } from './place.ts';

/** The sets a client has, as far as a certificate must repeat them; left out when no change is pending. */
export interface PendingSets {
  readonly current: Uint8Array;
  readonly next: Uint8Array;
}

/** Flags of the place, and the bytes of the argument. */
export interface CertificateCall {
  readonly flags: number;
  readonly certificate: Uint8Array;
}

const SIGNED = 1n << 63n;

/** [current(32) ‖ next(32) of a pending change] ‖ [next set where it changes](32) ‖ members. */
export function encodeCertificateCall(
  certificate: Certificate,
  pending?: PendingSets,
): CertificateCall {
  const { validatorSetHash, nextValidatorSetHash } = certificate.checkpoint;
  const parts: Uint8Array[] = [];
  let flags = 0;
  if (pending !== undefined) {
    flags |= PLACE_FLAG.follows;
    if (equalBytes(validatorSetHash, pending.current)) flags |= PLACE_FLAG.byCurrent;
    parts.push(pending.current, pending.next);
  }
  if (!equalBytes(validatorSetHash, nextValidatorSetHash)) {
    flags |= PLACE_FLAG.announces;
    parts.push(nextValidatorSetHash);
  }
  return { flags, certificate: concatBytes(...parts, encodeMembers(certificate)) };
}

/** A member that signed: (2^63 + power)(8) ‖ r(32) ‖ vs(32) of EIP-2098; one that did not: power(8) ‖ address(20). */
export function encodeMembers({ validators, signatures }: Certificate): Uint8Array {
  const signed = new Map(signatures.map(({ index, signature }) => [index, signature]));
  const writer = new Writer();
  for (const [index, { address, power }] of validators.entries()) {
    const signature = signed.get(index);
    if (signature === undefined) writer.u64(power).fixed(address, 20);
    else writer.u64(SIGNED | power).fixed(compactSignature(signature), 64);
  }
  return writer.finish();
}

/** r(32) ‖ vs(32): the parity of v in the top bit of s, which a low s leaves free (EIP-2098). */
function compactSignature(signature: Uint8Array): Uint8Array {
  const compact = signature.slice(0, 64);
  compact[32] = (compact[32] ?? 0) | ((signature[64] ?? 0) << 7);
  return compact;
}
