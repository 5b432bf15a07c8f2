/**
 * From the anchor the verifier holds to the checkpoint the facts hang from: every certificate on the
 * way is judged by the set the one before it announced. Nobody brings his own trust.
 * docs/protocol.md#offline-proof
 */
import { decode } from '../../../schemas/codec/codec.ts';
import { isTielineError } from '../../../schemas/errors.ts';
import { equalBytes } from '../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../schemas/ports.ts';
import {
  type Certificate,
  type Checkpoint,
  checkpointDigest,
} from '../../../schemas/wire/checkpoint.ts';
import { genesisCodec, genesisHash } from '../../../schemas/wire/genesis.ts';
import { validatorSetHash } from '../../../schemas/wire/validator-set.ts';
import { verifyCertificate } from '../checkpoint/verify-certificate.ts';
import { proofError } from './errors.ts';
import type { TransferProof } from './transfer-proof.ts';

/** Hash and signature functions a verifier runs on. */
export interface VerifierPorts {
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
}

/** What the certificates so far commit the next one to. */
interface Trusted {
  readonly height: bigint;
  readonly timeMs: bigint;
  readonly nextSetHash: Uint8Array;
}

/**
 * The checkpoint of the last certificate, followed from `anchor`: the genesis hash of the main chain,
 * or the digest of a checkpoint the file holds. @throws PROOF_NO_ANCHOR PROOF_CERTIFICATE
 */
export function verifyAnchor(
  proof: TransferProof,
  anchor: Uint8Array,
  ports: VerifierPorts,
): Checkpoint {
  const last = proof.certificates.at(-1);
  if (last === undefined || anchor.length !== 32) throw proofError('PROOF_NO_ANCHOR');
  const start = findAnchor(proof, anchor, ports.hash);
  let trusted = start.trusted;
  for (const certificate of proof.certificates.slice(start.from)) {
    trusted = follow(trusted, certificate, proof.genesisHash, ports);
  }
  return last.checkpoint;
}

/** Where to start: genesis before the first certificate, or right after the trusted one. */
function findAnchor(
  proof: TransferProof,
  anchor: Uint8Array,
  hash: HashPort,
): { trusted: Trusted; from: number } {
  if (equalBytes(anchor, proof.genesisHash)) return { trusted: trustGenesis(proof, hash), from: 0 };
  const at = proof.certificates.findIndex(({ checkpoint }) =>
    equalBytes(checkpointDigest(checkpoint, proof.genesisHash, hash), anchor),
  );
  const found = proof.certificates[at];
  if (found === undefined) throw proofError('PROOF_NO_ANCHOR');
  return { trusted: trustCheckpoint(found.checkpoint), from: at + 1 };
}

function trustGenesis(proof: TransferProof, hash: HashPort): Trusted {
  try {
    const genesis = decode(genesisCodec, proof.genesis, 'genesis');
    if (equalBytes(genesisHash(genesis, hash), proof.genesisHash)) {
      return {
        height: 0n,
        timeMs: genesis.createdMs,
        nextSetHash: validatorSetHash(genesis.validators, hash),
      };
    }
  } catch (error) {
    if (!isTielineError(error)) throw error;
    throw proofError('PROOF_NO_ANCHOR', {}, error);
  }
  throw proofError('PROOF_NO_ANCHOR');
}

function trustCheckpoint({ height, timeMs, nextValidatorSetHash }: Checkpoint): Trusted {
  return { height, timeMs, nextSetHash: nextValidatorSetHash };
}

function follow(
  trusted: Trusted,
  certificate: Certificate,
  genesis: Uint8Array,
  ports: VerifierPorts,
): Trusted {
  const { height, timeMs, validatorSetHash: set } = certificate.checkpoint;
  if (
    height <= trusted.height ||
    timeMs < trusted.timeMs ||
    !equalBytes(set, trusted.nextSetHash)
  ) {
    throw proofError('PROOF_CERTIFICATE', { height });
  }
  try {
    verifyCertificate(certificate, genesis, ports.hash, ports.signatures);
  } catch (error) {
    if (!isTielineError(error)) throw error;
    throw proofError('PROOF_CERTIFICATE', { height, check: error.code }, error);
  }
  return trustCheckpoint(certificate.checkpoint);
}
