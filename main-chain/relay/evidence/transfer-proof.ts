/**
 * The bytes of an offline transfer proof: certificates of the main chain from its genesis on, one
 * state proof under the last of them, and the facts of the source and the destination that hang from
 * it. docs/protocol.md#offline-proof
 */
import {
  bytes,
  type Codec,
  type Decoded,
  fixed,
  list,
  optional,
  type StructOf,
  struct,
  text,
  u32,
  u64,
  variant,
} from '../../../schemas/codec/codec.ts';
import { MAX_CLIENT_ID } from '../../../schemas/ids.ts';
import { resourceOriginCodec } from '../../../schemas/resource/resource-id.ts';
import { certificateCodec } from '../../../schemas/wire/checkpoint.ts';
import { packetCodec } from '../../../schemas/wire/packet.ts';

/** Most certificates of one file: set changes since genesis and the checkpoint of the facts. */
export const MAX_CERTIFICATES = 1024;
/** Most main-chain state values of one file. */
export const MAX_STATE_VALUES = 16;
const MAX_STATE_VALUE = 4096;
export const MAX_STATE_PROOF = 262_144;

const outboxFields = { outboxHeight: u64, index: u32, proof: bytes(4096) };
/** Place of one leaf in the outbox of a block, and its range proof. */
export type OutboxPlace = StructOf<typeof outboxFields>;
const outboxPlaceCodec: Codec<OutboxPlace> = struct(outboxFields);

/** `rootProof` proves `outboxRoot/<outboxHeight>` under the state root of the consensus height. */
const sidePlaceFields = {
  place: outboxPlaceCodec,
  outboxRoot: fixed(32),
  rootProof: bytes(MAX_STATE_PROOF),
};
/** An outbox leaf of a side chain under one of its consensus states on the main chain. */
export type SidePlace = StructOf<typeof sidePlaceFields>;
const sidePlaceCodec: Codec<SidePlace> = struct(sidePlaceFields);

const sourceFields = {
  client: text(MAX_CLIENT_ID),
  height: u64,
  packet: packetCodec,
  sent: sidePlaceCodec,
};
/** Hop a: the main chain's client of the source, its consensus height, and the packet committed there. */
export type SourceEvidence = StructOf<typeof sourceFields>;

const absenceFields = {
  prunedBelow: optional(fixed(8)),
  proof: bytes(MAX_STATE_PROOF),
};

/** How hop b ended at the destination. */
const endCodec = variant({
  acknowledged: [1, struct({ acknowledgement: bytes(64), written: sidePlaceCodec })],
  notReceived: [2, struct(absenceFields)],
});
export type OnwardEnd = Decoded<typeof endCodec>;

const onwardFields = {
  client: text(MAX_CLIENT_ID),
  height: u64,
  packet: packetCodec,
  sent: outboxPlaceCodec,
  end: endCodec,
};
/** Hop b: the packet in the main chain's outbox and its end under a consensus state of the destination. */
export type OnwardEvidence = StructOf<typeof onwardFields>;

const answerFields = { acknowledgement: bytes(64), written: outboxPlaceCodec };
/** The main chain's acknowledgement of packet a, in its outbox. */
export type AnswerEvidence = StructOf<typeof answerFields>;

/** From the genesis of a chain to one of its checkpoints: set changes, and the checkpoint last. */
export const trailFields = {
  genesisHash: fixed(32),
  genesis: bytes(1_048_576),
  certificates: list(certificateCodec, MAX_CERTIFICATES),
};
export type CheckpointTrail = StructOf<typeof trailFields>;

const transferProofFields = {
  ...trailFields,
  origin: resourceOriginCodec,
  source: optional(struct(sourceFields)),
  onward: optional(struct(onwardFields)),
  answer: optional(struct(answerFields)),
  values: list(optional(bytes(MAX_STATE_VALUE)), MAX_STATE_VALUES),
  stateProof: bytes(MAX_STATE_PROOF),
};

/**
 * `certificates` ends with the checkpoint all facts hang from; `values` are those of `mainKeys` in
 * its order. No `source`: the transfer began on the main chain. No `onward`: it ended there. A source
 * without an `answer` was never received and timed out.
 */
export type TransferProof = StructOf<typeof transferProofFields>;
export const transferProofCodec: Codec<TransferProof> = struct(transferProofFields);
