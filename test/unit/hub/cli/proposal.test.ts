/* The commands of organisations: what they sign is what the bytes say, whatever the hub says. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createProgram } from '../../../../hub/cli/program.ts';
import { writeKeyFile } from '../../../../main-chain/host/key-file.ts';
import { proposalId } from '../../../../main-chain/ledger/governance/proposals.ts';
import { encode } from '../../../../schemas/codec/codec.ts';
import { parseHex } from '../../../../schemas/codec/hex.ts';
import { nobleHash, toHex } from '../../../../schemas/hash.ts';
import { formatAddress } from '../../../../schemas/ids.ts';
import { type Action, actionCodec } from '../../../../schemas/wire/action.ts';
import { decodeTransaction } from '../../../../schemas/wire/transaction.ts';
import { testAddress, testKey } from '../../../fakes/ledger-context.ts';
import { type Answers, type FakeHub, fakeTerminal, problem, startFakeHub } from './fake-hub.ts';

const GENESIS = '07'.repeat(32);
const TRANSACTION = '33'.repeat(32);
const account = formatAddress(testAddress(1));

const proposalOf = (action: Action) => {
  const record = {
    action: encode(actionCodec, action),
    proposer: testAddress(1),
    createdSeconds: 1_700_000_000n,
    expirySeconds: 1_700_600_000n,
  };
  return {
    id: toHex(proposalId(record, parseHex(GENESIS, 32), nobleHash)),
    chain: 'main',
    action: toHex(record.action),
    proposer: account,
    createdSeconds: record.createdSeconds.toString(),
    expirySeconds: record.expirySeconds.toString(),
    votes: [{ address: account, name: 'Jiangsu Grid' }],
    quorum: 2,
    readyAtSeconds: '1700086400',
  };
};
const harmless = proposalOf({ type: 'admit', address: testAddress(5) });
const harmful = proposalOf({ type: 'admit', address: testAddress(66) });
const path = `GET /v1/chains/main/proposals/${harmless.id}`;
const landed = {
  id: TRANSACTION,
  chain: 'main',
  height: '9',
  code: '',
  events: [{ type: 'proposalCreated', subject: harmless.id }],
};
const ANSWERS: Answers = {
  'GET /v1/chains': [
    200,
    { chains: [{ alias: 'main', genesisHash: GENESIS, timeMs: '1700000000000', kind: 'main' }] },
  ],
  [`GET /v1/chains/main/accounts/${account}`]: [200, { nextNonce: '6' }],
  'POST /v1/transactions': [202, { results: [{ id: TRANSACTION, code: '' }] }],
  [`GET /v1/chains/main/transactions/${TRANSACTION}`]: [200, landed],
  [path]: [200, harmless],
  'GET /v1/chains/main/proposals': [200, { proposals: [harmless] }],
};

const directory = mkdtempSync(join(tmpdir(), 'tieline-proposals-'));
writeKeyFile(join(directory, 'keys', 'grid.json'), {
  secretKey: testKey(1),
  address: testAddress(1),
});
const KEY = ['--key', 'grid', '--keys', join(directory, 'keys')];
const open: FakeHub[] = [];
afterEach(async () => {
  for (const hub of open.splice(0)) await hub.close();
});
afterAll(() => rmSync(directory, { recursive: true }));

async function tieline(args: readonly string[], changes: Answers = {}) {
  const hub = await startFakeHub({ ...ANSWERS, ...changes });
  open.push(hub);
  const terminal = fakeTerminal();
  const command = [...args, '--chain', 'main', '--hub', hub.url];
  const ended = createProgram(terminal).parseAsync(command, { from: 'user' });
  const failure = await ended.then(
    () => undefined,
    (error: unknown) => error,
  );
  const [body] = hub.posted.get('/v1/transactions') ?? [];
  const [bytes = ''] = (body as { transactions: string[] } | undefined)?.transactions ?? [];
  return {
    text: terminal.lines.join(''),
    failure,
    message: bytes === '' ? undefined : decodeTransaction(parseHex(bytes)).message,
  };
}

describe('tieline proposal', () => {
  it('lodges the exact bytes of the file and says them', async () => {
    const file = join(directory, 'action.json');
    const address = formatAddress(testAddress(5));
    writeFileSync(file, JSON.stringify({ type: 'admit', address }));
    const { text, message } = await tieline(['proposal', 'lodge', '--action', file, ...KEY]);
    expect(message).toMatchObject({ type: 'propose', expirySeconds: 1_700_604_800n });
    expect(message?.type === 'propose' && toHex(message.action)).toBe(harmless.action);
    expect(text).toContain(harmless.id);
    expect(text).toContain(harmless.action);
  });

  it('shows what the bytes say before it votes for them, and takes a vote back', async () => {
    const approved = await tieline(['proposal', 'approve', harmless.id, ...KEY]);
    expect(approved.text).toContain(formatAddress(testAddress(5)));
    expect(approved.text).toContain('Jiangsu Grid (1 of 2)');
    expect(approved.message).toMatchObject({ type: 'vote', choice: 'for' });
    const args = ['proposal', 'approve', harmless.id, '--withdraw', ...KEY];
    expect((await tieline(args)).message).toMatchObject({ type: 'vote', choice: 'against' });
  });

  it('signs nothing where the hub shows other bytes than the id commits to', async () => {
    const lies = [
      { ...harmless, action: harmful.action },
      { ...harmful, id: harmless.id },
      { ...harmless, expirySeconds: '1700600001' },
      { ...harmless, proposer: formatAddress(testAddress(2)) },
    ];
    for (const lie of lies) {
      for (const command of [
        ['approve', harmless.id, ...KEY],
        ['show', harmless.id],
      ]) {
        const { failure, message } = await tieline(['proposal', ...command], {
          [path]: [200, lie],
        });
        expect(failure).toMatchObject({ code: 'CLI_HUB_ANSWER' });
        expect(message).toBeUndefined();
      }
    }
    const listed: Answers = {
      'GET /v1/chains/main/proposals': [200, { proposals: [{ ...harmful, id: harmless.id }] }],
    };
    expect((await tieline(['proposal', 'show'], listed)).failure).toMatchObject({
      code: 'CLI_HUB_ANSWER',
    });
  });

  it('carries out, lists, and refuses an unknown id', async () => {
    const executed = await tieline(['proposal', 'execute', harmless.id, ...KEY]);
    expect(executed.message).toMatchObject({ type: 'execute' });
    expect((await tieline(['proposal', 'show'])).text).toContain(harmless.id);
    const nothing: Answers = { [path]: [404, problem('HUB_PROPOSAL_UNKNOWN')] };
    const { failure } = await tieline(['proposal', 'show', harmless.id], nothing);
    expect(failure).toMatchObject({ code: 'HUB_PROPOSAL_UNKNOWN' });
  });
});
