/* One chain as a process: validators changed by command, the process killed, its store put back. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openNodeCalls } from '../../hub/compose.ts';
import { freeBasePort, type Running, run, start, temporaryDirectory } from './command-line.ts';

const directory = temporaryDirectory();
const inside = (...parts: string[]) => join(directory.path, ...parts);
let node: Running | undefined;
afterAll(async () => {
  await node?.stop();
  directory.remove();
});

/** Starts the main chain's node and gives its URL. */
async function startMain(): Promise<string> {
  node = start(['node', '--config', inside('main.json')]);
  const [, url = ''] = await node.line(/answers at (http\S+)/);
  return url;
}

/** Waits for blocks certified from now on until one has so many signatures. */
async function untilSigned(url: string, signatures: number): Promise<void> {
  const { call, close } = await openNodeCalls(url);
  let { height } = await call('info', {});
  for (let count = 0; count < signatures; ) {
    ({ height } = await call('wait', { after: height, waitMs: 20_000 }));
    count = (await call('certificate', { height })).certificate?.signatures.length ?? 0;
  }
  await close();
}

describe('a node whose validators change', () => {
  it('follows the command, restarts after kill -9, and does not sign again with an older store', async () => {
    const port = String(await freeBasePort());
    expect((await run(['network', 'init', directory.path, '--base-port', port])).code).toBe(0);
    const url = await startMain();
    const second = inside('validators', 'main', 'second.json');
    expect((await run(['validators', 'key', second])).out).toMatch(/^0x/);
    const members = ['--member', inside('keys', 'validator-main.json'), second];
    const organisations = ['grid-company', 'trading-centre'].map((name) =>
      inside('keys', `${name}.json`),
    );
    const change = [...members, '--organisation', ...organisations, '--node', url];
    expect((await run(['validators', 'change', ...change])).err).toBe('');
    await untilSigned(url, 2);
    node?.child.kill('SIGKILL');
    await node?.ended;
    const [store, copy] = [inside('chains', 'main'), inside('copy')];
    cpSync(store, copy, { recursive: true });
    await untilSigned(await startMain(), 2);
    await node?.stop();
    rmSync(store, { recursive: true });
    cpSync(copy, store, { recursive: true });
    const refused = await run(['node', '--config', inside('main.json')]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('NODE_STORE_BEHIND');
  });
});
