/** TielineErrors as plain records that leave the node: in worker messages and as problem details. */
import type { ErrorData, Retry, TielineError } from '../../schemas/errors.ts';

/** A refusal as it travels between threads; `message` is the sentence without the facts. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly data: ErrorData;
  readonly retry: Retry;
  readonly status: number;
}

export function problemOf({ code, message, data, retry, status }: TielineError): Problem {
  const [first] = Object.keys(data);
  const facts = first === undefined ? -1 : message.lastIndexOf(` (${first} `);
  return { code, message: facts < 0 ? message : message.slice(0, facts), data, retry, status };
}

/** The same as RFC 9457 problem details; integers beyond JSON's are text. */
export function problemDetails(error: TielineError): object {
  const { code, message, data, retry, status } = problemOf(error);
  const facts = Object.entries(data).map(([name, value]) => [
    name,
    typeof value === 'bigint' ? value.toString() : value,
  ]);
  return {
    type: error.docs,
    title: message,
    status,
    detail: error.message,
    code,
    retry,
    data: Object.fromEntries(facts),
  };
}
