/* The main job, as a new user starts it: every transfer ends, every proof holds, the books balance. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { start, temporaryDirectory } from './command-line.ts';

describe('tieline up --once', () => {
  it('plays the whole story, balances the books and leaves nothing behind', async () => {
    const { code, out, err } = await start(['up', '--once', '--port', '0']).ended;
    expect(err).toBe('');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    const summary = JSON.parse(lines.at(-1) ?? '');
    expect(Object.keys(summary)).toEqual([
      'transfers',
      'certificates',
      'conserved',
      'proofsVerified',
      'seconds',
    ]);
    const { completed, refundedOnError, refundedOnTimeout } = summary.transfers;
    expect(completed).toBeGreaterThanOrEqual(4);
    expect(refundedOnError).toBe(1);
    expect(refundedOnTimeout).toBe(1);
    // 471 + 374 + 419 + 432: floor of the energy of January 2015 in MWh, turbine by turbine.
    expect(summary.certificates.issued).toBe(1696);
    expect(summary.certificates.retired).toBeGreaterThan(0);
    expect(summary.conserved).toBe(true);
    expect(summary.proofsVerified).toBe(completed + refundedOnError + refundedOnTimeout);
    expect(out).toMatch(/Nanjing rooftop.*858\.896 +0 +858\.896/);
    expect(out).toContain('2015-01-16T09:30Z/2015-01-16T10:50Z');
    const directory = out.match(/data +(\S+) \(keys/)?.[1] ?? '';
    expect(directory).not.toBe('');
    expect(existsSync(directory)).toBe(false);
  });

  it('says in one sentence that its port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, err } = await start(['up', '--once', '--port', String(port)]).ended;
    await new Promise((closed) => taken.close(closed));
    expect(code).toBe(1);
    expect(err).toMatch(/^HUB_PORT_TAKEN: .+ \(host 127\.0\.0\.1, port \d+\)\.\n$/);
  });

  it('refuses a directory that is not its own', async () => {
    const directory = temporaryDirectory();
    try {
      const { code, err } = await start(['up', '--once', '--port', '0', '--data', 'test/e2e'])
        .ended;
      expect(code).toBe(1);
      expect(err).toMatch(/^DATA_DIRECTORY_FOREIGN: [^\n]+--data[^\n]+\n$/);
    } finally {
      directory.remove();
    }
  });
});
