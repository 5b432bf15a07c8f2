/* `tieline misbehaviour submit`: who contradicted himself is found out from the signatures, and every chain it concerns is told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createProgram } from '../../../../hub/cli/program.ts';
import { writeKeyFile } from '../../../../main-chain/host/key-file.ts';
import { encode } from '../../../../schemas/codec/codec.ts';
import { parseHex } from '../../../../schemas/codec/hex.ts';
import { toHex } from '../../../../schemas/hash.ts';
import { formatAddress } from '../../../../schemas/ids.ts';
import { signedDynamicEntryCodec } from '../../../../schemas/resource/dynamic-entry.ts';
import { type Certificate, certificateCodec } from '../../../../schemas/wire/checkpoint.ts';
import type { Message } from '../../../../schemas/wire/message.ts';
import { decodeTransaction } from '../../../../schemas/wire/transaction.ts';
import { certify, setHashOf, validatorKeys } from '../../../fakes/chain.ts';
import { testAddress, testKey } from '../../../fakes/ledger-context.ts';
import { signedEntry } from '../../../fakes/signed-entry.ts';
import { type Answers, type FakeHub, fakeTerminal, startFakeHub } from './fake-hub.ts';

const ALIASES = ['main', 'jiangsu', 'anhui'] as const;
type Alias = (typeof ALIASES)[number];
const genesisOf = (alias: Alias) => new Uint8Array(32).fill(ALIASES.indexOf(alias) + 1);
const TRANSACTION = '33'.repeat(32);
const RESOURCE = new Uint8Array(32).fill(0x22);
const account = formatAddress(testAddress(1));

const chains = ALIASES.map((alias) => ({
  alias,
  genesisHash: toHex(genesisOf(alias)),
  timeMs: '1700000000000',
  kind: alias === 'main' ? 'main' : 'side',
  client: alias === 'main' ? '' : 'tieline-main',
  clientOnMain: alias === 'main' ? '' : `tieline-${alias}`,
}));
const landing = (alias: Alias, code: string): Answers => ({
  [`GET /v1/chains/${alias}/transactions/${TRANSACTION}`]: [
    200,
    { id: TRANSACTION, chain: alias, height: '9', code, events: [] },
  ],
});
const ANSWERS: Answers = Object.assign(
  {
    'GET /v1/chains': [200, { chains }],
    'POST /v1/transactions': [202, { results: [{ id: TRANSACTION, code: '' }] }],
    [`GET /v1/resources/${toHex(RESOURCE)}`]: [200, { homeAlias: 'jiangsu' }],
  } satisfies Answers,
  ...ALIASES.map((alias) => ({
    [`GET /v1/chains/${alias}/accounts/${account}`]: [200, { nextNonce: '6' }],
    ...landing(alias, ''),
  })),
);

const directory = mkdtempSync(join(tmpdir(), 'tieline-misbehaviour-'));
writeKeyFile(join(directory, 'anyone.json'), { secretKey: testKey(1), address: testAddress(1) });
const open: FakeHub[] = [];
afterEach(async () => {
  for (const hub of open.splice(0)) await hub.close();
});
afterAll(() => rmSync(directory, { recursive: true }));

const KEYS = validatorKeys('validator', 3);
const certificate = (alias: Alias, root: number): Certificate => {
  const hash = setHashOf(KEYS);
  const checkpoint = {
    height: 7n,
    stateRoot: new Uint8Array(32).fill(root),
    outboxRoot: hash,
    timeMs: 1_700_000_000_000n,
    validatorSetHash: hash,
    nextValidatorSetHash: hash,
  };
  return certify(checkpoint, genesisOf(alias), KEYS);
};
const certificates = (...pair: readonly Certificate[]) => ({
  format: 'tieline-misbehaviour/1',
  certificates: pair.map((each) => toHex(encode(certificateCodec, each))),
});
const entries = {
  format: 'tieline-misbehaviour/1',
  entries: [5, 6].map((byte) => {
    const changes = { attributesRoot: new Uint8Array(32).fill(byte) };
    const signed = signedEntry(20, genesisOf('jiangsu'), RESOURCE, changes);
    return toHex(encode(signedDynamicEntryCodec, signed));
  }),
};

/** What was posted to which chain, and what was printed, whether or not the command refused. */
async function submit(evidence: unknown, changes: Answers = {}) {
  const hub = await startFakeHub({ ...ANSWERS, ...changes });
  open.push(hub);
  const file = join(directory, 'evidence.json');
  writeFileSync(file, JSON.stringify(evidence));
  const terminal = fakeTerminal();
  const args = ['misbehaviour', 'submit', file, '--key', 'anyone', '--keys', directory];
  let refusal: unknown;
  try {
    await createProgram(terminal).parseAsync([...args, '--hub', hub.url], { from: 'user' });
  } catch (error) {
    refusal = error;
  }
  const posted = (hub.posted.get('/v1/transactions') ?? []).map((body) => {
    const { chain, transactions } = body as { chain: string; transactions: readonly string[] };
    const { message } = decodeTransaction(parseHex(transactions[0] ?? ''));
    return [chain, message] satisfies [string, Message];
  });
  return { posted, text: terminal.lines.join(''), refusal };
}

describe('tieline misbehaviour submit', () => {
  it('brings two certificates of a side chain to the main chain’s client of it', async () => {
    const pair = [certificate('anhui', 1), certificate('anhui', 2)] as const;
    const { posted, text, refusal } = await submit(certificates(...pair));
    expect(refusal).toBeUndefined();
    const [first, second] = pair;
    expect(posted).toEqual([
      [
        'main',
        {
          type: 'misbehaviour',
          client: 'tieline-anhui',
          evidence: { type: 'checkpoint', first, second },
        },
      ],
    ]);
    expect(text).toBe('Taken in block 9 of main.\n');
  });

  it('brings two of the main chain to every side chain, also where one of them refuses', async () => {
    const pair = certificates(certificate('main', 1), certificate('main', 2));
    const { posted, text, refusal } = await submit(pair, landing('jiangsu', 'CERTIFICATE_SET'));
    expect(posted.map(([chain]) => chain)).toEqual(['jiangsu', 'anhui']);
    expect(text).toBe('jiangsu refused it (CERTIFICATE_SET).\nTaken in block 9 of anhui.\n');
    expect(refusal).toMatchObject({ code: 'CLI_REFUSED', data: { code: 'CERTIFICATE_SET' } });
  });

  it('brings two entries of an issuer to the main chain and to the home chain', async () => {
    const { posted, text, refusal } = await submit(entries, landing('main', 'EQUIVOCATION_KNOWN'));
    expect(refusal).toBeUndefined();
    expect(posted.map(([chain, { type }]) => [chain, type])).toEqual([
      ['main', 'proveEquivocation'],
      ['jiangsu', 'proveEquivocation'],
    ]);
    expect(text).toMatch(/main knows it already .*\nTaken in block 9 of jiangsu/);
  });

  it('C7: sends nothing where the two are not signed for one chain: CLI_EVIDENCE', async () => {
    const forged = certificate('anhui', 2);
    const signatures = forged.signatures.map((each) => ({
      ...each,
      signature: each.signature.map((byte) => byte ^ 1),
    }));
    for (const pair of [
      certificates(certificate('anhui', 1), certificate('main', 2)),
      certificates(certificate('anhui', 1), { ...forged, signatures }),
    ]) {
      const { posted, refusal } = await submit(pair);
      expect(refusal).toMatchObject({ code: 'CLI_EVIDENCE' });
      expect(posted).toEqual([]);
    }
  });

  it('refuses a file of another form with CLI_JSON, and bytes that do not decode', async () => {
    const one = entries.entries.slice(1);
    for (const bad of [
      { ...entries, format: 'tieline-misbehaviour/2' },
      { ...entries, entries: one },
      { ...entries, certificates: entries.entries },
      { ...entries, issuer: account },
      [],
    ])
      expect((await submit(bad)).refusal).toMatchObject({ code: 'CLI_JSON' });
    const cut = { ...entries, entries: [...one, entries.entries[0]?.slice(2)] };
    expect((await submit(cut)).refusal).toMatchObject({ code: 'CODEC_TRUNCATED' });
  });
});
