/**
 * Starts a node in a worker thread and gives a port to call it by: one event loop cannot carry
 * several chains at full speed. The messages are worker.ts's.
 */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { TielineError } from '../../schemas/errors.ts';
import { workerEntry } from '../host/worker-entry.ts';
import type { NodeConfig } from './config.ts';
import { nodeError } from './errors.ts';
import type { Problem } from './problem.ts';
import type { NodeReady, ThreadMessage } from './worker.ts';

/** A node that runs in its own thread. */
export interface NodeWorker extends NodeReady {
  /** A port that answers calls (`{ id, method, bytes }`); close it when done. */
  connect(): MessagePort;
  /** Closes the node; the thread has ended when it resolves. */
  close(): Promise<void>;
}

/** Starts the thread; resolves when its chain makes blocks. @throws what `createNode` and `listenHttp` throw */
export async function startNodeWorker(
  config: NodeConfig,
  say: (sentence: string) => void = () => undefined,
): Promise<NodeWorker> {
  const { url, execArgv } = workerEntry('worker', import.meta.url);
  const worker = new Worker(url, { execArgv, workerData: config });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const ready = await new Promise<NodeReady>((resolve, reject) => {
    worker.on('message', (message: ThreadMessage) => {
      if ('ready' in message) resolve(message.ready);
      else if ('failed' in message) reject(errorOf(message.failed));
      else if ('say' in message) say(message.say);
    });
    worker.on('error', (error) => {
      say(`The thread of a node has ended: ${error.message}`);
      reject(nodeError('NODE_INTERNAL', {}, error));
    });
    void ended.then(() => reject(nodeError('NODE_CLOSED')));
  });
  return {
    ...ready,
    connect() {
      const { port1, port2 } = new MessageChannel();
      worker.postMessage({ connect: port2 }, [port2]);
      return port1;
    },
    async close() {
      worker.postMessage({ close: true });
      await ended;
    },
  };
}

function errorOf({ code, message, data, retry, status }: Problem): TielineError {
  return new TielineError(code, { status, retry, message }, data);
}
