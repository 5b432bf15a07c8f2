/** The demonstration in the test's own process: told once, stopped while it serves, and not told again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { up } from '../../../hub/up/up.ts';

const directory = mkdtempSync(join(tmpdir(), 'tieline-up-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const LOG = { info: () => undefined, warn: () => undefined };

/** Runs `up`; where it does not end by itself it is told to stop as soon as it serves. */
async function run(once: boolean) {
  let text = '';
  let stop: () => void = () => undefined;
  const asked = new Promise<void>((done) => {
    stop = done;
  });
  const say = (said: string): void => {
    text += said;
    if (/Serving at /.test(said)) stop();
  };
  const place = { directory: join(directory, 'data'), host: '127.0.0.1', port: 0 };
  const summary = await up({ ...place, once, say, log: LOG, stopped: () => asked });
  return { summary, text };
}

describe('up', () => {
  it('tells its story and ends, and a second start goes on with the same books', async () => {
    const first = await run(true);
    expect(first.summary).toMatchObject({
      transfers: { refundedOnError: 1, refundedOnTimeout: 1 },
      certificates: { issued: 1696 },
      conserved: true,
    });
    const second = await run(false);
    expect(second.text).toContain('has been told before');
    expect(second.text).toContain('Stopping: the block in hand is finished first.');
    expect({ ...second.summary, seconds: 0 }).toEqual({ ...first.summary, seconds: 0 });
  }, 240_000);
});
