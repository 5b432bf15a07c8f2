/* A second start goes on where the first stopped, whether that stop was asked for or not. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run, start, temporaryDirectory } from './command-line.ts';

interface ChainJson {
  readonly alias: string;
  readonly height: string;
}

async function heights(url: string): Promise<ReadonlyMap<string, bigint>> {
  const answer = await fetch(`${url}/v1/chains`);
  const { chains } = (await answer.json()) as { chains: readonly ChainJson[] };
  return new Map(chains.map(({ alias, height }) => [alias, BigInt(height)]));
}

describe('tieline up with a data directory', () => {
  const directory = temporaryDirectory();
  const args = ['up', '--data', directory.path, '--port', '0'];
  afterAll(() => directory.remove());

  it('goes on after a stop: same chains, higher heights, the story told once', async () => {
    const first = start(args);
    const [, url = ''] = await first.line(/Serving at (http:\S+) /);
    const before = await heights(url);
    const stopped = await first.stop();
    expect(stopped.code).toBe(0);
    for (const name of readdirSync(join(directory.path, 'keys'))) {
      expect(statSync(join(directory.path, 'keys', name)).mode & 0o777).toBe(0o600);
    }
    const second = start(args);
    const [, again = ''] = await second.line(/Serving at (http:\S+) /);
    const after = await heights(again);
    const anchor = readFileSync(join(directory.path, 'anchor.txt'), 'utf8').trim();
    const proofs = await run([
      'proof',
      'get',
      'jiangsu-tieline-main-11',
      '--hub',
      again,
      '--out',
      join(directory.path, 'fresh.json'),
    ]);
    const { code, out } = await second.stop();
    expect(code).toBe(0);
    expect(out).toContain('has been told before');
    expect(out).not.toContain('packet sent');
    for (const [alias, height] of before) expect(after.get(alias)).toBeGreaterThanOrEqual(height);
    const ledger = (text: string): string =>
      text.slice(text.indexOf('Location ledger'), text.indexOf('Nodes: '));
    expect(ledger(out)).toBe(ledger(stopped.out));
    expect(proofs.err).toBe('');
    const judged = await run([
      'proof',
      'verify',
      join(directory.path, 'fresh.json'),
      '--trust',
      anchor,
    ]);
    expect(judged.out).toMatch(/outcome +delivered/);
  });

  it('breaks off in one sentence when it is interrupted before the story has ended', async () => {
    const other = temporaryDirectory();
    try {
      const first = start(['up', '--data', other.path, '--port', '0']);
      await first.line(/A held lane/);
      const { code, err } = await first.stop();
      expect(code).toBe(1);
      expect(err).toMatch(/^CLI_STOPPED: [^\n]+--data[^\n]+\n$/);
    } finally {
      other.remove();
    }
  });

  it('F6 goes on after being killed in the middle of the story', async () => {
    const other = temporaryDirectory();
    const arguments_ = ['up', '--data', other.path, '--port', '0'];
    try {
      const first = start(arguments_);
      await first.line(/Retired for a named consumer/);
      first.child.kill('SIGKILL');
      await first.ended;
      const second = start(arguments_);
      await second.line(/Serving at/);
      const { code, out } = await second.stop();
      expect(code).toBe(0);
      expect(out).toContain('refunded on timeout');
      expect(out).not.toContain('DO NOT BALANCE');
      expect(out.match(/tieline-proof\.json/g)?.length).toBeGreaterThanOrEqual(7);
    } finally {
      other.remove();
    }
  });

  it('refuses a second process in the same directory', async () => {
    const first = start(args);
    await first.line(/Serving at/);
    const second = await run(args);
    await first.stop();
    expect(second.code).toBe(1);
    expect(second.err).toMatch(/^DATA_DIRECTORY_LOCKED: [^\n]+\n$/);
  });
});
