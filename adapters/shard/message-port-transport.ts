/**
 * The node API over a MessagePort to the thread the node runs in: `{ id, method, bytes }` there,
 * `{ id, bytes }` or `{ id, error }` back. docs/protocol.md#node-api
 */
import type { MessagePort } from 'node:worker_threads';
import type { NodeTransport } from '../../schemas/wire/node-api.ts';
import { adapterError } from '../errors.ts';
import { errorFromProblem } from '../problem.ts';

type Answer =
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly error: unknown };

interface Waiting {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls over a connected port; the port closes with the transport. @throws ADAPTER_CLOSED ADAPTER_ANSWER and the node's codes, from `call` */
export function createMessagePortTransport(port: MessagePort): NodeTransport {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let isClosed = false;
  port.on('message', (answer: Answer) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('bytes' in answer) call?.resolve(answer.bytes);
    else call?.reject(errorFromProblem(answer.error) ?? adapterError('ADAPTER_ANSWER'));
  });
  port.on('close', () => {
    isClosed = true;
    for (const { reject } of waiting.values()) reject(adapterError('ADAPTER_CLOSED'));
    waiting.clear();
  });
  return {
    call(method, request) {
      if (isClosed) return Promise.reject(adapterError('ADAPTER_CLOSED'));
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        port.postMessage({ id, method, bytes: request });
      });
    },
    close() {
      port.close();
      return Promise.resolve();
    },
  };
}
