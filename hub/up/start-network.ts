/**
 * Starts the network of a data directory in this process: a thread a chain, the hub with its API, and
 * joins what is not joined yet.
 */
import { join } from 'node:path';
import { type DataDirectory, openDataDirectory } from '../../main-chain/host/data-directory.ts';
import { loadPorts, type Ports } from '../../main-chain/host/native-ports.ts';
import { encode } from '../../schemas/codec/codec.ts';
import { genesisCodec } from '../../schemas/wire/genesis.ts';
import { requireFreePort } from '../api/require-free-port.ts';
import { type ComposedHub, composeHub, threadPlace } from '../compose.ts';
import type { HubLog } from '../log.ts';
import { DEFAULT_RELAYER } from '../relayer/relayer.ts';
import {
  joinDemoNetwork,
  type NetworkAdapters,
  networkAdapters,
  waitForClients,
} from './join-demo.ts';
import {
  NETWORK_ALIASES,
  type Network,
  type NetworkAlias,
  openNetwork,
  validatorKeyFile,
  validatorPlaces,
} from './network.ts';

export interface StartOptions {
  readonly directory: string;
  readonly host: string;
  /** 0 lets the machine choose. */
  readonly port: number;
  readonly nowMs: bigint;
}

/** A running network. */
export interface RunningNetwork {
  readonly network: Network;
  readonly composed: ComposedHub;
  readonly chains: NetworkAdapters;
  readonly ports: Ports;
  readonly url: string;
  close(): Promise<void>;
}

/** What the data directory's marker says. */
const OWNER = 'tieline-up';

/** Makes nothing on the disk where the port is taken or the directory is another's. @throws HUB_PORT_TAKEN DATA_DIRECTORY_* NODE_* CLI_* */
export async function startNetwork(options: StartOptions, log: HubLog): Promise<RunningNetwork> {
  await requireFreePort(options);
  const held = openDataDirectory(options.directory, OWNER);
  try {
    return await startIn(held, options, log);
  } catch (error) {
    held.release();
    throw error;
  }
}

async function startIn(
  held: DataDirectory,
  options: StartOptions,
  log: HubLog,
): Promise<RunningNetwork> {
  const ports = await loadPorts();
  if (ports.missing !== undefined) log.warn(ports.missing);
  const network = openNetwork(held.path, options.nowMs, ports);
  const composed = await composeHub(
    {
      chains: await Promise.all(NETWORK_ALIASES.map((alias) => placeOf(held.path, network, alias))),
      relayerKey: network.keys.key('relayer').secretKey,
      dataDirectory: join(held.path, 'hub'),
      api: { host: options.host, port: options.port },
      relayer: DEFAULT_RELAYER,
      journal: true,
    },
    log,
  );
  const close = async (): Promise<void> => {
    await composed.close();
    held.release();
  };
  try {
    const chains = networkAdapters(composed.chains);
    await joinDemoNetwork(network, composed.chains, ports);
    await composed.hub.start();
    await waitForClients(chains);
    return { network, composed, chains, ports, url: composed.hub.api?.url ?? '', close };
  } catch (error) {
    await composed.close();
    throw error;
  }
}

function placeOf(directory: string, { chains, keys }: Network, alias: NetworkAlias) {
  const settings = {
    dataDirectory: join(directory, 'chains', alias),
    validatorKeyFiles: [validatorKeyFile(keys, alias)],
    ...validatorPlaces(directory, alias),
    // Every thread costs start-up time and memory: three chains share two cores well enough without.
    signatureWorkers: 0,
    // Any free port of this machine, for whoever asks a node itself (`tieline proof export`).
    httpPort: 0,
  };
  return threadPlace(alias, settings, encode(genesisCodec, chains[alias].genesis));
}
