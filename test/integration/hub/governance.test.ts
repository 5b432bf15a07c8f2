/** Stranded by a frozen client, shown as such, and let go on by proposals of the command line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientFact } from '../../../adapters/chain-facts.ts';
import { createApi } from '../../../hub/api/listen-api.ts';
import { createProgram } from '../../../hub/cli/program.ts';
import { govern } from '../../../hub/up/govern.ts';
import { CLIENT_OF_MAIN, clientOnMain } from '../../../hub/up/join-network.ts';
import { createWallet } from '../../../hub/up/wallet.ts';
import { writeKeyFile } from '../../../main-chain/host/key-file.ts';
import { toHex } from '../../../schemas/hash.ts';
import type { Action } from '../../../schemas/wire/action.ts';
import { checkpointDigest } from '../../../schemas/wire/checkpoint.ts';
import type { Packet } from '../../../schemas/wire/packet.ts';
import { validatorSetHash } from '../../../schemas/wire/validator-set.ts';
import { testAddress, testKey } from '../../fakes/ledger-context.ts';
import { holding, openHub, sendFrom, type TestHub, untilTrue } from '../../fakes/native-hub.ts';
import {
  type NativeChain,
  type NativeNetwork,
  openNativeNetwork,
} from '../../fakes/native-pair.ts';
import { fakeTerminal } from '../../unit/hub/cli/fake-hub.ts';

const ANHUI_VALIDATOR = 102;
const BYSTANDER = 55;

let network: NativeNetwork;
let jiangsu: NativeChain;
let anhui: NativeChain;
let opened: TestHub;
let app: Awaited<ReturnType<typeof createApi>>;
let url: string;
let resourceId: Uint8Array;
const directory = mkdtempSync(join(tmpdir(), 'tieline-governance-'));
const keys = join(directory, 'keys');

/** Runs a command of organisation `key` against the hub. */
async function tieline(...args: readonly string[]): Promise<string> {
  const terminal = fakeTerminal();
  await createProgram(terminal).parseAsync([...args, '--hub', url], { from: 'user' });
  return terminal.lines.join('');
}

const as = (organisation: number) => ['--key', `organisation-${organisation}`, '--keys', keys];

async function clientOf(chain: NativeChain, client: string): Promise<ClientFact> {
  const [fact] = await chain.adapter.facts('client', [{ client }]);
  if (fact === undefined) throw new Error(`no client ${client}`);
  return fact;
}

beforeAll(async () => {
  for (const n of [1, 2]) {
    const file = join(keys, `organisation-${n}.json`);
    writeKeyFile(file, { secretKey: testKey(n), address: testAddress(n) });
  }
  network = await openNativeNetwork({ sides: ['jiangsu', 'anhui'] });
  const [first, second] = network.sides;
  if (first === undefined || second === undefined) throw new Error('two sides were asked for');
  jiangsu = first;
  anhui = second;
  opened = await openHub(network);
  const { registry, relayer, journalStore: journal } = opened.hub;
  const log = { info: () => undefined, warn: () => undefined };
  app = await createApi({ registry, relayer, journal, ...network.ports, log });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  await untilTrue('first certificates', async () => {
    const clients = await Promise.all(network.sides.map((side) => clientOf(side, CLIENT_OF_MAIN)));
    return clients.every(({ latestTimeMs }) => latestTimeMs > 0n) || undefined;
  });
  resourceId = await network.issue(10_000n);
  await untilTrue(
    'the supply',
    async () => (await network.main.adapter.facts('books', [{ resourceId }]))[0],
  );
});
afterAll(async () => {
  await app?.close();
  await opened?.close();
  await network?.close();
  rmSync(directory, { recursive: true });
});

/** Anybody shows the main chain that Anhui's validator signed two checkpoints of one height. */
async function freezeAnhui(): Promise<void> {
  const { certificate } = await anhui.adapter.prove(['chain/genesis']);
  const checkpoint = { ...certificate.checkpoint, stateRoot: new Uint8Array(32).fill(7) };
  const digest = checkpointDigest(checkpoint, anhui.node.genesisHash, network.ports.hash);
  const signature = network.ports.signatures.sign(digest, testKey(ANHUI_VALIDATOR));
  const second = { ...certificate, checkpoint, signatures: [{ index: 0, signature }] };
  const bystander = { secretKey: testKey(BYSTANDER), address: testAddress(BYSTANDER) };
  const client = clientOnMain('anhui');
  await createWallet(network.main.adapter, bystander, network.ports).send([
    { type: 'misbehaviour', client, evidence: { type: 'checkpoint', first: certificate, second } },
  ]);
}

describe('a transfer that waits for a client which cannot be used', () => {
  it('is shown as stranded with the way out, which proposals of the command line go', async () => {
    opened.hub.relayer.hold('anhui');
    const id = await sendFrom(network, jiangsu, anhui, resourceId, 25n);
    await opened.untilView(id, ({ status }) => status === 'forwarded');
    const client = clientOnMain('anhui');
    const shown = async () => (await app.inject(`/v1/transfers/${id}`)).json();
    expect((await shown()).stranded).toBeUndefined();
    await freezeAnhui();
    expect((await shown()).stranded).toMatchObject({ chain: 'main', client, because: 'frozen' });
    expect((await shown()).stranded.wayOut).toContain('replaceClient');
    expect((await app.inject('/v1/transfers')).json().transfers[0].stranded.because).toBe('frozen');
    const text = await tieline('status');
    expect(text).toMatch(new RegExp(`${id} +transfer +jiangsu → anhui +25 +STRANDED +frozen`));
    expect(text).toMatch(/anhui → main +HELD/);
    expect(text).toContain('tieline proposal lodge --chain main');
    opened.hub.relayer.release('anhui');
    expect(await tieline('status')).toMatch(/anhui → main +FROZEN/);
    expect(await holding(jiangsu, resourceId)).toBe(9_975n);

    const { certificate } = await anhui.adapter.prove(['chain/genesis']);
    const action = {
      type: 'replaceClient',
      client,
      trustingPeriodSeconds: '604800',
      maxClockDriftSeconds: '30',
      start: {
        type: 'checkpoint',
        validatorSetHash: toHex(certificate.checkpoint.nextValidatorSetHash),
        height: certificate.checkpoint.height.toString(),
      },
    };
    const file = join(directory, 'replace-client.json');
    writeFileSync(file, JSON.stringify(action));
    const lodged = await tieline(
      ...['proposal', 'lodge', '--chain', 'main', '--action', file, '--json', ...as(1)],
    );
    const { id: proposal } = JSON.parse(lodged);
    const on = ['--chain', 'main', ...as(2)];
    await expect(tieline('proposal', 'execute', proposal, ...on)).rejects.toThrow(
      expect.objectContaining({ data: expect.objectContaining({ code: 'PROPOSAL_QUORUM' }) }),
    );
    expect(await tieline('proposal', 'show', '--chain', 'main')).toMatch(/1 of 2/);
    const approved = await tieline('proposal', 'approve', proposal, ...on);
    expect(approved).toContain('"replaceClient"');
    expect(approved).toMatch(/Approved in block/);
    const { says, votes } = JSON.parse(
      await tieline('proposal', 'show', proposal, '--chain', 'main', '--json'),
    );
    expect(says).toEqual(action);
    expect(votes.map(({ name }: { name: string }) => name)).toEqual([
      'organisation 1',
      'organisation 2',
    ]);
    expect(await tieline('proposal', 'execute', proposal, ...on)).toMatch(/Carried out/);
    expect(await tieline('proposal', 'show', '--chain', 'main')).toBe(
      'No proposal stands open on main.\n',
    );

    const ended = await opened.untilView(id, ({ status }) => status === 'completed');
    expect(ended.code).toBe('');
    expect((await shown()).stranded).toBeUndefined();
    expect(await holding(anhui, resourceId)).toBe(25n);
  });
});

describe('what a side chain holds', () => {
  it('is proven on the main chain by whoever asks, and within the books raises no alarm', async () => {
    const client = clientOnMain('anhui');
    const trusted = await clientOf(network.main, client);
    const bundle = await anhui.adapter.evidence({
      task: 'supply',
      resourceIds: [resourceId, new Uint8Array(32)],
      trusted,
    });
    if (bundle?.task !== 'supply') throw new Error('nothing to prove');
    expect(bundle.supplies.map(({ quantity }) => quantity)).toEqual([25n, 0n]);
    const [outcome] = await network.main.adapter.relay(client, bundle);
    expect(outcome).toMatchObject({ code: '', items: ['', ''] });
    const [lane] = await network.main.adapter.facts('lane', [{ client }]);
    expect(lane?.paused).toBe(false);
  });
});

describe('a pair of clients that was closed after a reorganisation', () => {
  it('strands what is on it, and the relayer goes on over its successor', async () => {
    const client = clientOnMain('anhui');
    opened.hub.relayer.hold('anhui');
    const id = await sendFrom(network, jiangsu, anhui, resourceId, 5n);
    const { hops } = await opened.untilView(id, ({ status }) => status === 'forwarded');
    const sequence = hops.find(({ event }) => event === 'packetForwarded')?.sequence ?? 0n;
    const both = [1, 2].map((n) => ({ secretKey: testKey(n), address: testAddress(n) }));
    const act = (chain: NativeChain, ...actions: readonly Action[]) =>
      govern(chain.adapter, actions, both, network.ports);
    await act(network.main, { type: 'closeClient', client });
    await act(anhui, { type: 'closeClient', client: CLIENT_OF_MAIN });
    const shown = async () => (await app.inject(`/v1/transfers/${id}`)).json();
    expect((await shown()).stranded).toMatchObject({ chain: 'main', because: 'closed' });

    const packet = await sentByMain(client, sequence);
    const succession = (of: NativeChain, closed: string, counterparty: string, left: object) =>
      ({
        type: 'replacePair',
        client: closed,
        successor: `${closed}-2`,
        counterpartyClient: `${counterparty}-2`,
        trustingPeriodSeconds: 604_800n,
        maxClockDriftSeconds: 30n,
        start: {
          type: 'checkpoint',
          validatorSetHash: validatorSetHash(of.genesis.validators, network.ports.hash),
          height: 1n,
        },
        orphans: [],
        writeOffs: [],
        ...left,
      }) as Action;
    const orphans = [{ packet, ending: 'refunded' }];
    await act(network.main, succession(anhui, client, CLIENT_OF_MAIN, { orphans }));
    await act(anhui, succession(network.main, CLIENT_OF_MAIN, client, {}));
    const refunded = await opened.untilView(id, ({ status }) => status === 'refundedOnError');
    expect(refunded.endedAtMs).toBeDefined();
    expect((await shown()).stranded).toBeUndefined();

    opened.hub.relayer.release('anhui');
    await untilTrue('the successor', async () => {
      const { latestTimeMs } = await clientOf(anhui, `${CLIENT_OF_MAIN}-2`);
      return latestTimeMs > 0n || undefined;
    });
    const again = await sendFrom(network, jiangsu, anhui, resourceId, 5n);
    await opened.untilView(again, ({ status }) => status === 'completed');
    expect(await holding(anhui, resourceId)).toBe(30n);
    const { body } = await app.inject(`/v1/resources/${toHex(resourceId)}`);
    expect(JSON.parse(body)).toMatchObject({ balanced: true, inTransit: '0' });
  });
});

/** A packet of the main chain, as its blocks have it. */
async function sentByMain(client: string, sequence: bigint): Promise<Packet> {
  const trusted = await clientOf(anhui, CLIENT_OF_MAIN);
  const request = { task: 'deliver', client, fromHeight: 1n, maxItems: 1024, trusted } as const;
  const bundle = await network.main.adapter.evidence(request);
  const parts = bundle?.task === 'deliver' ? bundle.parts : [];
  const packets = parts.flatMap((part) => part.packets);
  const found = packets.find((packet) => packet.sequence === sequence);
  if (found === undefined) throw new Error(`no packet ${sequence}`);
  return found;
}
