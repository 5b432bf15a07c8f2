/**
 * What makes, moves and ends a light client, tagged by the kind of client that understands it: one union a
 * purpose, the same tag for the same kind. docs/protocol.md#client-kinds
 */
import {
  type Codec,
  fixed,
  list,
  type StructOf,
  struct,
  u64,
  type VariantOf,
  variant,
} from '../../codec/codec.ts';
import { type Certificate, certificateCodec } from '../checkpoint.ts';
import { poaEvidenceCodec, poaStartCodec, poaUpdateCodec } from './ethereum-poa.ts';
import { posEvidenceCodec, posMessageCodec, posStartCodec } from './ethereum-pos.ts';
import { attestationCodec, notaryEvidenceCodec, notaryStartCodec } from './notary.ts';

/** Most certificates or attestations of one transaction. */
export const MAX_UPDATES = 16;
/** Most sync-committee messages of one transaction: each may bring a committee of 24,624 bytes. */
const MAX_POS_MESSAGES = 8;

const checkpointStartFields = { validatorSetHash: fixed(32), height: u64 };
/** A checkpoint client trusts a set from a height on. */
export type CheckpointStart = StructOf<typeof checkpointStartFields>;
const startCases = {
  checkpoint: [1, struct(checkpointStartFields)],
  'ethereum-poa': [2, poaStartCodec],
  'ethereum-pos': [3, posStartCodec],
  notary: [4, notaryStartCodec],
} as const;
/** Where a client begins to trust its chain. */
export type ClientStart = VariantOf<typeof startCases>;
export const clientStartCodec: Codec<ClientStart> = variant(startCases);

/** The kinds of light clients. */
export type ClientKind = ClientStart['type'];

const checkpointUpdateFields = { certificates: list(certificateCodec, MAX_UPDATES) };
/** Certificates, ascending. */
export type CheckpointUpdates = StructOf<typeof checkpointUpdateFields>;
const posUpdateFields = { messages: list(posMessageCodec, MAX_POS_MESSAGES) };
const notaryUpdateFields = { attestations: list(attestationCodec, MAX_UPDATES) };

const updateCases = {
  checkpoint: [1, struct(checkpointUpdateFields)],
  'ethereum-poa': [2, poaUpdateCodec],
  'ethereum-pos': [3, struct(posUpdateFields)],
  notary: [4, struct(notaryUpdateFields)],
} as const;
/** Update material, applied in order; empty where a message needs none. */
export type ClientUpdates = VariantOf<typeof updateCases>;
export const clientUpdatesCodec: Codec<ClientUpdates> = variant(updateCases);

const checkpointEvidenceFields = { first: certificateCodec, second: certificateCodec };
/** Two certificates of one height. */
export type CheckpointEvidence = StructOf<typeof checkpointEvidenceFields>;

const evidenceCases = {
  checkpoint: [1, struct(checkpointEvidenceFields)],
  'ethereum-poa': [2, poaEvidenceCodec],
  'ethereum-pos': [3, posEvidenceCodec],
  notary: [4, notaryEvidenceCodec],
} as const;
/** What a client is ended with. */
export type ClientEvidence = VariantOf<typeof evidenceCases>;
export const clientEvidenceCodec: Codec<ClientEvidence> = variant(evidenceCases);

/** The update of a checkpoint client. */
export function checkpointUpdates(...certificates: readonly Certificate[]): ClientUpdates {
  return { type: 'checkpoint', certificates };
}
