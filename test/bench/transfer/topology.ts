/*
 * The network a bench loads: main chain, Jiangsu and Anhui with embedded engines and a hub, either in
 * worker threads of this process or as processes of their own (`tieline node`, `tieline hub`) that
 * speak over loopback sockets. Anhui admits everyone, so that any receiver will do.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ChainPlace,
  composeHub,
  type OpenChain,
  openChains,
  threadPlace,
} from '../../../hub/compose.ts';
import { DEFAULT_RELAYER } from '../../../hub/relayer/relayer.ts';
import {
  type KeyDirectory,
  NETWORK_ALIASES,
  type NetworkAlias,
  openNetwork,
  validatorKeyFile,
} from '../../../hub/up/network.ts';
import type { Ports } from '../../../main-chain/host/native-ports.ts';
import { encode } from '../../../schemas/codec/codec.ts';
import { toHex } from '../../../schemas/hash.ts';
import { type Genesis, genesisCodec, genesisHash } from '../../../schemas/wire/genesis.ts';
import { startTieline, type TielineProcess } from './tieline-process.ts';

/** A running network; the hub carries once it is started. */
export interface Topology {
  readonly chains: readonly OpenChain[];
  readonly geneses: Readonly<Record<NetworkAlias, Genesis>>;
  readonly keys: KeyDirectory;
  /** The processes whose memory and processor time count, the load generator's among them. */
  pids(): readonly number[];
  startHub(): Promise<void>;
  close(): Promise<void>;
}

export interface TopologyDeps {
  readonly ports: Ports;
  readonly say: (line: string) => void;
}

/** What all nodes of a bench are told beside paths and keys. */
const NODE_SETTINGS = {
  signatureWorkers: 0,
  maxPoolTransactions: 200_000,
  maxPoolBytes: 268_435_456,
};

interface Prepared {
  readonly directory: string;
  readonly geneses: Readonly<Record<NetworkAlias, Genesis>>;
  readonly keys: KeyDirectory;
}

/** Opens the network in `directory`, its geneses beside it as `<alias>.genesis`. @throws NODE_* DATA_DIRECTORY_* BENCH_PROCESS */
export function openTopology(
  directory: string,
  inProcesses: boolean,
  deps: TopologyDeps,
): Promise<Topology> {
  const { chains, keys } = openNetwork(directory, BigInt(Date.now()), deps.ports);
  const geneses = {
    main: chains.main.genesis,
    jiangsu: chains.jiangsu.genesis,
    anhui: { ...chains.anhui.genesis, admission: 'open' as const },
  };
  for (const alias of NETWORK_ALIASES) {
    writeFileSync(join(directory, `${alias}.genesis`), encode(genesisCodec, geneses[alias]));
  }
  const prepared = { directory, geneses, keys };
  return inProcesses ? openProcesses(prepared, deps) : openThreads(prepared, deps);
}

async function openThreads(prepared: Prepared, { say }: TopologyDeps): Promise<Topology> {
  const { directory, geneses, keys } = prepared;
  const composed = await composeHub(
    {
      chains: await Promise.all(
        NETWORK_ALIASES.map((alias) =>
          threadPlace(
            alias,
            {
              ...NODE_SETTINGS,
              dataDirectory: join(directory, 'chains', alias),
              validatorKeyFiles: [validatorKeyFile(keys, alias)],
            },
            encode(genesisCodec, geneses[alias]),
          ),
        ),
      ),
      relayerKey: keys.key('relayer').secretKey,
      dataDirectory: join(directory, 'hub'),
      relayer: DEFAULT_RELAYER,
      api: undefined,
      journal: false,
    },
    { info: say, warn: say },
  );
  return {
    geneses,
    keys,
    chains: composed.chains,
    pids: () => [process.pid],
    startHub: () => composed.hub.start(),
    close: () => composed.close(),
  };
}

async function openProcesses(
  { directory, geneses, keys }: Prepared,
  { ports, say }: TopologyDeps,
): Promise<Topology> {
  const started: TielineProcess[] = [];
  const stopAll = async (): Promise<void> => {
    for (const each of started.reverse()) await each.stop();
  };
  const configure = (name: string, value: object): string => {
    const file = join(directory, `${name}.json`);
    writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
    return file;
  };
  const start = async (kind: 'node' | 'hub', config: string): Promise<string> => {
    const running = startTieline([kind, '--config', config], say);
    started.push(running);
    return running.url;
  };
  try {
    mkdirSync(join(directory, 'chains'), { recursive: true });
    const places = await Promise.all(
      NETWORK_ALIASES.map(async (alias): Promise<ChainPlace> => {
        const config = configure(alias, {
          ...NODE_SETTINGS,
          dataDirectory: `chains/${alias}`,
          genesisFile: `${alias}.genesis`,
          validatorKeyFiles: [validatorKeyFile(keys, alias)],
          httpPort: 0,
        });
        const hash = genesisHash(geneses[alias], ports.hash);
        return { alias, type: 'http', url: await start('node', config), genesisHash: hash };
      }),
    );
    const chains = await openChains({ chains: places }, ports, { info: say, warn: say });
    keys.key('relayer');
    return {
      geneses,
      keys,
      chains,
      pids: () => [process.pid, ...started.map(({ pid }) => pid)],
      async startHub() {
        const config = configure('hub', {
          dataDirectory: 'hub',
          relayerKeyFile: 'keys/relayer.json',
          port: 0,
          journal: false,
          chains: places.map((place) => hubPlace(place)),
        });
        await start('hub', config);
      },
      async close() {
        for (const { adapter } of chains) await adapter.close();
        await stopAll();
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

function hubPlace(place: ChainPlace): object {
  if (place.type !== 'http') return {};
  const { alias, url, genesisHash: hash } = place;
  return { alias, url, genesisHash: toHex(hash ?? new Uint8Array(32)) };
}
