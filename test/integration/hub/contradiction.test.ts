/** Chains whose one key signs two histories: the hub finds out by itself, and the clients freeze. */
import { afterEach, describe, expect, it } from 'vitest';
import type { ChainAdapter } from '../../../adapters/chain-adapter.ts';
import type { UpdateBundle } from '../../../adapters/evidence.ts';
import { openChains } from '../../../hub/compose.ts';
import type { LogFacts } from '../../../hub/log.ts';
import { CLIENT_OF_MAIN, clientOnMain } from '../../../hub/up/join-network.ts';
import { listenHttp } from '../../../main-chain/node/http-server.ts';
import type { Certificate } from '../../../schemas/wire/checkpoint.ts';
import { checkpointUpdates } from '../../../schemas/wire/clients/client-material.ts';
import { openLocalNode } from '../../fakes/local-node.ts';
import { type HubOptions, openHub, type TestHub, untilTrue } from '../../fakes/native-hub.ts';
import {
  type NativeChain,
  type NativeNetwork,
  openNativeNetwork,
} from '../../fakes/native-pair.ts';

const SHOWN = 'A chain shows two blocks of one height';
const REFUSED = 'What a node shows was refused';
const SILENT = 'A node cannot be asked for contradictions';
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

interface Scene {
  readonly network: NativeNetwork;
  readonly main: NativeChain;
  readonly jiangsu: NativeChain;
  readonly anhui: NativeChain;
  readonly said: [string, LogFacts][];
  hub(changes?: HubOptions['chains'], name?: string): Promise<TestHub>;
}

async function scene(): Promise<Scene> {
  const network = await openNativeNetwork({ sides: ['jiangsu', 'anhui'], heartbeatMs: 20 });
  opened.push(network);
  const [jiangsu, anhui] = network.sides;
  if (jiangsu === undefined || anhui === undefined) throw new Error('two sides were asked for');
  const said: [string, LogFacts][] = [];
  const log = {
    info: () => undefined,
    warn: (sentence: string, facts: LogFacts = {}) => void said.push([sentence, facts]),
  };
  const hub = async (chains: HubOptions['chains'] = {}, name = 'hub') => {
    const test = await openHub(network, name, 40, { chains, log });
    opened.push(test);
    return test;
  };
  return { network, main: network.main, jiangsu, anhui, said, hub };
}

const clientOf = async (chain: NativeChain, client: string) =>
  (await chain.adapter.facts('client', [{ client }]))[0];

const frozen = (chain: NativeChain, client: string) =>
  untilTrue(`the freeze of ${client}`, async () =>
    (await clientOf(chain, client))?.frozen === true ? true : undefined,
  );

const accepted = (chain: NativeChain, client: string) =>
  untilTrue(`a certificate for ${client}`, async () =>
    ((await clientOf(chain, client))?.latestTimeMs ?? 0n) > 0n ? true : undefined,
  );

/** What was said of contradictions. */
const saidOf = ({ said }: Scene, sentence: string) => said.filter(([each]) => each === sentence);

describe('a side chain that certifies two histories', () => {
  it('C4, C10: is found out by a witness, and its client on the main chain freezes; the other lane lives', async () => {
    const at = await scene();
    const { main, jiangsu, anhui } = at;
    const fork = await jiangsu.fork();
    await at.hub({ jiangsu: { witnesses: [() => fork.connect()] } });
    await frozen(main, clientOnMain('jiangsu'));
    expect(saidOf(at, SHOWN)[0]?.[1]).toMatchObject({ node: 'jiangsu/main/tieline-jiangsu/1' });
    await accepted(main, clientOnMain('anhui'));
    for (const [chain, client] of [
      [main, clientOnMain('anhui')],
      [jiangsu, CLIENT_OF_MAIN],
      [anhui, CLIENT_OF_MAIN],
    ] as const)
      expect((await clientOf(chain, client))?.frozen).toBe(false);
  });

  it('C4: is found out where the node itself now says something else than the client has accepted', async () => {
    const at = await scene();
    const { main, jiangsu } = at;
    const honest = await at.hub();
    await accepted(main, clientOnMain('jiangsu'));
    await honest.close();
    opened.pop();
    const fork = await jiangsu.fork();
    // The fork has no lanes of its own: what it certifies comes in the place of what the honest node does.
    const { wait, evidence } = await fork.connect();
    const adapter = { ...(await jiangsu.connect(40)), wait, evidence };
    await at.hub({ jiangsu: { adapter } }, 'second');
    await frozen(main, clientOnMain('jiangsu'));
    expect(saidOf(at, SHOWN)[0]?.[1]).toMatchObject({ node: 'jiangsu/main/tieline-jiangsu/0' });
  });
});

describe('a main chain that certifies two histories', () => {
  it('C4: freezes its client on every side chain', async () => {
    const at = await scene();
    const fork = await at.main.fork();
    await at.hub({ main: { witnesses: [() => fork.connect()] } });
    await Promise.all([at.jiangsu, at.anhui].map((side) => frozen(side, CLIENT_OF_MAIN)));
    expect((await clientOf(at.main, clientOnMain('anhui')))?.frozen).toBe(false);
  });
});

describe('a witness', () => {
  /** The hub has compared what this witness says at least once. */
  const asked = async (witness: ChainAdapter, at: Scene, alias = 'jiangsu') => {
    let times = 0;
    const seen: ChainAdapter = {
      ...witness,
      evidence: async (request) => {
        const bundle = await witness.evidence(request);
        times++;
        return bundle;
      },
    };
    await at.hub({ [alias]: { witnesses: [() => Promise.resolve(seen)] } });
    await untilTrue('a comparison', async () => (times > 0 ? true : undefined));
    return () => times;
  };

  it('C7: that says the same freezes nothing and has nothing sent', async () => {
    const at = await scene();
    await asked(await at.jiangsu.connect(), at);
    await asked(await at.main.connect(), await scene(), 'main');
    expect(at.said).toEqual([]);
    expect((await clientOf(at.main, clientOnMain('jiangsu')))?.frozen).toBe(false);
  });

  it('C7: that lies is refused by the chain that holds the client, once a height, and freezes nothing', async () => {
    const at = await scene();
    const honest = await at.jiangsu.connect();
    let lies = 0;
    const liar: ChainAdapter = {
      ...honest,
      evidence: async (request) => {
        const bundle = await honest.evidence(
          request.task === 'contradiction' ? { ...request, held: new Uint8Array(72) } : request,
        );
        if (bundle === undefined) return undefined;
        lies++;
        return withCertificates(bundle as UpdateBundle, (certificate) => ({
          ...certificate,
          checkpoint: { ...certificate.checkpoint, stateRoot: new Uint8Array(32).fill(7) },
        }));
      },
    };
    await asked(liar, at);
    await untilTrue('the refusal', async () => saidOf(at, REFUSED)[0]);
    expect(saidOf(at, REFUSED)[0]?.[1]).toMatchObject({ code: 'CERTIFICATE_SIGNATURE' });
    const heights = saidOf(at, SHOWN).map(([, { height }]) => height);
    expect(new Set(heights).size).toBe(heights.length);
    expect(lies).toBe(heights.length);
    expect((await clientOf(at.main, clientOnMain('jiangsu')))?.frozen).toBe(false);
  });

  it('that cannot be reached is said once and asked again', async () => {
    const at = await scene();
    let tries = 0;
    const never = () => {
      tries++;
      return Promise.reject(new Error('nothing listens'));
    };
    await at.hub({ jiangsu: { witnesses: [never] } });
    await untilTrue('three tries', async () => (tries > 2 ? true : undefined));
    expect(saidOf(at, SILENT)).toHaveLength(1);
    expect((await clientOf(at.main, clientOnMain('jiangsu')))?.frozen).toBe(false);
  });
});

describe('the witnesses of a configuration', () => {
  it('are opened when they are needed, and must be nodes of the very chain: ADAPTER_WRONG_CHAIN', async () => {
    const [chain, stranger] = await Promise.all([
      openLocalNode(),
      openLocalNode({ genesis: { name: 'stranger' } }),
    ]);
    const urls: string[] = [];
    for (const { node, remove } of [chain, stranger]) {
      const server = await listenHttp(node, { host: '127.0.0.1', port: 0 });
      opened.push({ close: remove }, server);
      urls.push(`http://127.0.0.1:${server.port}`);
    }
    const [url = '', other = ''] = urls;
    const witnesses = [url, other, 'http://127.0.0.1:9'];
    const places = [{ alias: 'main', type: 'http', url, witnesses } as const];
    const log = { info: () => undefined, warn: () => undefined };
    const [open] = await openChains({ chains: places }, chain.ports, log);
    if (open === undefined) throw new Error('no chain');
    opened.push(open.adapter);
    const [same, strange, silent] = open.witnesses;
    const witness = await same?.();
    expect(witness?.description.genesisHash).toEqual(chain.genesisHash);
    await witness?.close();
    await expect(strange?.()).rejects.toMatchObject({ code: 'ADAPTER_WRONG_CHAIN' });
    await expect(silent?.()).rejects.toMatchObject({ code: 'ADAPTER_UNREACHABLE' });
  });
});

function withCertificates(
  bundle: UpdateBundle,
  change: (certificate: Certificate) => Certificate,
): UpdateBundle {
  const { updates } = bundle;
  if (updates.type !== 'checkpoint') throw new Error(`updates of ${updates.type}`);
  return { ...bundle, updates: checkpointUpdates(...updates.certificates.map(change)) };
}
