/** The type of the scope routes are added to, and what every route may answer. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import { Problem } from './api-schemas.ts';

export type RouteScope = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Documents refusals; they are written by the error handler. */
export const REFUSALS = {
  '4xx': { description: 'Refused', content: { 'application/problem+json': { schema: Problem } } },
} as const;
