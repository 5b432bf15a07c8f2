/* `tieline anchor` against a hub over real nodes: anchored once, judged with no node, the altered record named. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../../hub/api/listen-api.ts';
import { createProgram } from '../../../hub/cli/program.ts';
import { writeKeyFile } from '../../../main-chain/host/key-file.ts';
import { isTielineError } from '../../../schemas/errors.ts';
import { toHex } from '../../../schemas/hash.ts';
import { formatAddress } from '../../../schemas/ids.ts';
import { testAddress, testKey } from '../../fakes/ledger-context.ts';
import { openHub, type TestHub } from '../../fakes/native-hub.ts';
import { type NativeNetwork, OWNER, openNativeNetwork } from '../../fakes/native-pair.ts';
import { fakeTerminal } from '../../unit/hub/cli/fake-hub.ts';

let network: NativeNetwork;
let opened: TestHub;
let app: Awaited<ReturnType<typeof createApi>>;
let url: string;
let trust: string;
const place = (name: string) => join(network.directory, name);

beforeAll(async () => {
  network = await openNativeNetwork();
  opened = await openHub(network);
  const { registry, relayer, journalStore: journal } = opened.hub;
  const log = { info: () => undefined, warn: () => undefined };
  app = await createApi({ registry, relayer, journal, ...network.ports, log });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  trust = toHex(network.main.adapter.description.genesisHash);
  const key = { secretKey: testKey(OWNER), address: testAddress(OWNER) };
  writeKeyFile(place('keys/owner.json'), key);
});
afterAll(async () => {
  await app?.close();
  await opened?.close();
  await network?.close();
});

async function anchor(...parts: string[]) {
  const terminal = fakeTerminal();
  let refusal: { readonly code: string; readonly data: object } | undefined;
  try {
    await createProgram(terminal).parseAsync(['node', 'tieline', 'anchor', ...parts]);
  } catch (error) {
    if (!isTielineError(error)) throw error;
    refusal = { code: error.code, data: error.data };
  }
  return { out: terminal.lines.join(''), refusal };
}
const submit = (path: string, ...more: string[]) =>
  anchor(
    'submit',
    path,
    ...['--chain', 'main', '--key', 'owner', '--keys', place('keys'), '--hub', url],
    ...more,
  );
const verify = (file: string, path: string, ...more: string[]) =>
  anchor('verify', file, path, '--trust', trust, ...more);
const transactionsOf = async (): Promise<number> => {
  const { blocks } = await network.main.adapter.events(1n, 100_000);
  return blocks.flatMap(({ transactions }) =>
    transactions.flatMap(({ events }) => events.filter(({ type }) => type === 'recordsAnchored')),
  ).length;
};

describe('tieline anchor', () => {
  it('anchors a thousand lines in one transaction, and names the one that was altered', async () => {
    const readings = place('readings.csv');
    const lines = Array.from({ length: 1000 }, (_, at) => `${1_750_000_000 + at * 900},${at * 7}`);
    writeFileSync(readings, `${lines.join('\n')}\n`);
    const before = await transactionsOf();
    expect((await submit(readings)).refusal).toBeUndefined();
    expect((await transactionsOf()) - before).toBe(1);
    const list = `${readings}.tieline-records.json`;
    const intact = await verify(list, readings);
    expect(intact.refusal).toBeUndefined();
    expect(intact.out).toContain('1000 of 1000 intact');
    writeFileSync(readings, lines.map((line, at) => (at === 776 ? `${line}0` : line)).join('\n'));
    const altered = await verify(list, readings);
    expect(altered.refusal).toEqual({
      code: 'RECORDS_DIFFER',
      data: { records: 1, intact: 999, altered: '777' },
    });
    expect(altered.out).toBe('altered "777"\n');
    expect((await verify(list, readings, '--record', '776')).refusal).toBeUndefined();
    expect((await verify(list, readings, '--record', '777')).refusal?.code).toBe('RECORDS_DIFFER');
    expect((await verify(list, readings, '--record', '1001')).refusal?.code).toBe('RECORD_UNKNOWN');
  });

  it('proves one file of a folder without showing the others', async () => {
    const folder = place('contracts');
    mkdirSync(join(folder, '2025'), { recursive: true });
    for (const name of ['a.json', '2025/b.json', '2025/c.json'])
      writeFileSync(join(folder, name), JSON.stringify({ name }));
    const list = place('contracts.list');
    await submit(folder, '--out', list);
    const proof = place('b.proof');
    const proving = ['prove', list, '2025/b.json', '--trust', trust, '--out', proof];
    expect((await anchor(...proving)).refusal).toBeUndefined();
    expect(readFileSync(proof, 'utf8')).not.toContain('a.json');
    copyFileSync(join(folder, '2025/b.json'), place('sent by mail'));
    for (const path of [folder, place('sent by mail')])
      expect((await verify(proof, path)).out).toContain('"2025/b.json" is record 1 of 3');
    expect((await verify(proof, join(folder, 'a.json'))).refusal).toEqual({
      code: 'RECORD_ALTERED',
      data: { record: '2025/b.json' },
    });
    expect((await verify(proof, place('keys'))).refusal?.code).toBe('RECORD_UNKNOWN');
    expect((await anchor(...proving)).refusal?.code).toBe('CLI_FILE');
    writeFileSync(join(folder, 'a.json'), 'altered');
    writeFileSync(join(folder, 'd.json'), 'new');
    expect((await verify(list, folder, '--json')).refusal?.data).toEqual({
      records: 2,
      intact: 2,
      altered: 'a.json',
      added: 'd.json',
    });
  });

  it('proves one line, shown as the line itself or as the file it is in', async () => {
    const path = place('lines');
    writeFileSync(path, 'one\ntwo\nthree\n');
    await submit(path);
    const proof = place('line.proof');
    await anchor('prove', `${path}.tieline-records.json`, '2', '--trust', trust, '--out', proof);
    writeFileSync(place('line'), 'two');
    for (const shown of [path, place('line')])
      expect((await verify(proof, shown)).out).toContain('"2" is record 2 of 3');
    writeFileSync(path, 'one\nTwo\nthree\n');
    expect((await verify(proof, path)).refusal?.code).toBe('RECORD_ALTERED');
  });

  it('F6 goes on after a crash between sending and keeping the proof, without a second transaction', async () => {
    const path = place('crashed');
    writeFileSync(path, 'a\nb\n');
    const list = `${path}.tieline-records.json`;
    await submit(path);
    const { proof, ...rest } = JSON.parse(readFileSync(list, 'utf8'));
    writeFileSync(list, JSON.stringify({ ...rest, proof: '' }));
    expect((await verify(list, path)).refusal?.code).toBe('RECORDS_PENDING');
    const before = await transactionsOf();
    expect((await submit(path)).refusal).toBeUndefined();
    expect(await transactionsOf()).toBe(before);
    expect(proof).not.toBe('');
    expect((await verify(list, path)).refusal).toBeUndefined();
    expect((await submit(path)).refusal?.code).toBe('RECORDS_ANCHORED');
  });

  it('refuses to send for a list its records do not fit any more, and leaves it as it was', async () => {
    const path = place('changed');
    writeFileSync(path, 'a\nb\n');
    expect((await submit(path, '--key', 'nobody')).refusal?.code).toMatch(/^KEY_FILE_/);
    const list = `${path}.tieline-records.json`;
    expect(existsSync(list)).toBe(true);
    const kept = readFileSync(list, 'utf8');
    writeFileSync(path, 'a\nB\n');
    expect((await submit(path)).refusal?.code).toBe('RECORDS_DIFFER');
    expect(readFileSync(list, 'utf8')).toBe(kept);
  });

  it('judges against nothing but an anchor from elsewhere', async () => {
    const path = place('trusted');
    writeFileSync(path, 'a\n');
    await submit(path);
    const list = `${path}.tieline-records.json`;
    expect((await anchor('verify', list, path)).refusal?.code).toBe('PROOF_NO_ANCHOR');
    const other = 'ab'.repeat(32);
    expect((await anchor('verify', list, path, '--trust', other)).refusal?.code).toBe(
      'PROOF_ANCHOR',
    );
    expect((await verify(place('keys/owner.json'), path)).refusal?.code).toBe('PROOF_FORMAT');
  });

  it('has the hub say that it knows nothing of a set that was not anchored', async () => {
    const owner = formatAddress(testAddress(OWNER));
    const answer = await app.inject({
      method: 'GET',
      url: `/v1/chains/main/accounts/${owner}/records?top=${'01'.repeat(32)}&count=2`,
    });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'HUB_RECORDS_UNKNOWN']);
  });
});
