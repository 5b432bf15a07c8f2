/* The commands of a user against a hub that answers as told: what they send, print and refuse. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createProgram } from '../../../../hub/cli/program.ts';
import { tellError, terminalLog } from '../../../../hub/cli/terminal.ts';
import { writeKeyFile } from '../../../../main-chain/host/key-file.ts';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { parseHex } from '../../../../schemas/codec/hex.ts';
import { nobleHash } from '../../../../schemas/hash.ts';
import { formatAddress } from '../../../../schemas/ids.ts';
import { decodeTransaction, transactionId } from '../../../../schemas/wire/transaction.ts';
import { testAddress, testKey } from '../../../fakes/ledger-context.ts';
import { type Answers, type FakeHub, fakeTerminal, problem, startFakeHub } from './fake-hub.ts';

const GENESIS = '07'.repeat(32);
const RESOURCE = '22'.repeat(32);
const ID = '33'.repeat(32);
const chain = (alias: string, kind: string) => ({
  alias,
  chainId: `tieline:${'0'.repeat(31)}${alias.length}`,
  genesisHash: GENESIS,
  name: alias,
  kind,
  family: 'native',
  label: 'proven',
  height: '9',
  timeMs: '1700000000000',
  trouble: '',
  client: kind === 'main' ? '' : 'tieline-main',
  clientOnMain: kind === 'main' ? '' : `tieline-${alias}`,
});
const hop = {
  chain: 'jiangsu',
  place: 'source',
  event: 'packetSent',
  height: '9',
  timeMs: '5',
  client: 'tieline-main',
  sequence: '4',
  code: '',
};
const transfer = {
  id: 'jiangsu-tieline-main-4',
  kind: 'transfer',
  status: 'completed',
  resourceId: RESOURCE,
  quantity: '3',
  source: 'jiangsu',
  destination: 'anhui',
  sender: '',
  receiver: '',
  code: '',
  sentAtMs: '5',
  endedAtMs: '6',
  hops: [hop],
};
const landed = {
  id: ID,
  chain: 'jiangsu',
  height: '9',
  index: 0,
  timeMs: '5',
  code: '',
  items: [],
  events: [{ ...hop, type: 'packetSent' }],
};
const lane = {
  lane: 'anhui',
  from: 'main',
  to: 'anhui',
  held: true,
  state: 'open',
  wayOut: '',
  pending: 1,
  underWay: 0,
  retries: 0,
};
const place = { chain: 'main', located: '1', inTransit: '2', supply: '3' };
const resource = {
  kind: 'meter/v1',
  homeAlias: 'jiangsu',
  status: 'active',
  registered: '5',
  retired: '1',
  balanced: true,
  places: [place],
};
const account = formatAddress(testAddress(1));
const ANSWERS: Answers = {
  'GET /v1/chains': [
    200,
    { chains: [chain('main', 'main'), chain('jiangsu', 'side'), chain('anhui', 'side')] },
  ],
  'GET /v1/lanes': [200, { directions: [lane] }],
  'GET /v1/transfers?limit=20': [
    200,
    { transfers: [transfer, { ...transfer, kind: 'retirement', destination: '' }] },
  ],
  'GET /v1/transfers/jiangsu-tieline-main-4': [200, transfer],
  [`GET /v1/chains/jiangsu/accounts/${account}`]: [200, { nextNonce: '6' }],
  'POST /v1/transactions': [202, { results: [{ id: ID, code: '' }] }],
  [`GET /v1/chains/jiangsu/transactions/${ID}`]: [200, landed],
  'POST /v1/lanes/anhui/hold': [200, { lane: 'anhui', held: true }],
  [`GET /v1/resources/${RESOURCE}`]: [200, resource],
  'GET /v1/proofs/jiangsu-tieline-main-4': [200, '{"format":"tieline-proof/1"}'],
};

const directory = mkdtempSync(join(tmpdir(), 'tieline-commands-'));
writeKeyFile(join(directory, 'keys', 'alice.json'), {
  secretKey: testKey(1),
  address: testAddress(1),
});
const open: FakeHub[] = [];
afterEach(async () => {
  for (const hub of open.splice(0)) await hub.close();
});
afterAll(() => rmSync(directory, { recursive: true }));

async function tieline(args: readonly string[], changes: Answers = {}) {
  const hub = await startFakeHub({ ...ANSWERS, ...changes });
  open.push(hub);
  const terminal = fakeTerminal();
  await createProgram(terminal).parseAsync([...args, '--hub', hub.url], { from: 'user' });
  return { text: terminal.lines.join(''), posted: hub.posted };
}

/** The message of the first transaction that was posted. */
function postedTransaction(posted: ReadonlyMap<string, readonly unknown[]>) {
  const [body] = posted.get('/v1/transactions') ?? [];
  const { chain: alias, transactions } = body as { chain: string; transactions: readonly string[] };
  const bytes = parseHex(transactions[0] ?? '');
  return { alias, bytes, ...decodeTransaction(bytes) };
}

const KEY = ['--key', 'alice', '--keys', join(directory, 'keys')];
const MOVE = ['--resource', RESOURCE, '--quantity', '3'];
const SEND = [
  'transfer',
  '--from',
  'jiangsu',
  '--to',
  'anhui',
  ...MOVE,
  '--receiver',
  'alice',
  ...KEY,
];
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('tieline status', () => {
  it('shows chains, lanes and the newest transfers', async () => {
    const { text } = await tieline(['status']);
    expect(text).toMatch(/anhui +tieline:0+5 +proven +9 +ok/);
    expect(text).toMatch(/anhui +main → anhui +HELD/);
    expect(text).toMatch(/jiangsu-tieline-main-4 +retirement +jiangsu → main chain/);
  });

  it('shows one transfer with its hops, and JSON where asked for', async () => {
    const { text } = await tieline(['status', transfer.id]);
    expect(text).toMatch(/\+0 ms +jiangsu +9 +packetSent +tieline-main #4/);
    const { text: json } = await tieline(['status', transfer.id, '--json']);
    expect(JSON.parse(json)).toEqual(transfer);
  });

  it('shows what is stranded as such, with the way out once', async () => {
    const wayOut = 'Propose replaceClient.';
    const stranded = { chain: 'main', client: 'tieline-anhui', because: 'frozen', wayOut };
    const stuck = { ...transfer, status: 'forwarded', endedAtMs: '', stranded };
    const { text } = await tieline(['status'], {
      'GET /v1/lanes': [200, { directions: [{ ...lane, held: false, state: 'frozen', wayOut }] }],
      'GET /v1/transfers?limit=20': [200, { transfers: [stuck] }],
    });
    expect(text).toMatch(/jiangsu-tieline-main-4 +transfer +jiangsu → anhui +3 +STRANDED +frozen/);
    expect(text).toMatch(/main → anhui +FROZEN/);
    expect(text.split(wayOut)).toHaveLength(2);
    const path = 'GET /v1/transfers/jiangsu-tieline-main-4';
    expect((await tieline(['status', transfer.id], { [path]: [200, stuck] })).text).toContain(
      wayOut,
    );
    await expect(tieline(SEND, { [path]: [200, stuck] })).rejects.toThrow(code('CLI_STRANDED'));
  });

  it('tells a hub that is not there from one that talks nonsense', async () => {
    const away = ['status', '--hub', 'http://127.0.0.1:1'];
    const attempt = createProgram(fakeTerminal()).parseAsync(away, { from: 'user' });
    await expect(attempt).rejects.toThrow(code('CLI_HUB_UNREACHABLE'));
    for (const answer of [
      [200, 'nonsense'],
      [500, {}],
    ] as const) {
      await expect(tieline(['status'], { 'GET /v1/chains': answer })).rejects.toThrow(
        code('CLI_HUB_ANSWER'),
      );
    }
  });
});

describe('tieline transfer and retire', () => {
  it('signs here, under the chain’s genesis and the next nonce, and waits for the end', async () => {
    const { text, posted } = await tieline([...SEND, '--memo', 'hello', '--lifetime', '60']);
    expect(text).toBe('jiangsu-tieline-main-4 completed\n');
    const { alias, bytes, nonce, signature, message } = postedTransaction(posted);
    expect(alias).toBe('jiangsu');
    expect(nonce).toBe(6n);
    expect(message).toMatchObject({
      type: 'send',
      quantity: 3n,
      memo: 'hello',
      deadlineSeconds: 1_700_000_060n,
      receiver: testAddress(1),
    });
    const digest = transactionId(bytes, parseHex(GENESIS), nobleHash);
    expect(nobleSignature.recoverAddress(digest, signature)).toEqual(testAddress(1));
  });

  it('retires for a named consumer, and need not wait', async () => {
    const retire = [
      'retire',
      '--chain',
      'jiangsu',
      ...MOVE,
      '--beneficiary',
      '合肥',
      '--no-wait',
      ...KEY,
    ];
    const { text, posted } = await tieline(retire);
    expect(text).toContain('jiangsu-tieline-main-4 is on its way');
    expect(postedTransaction(posted).message).toMatchObject({
      type: 'retire',
      beneficiary: '合肥',
    });
  });

  it('says what the chain refused with, at the door or in the block', async () => {
    const atDoor: Answers = {
      'POST /v1/transactions': [202, { results: [{ id: ID, code: 'TX_NONCE' }] }],
    };
    await expect(tieline(SEND, atDoor)).rejects.toThrow(code('CLI_REFUSED'));
    const where = `GET /v1/chains/jiangsu/transactions/${ID}`;
    await expect(
      tieline(SEND, { [where]: [200, { ...landed, code: 'LANE_PAUSED' }] }),
    ).rejects.toThrow(/LANE_PAUSED/);
    const nothing: Answers = { 'POST /v1/transactions': [202, { results: [] }] };
    await expect(tieline(SEND, nothing)).rejects.toThrow(code('CLI_HUB_ANSWER'));
  });

  it('refuses an unknown chain, a missing key and passes on the hub’s own refusal', async () => {
    const replace = (from: string, to: string) => SEND.map((arg) => (arg === from ? to : arg));
    await expect(tieline(replace('anhui', 'sichuan'))).rejects.toThrow(code('CLI_ARGUMENT'));
    await expect(tieline(replace('alice', 'nobody'))).rejects.toThrow(code('KEY_FILE_MISSING'));
    const limited: Answers = { 'POST /v1/transactions': [429, problem('HUB_LANE_UNKNOWN', 429)] };
    await expect(tieline(SEND, limited)).rejects.toThrow(code('HUB_LANE_UNKNOWN'));
  });
});

describe('the other commands', () => {
  it('show a resource, hold a lane, fetch a proof', async () => {
    const shown = await tieline(['resource', 'show', RESOURCE]);
    expect(shown.text).toMatch(/5 registered, 1 retired, books balance\n/);
    expect((await tieline(['lane', 'hold', 'anhui'])).text).toBe('The lane of anhui is held.\n');
    const out = join(directory, 'proof.json');
    await tieline(['proof', 'get', transfer.id, '--out', out]);
    expect(readFileSync(out, 'utf8')).toBe('{"format":"tieline-proof/1"}');
  });

  it('refuse a static group that is no JSON object', async () => {
    const file = join(directory, 'static.json');
    const issue = [
      'resource',
      'issue',
      '--chain',
      'jiangsu',
      '--kind',
      'meter/v1',
      '--static',
      file,
      '--owner',
      account,
      ...KEY,
    ];
    await expect(tieline(issue)).rejects.toThrow(code('CLI_FILE'));
    for (const text of ['[]', '{']) {
      writeFileSync(file, text);
      await expect(tieline(issue)).rejects.toThrow(code('CLI_JSON'));
    }
  });

  it.each([
    [['status', '--hub', 'ftp://x']],
    [['up', '--port', '70000']],
    [['proof', 'verify', 'x', '--trust', 'AB']],
    [[...SEND, '--quantity', '0']],
    [['resource', 'show', 'zz']],
  ])('refuse wrong usage: %j', async (args) => {
    const attempt = createProgram(fakeTerminal()).parseAsync(args, { from: 'user' });
    await expect(attempt).rejects.toThrow(code('commander.invalidArgument'));
  });
});

describe('what is said when something fails', () => {
  it('is one sentence with the code, and the place with --verbose', () => {
    const terminal = fakeTerminal();
    tellError(new Error('boom'), terminal, false);
    expect(terminal.warnings).toEqual([expect.stringMatching(/^CLI_INTERNAL: .+boom\)\.$/)]);
    tellError(new Error('boom'), terminal, true);
    expect(terminal.warnings.at(-1)).toContain('commands.test.ts');
  });

  it('goes to standard error, information only with --verbose', () => {
    const terminal = fakeTerminal();
    terminalLog(terminal, false).info('quiet');
    terminalLog(terminal, true).info('said', { lane: 'anhui' });
    terminalLog(terminal, false).warn('always');
    expect(terminal.warnings).toEqual(['said lane=anhui', 'always']);
  });
});
