/* A main chain and a shard over real nodes, joined, with a resource: what conformance runs on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import type {
  ConformancePair,
  ConformanceUser,
} from '../../adapters/conformance/conformance-pair.ts';
import { createInProcessTransport } from '../../adapters/shard/in-process-transport.ts';
import { createNativeAdapter } from '../../adapters/shard/native-adapter.ts';
import { createStreamTransport } from '../../adapters/shard/stream-transport.ts';
import { CLIENT_OF_MAIN, clientOnMain, joinNetwork } from '../../hub/up/join-network.ts';
import { createWallet } from '../../hub/up/wallet.ts';
import { writeKeyFile } from '../../main-chain/host/key-file.ts';
import { loadPorts, type Ports } from '../../main-chain/host/native-ports.ts';
import { createNodeConfig, type NodeSettings } from '../../main-chain/node/config.ts';
import { listenHttp } from '../../main-chain/node/http-server.ts';
import { createNode, type Node } from '../../main-chain/node/node.ts';
import { chainApplication } from '../../main-chain/relay/application.ts';
import { encode } from '../../schemas/codec/codec.ts';
import { concatBytes } from '../../schemas/hash.ts';
import { resourceIdOf } from '../../schemas/resource/resource-id.ts';
import {
  type SupplyStatement,
  supplyStatementDigest,
} from '../../schemas/resource/supply-statement.ts';
import { unixSeconds } from '../../schemas/units.ts';
import { type Genesis, genesisCodec } from '../../schemas/wire/genesis.ts';
import { testAddress, testGenesis, testKey } from './ledger-context.ts';

/** Key numbers of `testKey`. */
export const OWNER = 20;
export const OUTSIDER = 21;
const RELAYER = 30;
const RIVAL = 31;
export const ISSUER = 10;
const VALIDATOR = 100;
export const KIND = 'settlement-credit/v1';

export type TransportName = 'in-process' | 'http';

/** A chain that runs here. */
export interface NativeChain {
  readonly alias: string;
  readonly genesis: Genesis;
  readonly node: Node;
  readonly adapter: ChainAdapter;
  /** Another adapter of the same node, under the key of that number; closed with the network. */
  connect(key?: number): Promise<ChainAdapter>;
  /** A second node of the chain under the same key with a history of its own: the chain equivocates. */
  fork(): Promise<NativeChain>;
}

export interface NativeNetwork {
  readonly main: NativeChain;
  readonly sides: readonly NativeChain[];
  readonly ports: Ports;
  readonly directory: string;
  /** A settlement credit at home on the first side, `quantity` of it with key `OWNER`; needs relaying. */
  issue(quantity: bigint): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface NetworkOptions {
  readonly transport?: TransportName;
  readonly sides?: readonly string[];
  /** Sides that get no client. */
  readonly strangers?: readonly string[];
  readonly heartbeatMs?: number;
}

/** Starts and joins a network; sides admit by list, and list the owner. */
export async function openNativeNetwork(options: NetworkOptions = {}): Promise<NativeNetwork> {
  const ports = await loadPorts();
  const directory = mkdtempSync(join(tmpdir(), 'tieline-network-'));
  const closers: (() => Promise<void>)[] = [];
  const open = (alias: string, index: number) =>
    openChain(alias, index, directory, options, ports, closers);
  const sideNames = options.sides ?? ['jiangsu'];
  const main = await open('main', 0);
  const sides = await Promise.all(sideNames.map((alias, at) => open(alias, at + 1)));
  const strangers = await Promise.all(
    (options.strangers ?? []).map((alias, at) => open(alias, at + 8)),
  );
  const [home] = sides;
  if (home === undefined) throw new Error('a network needs a side');
  await joinNetwork(
    {
      main,
      sides: sides.map((side) => ({
        ...side,
        admitted: [testAddress(OWNER), testAddress(ISSUER)],
      })),
      issuers: [
        {
          issuer: testAddress(ISSUER),
          kinds: [KIND],
          home: home.node.chainId,
          cap: 10n ** 30n,
          validFromSeconds: 0n,
          validUntilSeconds: 10n ** 12n,
        },
      ],
      organisations: [1, 2].map(keyPair),
    },
    ports,
  );
  return {
    main,
    sides: [...sides, ...strangers],
    ports,
    directory,
    issue: (quantity) => issue(home, main, quantity, ports),
    async close() {
      for (const close of closers.reverse()) await close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const keyPair = (n: number) => ({ secretKey: testKey(n), address: testAddress(n) });

async function openChain(
  alias: string,
  index: number,
  directory: string,
  { transport = 'in-process', heartbeatMs = 100 }: NetworkOptions,
  ports: Ports,
  closers: (() => Promise<void>)[],
): Promise<NativeChain> {
  const key = keyPair(VALIDATOR + index);
  const keyFile = join(directory, 'keys', `${alias}.json`);
  writeKeyFile(keyFile, key);
  const genesis = testGenesis({
    name: alias,
    kind: alias === 'main' ? 'main' : 'shard',
    createdMs: BigInt(Date.now()),
    validators: [{ address: key.address, power: 1n }],
    admission: alias === 'main' ? 'open' : 'list',
  });
  const run = (place: string): Promise<NativeChain> => {
    const settings = {
      dataDirectory: join(directory, place),
      validatorKeyFiles: [keyFile],
      validatorKeyDirectory: join(directory, 'keys', alias),
      signatureWorkers: 0,
      minBlockIntervalMs: 1,
      heartbeatMs,
    };
    const fork = () => run(`${place}-fork`);
    return runChain({ alias, genesis, transport, fork }, settings, ports, closers);
  };
  return run(alias);
}

async function runChain(
  {
    alias,
    genesis,
    transport,
    fork,
  }: Pick<NativeChain, 'alias' | 'genesis' | 'fork'> & { readonly transport: TransportName },
  settings: NodeSettings,
  ports: Ports,
  closers: (() => Promise<void>)[],
): Promise<NativeChain> {
  const node = await createNode(createNodeConfig(settings, encode(genesisCodec, genesis)), {
    application: chainApplication,
    ports,
  });
  closers.push(() => node.close());
  const server =
    transport === 'http' ? await listenHttp(node, { host: '127.0.0.1', port: 0 }) : undefined;
  if (server !== undefined) closers.push(() => server.close());
  const connect = async (relayer?: number): Promise<ChainAdapter> => {
    const way = server
      ? createStreamTransport({ url: `http://${server.host}:${server.port}` })
      : createInProcessTransport(node);
    const adapter = await createNativeAdapter(
      {
        genesisHash: node.genesisHash,
        ...(relayer !== undefined && { relayerKey: testKey(relayer) }),
      },
      { transport: way, ...ports, now: () => performance.now() },
    );
    closers.push(() => adapter.close());
    return adapter;
  };
  return { alias, genesis, node, adapter: await connect(RELAYER), connect, fork };
}

async function issue(
  home: NativeChain,
  main: NativeChain,
  quantity: bigint,
  ports: Ports,
): Promise<Uint8Array> {
  const staticRoot = new Uint8Array(32).fill(9);
  const issuer = keyPair(ISSUER);
  const resourceId = resourceIdOf(
    { kind: KIND, home: home.node.chainId, issuer: issuer.address, staticRoot },
    ports.hash,
  );
  const statement: SupplyStatement = {
    mainGenesisHash: main.node.genesisHash,
    resourceId,
    index: 1n,
    quantity,
    unit: 'fen',
    meteringPoint: new Uint8Array(32),
    intervalStart: unixSeconds(0n),
    intervalEnd: unixSeconds(0n),
  };
  const signature = ports.signatures.sign(
    supplyStatementDigest(statement, ports.hash),
    issuer.secretKey,
  );
  await createWallet(home.adapter, issuer, ports).send([
    {
      type: 'issue',
      kind: KIND,
      staticRoot,
      owner: testAddress(OWNER),
      statement: { statement, signature },
    },
  ]);
  return resourceId;
}

/** The user of key `n`, signing what an adapter prepared. */
export function testUser(n: number, ports: Ports): ConformanceUser {
  return {
    address: testAddress(n),
    sign: ({ body, digest }) => concatBytes(ports.signatures.sign(digest, testKey(n)), body),
  };
}

/** A joined pair with a registered resource, by hand: no hub takes part. */
export async function openNativePair(
  transport: TransportName,
): Promise<ConformancePair & { close(): Promise<void> }> {
  const network = await openNativeNetwork({ transport, strangers: ['anhui'] });
  const { main, ports } = network;
  const [side, stranger] = network.sides;
  if (side === undefined || stranger === undefined) throw new Error('two shards were asked for');
  const mainClient = clientOnMain(side.alias);
  const first = async (from: NativeChain, to: NativeChain, client: string) => {
    const [trusted] = await to.adapter.facts('client', [{ client }]);
    const bundle = trusted && (await from.adapter.evidence({ task: 'update', trusted }));
    if (bundle === undefined) throw new Error('nothing to prove');
    await to.adapter.relay(client, bundle);
  };
  await first(main, side, CLIENT_OF_MAIN);
  await first(side, main, mainClient);
  const { height } = await side.adapter.wait(0n, 0);
  const resourceId = await network.issue(100_000n);
  const [trusted] = await main.adapter.facts('client', [{ client: mainClient }]);
  for (;;) {
    const bundle =
      trusted &&
      (await side.adapter.evidence({
        task: 'deliver',
        client: CLIENT_OF_MAIN,
        fromHeight: height,
        maxItems: 256,
        trusted,
      }));
    if (bundle?.task === 'deliver' && bundle.parts.length > 0) {
      await main.adapter.relay(mainClient, bundle);
      break;
    }
  }
  return {
    main: { adapter: main.adapter, rival: await main.connect(RIVAL), client: mainClient },
    side: { adapter: side.adapter, rival: await side.connect(RIVAL), client: CLIENT_OF_MAIN },
    watcher: await side.connect(),
    stranger: { adapter: stranger.adapter, client: CLIENT_OF_MAIN },
    resourceId,
    owner: testUser(OWNER, ports),
    outsider: testAddress(OUTSIDER),
    close: () => network.close(),
  };
}
