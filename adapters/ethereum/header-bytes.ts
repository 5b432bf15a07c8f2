/**
 * A block header in the bytes its hash is of, put together from the fields an endpoint gives: whatever it
 * gives, bytes of another hash are no answer. What light clients of the network are updated with.
 * docs/architecture.md#ethereum-adapter
 */
import { encodeRlp, encodeRlpInteger } from '../../main-chain/relay/ethereum/evm/rlp.ts';
import { toHex } from '../../schemas/hash.ts';
import type { HashPort } from '../../schemas/ports.ts';
import { adapterError } from '../errors.ts';
import type { RpcQuorum } from './rpc/rpc-quorum.ts';
import { bytesOf, readHex, readQuantity, readRecord, toQuantity } from './rpc/rpc-values.ts';

/** Fields in consensus order; `integer` or bytes of a length (0: any). */
const FIELDS: readonly (readonly [name: string, kind: 'integer' | number])[] = [
  ['parentHash', 32],
  ['sha3Uncles', 32],
  ['miner', 20],
  ['stateRoot', 32],
  ['transactionsRoot', 32],
  ['receiptsRoot', 32],
  ['logsBloom', 256],
  ['difficulty', 'integer'],
  ['number', 'integer'],
  ['gasLimit', 'integer'],
  ['gasUsed', 'integer'],
  ['timestamp', 'integer'],
  ['extraData', 0],
  ['mixHash', 32],
  ['nonce', 8],
];
/** Fields that forks have added at the end since London. */
const ADDED: typeof FIELDS = [
  ['baseFeePerGas', 'integer'],
  ['withdrawalsRoot', 32],
  ['blobGasUsed', 'integer'],
  ['excessBlobGas', 'integer'],
  ['parentBeaconBlockRoot', 32],
  ['requestsHash', 32],
];

export interface HeaderBytes {
  readonly height: bigint;
  /** 0x and 64 lower-case hex digits. */
  readonly hash: string;
  readonly bytes: Uint8Array;
}

/** The header of a height as enough endpoints have it. @throws ADAPTER_DISAGREEMENT */
export function readHeader(quorum: RpcQuorum, height: bigint, hash: HashPort) {
  const params = [toQuantity(height), false];
  return quorum.agree('eth_getBlockByNumber', params, (result) => {
    const header = encodeHeader(result, hash);
    if (header.height !== height) throw adapterError('ADAPTER_RPC_VALUE', { height });
    return header;
  });
}

/** @throws ADAPTER_RPC_VALUE where the fields are not those the block's hash is of */
export function encodeHeader(result: unknown, hash: HashPort): HeaderBytes {
  const block = readRecord(result);
  const added = ADDED.findIndex(([name]) => block[name] === undefined || block[name] === null);
  const fields = [...FIELDS, ...ADDED.slice(0, added < 0 ? ADDED.length : added)];
  const bytes = encodeRlp(fields.map(([name, kind]) => readField(block[name], kind)));
  const named = readHex(block['hash'], 32);
  if (`0x${toHex(hash.keccak256(bytes))}` !== named) {
    throw adapterError('ADAPTER_RPC_VALUE', { expected: `header of ${named}` });
  }
  return { height: readQuantity(block['number'], 64), hash: named, bytes };
}

function readField(value: unknown, kind: 'integer' | number): Uint8Array {
  if (kind === 'integer') return encodeRlpInteger(readQuantity(value));
  const text = readHex(value, kind === 0 ? undefined : kind);
  return bytesOf(text);
}
