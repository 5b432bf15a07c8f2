/**
 * The certificate rule: strictly more than 2/3 of the power of the set named in the checkpoint, exact
 * in integers; signers in strictly ascending order; every carried signature valid, low-s and by the
 * member it names. docs/protocol.md#certificate
 */
import { equalBytes } from '../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../schemas/ports.ts';
import { type Certificate, checkpointDigest } from '../../../schemas/wire/checkpoint.ts';
import {
  isQuorum,
  validatorSetHash,
  verifyValidatorSet,
} from '../../../schemas/wire/validator-set.ts';
import { relayError } from '../errors.ts';

/**
 * Judges a certificate by itself: whether the set it names may be trusted is the caller's affair.
 * Every signature must be good, so a bad one beside a quorum refuses the whole.
 * @throws VALIDATOR_SET_EMPTY VALIDATOR_SET_ORDER VALIDATOR_POWER CERTIFICATE_SET_HASH
 * CERTIFICATE_SIGNER CERTIFICATE_QUORUM CERTIFICATE_SIGNATURE
 */
export function verifyCertificate(
  certificate: Certificate,
  genesisHash: Uint8Array,
  hash: HashPort,
  signatures: SignaturePort,
): void {
  const { checkpoint, validators } = certificate;
  const total = verifyValidatorSet(validators);
  if (!equalBytes(validatorSetHash(validators, hash), checkpoint.validatorSetHash)) {
    throw relayError('CERTIFICATE_SET_HASH', { height: checkpoint.height });
  }
  const signed = signedPower(certificate);
  if (!isQuorum(signed, total)) throw relayError('CERTIFICATE_QUORUM', { signed, total });
  const digest = checkpointDigest(checkpoint, genesisHash, hash);
  for (const { index, signature } of certificate.signatures) {
    const signer = signatures.recoverAddress(digest, signature);
    const member = validators[index];
    if (signer === undefined || member === undefined || !equalBytes(signer, member.address)) {
      throw relayError('CERTIFICATE_SIGNATURE', { index });
    }
  }
}

/** Power of the named signers. @throws CERTIFICATE_SIGNER */
function signedPower({ validators, signatures }: Certificate): bigint {
  let power = 0n;
  let previous = -1;
  for (const { index } of signatures) {
    const member = validators[index];
    if (member === undefined || index <= previous)
      throw relayError('CERTIFICATE_SIGNER', { index });
    power += member.power;
    previous = index;
  }
  return power;
}
