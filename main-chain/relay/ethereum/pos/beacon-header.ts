/** Headers of beacon blocks and of the execution payloads in them, and their SSZ roots. docs/protocol.md#ethereum-pos */
import {
  bytes,
  type Codec,
  fixed,
  type StructOf,
  struct,
  u64,
  type VariantOf,
  variant,
} from '../../../../schemas/codec/codec.ts';
import type { HashPort } from '../../../../schemas/ports.ts';
import { chunkOf, containerRoot, merkleRoot, u64Chunk } from './ssz.ts';

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

/** What a sync committee signs and a parent names. */
export function beaconRoot(header: BeaconHeader, hash: HashPort): Uint8Array {
  const { slot, proposerIndex, parentRoot, stateRoot, bodyRoot } = header;
  return containerRoot(
    [u64Chunk(slot), u64Chunk(proposerIndex), parentRoot, stateRoot, bodyRoot],
    hash,
  );
}

export function payloadRoot(header: PayloadHeader, hash: HashPort): Uint8Array {
  const extra = [chunkOf(header.extraData), u64Chunk(BigInt(header.extraData.length))];
  const roots = [
    header.parentHash,
    chunkOf(header.feeRecipient),
    header.stateRoot,
    header.receiptsRoot,
    merkleRoot(header.logsBloom, hash),
    header.prevRandao,
    u64Chunk(header.blockNumber),
    u64Chunk(header.gasLimit),
    u64Chunk(header.gasUsed),
    u64Chunk(header.timestamp),
    containerRoot(extra, hash),
    header.baseFeePerGas.toReversed(),
    header.blockHash,
    header.transactionsRoot,
    header.withdrawalsRoot,
  ];
  if (header.type === 'deneb') {
    roots.push(u64Chunk(header.blobGasUsed), u64Chunk(header.excessBlobGas));
  }
  return containerRoot(roots, hash);
}
