/** Headers of beacon blocks and of the execution payloads in them, as they travel. docs/protocol.md#ethereum-pos */
import {
  bytes,
  type Codec,
  fixed,
  type StructOf,
  struct,
  u64,
  type VariantOf,
  variant,
} from '../../codec/codec.ts';

const beaconFields = {
  slot: u64,
  proposerIndex: u64,
  parentRoot: fixed(32),
  stateRoot: fixed(32),
  bodyRoot: fixed(32),
};
export type BeaconHeader = StructOf<typeof beaconFields>;
export const beaconHeaderCodec: Codec<BeaconHeader> = struct(beaconFields);

const capellaFields = {
  parentHash: fixed(32),
  feeRecipient: fixed(20),
  stateRoot: fixed(32),
  receiptsRoot: fixed(32),
  logsBloom: fixed(256),
  prevRandao: fixed(32),
  blockNumber: u64,
  gasLimit: u64,
  gasUsed: u64,
  /** Unix seconds. */
  timestamp: u64,
  extraData: bytes(32),
  /** Wei, u256, big-endian. */
  baseFeePerGas: fixed(32),
  blockHash: fixed(32),
  transactionsRoot: fixed(32),
  withdrawalsRoot: fixed(32),
};
const denebFields = { ...capellaFields, blobGasUsed: u64, excessBlobGas: u64 };

const payloadCases = {
  capella: [1, struct(capellaFields)],
  deneb: [2, struct(denebFields)],
} as const;
/** The execution payload header; Electra has Deneb's. */
export type PayloadHeader = VariantOf<typeof payloadCases>;
export const payloadHeaderCodec: Codec<PayloadHeader> = variant(payloadCases);
