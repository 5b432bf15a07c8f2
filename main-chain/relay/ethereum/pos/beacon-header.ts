/** SSZ roots of beacon headers and of the execution payload headers in them. docs/protocol.md#ethereum-pos */
import type { HashPort } from '../../../../schemas/ports.ts';
import type {
  BeaconHeader,
  PayloadHeader,
} from '../../../../schemas/wire/clients/beacon-header.ts';
import { chunkOf, containerRoot, merkleRoot, u64Chunk } from './ssz.ts';

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
