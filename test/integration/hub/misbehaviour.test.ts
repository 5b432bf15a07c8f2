/* `tieline misbehaviour submit` against a hub over real nodes: what anyone brings is judged and acted on. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../../hub/api/listen-api.ts';
import { createProgram } from '../../../hub/cli/program.ts';
import { clientOnMain } from '../../../hub/up/join-network.ts';
import { writeKeyFile } from '../../../main-chain/host/key-file.ts';
import { equivocationRecordCodec } from '../../../main-chain/relay/ports/prove-equivocation.ts';
import { decode, encode } from '../../../schemas/codec/codec.ts';
import { toHex } from '../../../schemas/hash.ts';
import { signedDynamicEntryCodec } from '../../../schemas/resource/dynamic-entry.ts';
import { type Certificate, certificateCodec } from '../../../schemas/wire/checkpoint.ts';
import { equivocationKey } from '../../../schemas/wire/state-keys.ts';
import { testAddress, testKey } from '../../fakes/ledger-context.ts';
import { typedCall } from '../../fakes/local-node.ts';
import {
  openHub,
  openTradingNetwork,
  type TestHub,
  type TradingNetwork,
  untilTrue,
} from '../../fakes/native-hub.ts';
import { ISSUER, type NativeChain } from '../../fakes/native-pair.ts';
import { signedEntry } from '../../fakes/signed-entry.ts';
import { fakeTerminal } from '../../unit/hub/cli/fake-hub.ts';

let network: TradingNetwork;
let opened: TestHub;
let app: Awaited<ReturnType<typeof createApi>>;
let url: string;

beforeAll(async () => {
  network = await openTradingNetwork();
  opened = await openHub(network);
  const { registry, relayer, journalStore: journal } = opened.hub;
  const log = { info: () => undefined, warn: () => undefined };
  app = await createApi({ registry, relayer, journal, ...network.ports, log });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  const key = { secretKey: testKey(77), address: testAddress(77) };
  writeKeyFile(join(network.directory, 'keys', 'anyone.json'), key);
});
afterAll(async () => {
  await app?.close();
  await opened?.close();
  await network?.close();
});

async function submit(evidence: object): Promise<string> {
  const file = join(network.directory, 'evidence.json');
  writeFileSync(file, JSON.stringify({ format: 'tieline-misbehaviour/1', ...evidence }));
  const terminal = fakeTerminal();
  const keys = ['--key', 'anyone', '--keys', join(network.directory, 'keys')];
  const args = ['misbehaviour', 'submit', file, ...keys, '--hub', url];
  await createProgram(terminal).parseAsync(args, { from: 'user' });
  return terminal.lines.join('');
}

const certificateOf = ({ node }: NativeChain, height: bigint): Promise<Certificate> =>
  untilTrue(`a certificate of height ${height}`, async () => {
    const { certificate } = await typedCall(node.call)('certificate', { height });
    return certificate;
  });

describe('tieline misbehaviour submit, over real chains', () => {
  it('F3: puts an issuer’s two entries on record on the main chain and at home, once, provable by state', async () => {
    const { main, jiangsu, anhui, resourceId } = network;
    const pair = [5, 6].map((byte) =>
      signedEntry(ISSUER, jiangsu.node.genesisHash, resourceId, {
        attributesRoot: new Uint8Array(32).fill(byte),
      }),
    );
    const entries = pair.map((each) => toHex(encode(signedDynamicEntryCodec, each)));
    expect(await submit({ entries })).toMatch(
      /^Taken in block \d+ of main\.\nTaken in block \d+ of jiangsu\.\n$/,
    );
    expect(await submit({ entries: entries.toReversed() })).toMatch(
      /^main knows it already \(EQUIVOCATION_KNOWN\)\.\njiangsu knows it already/,
    );
    for (const { adapter } of [main, jiangsu]) {
      const [value] = (await adapter.prove([equivocationKey(resourceId, 1n)])).values;
      const record = decode(equivocationRecordCodec, value ?? new Uint8Array(), 'record');
      expect([record.first, record.second]).toEqual(pair);
    }
    expect((await anhui.adapter.prove([equivocationKey(resourceId, 1n)])).values).toEqual([
      undefined,
    ]);
  });

  it('C4: freezes the client of a chain that has certified two blocks of one height', async () => {
    const { main, jiangsu } = network;
    const fork = await jiangsu.fork();
    const pair = await Promise.all([jiangsu, fork].map((node) => certificateOf(node, 2n)));
    const certificates = pair.map((each) => toHex(encode(certificateCodec, each)));
    expect(await submit({ certificates })).toMatch(/^Taken in block \d+ of main\.\n$/);
    const [client] = await main.adapter.facts('client', [{ client: clientOnMain('jiangsu') }]);
    expect(client?.frozen).toBe(true);
    expect(await submit({ certificates })).toBe('main knows it already (CLIENT_FROZEN).\n');
  });
});
