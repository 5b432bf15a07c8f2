/**
 * Refusals as RFC 9457 problem details: `code` names the failing check, `detail` says what and which
 * way out, `type` is where the docs explain it. docs/errors.md
 */
import type { FastifyError } from 'fastify';
import { ledgerError } from '../../main-chain/ledger/errors.ts';
import { relayError } from '../../main-chain/relay/errors.ts';
import { type ErrorEntry, isTielineError, TielineError } from '../../schemas/errors.ts';
import { hubError } from '../errors.ts';

/** Largest request body in bytes. */
export const MAX_BODY = 4 * 1_048_576;
export const PROBLEM_TYPE = 'application/problem+json';

/** The body of a refusal; integers beyond JSON's are text. */
export function problemBody(error: TielineError): object {
  const { code, message, data, retry, status, docs } = error;
  const [first] = Object.keys(data);
  const cut = first === undefined ? -1 : message.lastIndexOf(` (${first} `);
  const facts = Object.entries(data).map(([name, value]) => [
    name,
    typeof value === 'bigint' ? value.toString() : value,
  ]);
  return {
    type: docs,
    title: cut < 0 ? message : message.slice(0, cut),
    status,
    detail: message,
    code,
    retry,
    data: Object.fromEntries(facts),
  };
}

/** Any error as one of ours; `onUnexpected` hears of those that are nobody's refusal. */
export function refusalOf(error: unknown, onUnexpected: (error: unknown) => void): TielineError {
  if (isTielineError(error)) {
    if (error.status >= 500 && !error.code.startsWith('ADAPTER_')) onUnexpected(error);
    return error;
  }
  const { validation, validationContext, statusCode, code, message } =
    error as Partial<FastifyError>;
  if (validation !== undefined) {
    const [fault] = validation;
    const where = `${validationContext ?? 'request'}${fault?.instancePath ?? ''}`;
    return hubError('HUB_REQUEST', { where, why: fault?.message ?? 'invalid' });
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return hubError('HUB_BODY_TOO_LARGE', { bytes: MAX_BODY });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return hubError('HUB_MEDIA_TYPE');
  if (statusCode === 429) return hubError('HUB_RATE_LIMIT');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return hubError('HUB_REQUEST', { where: 'request', why: message ?? 'invalid' });
  }
  onUnexpected(error);
  return hubError('HUB_INTERNAL', {}, error);
}

const TABLES: readonly Readonly<Record<string, ErrorEntry>>[] = [
  relayError.table,
  ledgerError.table,
];
const UNKNOWN: ErrorEntry = {
  status: 409,
  retry: 'never',
  message: 'The chain refused the transaction: docs/errors.md explains the code',
};

/** What a chain refused with, as an error with what the tables know of the code. */
export function chainRefusal(code: string, chain: string): TielineError {
  const entry = TABLES.map((table) => table[code]).find((each) => each !== undefined) ?? UNKNOWN;
  const isBusy = code === 'MEMPOOL_FULL' || code === 'MEMPOOL_SENDER_FULL';
  return new TielineError(code, isBusy ? { ...entry, status: 429, retry: 'later' } : entry, {
    chain,
  });
}
