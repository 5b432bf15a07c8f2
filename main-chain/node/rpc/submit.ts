/** `submit`: offers transactions to the mempool. docs/protocol.md#node-api */
import { nodeError } from '../errors.ts';
import type { Handler, NodeParts } from './handler.ts';

/** Most transactions of one call. */
export const MAX_SUBMIT = 8192;

export function submitHandler({ mempool, requireRunning }: NodeParts): Handler<'submit'> {
  return async ({ transactions }) => {
    requireRunning();
    if (transactions.length > MAX_SUBMIT) {
      throw nodeError('NODE_REQUEST_BOUND', { transactions: transactions.length, max: MAX_SUBMIT });
    }
    return { codes: await mempool.submit(transactions) };
  };
}
