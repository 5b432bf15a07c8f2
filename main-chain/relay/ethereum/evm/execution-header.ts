/**
 * Execution-layer block headers: the bytes the network hashes, decoded field by field; the hash is of
 * exactly these bytes, so no field escapes it. docs/protocol.md#ethereum-headers
 */
import type { HashPort } from '../../../../schemas/ports.ts';
import { MAX_HEADER } from '../../../../schemas/wire/clients/evm-contract.ts';
import { ethereumError } from '../errors.ts';
import { decodeRlp, type RlpItem, rlpBytes, rlpInteger, rlpList } from './rlp.ts';

/** Field counts there have been: before London, London, Shanghai, Cancun, Prague. */
const FIELD_COUNTS: readonly number[] = [15, 16, 17, 20, 21];

/** Highest timestamp whose milliseconds still are a u64. */
const MAX_TIMESTAMP = (2n ** 64n - 1n) / 1000n;

/** What the verifiers read of a header; `items` are all fields in consensus order. */
export interface ExecutionHeader {
  readonly hash: Uint8Array;
  readonly items: readonly RlpItem[];
  readonly parentHash: Uint8Array;
  readonly unclesHash: Uint8Array;
  readonly coinbase: Uint8Array;
  readonly stateRoot: Uint8Array;
  readonly difficulty: bigint;
  readonly number: bigint;
  readonly gasLimit: bigint;
  readonly gasUsed: bigint;
  /** Unix seconds. */
  readonly timestamp: bigint;
  readonly extraData: Uint8Array;
  readonly mixHash: Uint8Array;
  readonly nonce: Uint8Array;
}

/** Place of the extra data in `items`. */
export const EXTRA_DATA = 12;

/** @throws RLP_* EVM_HEADER_FIELD EVM_HEADER_FORK */
export function decodeHeader(bytes: Uint8Array, hash: HashPort): ExecutionHeader {
  if (bytes.length > MAX_HEADER) throw ethereumError('RLP_BOUND', { length: bytes.length });
  const items = rlpList(decodeRlp(bytes));
  if (!FIELD_COUNTS.includes(items.length)) {
    throw ethereumError('EVM_HEADER_FORK', { fields: items.length });
  }
  checkUnread(items);
  const timestamp = rlpInteger(items[11], 8);
  if (timestamp > MAX_TIMESTAMP) throw ethereumError('EVM_HEADER_FIELD', { timestamp });
  return {
    hash: hash.keccak256(bytes),
    items,
    parentHash: rlpBytes(items[0], 32),
    unclesHash: rlpBytes(items[1], 32),
    coinbase: rlpBytes(items[2], 20),
    stateRoot: rlpBytes(items[3], 32),
    difficulty: rlpInteger(items[7], 32),
    number: rlpInteger(items[8], 8),
    gasLimit: rlpInteger(items[9], 8),
    gasUsed: rlpInteger(items[10], 8),
    timestamp,
    extraData: rlpBytes(items[EXTRA_DATA]),
    mixHash: rlpBytes(items[13], 32),
    nonce: rlpBytes(items[14], 8),
  };
}

/** Fields no verifier reads must still be what their place says: one header, one meaning. */
function checkUnread(items: readonly RlpItem[]): void {
  rlpBytes(items[4], 32); // transactionsRoot
  rlpBytes(items[5], 32); // receiptsRoot
  rlpBytes(items[6], 256); // logsBloom
  if (items.length > 15) rlpInteger(items[15], 32); // baseFeePerGas
  if (items.length > 16) rlpBytes(items[16], 32); // withdrawalsRoot
  if (items.length > 17) {
    rlpInteger(items[17], 8); // blobGasUsed
    rlpInteger(items[18], 8); // excessBlobGas
    rlpBytes(items[19], 32); // parentBeaconBlockRoot
  }
  if (items.length > 20) rlpBytes(items[20], 32); // requestsHash
}
