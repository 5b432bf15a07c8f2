/**
 * Single facts of a transfer proof: values of a chain's state under its root, and leaves of an outbox.
 * Every failure of a tree check becomes the code of the fact it was to prove.
 * docs/protocol.md#offline-proof
 */
import { isTielineError, type TielineError } from '../../../schemas/errors.ts';
import { binaryBytes } from '../../../schemas/hash.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import { type OutboxItem, verifyOutboxRange } from '../../../schemas/tree/outbox.ts';
import { verifySparseProof } from '../../../schemas/tree/sparse-proof.ts';
import { outboxRootKey } from '../../../schemas/wire/state-keys.ts';
import type { ConsensusState } from '../clients/client-state.ts';
import { proofError } from './errors.ts';
import type { OutboxPlace, SidePlace } from './transfer-proof.ts';

/** One of the verifier's codes. */
export type ProofCode = keyof typeof proofError.table;

/** Runs a check; what it refuses with becomes `code`, with the inner code as `check`. @throws `code` */
export function under<T>(code: ProofCode, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!isTielineError(error)) throw error;
    throw wrap(code, error);
  }
}

function wrap(code: ProofCode, error: TielineError): TielineError {
  return proofError(code, { check: error.code }, error);
}

/** Checks that under `root` every key has its value, undefined for absent. @throws PROOF_* of the tree */
export function verifyState(
  root: Uint8Array,
  keys: readonly string[],
  values: readonly (Uint8Array | undefined)[],
  proof: Uint8Array,
  hash: HashPort,
): void {
  const claims = keys.map((key, at) => ({ key: binaryBytes(key), value: values[at] }));
  verifySparseProof(root, claims, proof, hash);
}

/** Checks one leaf at its place in the outbox with this root. @throws PROOF_* of the tree */
export function verifyLeaf(
  root: Uint8Array,
  place: OutboxPlace,
  item: OutboxItem,
  hash: HashPort,
): void {
  verifyOutboxRange(root, place.index, [item], place.proof, hash);
}

/** Checks a leaf of a side chain under one of its consensus states. @throws PROOF_* of the tree */
export function verifySideLeaf(
  consensus: ConsensusState,
  { place, outboxRoot, rootProof }: SidePlace,
  item: OutboxItem,
  hash: HashPort,
): void {
  const key = outboxRootKey(place.outboxHeight);
  verifyState(consensus.stateRoot, [key], [outboxRoot], rootProof, hash);
  verifyLeaf(outboxRoot, place, item, hash);
}
