/* A hub over a native network, with a user who sends through it. */
import { join } from 'node:path';
import { createHub, type Hub } from '../../hub/hub.ts';
import { transferId } from '../../hub/journal/locate-event.ts';
import { type TransferView, transferView } from '../../hub/journal/transfer-view.ts';
import type { HubLog } from '../../hub/log.ts';
import type { GivenChain } from '../../hub/registry.ts';
import { DEFAULT_RELAYER } from '../../hub/relayer/relayer.ts';
import { CLIENT_OF_MAIN } from '../../hub/up/join-network.ts';
import { createWallet } from '../../hub/up/wallet.ts';
import { type FaultPort, noFaults } from '../../main-chain/host/fault-port.ts';
import { testAddress, testKey } from './ledger-context.ts';
import { type NativeChain, type NativeNetwork, OWNER, openNativeNetwork } from './native-pair.ts';

const log = { info: () => undefined, warn: () => undefined };
const PATIENCE_MS = 20_000;

export interface TestHub {
  readonly hub: Hub;
  /** The view of a transfer, once `accept` takes it. */
  untilView(id: string, accept: (view: TransferView) => boolean): Promise<TransferView>;
  close(): Promise<void>;
}

export interface HubOptions {
  readonly faults?: FaultPort;
  /** Hears the code of each warning. */
  readonly onWarning?: (code: unknown) => void;
  /** Hears all of it instead. */
  readonly log?: HubLog;
  /** By alias, where the hub gets a chain from otherwise, and whom it asks too. */
  readonly chains?: Readonly<Record<string, Partial<GivenChain>>>;
  readonly pruneEvery?: number;
}

/** Two joined sides, with a supply at home on the first that the main chain knows. */
export interface TradingNetwork extends NativeNetwork {
  readonly jiangsu: NativeChain;
  readonly anhui: NativeChain;
  readonly resourceId: Uint8Array;
}

/** Opens it; nothing is under way and no hub runs when it returns. */
export async function openTradingNetwork(): Promise<TradingNetwork> {
  const network = await openNativeNetwork({ sides: ['jiangsu', 'anhui'] });
  const [jiangsu, anhui] = network.sides;
  if (jiangsu === undefined || anhui === undefined) throw new Error('two sides were asked for');
  const setUp = await openHub(network, 'set-up');
  await untilTrue('first certificates', async () => {
    const clients = await Promise.all(
      network.sides.map(({ adapter }) => adapter.facts('client', [{ client: CLIENT_OF_MAIN }])),
    );
    return (
      clients.flat().every((client) => client !== undefined && client.latestTimeMs > 0n) ||
      undefined
    );
  });
  const resourceId = await network.issue(10_000n);
  await untilTrue(
    'the supply',
    async () => (await network.main.adapter.facts('books', [{ resourceId }]))[0],
  );
  await untilTrue(
    'an idle relayer',
    async () => setUp.hub.relayer.status().every(({ pending }) => pending === 0) || undefined,
  );
  await setUp.close();
  return { ...network, jiangsu, anhui, resourceId };
}

/** Opens and starts a hub of its own adapters; `name` is its directory, `key` its relayer. */
export async function openHub(
  network: NativeNetwork,
  name = 'hub',
  key = 40,
  { faults = noFaults, onWarning, chains: given, log: heard, ...relayer }: HubOptions = {},
): Promise<TestHub> {
  const chains = [network.main, ...network.sides];
  const hub = await createHub(
    {
      dataDirectory: join(network.directory, name),
      api: undefined,
      relayer: { ...DEFAULT_RELAYER, houseKeepingMs: 50, ...relayer },
      journal: true,
    },
    {
      chains: await Promise.all(
        chains.map(async ({ alias, connect }) => ({
          alias,
          adapter: await connect(key),
          ...given?.[alias],
        })),
      ),
      ...network.ports,
      log: heard ?? { ...log, warn: (_, facts) => onWarning?.(facts?.['code']) },
      now: () => performance.now(),
      faults,
    },
  );
  await hub.start();
  const read = async (id: string) =>
    transferView(
      id,
      await hub.journalStore.hops(id),
      (client) => hub.registry.pairByMainClient(client)?.alias,
    );
  return {
    hub,
    untilView: (id, accept) =>
      untilTrue(`transfer ${id}`, async () => {
        const view = await read(id);
        return view !== undefined && accept(view) ? view : undefined;
      }),
    close: () => hub.close(),
  };
}

/** Asks until there is an answer. */
export async function untilTrue<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (performance.now() < giveUpAt) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((wake) => setTimeout(wake, 10));
  }
  throw new Error(`${what} has not come about`);
}

/** The owner sends `quantity` from a side chain; gives the transfer's id. */
export async function sendFrom(
  network: NativeNetwork,
  source: NativeChain,
  target: NativeChain,
  resourceId: Uint8Array,
  quantity: bigint,
  options: { readonly lifetimeSeconds?: bigint; readonly receiver?: Uint8Array } = {},
): Promise<string> {
  const { timeMs } = await source.adapter.wait(0n, 0);
  const deadlineSeconds = timeMs / 1000n + (options.lifetimeSeconds ?? 600n);
  const key = { secretKey: testKey(OWNER), address: testAddress(OWNER) };
  const [landed] = await createWallet(source.adapter, key, network.ports).send([
    {
      type: 'send',
      client: CLIENT_OF_MAIN,
      resourceId,
      quantity,
      receiver: options.receiver ?? key.address,
      destination: target.node.chainId,
      timeoutSeconds: deadlineSeconds,
      deadlineSeconds,
      memo: '',
    },
  ]);
  const sent = landed?.result.events.find(({ type }) => type === 'packetSent');
  if (sent === undefined) throw new Error('nothing was sent');
  return transferId(source.alias, sent.client, sent.sequence);
}

export async function holding(
  chain: NativeChain,
  resourceId: Uint8Array,
  owner = testAddress(OWNER),
): Promise<bigint> {
  return (await chain.adapter.facts('holding', [{ resourceId, owner }]))[0] ?? 0n;
}
