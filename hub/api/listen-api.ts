/**
 * The hub's HTTP API: typed routes, OpenAPI 3.1 at /openapi.json, refusals as problem details, bounds
 * on everything a client may send. `createApi` does not listen. docs/architecture.md#api
 */
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import { hubError } from '../errors.ts';
import { chainRoutes } from './chain-routes.ts';
import type { ApiContext } from './context.ts';
import { laneRoutes } from './lane-routes.ts';
import { isLoopback } from './loopback.ts';
import { MAX_BODY, PROBLEM_TYPE, problemBody, refusalOf } from './problem.ts';
import { proposalRoutes } from './proposal-routes.ts';
import { portTaken } from './require-free-port.ts';
import { resourceRoutes } from './resource-routes.ts';
import { transactionRoutes } from './transaction-routes.ts';
import { transferRoutes } from './transfer-routes.ts';

/** Requests of one address outside this machine in ten seconds. */
const MAX_REQUESTS = 1000;
const REQUEST_TIMEOUT_MS = 30_000;

/** A listening API. */
export interface Api {
  readonly url: string;
  close(): Promise<void>;
}

/** The application without a socket. */
export async function createApi(context: ApiContext) {
  const onUnexpected = (request: FastifyRequest) => (error: unknown) =>
    context.log.warn('A request failed unexpectedly', {
      request: request.id,
      url: request.url,
      error: String(error),
    });
  const answer = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = refusalOf(error, onUnexpected(request));
    return reply
      .status(problem.status)
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problemBody(problem)));
  };
  const app = fastify({
    bodyLimit: MAX_BODY,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 160 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: false } },
    frameworkErrors: (error: FastifyError, request, reply) => void answer(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setErrorHandler(answer);
  app.setNotFoundHandler((request) => {
    throw hubError('HUB_ROUTE_UNKNOWN', { method: request.method });
  });
  await app.register(rateLimit, {
    max: MAX_REQUESTS,
    timeWindow: '10 seconds',
    allowList: (request) => isLoopback(request.ip),
  });
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Tieline hub', version: '1' } },
  });
  for (const routes of [
    chainRoutes,
    resourceRoutes,
    transferRoutes,
    transactionRoutes,
    laneRoutes,
    proposalRoutes,
  ]) {
    await app.register((scope, _options, done) => {
      routes(scope.withTypeProvider<TypeBoxTypeProvider>(), context);
      done();
    });
  }
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  return app;
}

/** Serves the API. @throws HUB_PORT_TAKEN */
export async function listenApi(
  { host, port }: { readonly host: string; readonly port: number },
  context: ApiContext,
): Promise<Api> {
  const app = await createApi(context);
  try {
    const url = await app.listen({ host, port });
    return { url, close: () => app.close() };
  } catch (cause) {
    await app.close();
    throw portTaken({ host, port }, cause);
  }
}
