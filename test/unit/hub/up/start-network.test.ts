/* What is refused before anything is made on the disk: a taken port, a foreign and a locked directory. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../../../hub/cli/program.ts';
import { createHub } from '../../../../hub/hub.ts';
import { DEFAULT_RELAYER } from '../../../../hub/relayer/relayer.ts';
import { startNetwork } from '../../../../hub/up/start-network.ts';
import { openDataDirectory } from '../../../../main-chain/host/data-directory.ts';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { nobleHash } from '../../../../schemas/hash.ts';
import { idleAdapter } from '../../../fakes/idle-adapter.ts';
import { fakeTerminal } from '../cli/fake-hub.ts';

const host = '127.0.0.1';
const log = { info: () => undefined, warn: () => undefined };
const folder = mkdtempSync(join(tmpdir(), 'tieline-start-'));
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer();
  await new Promise<void>((listening) => server.listen(0, host, listening));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  rmSync(folder, { recursive: true, force: true });
});

const start = (directory: string, at: number) =>
  startNetwork({ directory, host, port: at, nowMs: 0n }, log);

describe('starting', () => {
  it('says that the port is taken before it makes a data directory', async () => {
    const directory = join(folder, 'new');
    await expect(start(directory, port)).rejects.toMatchObject({ code: 'HUB_PORT_TAKEN' });
    expect(existsSync(directory)).toBe(false);
    const config = {
      dataDirectory: directory,
      api: { host, port },
      relayer: DEFAULT_RELAYER,
      journal: true,
    };
    const chains = [{ alias: 'main', adapter: idleAdapter(1, 'main') }];
    const hub = createHub(config, {
      chains,
      hash: nobleHash,
      signatures: nobleSignature,
      log,
      now: () => 0,
    });
    await expect(hub).rejects.toMatchObject({ code: 'HUB_PORT_TAKEN' });
    expect(existsSync(directory)).toBe(false);
  });

  it('leaves a foreign directory and a locked one as they are', async () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'thesis.txt'), 'mine');
    await expect(start(foreign, 0)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_FOREIGN' });
    const init = createProgram(fakeTerminal()).parseAsync(['network', 'init', foreign], {
      from: 'user',
    });
    await expect(init).rejects.toMatchObject({ code: 'DATA_DIRECTORY_FOREIGN' });
    expect(readdirSync(foreign)).toEqual(['thesis.txt']);
    const locked = join(folder, 'locked');
    const held = openDataDirectory(locked, 'tieline-up');
    const before = readdirSync(locked);
    await expect(start(locked, 0)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_LOCKED' });
    expect(readdirSync(locked)).toEqual(before);
    held.release();
    const taken = createProgram(fakeTerminal()).parseAsync(['network', 'init', locked], {
      from: 'user',
    });
    await expect(taken).rejects.toMatchObject({ code: 'DATA_DIRECTORY_OTHER' });
    expect(readdirSync(locked)).toEqual(['tieline.json']);
  });
});
