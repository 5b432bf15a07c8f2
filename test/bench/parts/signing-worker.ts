/* A worker thread that signs transfers for the benches, so that signing is no part of what is measured. */
import { parentPort } from 'node:worker_threads';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import {
  encodeTransactionBody,
  type Transaction,
  transactionDigest,
} from '../../../schemas/wire/transaction.ts';

/** Transactions of one account. */
export interface SigningJob {
  readonly job: number;
  readonly genesisHash: Uint8Array;
  readonly secretKey: Uint8Array;
  readonly transactions: readonly Transaction[];
}

/** Signed bytes and ids, in the order of the job. */
export interface SignedJob {
  readonly job: number;
  readonly signed: readonly Uint8Array[];
  readonly ids: readonly Uint8Array[];
}

const { hash, signatures } = await loadPorts();

parentPort?.on('message', ({ job, genesisHash, secretKey, transactions }: SigningJob) => {
  const signed: Uint8Array[] = [];
  const ids: Uint8Array[] = [];
  for (const transaction of transactions) {
    const body = encodeTransactionBody(transaction);
    const id = transactionDigest(body, genesisHash, hash);
    const bytes = new Uint8Array(65 + body.length);
    bytes.set(signatures.sign(id, secretKey));
    bytes.set(body, 65);
    signed.push(bytes);
    ids.push(id);
  }
  parentPort?.postMessage({ job, signed, ids } satisfies SignedJob);
});
