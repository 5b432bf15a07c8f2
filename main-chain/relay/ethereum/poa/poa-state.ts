/** What a client `ethereum-poa` keeps beside its consensus states. docs/protocol.md#ethereum-poa */
import { type Codec, type StructOf, struct } from '../../../../schemas/codec/codec.ts';
import { poaRulesCodec, snapshotCodec } from '../../../../schemas/wire/clients/ethereum-poa.ts';
import { contractCodec } from '../../../../schemas/wire/clients/evm-contract.ts';

const stateFields = { rules: poaRulesCodec, contract: contractCodec, snapshot: snapshotCodec };
/** `snapshot`: after the newest confirmed block; before the first update after the trusted header. */
export type PoaState = StructOf<typeof stateFields>;
export const poaStateCodec: Codec<PoaState> = struct(stateFields);
