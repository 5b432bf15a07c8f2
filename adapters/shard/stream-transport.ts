/**
 * The node API over one WebSocket that stays open, many calls at once. A lost connection fails what is
 * under way; the next call opens another. docs/protocol.md#node-stream
 */
import { WebSocket } from 'ws';
import type { NodeTransport } from '../../schemas/wire/node-api.ts';
import {
  MAX_ANSWER_MESSAGE,
  readAnswer,
  requestMessage,
  STREAM_PROTOCOL,
} from '../../schemas/wire/rpc-message.ts';
import { adapterError } from '../errors.ts';
import { errorFromProblem } from '../problem.ts';

/** A node that says nothing for so long while calls wait is taken for gone. */
const SILENCE_MS = 60_000;
const CONNECT_MS = 10_000;
const MAX_ID = 2 ** 32;

interface Waiting {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: unknown) => void;
}

interface Stream {
  call(method: string, request: Uint8Array): Promise<Uint8Array>;
  readonly isOpen: boolean;
  close(): void;
}

/** `url` is the origin of the node's RPC. @throws ADAPTER_UNREACHABLE ADAPTER_ANSWER ADAPTER_CLOSED and the node's own codes, from `call` */
export function createStreamTransport({ url }: { readonly url: string }): NodeTransport {
  let isClosed = false;
  let current: Stream | undefined;
  let opening: Promise<Stream> | undefined;
  const open = (): Promise<Stream> => {
    opening ??= connect(url)
      .then((socket) => {
        current = createStream(socket, url, () => isClosed);
        if (isClosed) current.close();
        return current;
      })
      .finally(() => {
        opening = undefined;
      });
    return opening;
  };
  return {
    async call(method, request) {
      if (isClosed) throw adapterError('ADAPTER_CLOSED');
      const stream = current?.isOpen === true ? current : await open();
      return stream.call(method, request);
    },
    close() {
      isClosed = true;
      current?.close();
      return Promise.resolve();
    },
  };
}

/** @throws ADAPTER_UNREACHABLE where nobody listens, ADAPTER_ANSWER where the server is no node */
function connect(url: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(new URL('/rpc', url), STREAM_PROTOCOL, {
      perMessageDeflate: false,
      maxPayload: MAX_ANSWER_MESSAGE,
      handshakeTimeout: CONNECT_MS,
    });
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (request, { statusCode = 0 }) => {
      request.destroy();
      reject(adapterError('ADAPTER_ANSWER', { method: 'rpc', status: statusCode }));
    });
    socket.on('error', (cause) => {
      socket.terminate();
      reject(adapterError('ADAPTER_UNREACHABLE', { url }, cause));
    });
  });
}

function createStream(socket: WebSocket, url: string, isClosed: () => boolean): Stream {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const lost = (): Error =>
    isClosed() ? adapterError('ADAPTER_CLOSED') : adapterError('ADAPTER_UNREACHABLE', { url });
  const take = (message: Uint8Array): void => {
    const { id, isRefusal, bytes } = readAnswer(message);
    const call = waiting.get(id);
    waiting.delete(id);
    if (isRefusal) call?.reject(refusal(bytes));
    else call?.resolve(bytes);
  };
  const silence = watchSilence(waiting, () => socket.terminate());
  socket.on('message', (data) => {
    silence.heard();
    try {
      const { buffer, byteOffset, byteLength } = data as Buffer;
      // No Buffer: its slices are no copies.
      take(new Uint8Array(buffer, byteOffset, byteLength));
    } catch {
      socket.terminate();
    }
  });
  socket.once('close', () => {
    silence.end();
    for (const { reject } of waiting.values()) reject(lost());
    waiting.clear();
  });
  return {
    get isOpen() {
      return socket.readyState === WebSocket.OPEN;
    },
    call(method, request) {
      if (socket.readyState !== WebSocket.OPEN) return Promise.reject(lost());
      lastId = (lastId + 1) % MAX_ID;
      const id = lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        socket.send(requestMessage({ id, method, bytes: request }));
      });
    },
    close: () => socket.terminate(),
  };
}

/** Ends a connection on which calls wait and nothing comes. */
function watchSilence(waiting: ReadonlyMap<number, Waiting>, end: () => void) {
  let last = performance.now();
  const timer = setInterval(() => {
    if (waiting.size === 0) last = performance.now();
    else if (performance.now() - last > SILENCE_MS) end();
  }, SILENCE_MS / 4).unref();
  return {
    heard: () => {
      last = performance.now();
    },
    end: () => clearInterval(timer),
  };
}

function refusal(bytes: Uint8Array): Error {
  try {
    const error = errorFromProblem(JSON.parse(new TextDecoder().decode(bytes)));
    if (error !== undefined) return error;
  } catch {
    // no JSON: falls through to what can be said anyway
  }
  return adapterError('ADAPTER_ANSWER');
}
