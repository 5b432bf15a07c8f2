/* The benches as a user starts them: nodes and hub in processes of their own, then a recount of what is left. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Ended, start, temporaryDirectory } from './command-line.ts';

const directory = temporaryDirectory();
const data = join(directory.path, 'run');
const bench = (name: string, ...args: string[]): Promise<Ended> =>
  start(args, directory.path, `test/bench/${name}.ts`).ended;
const lastLine = (out: string): Record<string, unknown> =>
  JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;

afterAll(() => directory.remove());

describe('the benches', () => {
  it('load nodes and a hub over sockets, and a recount of their stores agrees', async () => {
    const flags = '--processes --rates 30 --seconds 1 --accounts 110 --forge 10%'.split(' ');
    const run = await bench('transfer', ...flags, '--data', data);
    expect(run.err).not.toContain('Error');
    expect(run.code).toBe(0);
    expect(lastLine(run.out)).toMatchObject({
      lost: 0,
      doubled: 0,
      processes: true,
      forgedRefused: 63,
      forgedAccepted: 0,
    });
    const recount = await bench('recount', '--data', data);
    expect(recount.err).toContain('blocks proven');
    expect(recount.code).toBe(0);
    expect(lastLine(recount.out)).toMatchObject({ agrees: true, completed: 630, lost: 0 });
  });

  it('end with exit code 1 and one sentence where the claim is not borne out', async () => {
    const file = join(data, 'bench.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"completed": 30', '"completed": 31'));
    const recount = await bench('recount', '--data', data);
    expect(recount.code).toBe(1);
    expect(recount.err).toContain('RECOUNT_DISAGREES');
    expect(lastLine(recount.out)).toMatchObject({ agrees: false });
  });

  it('end with exit code 2 and one sentence at a wrong flag', async () => {
    for (const name of ['transfer', 'recount']) {
      const wrong = await bench(name, '--nonsense');
      expect(wrong).toMatchObject({ code: 2, out: '' });
      expect(wrong.err).toMatch(/^BENCH_FLAG: [^\n]+\n$/);
    }
  });
});
