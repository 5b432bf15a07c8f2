/** Client `ethereum-poa` on the wire: what it starts from, what moves it, what ends it. docs/protocol.md#ethereum-poa */
import {
  type Codec,
  fixed,
  flag,
  list,
  type StructOf,
  struct,
  u16,
  u64,
} from '../../codec/codec.ts';
import { contractCodec, headerCodec } from './evm-contract.ts';

/** Most headers of one update or branch of evidence. */
export const MAX_HEADERS = 256;
/** Most signers a client follows. */
export const MAX_SIGNERS = 128;
/** Most open votes a client keeps; an epoch header clears them. */
export const MAX_VOTES = 1024;

const rulesFields = { epoch: u64, periodSeconds: u64, depth: u16, leastSigners: u16 };
/**
 * `epoch`: blocks between signer lists; `periodSeconds`: least time between blocks; `depth`: blocks on
 * top before acceptance; `leastSigners`: a smaller set is not followed.
 */
export const poaRulesCodec: Codec<StructOf<typeof rulesFields>> = struct(rulesFields);

const headers = list(headerCodec, MAX_HEADERS);

const startFields = { rules: poaRulesCodec, contract: contractCodec, epochHeader: headerCodec };
/** What a proposal fixes beside the genesis hash: the epoch header that is trusted. */
export type PoaStart = StructOf<typeof startFields>;
export const poaStartCodec: Codec<PoaStart> = struct(startFields);

const updateFields = { headers };
/** Headers in their RLP bytes, contiguous, ascending; some on top of what is to be confirmed. */
export type PoaUpdate = StructOf<typeof updateFields>;
export const poaUpdateCodec: Codec<PoaUpdate> = struct(updateFields);

const recentFields = { number: u64, signer: fixed(20) };
const voteFields = { signer: fixed(20), subject: fixed(20), authorizes: flag };
const snapshotFields = {
  number: u64,
  blockHash: fixed(32),
  timestamp: u64,
  signers: list(fixed(20), MAX_SIGNERS),
  recents: list(struct(recentFields), MAX_SIGNERS),
  votes: list(struct(voteFields), MAX_VOTES),
};
/**
 * The signers after a block. `timestamp`: Unix seconds of the block. `signers` in strictly ascending
 * order, `recents` in order of their block, `votes` in the order they were cast.
 */
export type Snapshot = StructOf<typeof snapshotFields>;
export const snapshotCodec: Codec<Snapshot> = struct(snapshotFields);

const evidenceFields = { height: u64, snapshot: snapshotCodec, first: headers, second: headers };
/**
 * Two branches from the block accepted at `height`, whose snapshot is shown; or one branch alone,
 * against what the client has accepted.
 */
export type PoaEvidence = StructOf<typeof evidenceFields>;
export const poaEvidenceCodec: Codec<PoaEvidence> = struct(evidenceFields);
