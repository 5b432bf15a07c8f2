/** A worker thread that checks batches of transactions for the signature pool. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadPorts } from '../../host/native-ports.ts';
import { type CheckRequest, packOutcomes, unpackRequest } from './check-batch.ts';
import { checkTransaction } from './transaction-check.ts';

const { genesisHash } = workerData as { readonly genesisHash: Uint8Array };
const ports = await loadPorts();

parentPort?.on('message', (request: CheckRequest) => {
  const outcomes = packOutcomes(
    unpackRequest(request).map((bytes) => checkTransaction(bytes, genesisHash, ports)),
  );
  parentPort?.postMessage({ batch: request.batch, outcomes }, [outcomes.buffer]);
});
