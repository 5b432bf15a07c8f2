/** What the client `ethereum-pos` is made of, what it keeps and what moves it. docs/protocol.md#ethereum-pos */
import {
  type Codec,
  fixed,
  list,
  optional,
  type StructOf,
  struct,
  u64,
  type VariantOf,
  variant,
} from '../../../../schemas/codec/codec.ts';
import { contractCodec } from '../evm/contract.ts';
import { beaconHeaderCodec, payloadHeaderCodec } from './beacon-header.ts';
import { forkScheduleCodec } from './fork-schedule.ts';
import { syncAggregateCodec, syncCommitteeCodec } from './sync-committee.ts';

const rulesFields = {
  genesisValidatorsRoot: fixed(32),
  genesisTimeSeconds: u64,
  forks: forkScheduleCodec,
};
/** What is fixed about a beacon chain. */
export type PosRules = StructOf<typeof rulesFields>;
const rulesCodec = struct(rulesFields);

const specFields = { rules: rulesCodec, contract: contractCodec, trustedBlockRoot: fixed(32) };
/** What a proposal fixes; `trustedBlockRoot`: a finalized beacon block the proposers vouch for. */
export type PosSpec = StructOf<typeof specFields>;
export const posSpecCodec: Codec<PosSpec> = struct(specFields);

const headFields = {
  slot: u64,
  blockRoot: fixed(32),
  height: u64,
  timeMs: u64,
  committeeRoot: fixed(32),
  nextCommitteeRoot: optional(fixed(32)),
};
/**
 * The newest finalized header: slot and root of its beacon block, number and time of its execution
 * block (0 and the slot's time after the bootstrap), and the roots of the committees of its period and
 * of the next where that is known.
 */
export type PosHead = StructOf<typeof headFields>;

const stateFields = { ...specFields, head: optional(struct(headFields)) };
/** `head` is missing until the bootstrap. */
export type PosState = StructOf<typeof stateFields>;
export const posStateCodec: Codec<PosState> = struct(stateFields);

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
