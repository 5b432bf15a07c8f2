/**
 * A node in a worker thread. `workerData` is a NodeConfig; started by node-worker.ts.
 *
 * To the thread, on its parent port or on any connected port:
 *   { id, method, bytes }      one call of the node API → { id, bytes } or { id, error: Problem }
 * On the parent port also:
 *   { connect: MessagePort }   (transferred) serves the same calls on that port from then on
 *   { close: true }            closes node and server, then the thread ends
 * From the thread, on the parent port, besides answers:
 *   { ready: NodeReady } once, or { failed: Problem } and the thread ends; { say: sentence }
 * `id` is the caller's (a number); answers come in any order; `bytes` is moved, not copied.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { isTielineError } from '../../schemas/errors.ts';
import { chainApplication } from '../relay/application.ts';
import type { NodeConfig } from './config.ts';
import { nodeError } from './errors.ts';
import { type HttpServer, listenHttp } from './http-server.ts';
import { createNode, type Node } from './node.ts';
import { type Problem, problemOf } from './problem.ts';

/** One call of the node API. */
export interface CallMessage {
  readonly id: number;
  readonly method: string;
  readonly bytes: Uint8Array;
}

/** Its answer. */
export type AnswerMessage =
  | { readonly id: number; readonly bytes: Uint8Array }
  | { readonly id: number; readonly error: Problem };

/** What the thread tells when its node is open. */
export interface NodeReady {
  readonly chainId: string;
  readonly genesisHash: Uint8Array;
  /** The port of its HTTP server, where it has one. */
  readonly httpPort: number | undefined;
}

export type ControlMessage = { readonly connect: MessagePort } | { readonly close: true };

export type ThreadMessage =
  | AnswerMessage
  | { readonly ready: NodeReady }
  | { readonly failed: Problem }
  | { readonly say: string };

const port = parentPort;
if (port !== null) await run(port, workerData as NodeConfig);

async function run(parent: MessagePort, config: NodeConfig): Promise<void> {
  const tell = (message: ThreadMessage): void => parent.postMessage(message);
  let node: Node | undefined;
  let server: HttpServer | undefined;
  try {
    node = await createNode(config, {
      application: chainApplication,
      say: (sentence) => tell({ say: sentence }),
    });
    server = config.http && (await listenHttp(node, config.http));
  } catch (error) {
    await node?.close();
    tell({
      failed: problemOf(isTielineError(error) ? error : nodeError('NODE_INTERNAL', {}, error)),
    });
    parent.close();
    return;
  }
  const { call, chainId, genesisHash } = node;
  const serve = (on: MessagePort, message: CallMessage): void => {
    void answer(call, message).then((reply) => {
      on.postMessage(reply, 'bytes' in reply ? transferable(reply.bytes) : []);
    });
  };
  parent.on('message', (message: CallMessage | ControlMessage) => {
    if ('connect' in message) {
      const { connect } = message;
      connect.on('message', (request: CallMessage) => serve(connect, request));
    } else if ('close' in message) {
      void close(parent, node, server);
    } else {
      serve(parent, message);
    }
  });
  tell({ ready: { chainId, genesisHash, httpPort: server?.port } });
}

async function answer(
  call: Node['call'],
  { id, method, bytes }: CallMessage,
): Promise<AnswerMessage> {
  try {
    return { id, bytes: await call(method, bytes) };
  } catch (error) {
    const known = isTielineError(error) ? error : nodeError('NODE_INTERNAL', {}, error);
    return { id, error: problemOf(known) };
  }
}

/** A buffer that is all the answer's own may be moved; a view of another must be copied. */
function transferable({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}

async function close(
  parent: MessagePort,
  node: Node,
  server: HttpServer | undefined,
): Promise<void> {
  await server?.close();
  await node.close();
  parent.close();
}
