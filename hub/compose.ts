/**
 * The one place that names concrete adapters and nodes, loaded when they are needed: starts native
 * chains in worker threads of this process, or connects to nodes elsewhere. docs/architecture.md#hub
 */
import type { ChainAdapter } from '../adapters/chain-adapter.ts';
import type { NativeAdapterConfig } from '../adapters/shard/native-adapter.ts';
import { loadPorts, type Ports } from '../main-chain/host/native-ports.ts';
import type { NodeConfig } from '../main-chain/node/config.ts';
import type { NodeTransport } from '../schemas/wire/node-api.ts';
import { createHub, type Hub, type HubConfig } from './hub.ts';
import type { HubLog } from './log.ts';
import type { NodeCalls } from './proof/export-ics23-proof.ts';
import type { OpenWitness } from './registry.ts';

/** Where a native chain's node is: in a thread of this process, or behind a URL. */
export type ChainPlace =
  | { readonly alias: string; readonly type: 'thread'; readonly node: NodeConfig }
  | {
      readonly alias: string;
      readonly type: 'http';
      readonly url: string;
      /** Refuses a node of another chain where given. */
      readonly genesisHash?: Uint8Array;
      /** URLs of further nodes of the chain: who says otherwise is shown to the chains it concerns. */
      readonly witnesses?: readonly string[];
    };

export interface ComposeConfig {
  /** The main chain first. */
  readonly chains: readonly ChainPlace[];
  /** Pays for and signs what the hub submits; without it the hub only watches. */
  readonly relayerKey?: Uint8Array;
}

/** A chain that is up: its adapter, and for a thread the port its own HTTP server has. */
export interface OpenChain {
  readonly alias: string;
  readonly adapter: ChainAdapter;
  readonly httpPort: number | undefined;
  readonly witnesses: readonly OpenWitness[];
  /** Ends the node where it was started here; close the adapter first. */
  stop(): Promise<void>;
}

/** A hub and the chains under it, closed together. */
export interface ComposedHub {
  readonly hub: Hub;
  readonly chains: readonly OpenChain[];
  readonly ports: Ports;
  close(): Promise<void>;
}

/** Opens every chain. What was opened is closed again when one fails. @throws what nodes and adapters refuse with */
export async function openChains(
  config: ComposeConfig,
  ports: Ports,
  log: HubLog,
): Promise<readonly OpenChain[]> {
  const opened = await Promise.allSettled(
    config.chains.map((place) => openChain(place, config.relayerKey, ports, log)),
  );
  const chains = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = opened.find((each) => each.status === 'rejected');
  if (failed !== undefined) {
    await closeChains(chains);
    throw failed.reason;
  }
  return chains;
}

/** Opens chains and hub; call `hub.start()` when the network is joined. @throws see openChains, createHub */
export async function composeHub(
  config: ComposeConfig & HubConfig,
  log: HubLog,
): Promise<ComposedHub> {
  const ports = await loadPorts();
  const chains = await openChains(config, ports, log);
  try {
    const { hash, signatures } = ports;
    const hub = await createHub(config, {
      chains,
      hash,
      signatures,
      log,
      now: () => performance.now(),
    });
    return {
      hub,
      chains,
      ports,
      async close() {
        await hub.close();
        await Promise.all(chains.map((chain) => chain.stop()));
      },
    };
  } catch (error) {
    await closeChains(chains);
    throw error;
  }
}

/** A place in a thread of this process for the chain of `genesis`; `settings` as in a node's file. @throws NODE_CONFIG_* */
export async function threadPlace(
  alias: string,
  settings: Readonly<Record<string, unknown>>,
  genesis: Uint8Array,
): Promise<ChainPlace> {
  const { createNodeConfig } = await import('../main-chain/node/config.ts');
  return { alias, type: 'thread', node: createNodeConfig(settings, genesis) };
}

/** A node that runs in this very thread and listens. */
export interface RunningNode {
  readonly chainId: string;
  readonly url: string;
  close(): Promise<void>;
}

/** Runs one chain's node from its configuration file. @throws NODE_* DATA_DIRECTORY_* KEY_FILE_* */
export async function runNode(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
  say: (sentence: string) => void,
): Promise<RunningNode> {
  const { readNodeConfig, settingsFromEnvironment } = await import('../main-chain/node/config.ts');
  const { createNode } = await import('../main-chain/node/node.ts');
  const { listenHttp } = await import('../main-chain/node/http-server.ts');
  const { chainApplication } = await import('../main-chain/relay/application.ts');
  const config = readNodeConfig(file, settingsFromEnvironment(environment));
  const node = await createNode(config, { application: chainApplication, say });
  try {
    const server = await listenHttp(node, config.http ?? { host: '127.0.0.1', port: 0 });
    return {
      chainId: node.chainId,
      url: `http://${server.host}:${server.port}`,
      async close() {
        await server.close();
        await node.close();
      },
    };
  } catch (error) {
    await node.close();
    throw error;
  }
}

/** Typed calls of the node behind a URL. @throws what node and transport refuse with, from the calls */
export async function openNodeCalls(
  url: string,
): Promise<{ readonly call: NodeCalls; close(): Promise<void> }> {
  const { createStreamTransport } = await import('../adapters/shard/stream-transport.ts');
  const { createNodeCall } = await import('../adapters/shard/node-client.ts');
  const transport = createStreamTransport({ url });
  return { call: createNodeCall(transport), close: () => transport.close() };
}

async function closeChains(chains: readonly OpenChain[]): Promise<void> {
  for (const { adapter, stop } of chains) {
    await adapter.close();
    await stop();
  }
}

async function openChain(
  place: ChainPlace,
  relayerKey: Uint8Array | undefined,
  ports: Ports,
  log: HubLog,
): Promise<OpenChain> {
  const { alias } = place;
  const { transport, httpPort, stop } = await openTransport(place, log);
  try {
    const { genesisHash: expected, witnesses: urls = [] } = place.type === 'http' ? place : {};
    const config = {
      ...(expected && { genesisHash: expected }),
      ...(relayerKey && { relayerKey }),
    };
    const adapter = await openAdapter(transport, config, ports);
    const { genesisHash } = adapter.description;
    const witnesses = urls.map((url) => async () => {
      const way = await openTransport({ alias, type: 'http', url }, log);
      return openAdapter(way.transport, { genesisHash }, ports);
    });
    return { alias, adapter, httpPort, witnesses, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Closes the transport where it leads to no such chain. */
async function openAdapter(
  transport: NodeTransport,
  config: NativeAdapterConfig,
  { hash, signatures }: Ports,
): Promise<ChainAdapter> {
  const { createNativeAdapter } = await import('../adapters/shard/native-adapter.ts');
  const now = () => performance.now();
  try {
    return await createNativeAdapter(config, { transport, hash, signatures, now });
  } catch (error) {
    await transport.close();
    throw error;
  }
}

interface OpenTransport {
  readonly transport: NodeTransport;
  readonly httpPort: number | undefined;
  readonly stop: () => Promise<void>;
}

async function openTransport(place: ChainPlace, log: HubLog): Promise<OpenTransport> {
  if (place.type === 'http') {
    const { createStreamTransport } = await import('../adapters/shard/stream-transport.ts');
    const transport = createStreamTransport({ url: place.url });
    return { transport, httpPort: undefined, stop: () => Promise.resolve() };
  }
  const { startNodeWorker } = await import('../main-chain/node/node-worker.ts');
  const { createMessagePortTransport } = await import(
    '../adapters/shard/message-port-transport.ts'
  );
  const { alias } = place;
  const worker = await startNodeWorker(place.node, (sentence) =>
    log.warn(sentence, { chain: alias }),
  );
  const transport = createMessagePortTransport(worker.connect());
  return { transport, httpPort: worker.httpPort, stop: () => worker.close() };
}
