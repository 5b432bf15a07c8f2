/* Signs many transactions in two worker threads. */
import { Worker } from 'node:worker_threads';
import { workerEntry } from '../../../main-chain/host/worker-entry.ts';
import type { SignedJob, SigningJob } from './signing-worker.ts';

export interface SigningPool {
  sign(jobs: readonly Omit<SigningJob, 'job'>[]): Promise<readonly SignedJob[]>;
  close(): Promise<void>;
}

export function createSigningPool(): SigningPool {
  const { url, execArgv } = workerEntry('signing-worker', import.meta.url);
  const workers = [new Worker(url, { execArgv }), new Worker(url, { execArgv })];
  return {
    sign: (jobs) =>
      new Promise((resolve, reject) => {
        const done: SignedJob[] = [];
        let left = jobs.length;
        for (const worker of workers) {
          worker.removeAllListeners();
          worker.on('error', reject);
          worker.on('message', (signed: SignedJob) => {
            done[signed.job] = signed;
            left -= 1;
            if (left === 0) resolve(done);
          });
        }
        for (const [job, each] of jobs.entries()) workers[job % 2]?.postMessage({ ...each, job });
      }),
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
