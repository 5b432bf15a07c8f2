/**
 * The node API over HTTP: POST /rpc/<method> with octets in and out, GET /health, and GET /rpc for
 * a WebSocket of calls (stream-server.ts). Bodies are bounded;
 * refusals are RFC 9457 problem details with the project's codes. docs/protocol.md#node-api
 */
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { isTielineError, type TielineError } from '../../schemas/errors.ts';
import type { HttpConfig } from './config.ts';
import { nodeError } from './errors.ts';
import type { Node } from './node.ts';
import { problemDetails } from './problem.ts';
import { serveStreams } from './stream-server.ts';

/** Largest request body in bytes. */
export const MAX_BODY = 8 * 1_048_576;
const OCTETS = 'application/octet-stream';
const PROBLEM = 'application/problem+json';

/** A listening server. */
export interface HttpServer {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `node`; the caller closes server and node. @throws NODE_PORT_TAKEN NODE_ADDRESS_UNUSABLE */
export async function listenHttp(
  node: Pick<Node, 'call' | 'chainId'>,
  { host, port }: HttpConfig,
): Promise<HttpServer> {
  const app = createApp(node);
  const endStreams = serveStreams(app.server, node);
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    const { code } = cause as NodeJS.ErrnoException;
    const taken = code === 'EADDRINUSE';
    throw nodeError(taken ? 'NODE_PORT_TAKEN' : 'NODE_ADDRESS_UNUSABLE', { host, port }, cause);
  }
  const address = app.server.address();
  const bound = typeof address === 'object' ? address?.port : undefined;
  return {
    host,
    port: bound ?? port,
    close() {
      endStreams();
      return app.close();
    },
  };
}

function createApp(node: Pick<Node, 'call' | 'chainId'>): FastifyInstance {
  const refuse = (error: FastifyError, _request: unknown, reply: FastifyReply) => {
    const problem = isTielineError(error) ? error : refusalOf(error);
    return reply.status(problem.status).type(PROBLEM).send(problemDetails(problem));
  };
  const app = fastify({
    bodyLimit: MAX_BODY,
    forceCloseConnections: true,
    requestTimeout: 60_000,
    routerOptions: { maxParamLength: 64 },
    frameworkErrors: (error: FastifyError, request, reply) => void refuse(error, request, reply),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(OCTETS, { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler(refuse);
  app.setNotFoundHandler(() => {
    throw nodeError('NODE_METHOD_UNKNOWN');
  });
  app.post<{ Params: { method: string }; Body: Buffer | undefined }>(
    '/rpc/:method',
    async (request, reply) => {
      const body = request.body ?? new Uint8Array(0);
      const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
      return reply.type(OCTETS).send(Buffer.from(await node.call(request.params.method, bytes)));
    },
  );
  app.get('/health', async (_request, reply) => {
    await node.call('info', new Uint8Array(0));
    return reply.send({ status: 'ok', chainId: node.chainId });
  });
  return app;
}

/** What the server itself refuses: size, media type, framing. */
function refusalOf(error: FastifyError): TielineError {
  if (error.statusCode === 413) return nodeError('NODE_REQUEST_BOUND', { max: MAX_BODY });
  if (error.statusCode === 415) return nodeError('NODE_MEDIA_TYPE');
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return nodeError('NODE_REQUEST_INVALID', {}, error);
  }
  return nodeError('NODE_INTERNAL', {}, error);
}
