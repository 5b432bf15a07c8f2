/**
 * The hub: chains it knows, relayer, journal and API, opened and closed together. It holds no user
 * keys and decides nothing a chain must believe. docs/architecture.md#hub
 */
import { join } from 'node:path';
import { openDataDirectory } from '../main-chain/host/data-directory.ts';
import type { FaultPort } from '../main-chain/host/fault-port.ts';
import { Store } from '../main-chain/host/store.ts';
import { toHex } from '../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../schemas/ports.ts';
import { type Api, listenApi } from './api/listen-api.ts';
import { requireFreePort } from './api/require-free-port.ts';
import { Journal } from './journal/journal.ts';
import { JournalStore } from './journal/journal-store.ts';
import type { HubLog } from './log.ts';
import { ChainRegistry, type GivenChain } from './registry.ts';
import { Relayer, type RelayerConfig } from './relayer/relayer.ts';

export interface HubConfig {
  readonly dataDirectory: string;
  /** Where the API listens; absent where the hub is used within the process only. */
  readonly api: { readonly host: string; readonly port: number } | undefined;
  readonly relayer: RelayerConfig;
  /** Keep the journal; without it transfers cannot be asked for. */
  readonly journal: boolean;
}

export interface HubDeps {
  /** The main chain first; closed with the hub. */
  readonly chains: readonly GivenChain[];
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
  readonly log: HubLog;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  /** Stands at every write point; for tests. */
  readonly faults?: FaultPort;
}

/** An open hub. */
export interface Hub {
  readonly registry: ChainRegistry;
  readonly relayer: Relayer;
  readonly journal: Journal;
  readonly journalStore: JournalStore;
  /** Where the API listens, once started. */
  readonly api: Api | undefined;
  /** Follows the chains, opens the lanes, listens. @throws HUB_PORT_TAKEN ADAPTER_* */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the hub's data; nothing runs before `start`. @throws HUB_PORT_TAKEN DATA_DIRECTORY_* HUB_MAIN_CHAIN HUB_ALIAS */
export async function createHub(config: HubConfig, deps: HubDeps): Promise<Hub> {
  if (config.api !== undefined) await requireFreePort(config.api);
  const registry = new ChainRegistry(deps.chains, deps.log);
  const owner = `hub:${toHex(registry.main.adapter.description.genesisHash)}`;
  const directory = openDataDirectory(config.dataDirectory, owner, deps.faults);
  try {
    const store = await Store.open(join(directory.path, 'journal'), deps.faults);
    return assemble(config, deps, registry, store, () => directory.release());
  } catch (error) {
    directory.release();
    throw error;
  }
}

function assemble(
  config: HubConfig,
  deps: HubDeps,
  registry: ChainRegistry,
  store: Store,
  release: () => void,
): Hub {
  const { log, now } = deps;
  const journalStore = new JournalStore(store);
  const journal = new Journal({ registry, store: journalStore, log });
  const relayer = new Relayer(config.relayer, { registry, resume: journalStore, log, now });
  let api: Api | undefined;
  return {
    registry,
    relayer,
    journal,
    journalStore,
    get api() {
      return api;
    },
    async start() {
      await Promise.all(registry.chains.map(({ watcher }) => watcher.start()));
      await relayer.start();
      if (config.journal) journal.start();
      if (config.api !== undefined) {
        api = await listenApi(config.api, { registry, relayer, journal: journalStore, ...deps });
      }
    },
    async close() {
      await api?.close();
      await relayer.stop();
      await journal.stop();
      for (const { watcher } of registry.chains) watcher.stop();
      await Promise.all(registry.chains.map(({ adapter }) => adapter.close()));
      await Promise.all(registry.chains.map(({ watcher }) => watcher.ended()));
      await store.close();
      release();
    },
  };
}
