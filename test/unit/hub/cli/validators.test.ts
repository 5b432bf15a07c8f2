/* `tieline validators` against a real node: keys, agreement, the change itself, and what is refused. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../../../hub/cli/program.ts';
import { type HttpServer, listenHttp } from '../../../../main-chain/node/http-server.ts';
import { formatAddress } from '../../../../schemas/ids.ts';
import { testAddress } from '../../../fakes/ledger-context.ts';
import {
  type LocalNode,
  ORGANISATION,
  openLocalNode,
  VALIDATOR,
} from '../../../fakes/local-node.ts';
import { certificateOf, putKey } from '../../../fakes/validator-change.ts';
import { fakeTerminal } from './fake-hub.ts';

let local: LocalNode;
let server: HttpServer;
let keys: string;
let organisation: readonly string[];

beforeAll(async () => {
  local = await openLocalNode({ settings: { heartbeatMs: 20 } });
  await local.close();
  keys = join(local.directory, 'further');
  const settings = { heartbeatMs: 20, validatorKeyDirectory: join(local.directory, 'arriving') };
  local = await openLocalNode({ directory: local.directory, settings });
  server = await listenHttp(local.node, { host: '127.0.0.1', port: 0 });
  organisation = ['--organisation', putKey(keys, ORGANISATION)];
});
afterAll(async () => {
  await server.close();
  await local.remove();
});

async function command(...parts: string[]): Promise<string> {
  const terminal = fakeTerminal();
  const program = createProgram(terminal);
  await program.parseAsync(['node', 'tieline', 'validators', ...parts]);
  return terminal.lines.join('');
}
const at = (...parts: string[]) => command(...parts, '--node', `http://127.0.0.1:${server.port}`);
const shown = async () => JSON.parse(await at('show', '--json'));

describe('tieline validators', () => {
  it('makes a key once and names it', async () => {
    const file = join(keys, 'made.json');
    const address = await command('key', file);
    expect(address).toMatch(/^0x[0-9a-fA-F]{40}\n$/);
    expect(await command('key', file)).toBe(address);
  });

  it('changes the set with the signature of an operator elsewhere and a key that is here', async () => {
    const [here, elsewhere] = [putKey(join(local.directory, 'arriving'), 101), putKey(keys, 102)];
    const members = [
      '--member',
      `${here}=2`,
      formatAddress(testAddress(102)),
      `${formatAddress(testAddress(VALIDATOR))}=3`,
    ];
    const signature = (await at('sign', ...members, '--key', elsewhere)).trim();
    const text = await at('change', ...members, '--signature', signature, ...organisation);
    expect(text).toContain(formatAddress(testAddress(102)));
    await certificateOf(local, [101, 102, VALIDATOR], [2n, 1n, 3n]);
    const { current, next } = await shown();
    expect(next).toBeUndefined();
    expect(current).toHaveLength(3);
    expect(current).toContainEqual({ address: formatAddress(testAddress(VALIDATOR)), power: '3' });
  });

  it('says in full what the chain refuses, and shows the set wherever the change has got to', async () => {
    const set = ['--member', ...[301, 302].map((n) => putKey(keys, n)), ...organisation];
    await at('change', ...set);
    const text = await at('show');
    expect(text).toContain(`${formatAddress(testAddress(301))}  1`);
    await expect(at('change', ...set)).rejects.toMatchObject({
      code: 'CLI_REFUSED',
      data: { code: expect.stringMatching(/^VALIDATOR_CHANGE_(PENDING|SAME)$/) },
    });
  });

  it('refuses a member that is neither an address nor a key file', async () => {
    for (const [member, code] of [
      ['0x12', 'ID_ADDRESS'],
      ['=5', 'CLI_ARGUMENT'],
      [join(keys, 'nowhere.json'), 'KEY_FILE_MISSING'],
    ] as const)
      await expect(at('change', '--member', member, ...organisation), member).rejects.toMatchObject(
        { code },
      );
  });
});
