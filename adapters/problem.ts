/**
 * TielineErrors as they travel: a plain record, the same in RFC 9457 problem details over HTTP and in
 * messages between threads. A record from outside is judged strictly before it becomes an error.
 */
import { type ErrorData, type Retry, TielineError } from '../schemas/errors.ts';

const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;
const MAX_SENTENCE = 1024;

/** The error a problem record describes, or undefined where it describes none. */
export function errorFromProblem(problem: unknown): TielineError | undefined {
  if (typeof problem !== 'object' || problem === null) return undefined;
  const { code, status, detail, message, title, retry, data } = problem as Readonly<
    Record<string, unknown>
  >;
  if (typeof code !== 'string' || !CODE.test(code)) return undefined;
  const sentences = [message, title, detail].filter(
    (each) => typeof each === 'string' && each !== code,
  );
  return new TielineError(
    code,
    {
      status: typeof status === 'number' && status >= 400 && status < 600 ? status : 502,
      retry: isRetry(retry) ? retry : 'never',
      message: String(sentences[0] ?? 'The chain refused').slice(0, MAX_SENTENCE),
    },
    printable(data),
  );
}

function isRetry(value: unknown): value is Retry {
  return value === 'never' || value === 'later' || value === 'after-update';
}

function printable(data: unknown): ErrorData {
  if (typeof data !== 'object' || data === null) return {};
  const kept = Object.entries(data).filter(([, value]) =>
    ['string', 'number', 'bigint', 'boolean'].includes(typeof value),
  );
  return Object.fromEntries(kept.slice(0, 16)) as ErrorData;
}
