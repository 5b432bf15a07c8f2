import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readHubConfig } from '../../../../hub/cli/hub-config.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const directory = mkdtempSync(join(tmpdir(), 'tieline-hub-config-'));
const file = join(directory, 'hub.json');
afterAll(() => rmSync(directory, { recursive: true }));

const chains = [{ alias: 'main', url: 'http://127.0.0.1:1', genesisHash: '00'.repeat(32) }];
function read(config: unknown) {
  writeFileSync(file, JSON.stringify(config));
  return readHubConfig(file);
}

describe('readHubConfig', () => {
  it('fills defaults and takes paths relative to the file', () => {
    const config = read({ dataDirectory: 'hub', relayerKeyFile: 'keys/relayer.json', chains });
    expect(config).toEqual({
      dataDirectory: join(directory, 'hub'),
      relayerKeyFile: join(directory, 'keys/relayer.json'),
      host: '127.0.0.1',
      port: 8080,
      journal: true,
      chains,
    });
    expect(Object.isFrozen(config)).toBe(true);
    expect(read({ dataDirectory: 'hub', journal: false, chains }).journal).toBe(false);
    expect('relayerKeyFile' in read({ dataDirectory: 'hub', chains })).toBe(false);
  });

  it('takes witnesses of a chain by URL', () => {
    const [main] = chains;
    const witnessed = [{ ...main, witnesses: ['http://127.0.0.1:2', 'https://other.example'] }];
    expect(read({ dataDirectory: 'hub', chains: witnessed }).chains).toEqual(witnessed);
  });

  it.each([
    [
      'a witness that is no URL',
      { dataDirectory: 'hub', chains: [{ ...chains[0], witnesses: ['other.example'] }] },
    ],
    ['an unknown setting', { dataDirectory: 'hub', chains, trust: 'all' }],
    ['no chain', { dataDirectory: 'hub', chains: [] }],
    [
      'a chain without its genesis hash',
      { dataDirectory: 'hub', chains: [{ alias: 'main', url: 'http://x' }] },
    ],
    ['a journal neither kept nor not', { dataDirectory: 'hub', journal: 'no', chains }],
    ['a list', []],
  ])('refuses %s', (_name, config) => {
    expect(refusalCode(() => read(config))).toBe('CLI_JSON');
  });

  it('refuses a file that is not there', () => {
    expect(refusalCode(() => readHubConfig(join(directory, 'none')))).toBe('CLI_FILE');
  });
});
