/** Recorded Ethereum data as the bytes the verifiers take, and genuine public data where it is at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  encodeRlp,
  encodeRlpInteger,
  type RlpItem,
} from '../../main-chain/relay/ethereum/evm/rlp.ts';
import { parseHex } from '../../schemas/codec/hex.ts';

/** A header or proof as a node's JSON-RPC gives it. */
export type Json = Readonly<Record<string, unknown>>;

export interface ProofJson {
  readonly address: string;
  readonly accountProof: readonly string[];
  readonly nonce: string;
  readonly balance: string;
  readonly storageHash: string;
  readonly codeHash: string;
  readonly storageProof: readonly {
    readonly key: string;
    readonly value: string;
    readonly proof: readonly string[];
  }[];
}

/** Bytes of `0x` hex, as nodes write it: any case, an odd digit means a leading zero. */
export function hexBytes(text: string): Uint8Array {
  const digits = text.replace(/^0x/, '').toLowerCase();
  return parseHex(digits.length % 2 === 0 ? digits : `0${digits}`);
}

/** A 32-byte word of a shortened hex integer. */
export function hexWord(text: string): Uint8Array {
  const bytes = encodeRlpInteger(BigInt(text));
  const word = new Uint8Array(32);
  word.set(bytes, 32 - bytes.length);
  return word;
}

const HEADER_FIELDS: readonly (readonly [string, 'bytes' | 'integer'])[] = [
  ['parentHash', 'bytes'],
  ['sha3Uncles', 'bytes'],
  ['miner', 'bytes'],
  ['stateRoot', 'bytes'],
  ['transactionsRoot', 'bytes'],
  ['receiptsRoot', 'bytes'],
  ['logsBloom', 'bytes'],
  ['difficulty', 'integer'],
  ['number', 'integer'],
  ['gasLimit', 'integer'],
  ['gasUsed', 'integer'],
  ['timestamp', 'integer'],
  ['extraData', 'bytes'],
  ['mixHash', 'bytes'],
  ['nonce', 'bytes'],
  ['baseFeePerGas', 'integer'],
  ['withdrawalsRoot', 'bytes'],
  ['blobGasUsed', 'integer'],
  ['excessBlobGas', 'integer'],
  ['parentBeaconBlockRoot', 'bytes'],
  ['requestsHash', 'bytes'],
];

/** The RLP items of a JSON header in consensus order. */
export function headerItems(header: Json): RlpItem[] {
  return HEADER_FIELDS.filter(([name]) => header[name] !== undefined).map(([name, kind]) => {
    const text = String(header[name]);
    return kind === 'bytes' ? hexBytes(text) : encodeRlpInteger(BigInt(text));
  });
}

/** The bytes a network hashes of a JSON header. */
export function headerBytes(header: Json): Uint8Array {
  return encodeRlp(headerItems(header));
}

/** Nodes of an `eth_getProof` answer as one list: each once, in the order they are first needed. */
export function proofNodes(proof: ProofJson): Uint8Array[] {
  const texts = [...proof.accountProof, ...proof.storageProof.flatMap((slot) => slot.proof)];
  return [...new Set(texts)].map(hexBytes);
}

/** A recorded file of test/vectors/ethereum. */
export function readVector<T>(name: string): T {
  return JSON.parse(readFileSync(resolve('test/vectors/ethereum', name), 'utf8')) as T;
}

/** Folder of genuine public data, or undefined; see test/vectors/ethereum/README.md. */
export function publicVectors(): string | undefined {
  const named = process.env['TIELINE_ETHEREUM_VECTORS'];
  if (named !== undefined) return existsSync(named) ? named : undefined;
  for (let at = resolve('.'); ; at = dirname(at)) {
    const folder = join(at, 'shared/vectors/ethereum/fetched');
    if (existsSync(folder)) return folder;
    if (dirname(at) === at) return undefined;
  }
}

/** A file of the genuine public data. */
export function readPublic<T>(folder: string, name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
}

/** What a suite that needs the public data adds to its name where it is skipped. */
export const WITHOUT_PUBLIC_VECTORS =
  '(skipped where there is no shared/vectors/ethereum/fetched: genuine public data is not in the repository)';
