/** Client `ethereum-pos` on the wire: what it starts from, what moves it, what ends it. docs/protocol.md#ethereum-pos */
import {
  type Codec,
  choice,
  fixed,
  list,
  optional,
  type StructOf,
  struct,
  u64,
  type VariantOf,
  variant,
} from '../../codec/codec.ts';
import { beaconHeaderCodec, payloadHeaderCodec } from './beacon-header.ts';
import { contractCodec } from './evm-contract.ts';

/** Forms of state and execution header; a later fork that changes neither has the form of Electra. */
export const BEACON_FORMATS = ['capella', 'deneb', 'electra'] as const;
export type BeaconFormat = (typeof BEACON_FORMATS)[number];

const forkFields = { epoch: u64, version: fixed(4), format: choice(BEACON_FORMATS) };
/** From `epoch` on messages are signed under `version`. */
export type Fork = StructOf<typeof forkFields>;

const MAX_FORKS = 16;
/** Ascending by epoch; the first is the earliest the client can judge. */
export type ForkSchedule = readonly Fork[];
export const forkScheduleCodec: Codec<ForkSchedule> = list(struct(forkFields), MAX_FORKS);

const rulesFields = {
  genesisValidatorsRoot: fixed(32),
  genesisTimeSeconds: u64,
  forks: forkScheduleCodec,
};
/** What is fixed about a beacon chain. */
export type PosRules = StructOf<typeof rulesFields>;
export const posRulesCodec: Codec<PosRules> = struct(rulesFields);

const startFields = { rules: posRulesCodec, contract: contractCodec, trustedBlockRoot: fixed(32) };
/** What a proposal fixes; `trustedBlockRoot`: a finalized beacon block the proposers vouch for. */
export type PosStart = StructOf<typeof startFields>;
export const posStartCodec: Codec<PosStart> = struct(startFields);

/** Members of a committee; one validator may sit in it more than once. */
export const COMMITTEE_SIZE = 512;
export const COMMITTEE_KEY = 48;

const committeeFields = {
  keys: fixed(COMMITTEE_SIZE * COMMITTEE_KEY),
  aggregate: fixed(COMMITTEE_KEY),
};
/** `keys`: 512 compressed keys one after another; `aggregate`: their sum, as the beacon state holds it. */
export type SyncCommittee = StructOf<typeof committeeFields>;
export const syncCommitteeCodec: Codec<SyncCommittee> = struct(committeeFields);

const aggregateFields = { bits: fixed(COMMITTEE_SIZE / 8), signature: fixed(96) };
/** `bits`: bit i of byte j is member 8j + i. */
export type SyncAggregate = StructOf<typeof aggregateFields>;
export const syncAggregateCodec: Codec<SyncAggregate> = struct(aggregateFields);

/** Deepest branch there is: the finalized root in Electra's state. */
const branch = list(fixed(32), 7);

const bootstrapFields = { header: beaconHeaderCodec, committee: syncCommitteeCodec, branch };
/** The trusted block's header and the committee of its period in its state. */
export type PosBootstrap = StructOf<typeof bootstrapFields>;

const updateFields = {
  attested: beaconHeaderCodec,
  finalized: beaconHeaderCodec,
  finalityBranch: branch,
  execution: payloadHeaderCodec,
  executionBranch: branch,
  next: optional(struct({ committee: syncCommitteeCodec, branch })),
  aggregate: syncAggregateCodec,
  signatureSlot: u64,
};
/**
 * The committee's signature over `attested`, whose state names `finalized` and, where given, the next
 * committee; `execution` stands in the finalized block. The attested block's own execution header is
 * not carried: nothing rests on it.
 */
export type PosUpdate = StructOf<typeof updateFields>;
const updateCodec = struct(updateFields);

const messageCases = { bootstrap: [1, struct(bootstrapFields)], update: [2, updateCodec] } as const;
export type PosMessage = VariantOf<typeof messageCases>;
export const posMessageCodec: Codec<PosMessage> = variant(messageCases);

const evidenceFields = { first: updateCodec, second: updateCodec };
/** Two updates that cannot both be of one chain. */
export type PosEvidence = StructOf<typeof evidenceFields>;
export const posEvidenceCodec: Codec<PosEvidence> = struct(evidenceFields);
