/**
 * The offline verifier of anchored records: that a set was anchored, by whom and when, and that one
 * record is part of it. Pure, total over hostile bytes, and trusting nothing but the anchor it is
 * given. docs/protocol.md#anchored-records
 */
import {
  bytes,
  type Codec,
  decode,
  encode,
  fixed,
  type StructOf,
  struct,
  text,
  u32,
} from '../../../schemas/codec/codec.ts';
import { equalBytes } from '../../../schemas/hash.ts';
import { nativeChainId } from '../../../schemas/ids.ts';
import {
  MAX_RECORD_NAME,
  MAX_RECORD_PATH,
  RECORD_SALT,
  recordsRoot,
  recordsTopOf,
} from '../../../schemas/tree/record-tree.ts';
import { recordsKey } from '../../../schemas/wire/state-keys.ts';
import { type AnchoredRecords, anchoredRecordsCodec } from '../../ledger/records/anchor-records.ts';
import { proofError } from './errors.ts';
import { MAX_STATE_PROOF, trailFields } from './transfer-proof.ts';
import { type VerifierPorts, verifyAnchor } from './verify-anchor.ts';
import { under, verifyState } from './verify-facts.ts';

const evidenceFields = {
  ...trailFields,
  owner: fixed(20),
  top: fixed(32),
  anchored: anchoredRecordsCodec,
  stateProof: bytes(MAX_STATE_PROOF),
};
/** That `owner` anchored the records under `top`: certificates of the chain, and a state proof under the last. */
export type RecordsEvidence = StructOf<typeof evidenceFields>;
export const recordsEvidenceCodec: Codec<RecordsEvidence> = struct(evidenceFields);

const recordProofFields = {
  evidence: recordsEvidenceCodec,
  index: u32,
  name: text(MAX_RECORD_NAME),
  salt: fixed(RECORD_SALT),
  siblings: bytes(MAX_RECORD_PATH),
};
/** One record of an anchored set: its place, its name and salt, and the siblings(32 each) from its leaf up. */
export type RecordProof = StructOf<typeof recordProofFields>;
export const recordProofCodec: Codec<RecordProof> = struct(recordProofFields);

/** What valid evidence says; the time is that of the anchoring block in Unix milliseconds. */
export interface ProvenRecords extends AnchoredRecords {
  readonly chainId: string;
  readonly owner: Uint8Array;
  readonly root: Uint8Array;
  readonly top: Uint8Array;
}

/** What a valid proof of one record says. */
export interface ProvenRecord extends ProvenRecords {
  readonly name: string;
  readonly index: number;
}

/** @throws PROOF_FORMAT */
export function decodeRecordsEvidence(encoded: Uint8Array): RecordsEvidence {
  return under('PROOF_FORMAT', () => decode(recordsEvidenceCodec, encoded, 'evidence'));
}

/** @throws PROOF_FORMAT */
export function decodeRecordProof(encoded: Uint8Array): RecordProof {
  return under('PROOF_FORMAT', () => decode(recordProofCodec, encoded, 'proof'));
}

/**
 * Judges evidence against `anchor`: the genesis hash of the chain, or the digest of one of its
 * checkpoints; 32 bytes from elsewhere. @throws PROOF_ANCHOR PROOF_GENESIS PROOF_CERTIFICATE PROOF_STATE
 */
export function verifyRecords(
  evidence: RecordsEvidence,
  anchor: Uint8Array,
  ports: VerifierPorts,
): ProvenRecords {
  const { owner, top, anchored, stateProof } = evidence;
  const { stateRoot } = verifyAnchor(evidence, anchor, ports);
  const root = recordsRoot(top, anchored.count, ports.hash);
  const value = encode(anchoredRecordsCodec, anchored);
  under('PROOF_STATE', () =>
    verifyState(stateRoot, [recordsKey(owner, root)], [value], stateProof, ports.hash),
  );
  return { ...anchored, chainId: nativeChainId(evidence.genesisHash), owner, root, top };
}

/**
 * Judges the proof of one record; `contentHash` is SHA256 of the record's bytes as the verifier has them.
 * @throws PROOF_ANCHOR PROOF_GENESIS PROOF_CERTIFICATE PROOF_STATE RECORD_PLACE RECORD_ALTERED
 */
export function verifyRecord(
  proof: RecordProof,
  contentHash: Uint8Array,
  anchor: Uint8Array,
  ports: VerifierPorts,
): ProvenRecord {
  const proven = verifyRecords(proof.evidence, anchor, ports);
  const { index, name, salt, siblings } = proof;
  const leaf = { salt, name, contentHash };
  const top = under('RECORD_PLACE', () =>
    recordsTopOf(leaf, index, proven.count, siblings, ports.hash),
  );
  if (!equalBytes(top, proven.top)) throw proofError('RECORD_ALTERED', { record: name });
  return { ...proven, name, index };
}
