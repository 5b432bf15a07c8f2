import { describe, expect, it } from 'vitest';
import { errorFromProblem } from '../../../adapters/problem.ts';

describe('an error that has travelled', () => {
  it('keeps code, status, retry and facts', () => {
    const error = errorFromProblem({
      code: 'MEMPOOL_FULL',
      status: 503,
      retry: 'later',
      message: 'The mempool is full',
      data: { waiting: 3 },
    });
    expect(error).toMatchObject({
      code: 'MEMPOOL_FULL',
      status: 503,
      retry: 'later',
      data: { waiting: 3 },
      message: 'The mempool is full (waiting 3)',
    });
  });

  it('takes title or detail where there is no message, but never the code for a sentence', () => {
    const problem = { code: 'MEMPOOL_FULL', title: 'MEMPOOL_FULL', detail: 'Too many wait' };
    expect(errorFromProblem(problem)?.message).toBe('Too many wait');
  });

  it.each([
    undefined,
    null,
    7,
    'text',
    [],
    {},
    { code: 7 },
    { code: 'lower_case' },
    { code: '../../etc' },
  ])('is none where the record is %j', (problem) =>
    expect(errorFromProblem(problem)).toBeUndefined(),
  );

  it('bounds what a stranger says and drops what is no fact', () => {
    const error = errorFromProblem({
      code: 'A_B',
      status: 200,
      retry: 'whenever',
      message: 'x'.repeat(5000),
      data: { fine: 1, nested: {}, list: [] },
    });
    expect(error).toMatchObject({ status: 502, retry: 'never', data: { fine: 1 } });
    expect(error?.message.length).toBeLessThan(1100);
  });
});
