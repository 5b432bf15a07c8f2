/* Codes of the benches: what a run was told that it cannot work with, and what a recount finds wrong. */
import { createErrors } from '../../../schemas/errors.ts';

export const benchError = createErrors({
  BENCH_FLAG: {
    status: 400,
    retry: 'never',
    message: 'A flag of this bench is unknown or malformed: docs/performance.md lists them',
  },
  BENCH_DATA: {
    status: 409,
    retry: 'never',
    message: 'The data directory is not empty: name an empty or new one',
  },
  BENCH_PROCESS: {
    status: 500,
    retry: 'later',
    message: 'A process of the bench ended before its time: see what it said above',
  },
});
