/** A write the disk did not take, as a coded error that says what to do. docs/architecture.md#disk-full */
import { isTielineError, type TielineError } from '../../schemas/errors.ts';
import { hostError } from './errors.ts';

/** The coded error of a write to `path` that failed with `cause`. */
export function writeFailure(path: string, cause: unknown): TielineError {
  const { code, message = '' } = cause as { code?: unknown; message?: string };
  // level tells the kind of an input/output error by its text only.
  const isFull =
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    /no space left on device|disk quota exceeded/i.test(message);
  return hostError(isFull ? 'STORE_FULL' : 'STORE_FAILED', { path }, cause);
}

/** True where a write failed: nothing more can be made durable. */
export function isWriteFailure(error: unknown): boolean {
  return isTielineError(error, 'STORE_FULL') || isTielineError(error, 'STORE_FAILED');
}
