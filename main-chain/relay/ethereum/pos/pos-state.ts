/** What a client `ethereum-pos` keeps beside its consensus states. docs/protocol.md#ethereum-pos */
import {
  type Codec,
  fixed,
  optional,
  type StructOf,
  struct,
  u64,
} from '../../../../schemas/codec/codec.ts';
import { posRulesCodec } from '../../../../schemas/wire/clients/ethereum-pos.ts';
import { contractCodec } from '../../../../schemas/wire/clients/evm-contract.ts';

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

const stateFields = {
  rules: posRulesCodec,
  contract: contractCodec,
  trustedBlockRoot: fixed(32),
  head: optional(struct(headFields)),
};
/** `head` is missing until the bootstrap. */
export type PosState = StructOf<typeof stateFields>;
export const posStateCodec: Codec<PosState> = struct(stateFields);
