/** The node's configuration: bounds, misspelt names, files and environment. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createNodeConfig,
  type NodeSettings,
  readNodeConfig,
  settingsFromEnvironment,
} from '../../../../main-chain/node/config.ts';
import { isTielineError } from '../../../../schemas/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieline-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const GENESIS = Uint8Array.of(1, 2, 3);

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** Code and data of the refusal of settings. */
function refusal(read: () => unknown): readonly [string, unknown] {
  try {
    read();
  } catch (error) {
    if (isTielineError(error)) return [error.code, error.data['setting'] ?? error.data['file']];
    throw error;
  }
  return ['', undefined];
}

describe('a node’s settings', () => {
  it('have defaults, paths relative to their base, and are frozen', () => {
    const settings = { dataDirectory: 'data', validatorKeyFiles: ['keys/a', '/b'] };
    const config = createNodeConfig(settings, GENESIS, '/base');
    expect(config).toMatchObject({
      dataDirectory: '/base/data',
      genesis: GENESIS,
      validatorKeyFiles: ['/base/keys/a', '/b'],
      engine: { minBlockIntervalMs: 25, heartbeatMs: 1000 },
      signatureWorkers: 1,
      http: undefined,
    });
    for (const part of [config, config.engine, config.mempool, config.validatorKeyFiles]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('C11: that are missing or outside their bounds are named, never defaulted', () => {
    const cases: [NodeSettings, string][] = [
      [{}, 'dataDirectory'],
      [{ dataDirectory: '' }, 'dataDirectory'],
      [{ dataDirectory: 'd', signatureWorkers: 65 }, 'signatureWorkers'],
      [{ dataDirectory: 'd', heartbeatMs: 'soon' }, 'heartbeatMs'],
      [{ dataDirectory: 'd', minBlockIntervalMs: -1 }, 'minBlockIntervalMs'],
      [{ dataDirectory: 'd', maxBlockTransactions: 1.5 }, 'maxBlockTransactions'],
      [{ dataDirectory: 'd', validatorKeyFiles: [''] }, 'validatorKeyFiles'],
    ];
    for (const [settings, name] of cases) {
      expect(refusal(() => createNodeConfig(settings, GENESIS))).toEqual([
        'NODE_CONFIG_INVALID',
        name,
      ]);
    }
    expect(refusal(() => createNodeConfig({ dataDirectory: 'd' }))).toEqual([
      'NODE_CONFIG_INVALID',
      'genesisFile',
    ]);
  });

  it('that are misspelt are refused, never ignored', () => {
    const settings = { dataDirectory: 'd', hearbeatMs: 5 };
    expect(refusal(() => createNodeConfig(settings, GENESIS))).toEqual([
      'NODE_CONFIG_UNKNOWN',
      'hearbeatMs',
    ]);
  });
});

describe('a node’s configuration file', () => {
  it('names its genesis relative to itself, and overrides win', () => {
    mkdirSync(join(folder, 'sub'));
    write('sub/genesis.bin', '\u0001\u0002\u0003');
    const settings = { dataDirectory: 'data', genesisFile: 'genesis.bin', httpPort: 80 };
    const config = readNodeConfig(write('sub/node.json', JSON.stringify(settings)), {
      httpPort: '8081',
    });
    expect(config.genesis).toEqual(GENESIS);
    expect(config.dataDirectory).toBe(join(folder, 'sub/data'));
    expect(config.http).toEqual({ host: '127.0.0.1', port: 8081 });
  });

  it('that is missing, no JSON, no object or without its genesis is named', () => {
    const files = [
      join(folder, 'nowhere.json'),
      write('torn.json', '{"dataDirectory":'),
      write('list.json', '[]'),
      write('null.json', 'null'),
    ];
    for (const file of files) {
      expect(refusal(() => readNodeConfig(file))).toEqual(['NODE_CONFIG_FILE', file]);
    }
    const file = write('other.json', '{"dataDirectory":"d","genesisFile":"nowhere.bin"}');
    expect(refusal(() => readNodeConfig(file))).toEqual([
      'NODE_CONFIG_FILE',
      join(folder, 'nowhere.bin'),
    ]);
  });
});

describe('settings from the environment', () => {
  it('take the variables of known names only', () => {
    const settings = settingsFromEnvironment({
      TIELINE_NODE_HTTP_PORT: '1',
      TIELINE_NODE_VALIDATOR_KEY_FILES: 'a,b',
      TIELINE_NODE_NOTHING: 'x',
      PATH: '/bin',
    });
    expect(settings).toEqual({ httpPort: '1', validatorKeyFiles: ['a', 'b'] });
  });
});
