/**
 * The one error class of the project and the factory every folder's error table is made with.
 * A code is AREA_WHAT, unique over the project, documented in docs/errors.md#<code in lower case>.
 */

/** When trying the same thing again can help. */
export type Retry = 'never' | 'later' | 'after-update';

/** What is fixed about a code: its HTTP status, whether a retry helps, and one sentence. */
export interface ErrorEntry {
  readonly status: number;
  readonly retry: Retry;
  readonly message: string;
}

/** Facts of one occurrence: printable, never secret. */
export type ErrorData = Readonly<Record<string, string | number | bigint | boolean>>;

/** A refusal or failure with an exact code and its data. */
export class TielineError extends Error {
  override readonly name = 'TielineError';
  readonly code: string;
  readonly data: ErrorData;
  readonly retry: Retry;
  readonly status: number;

  constructor(code: string, entry: ErrorEntry, data: ErrorData = {}, cause?: unknown) {
    super(sentence(entry.message, data), cause === undefined ? undefined : { cause });
    this.code = code;
    this.data = data;
    this.retry = entry.retry;
    this.status = entry.status;
  }

  /** Where the code is explained, relative to the repository. */
  get docs(): string {
    return `docs/errors.md#${this.code.toLowerCase()}`;
  }
}

/** Makes errors of one table; `table` is read by the test that merges all tables. */
export interface ErrorFactory<Code extends string> {
  (code: Code, data?: ErrorData, cause?: unknown): TielineError;
  readonly table: Readonly<Record<Code, ErrorEntry>>;
}

/** Turns a folder's table into the function its code throws with: `throw relayError('PACKET_TIMED_OUT', { sequence })`. */
export function createErrors<Code extends string>(
  table: Readonly<Record<Code, ErrorEntry>>,
): ErrorFactory<Code> {
  const make = (code: Code, data?: ErrorData, cause?: unknown): TielineError =>
    new TielineError(code, table[code], data, cause);
  return Object.assign(make, { table });
}

/** True for a TielineError, optionally of one code. */
export function isTielineError(error: unknown, code?: string): error is TielineError {
  return error instanceof TielineError && (code === undefined || error.code === code);
}

function sentence(message: string, data: ErrorData): string {
  const facts = Object.entries(data).map(([name, value]) => `${name} ${String(value)}`);
  return facts.length === 0 ? message : `${message} (${facts.join(', ')})`;
}
