/**
 * From the anchor the verifier holds to the checkpoint the facts hang from: every certificate on the
 * way is judged by the set the one before it announced. Nobody brings his own trust.
 * docs/protocol.md#offline-proof
 */
import { decode } from '../../../schemas/codec/codec.ts';
import { isTielineError } from '../../../schemas/errors.ts';
import { equalBytes, toHex } from '../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../schemas/ports.ts';
import {
  type Certificate,
  type Checkpoint,
  checkpointDigest,
} from '../../../schemas/wire/checkpoint.ts';
import { type Genesis, genesisCodec, genesisHash } from '../../../schemas/wire/genesis.ts';
import { validatorSetHash } from '../../../schemas/wire/validator-set.ts';
import { verifyCertificate } from '../checkpoint/verify-certificate.ts';
import { proofError } from './errors.ts';
import type { CheckpointTrail } from './transfer-proof.ts';

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
 * The checkpoint of the last certificate, followed from `anchor`: the genesis hash of the chain,
 * or the digest of a checkpoint the file holds. A file of another chain and a file whose own
 * anchoring was altered are told apart. @throws PROOF_ANCHOR PROOF_GENESIS PROOF_CERTIFICATE
 */
export function verifyAnchor(
  proof: CheckpointTrail,
  anchor: Uint8Array,
  ports: VerifierPorts,
): Checkpoint {
  const start = findAnchor(proof, anchor, ports.hash);
  const last = proof.certificates.at(-1);
  if (last === undefined) throw proofError('PROOF_CERTIFICATE', { certificates: 0 });
  let trusted = start.trusted;
  for (const certificate of proof.certificates.slice(start.from)) {
    trusted = follow(trusted, certificate, proof.genesisHash, ports);
  }
  return last.checkpoint;
}

/** Where to start: genesis before the first certificate, or right after the trusted one. */
function findAnchor(
  proof: CheckpointTrail,
  anchor: Uint8Array,
  hash: HashPort,
): { trusted: Trusted; from: number } {
  const { certificates, genesisHash: named } = proof;
  if (equalBytes(anchor, named)) return { trusted: trustGenesis(proof, hash), from: 0 };
  const at = certificates.findIndex(({ checkpoint }) =>
    equalBytes(checkpointDigest(checkpoint, named, hash), anchor),
  );
  const found = certificates[at];
  if (found !== undefined) return { trusted: trustCheckpoint(found.checkpoint), from: at + 1 };
  const genesis = readGenesis(proof, hash);
  // The file holds the trusted genesis and names another hash for it: that field was altered.
  if (genesis !== undefined && equalBytes(anchor, genesis.hash))
    throw proofError('PROOF_GENESIS', { named: toHex(named) });
  throw proofError('PROOF_ANCHOR', { given: toHex(anchor), genesisHash: toHex(named) });
}

function trustGenesis(proof: CheckpointTrail, hash: HashPort): Trusted {
  const genesis = readGenesis(proof, hash);
  if (genesis === undefined || !equalBytes(genesis.hash, proof.genesisHash))
    throw proofError('PROOF_GENESIS', { named: toHex(proof.genesisHash) });
  const { createdMs, validators } = genesis.value;
  return { height: 0n, timeMs: createdMs, nextSetHash: validatorSetHash(validators, hash) };
}

/** The genesis in the file and its hash; undefined where its bytes are none. */
function readGenesis(
  proof: CheckpointTrail,
  hash: HashPort,
): { readonly value: Genesis; readonly hash: Uint8Array } | undefined {
  try {
    const value = decode(genesisCodec, proof.genesis, 'genesis');
    return { value, hash: genesisHash(value, hash) };
  } catch (error) {
    if (!isTielineError(error)) throw error;
    return undefined;
  }
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
