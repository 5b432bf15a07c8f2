/** POST /v1/transactions: any signed transaction to a chain; and where one has landed. */
import { Type } from 'typebox';
import { parseHex } from '../../schemas/codec/hex.ts';
import { toHex } from '../../schemas/hash.ts';
import { hubError } from '../errors.ts';
import {
  Alias,
  Landed,
  PostedTransactions,
  PostTransactions,
  TransactionId,
} from './api-schemas.ts';
import { type ApiContext, addressText } from './context.ts';
import { REFUSALS, type RouteScope } from './routes.ts';

export function transactionRoutes(scope: RouteScope, { registry }: ApiContext): void {
  scope.post(
    '/v1/transactions',
    { schema: { body: PostTransactions, response: { 202: PostedTransactions, ...REFUSALS } } },
    async (request, reply) => {
      const { chain, transactions } = request.body;
      const { adapter } = registry.chain(chain);
      const submissions = await adapter.submit(transactions.map((text) => parseHex(text)));
      const results = submissions.map(({ id, code }) => ({ id: toHex(id), code }));
      return reply.status(202).send({ results });
    },
  );
  const params = Type.Object({ alias: Alias, id: TransactionId });
  scope.get(
    '/v1/chains/:alias/transactions/:id',
    { schema: { params, response: { 200: Landed, ...REFUSALS } } },
    async (request) => {
      const { alias, adapter } = registry.chain(request.params.alias);
      const { id } = request.params;
      const landed = await adapter.lookup(parseHex(id, 32));
      if (landed === undefined) throw hubError('HUB_TRANSACTION_UNKNOWN', { chain: alias, id });
      const { code, items, events } = landed.result;
      return {
        id,
        chain: alias,
        height: landed.height.toString(),
        index: landed.index,
        timeMs: landed.timeMs.toString(),
        code,
        items: [...items],
        events: events.map((event) => ({
          ...event,
          sequence: event.sequence.toString(),
          subject: toHex(event.subject),
          quantity: event.quantity.toString(),
          account: addressText(event.account),
        })),
      };
    },
  );
}
