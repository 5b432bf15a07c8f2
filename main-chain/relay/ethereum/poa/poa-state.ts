/**
 * What the client `ethereum-poa` is made of, what it keeps and what moves it. docs/protocol.md#ethereum-poa
 */
import {
  bytes,
  type Codec,
  fixed,
  list,
  type StructOf,
  struct,
  u16,
  u64,
} from '../../../../schemas/codec/codec.ts';
import { contractCodec } from '../evm/contract.ts';
import { MAX_HEADER } from '../evm/execution-header.ts';
import { snapshotCodec } from './signer-snapshot.ts';

/** Most headers of one update or branch of evidence. */
export const MAX_HEADERS = 256;

/**
 * `epoch`: blocks between signer lists; `periodSeconds`: least time between blocks; `depth`: blocks on
 * top before acceptance; `leastSigners`: a smaller set is not followed.
 */
const rulesCodec = struct({ epoch: u64, periodSeconds: u64, depth: u16, leastSigners: u16 });

const headers = list(bytes(MAX_HEADER), MAX_HEADERS);

const specFields = {
  genesisHash: fixed(32),
  rules: rulesCodec,
  contract: contractCodec,
  epochHeader: bytes(MAX_HEADER),
};
/** What a proposal fixes: the network by its genesis hash, and the epoch header that is trusted. */
export type PoaSpec = StructOf<typeof specFields>;
export const poaSpecCodec: Codec<PoaSpec> = struct(specFields);

const stateFields = { rules: rulesCodec, contract: contractCodec, snapshot: snapshotCodec };
/** `snapshot`: after the newest confirmed block; before the first update after the trusted header. */
export type PoaState = StructOf<typeof stateFields>;
export const poaStateCodec: Codec<PoaState> = struct(stateFields);

const updateFields = { headers };
/** Headers in their RLP bytes, contiguous, ascending; some on top of what is to be confirmed. */
export type PoaUpdate = StructOf<typeof updateFields>;
export const poaUpdateCodec: Codec<PoaUpdate> = struct(updateFields);

const evidenceFields = { height: u64, snapshot: snapshotCodec, first: headers, second: headers };
/**
 * Two branches from the block accepted at `height`, whose snapshot is shown; or one branch alone,
 * against what the client has accepted.
 */
export type PoaEvidence = StructOf<typeof evidenceFields>;
export const poaEvidenceCodec: Codec<PoaEvidence> = struct(evidenceFields);
