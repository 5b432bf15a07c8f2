/**
 * The node API on a WebSocket: a hub keeps one open to each node and spares an HTTP request a call.
 * Calls under way and answers not yet read are bounded: beyond that nothing more is read.
 * docs/protocol.md#node-stream
 */
import type { IncomingMessage, Server } from 'node:http';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { isTielineError } from '../../schemas/errors.ts';
import {
  answerMessage,
  MAX_REQUEST_MESSAGE,
  readRequest,
  STREAM_PROTOCOL,
} from '../../schemas/wire/rpc-message.ts';
import { nodeError } from './errors.ts';
import type { Node } from './node.ts';
import { problemDetails } from './problem.ts';

/** Calls of one stream under way at once, answers that are still being sent included. */
const MAX_UNDER_WAY = 64;
/** Answers in bytes that may wait to be read by the other side. */
const MAX_UNREAD = 16 * 1_048_576;
const REFUSED = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** Serves streams on the server; the answer ends all that are open. */
export function serveStreams(server: Server, node: Pick<Node, 'call'>): () => void {
  const streams = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_REQUEST_MESSAGE,
    perMessageDeflate: false,
  });
  server.on('upgrade', (request, socket, head) => {
    if (isOurs(request)) {
      streams.handleUpgrade(request, socket, head, (stream) => serveStream(stream, node));
      return;
    }
    socket.on('error', () => socket.destroy());
    socket.end(REFUSED);
  });
  return () => {
    for (const stream of streams.clients) stream.terminate();
  };
}

/** No page in a browser (each sends its origin) speaks to a node through the user's machine. */
function isOurs({ url, headers }: IncomingMessage): boolean {
  const isAsked = url === '/rpc' && headers['sec-websocket-protocol'] === STREAM_PROTOCOL;
  return isAsked && headers.origin === undefined;
}

function serveStream(stream: WebSocket, node: Pick<Node, 'call'>): void {
  let underWay = 0;
  const regulate = (): void => {
    if (underWay >= MAX_UNDER_WAY || stream.bufferedAmount > MAX_UNREAD) stream.pause();
    else stream.resume();
  };
  const serve = async (message: Uint8Array): Promise<void> => {
    const { id, method, bytes } = readRequest(message);
    const answer = await answerTo(node, method, bytes);
    await new Promise<void>((sent) => {
      stream.send(answerMessage({ id, ...answer }), () => sent());
    });
  };
  stream.on('error', () => stream.terminate());
  stream.on('message', (data: RawData) => {
    underWay += 1;
    regulate();
    serve(plainBytes(data as Buffer))
      .catch(() => stream.terminate())
      .finally(() => {
        underWay -= 1;
        regulate();
      });
  });
}

/** No Buffer: its slices are no copies. */
const plainBytes = ({ buffer, byteOffset, byteLength }: Buffer): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

async function answerTo(
  node: Pick<Node, 'call'>,
  method: string,
  request: Uint8Array,
): Promise<{ readonly isRefusal: boolean; readonly bytes: Uint8Array }> {
  try {
    return { isRefusal: false, bytes: await node.call(method, request) };
  } catch (error) {
    const known = isTielineError(error) ? error : nodeError('NODE_INTERNAL', {}, error);
    return { isRefusal: true, bytes: Buffer.from(JSON.stringify(problemDetails(known))) };
  }
}
