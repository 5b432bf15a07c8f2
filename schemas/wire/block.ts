/**
 * Blocks of a native chain: header, transactions, and the hash that chains them.
 * docs/protocol.md#block
 */
import { bytes, type Codec, encode, fixed, type StructOf, struct, u64 } from '../codec/codec.ts';
import { codecError } from '../codec/errors.ts';
import { domainTag, sha256Of } from '../hash.ts';
import type { HashPort } from '../ports.ts';
import type { Checkpoint } from './checkpoint.ts';
import { MAX_TRANSACTION } from './transaction.ts';

const headerFields = {
  height: u64,
  timeMs: u64,
  parentHash: fixed(32),
  transactionsRoot: fixed(32),
  resultsRoot: fixed(32),
  stateRoot: fixed(32),
  outboxRoot: fixed(32),
  validatorSetHash: fixed(32),
  nextValidatorSetHash: fixed(32),
};

export type BlockHeader = StructOf<typeof headerFields>;
export const blockHeaderCodec: Codec<BlockHeader> = struct(headerFields);

/** Most transactions of a block or of one offer. */
const MAX_TRANSACTIONS = 65_536;

/** A u32 count of at most 65,536, then each transaction behind its u32 length. @throws CODEC_BOUND */
export const transactionsCodec: Codec<readonly Uint8Array[]> = {
  write(writer, value) {
    requireCount(value.length);
    writer.u32(value.length);
    for (const each of value) writer.bytes(each, MAX_TRANSACTION);
  },
  read(reader, field) {
    const count = reader.u32(field);
    requireCount(count);
    const out: Uint8Array[] = [];
    for (let at = 0; at < count; at++) out.push(bytes(MAX_TRANSACTION).read(reader, field));
    return out;
  },
};

function requireCount(count: number): void {
  if (count > MAX_TRANSACTIONS) throw codecError('CODEC_BOUND', { count, max: MAX_TRANSACTIONS });
}

const TAG = domainTag('tieline/blk/v1');

/** SHA256(tag ‖ genesis hash ‖ header). */
export function blockHash(
  header: BlockHeader,
  genesisHash: Uint8Array,
  hash: HashPort,
): Uint8Array {
  return sha256Of(hash, TAG, genesisHash, encode(blockHeaderCodec, header));
}

/** What validators sign for this header. */
export function checkpointOf(header: BlockHeader): Checkpoint {
  const { height, stateRoot, outboxRoot, timeMs, validatorSetHash, nextValidatorSetHash } = header;
  return { height, stateRoot, outboxRoot, timeMs, validatorSetHash, nextValidatorSetHash };
}
