/** Client `notary` on the wire: who vouches, and what for. docs/protocol.md#ethereum-notary */
import { type Codec, fixed, list, type StructOf, struct, u16 } from '../../codec/codec.ts';
import { contractCodec, headerCodec } from './evm-contract.ts';

export const MAX_NOTARIES = 64;

const startFields = {
  contract: contractCodec,
  notaries: list(fixed(20), MAX_NOTARIES),
  threshold: u16,
};
/** `notaries`: addresses in strictly ascending order, `threshold` of whom must sign. */
export type NotaryStart = StructOf<typeof startFields>;
export const notaryStartCodec: Codec<NotaryStart> = struct(startFields);

const attestationFields = {
  header: headerCodec,
  signatures: list(struct({ index: u16, signature: fixed(65) }), MAX_NOTARIES),
};
/** A header in its RLP bytes, and signatures by place in the list of notaries, ascending. */
export type Attestation = StructOf<typeof attestationFields>;
export const attestationCodec: Codec<Attestation> = struct(attestationFields);

const evidenceFields = { first: attestationCodec, second: attestationCodec };
/** Two attestations of one height. */
export type NotaryEvidence = StructOf<typeof evidenceFields>;
export const notaryEvidenceCodec: Codec<NotaryEvidence> = struct(evidenceFields);
