/**
 * The same network as separate processes: `network init` writes configurations and keys, `node` and
 * `hub` run them, `network join` makes the chains know each other. And `lane`, the operator's brake.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { openDataDirectory } from '../../../main-chain/host/data-directory.ts';
import { readKeyFile } from '../../../main-chain/host/key-file.ts';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import { encode } from '../../../schemas/codec/codec.ts';
import { parseHex } from '../../../schemas/codec/hex.ts';
import { toHex } from '../../../schemas/hash.ts';
import { genesisCodec } from '../../../schemas/wire/genesis.ts';
import { type ChainPlace, composeHub, openChains, runNode } from '../../compose.ts';
import { DEFAULT_RELAYER } from '../../relayer/relayer.ts';
import { joinDemoNetwork, networkAdapters, waitForClients } from '../../up/join-demo.ts';
import {
  NETWORK_ALIASES,
  openNetwork,
  validatorKeyFile,
  validatorPlaces,
} from '../../up/network.ts';
import { parsePort } from '../arguments.ts';
import { createHubClient } from '../hub-client.ts';
import { type HubFile, readHubConfig } from '../hub-config.ts';
import { type HubFlags, print, withHub } from '../options.ts';
import { type Terminal, terminalLog } from '../terminal.ts';

/** How long a hub may take to bring new clients their first certificates. */
const FIRST_CERTIFICATES_MS = 20_000;

/** What the marker of a directory of `network init` says. */
const OWNER = 'tieline-network';

interface ConfigFlags {
  readonly config: string;
  readonly verbose?: true;
}

/** Adds the commands. */
export function addProcesses(program: Command, terminal: Terminal): void {
  program
    .command('node')
    .description('run the node of one chain')
    .requiredOption('--config <file>', 'its configuration, JSON')
    .action((flags: ConfigFlags) => serveNode(flags, terminal));
  program
    .command('hub')
    .description('run a hub over nodes that run elsewhere')
    .requiredOption('--config <file>', 'its configuration, JSON')
    .option('--verbose', 'say more on standard error')
    .action((flags: ConfigFlags) => serveHub(flags, terminal));
  const network = program.command('network').description('set up a network of separate processes');
  network
    .command('init')
    .description('write keys, geneses and configurations of the main chain, both shards and a hub')
    .argument('<directory>', 'an empty or new directory')
    .option(
      '--base-port <port>',
      'the hub listens here, the chains on the ports after it',
      parsePort,
      8080,
    )
    .action((directory: string, flags: { readonly basePort: number }) =>
      initNetwork(directory, flags.basePort, terminal),
    );
  network
    .command('join')
    .description(
      'create clients, routes, the issuer and admissions by proposals; the nodes must run',
    )
    .argument('<directory>', 'the directory of `network init`')
    .action((directory: string) => joinNetworkOf(directory, terminal));
  addLane(program, terminal);
}

function addLane(program: Command, terminal: Terminal): void {
  const lane = program
    .command('lane')
    .description('hold back or release what the relayer carries on a lane');
  for (const verb of ['hold', 'release'] as const) {
    withHub(lane.command(verb))
      .description(verb === 'hold' ? 'carry nothing on a lane until it is released' : 'carry on')
      .argument('<lane>', 'alias of the side chain')
      .action(async (alias: string, flags: HubFlags) => {
        const answer = await createHubClient(flags.hub).post(
          `/v1/lanes/${encodeURIComponent(alias)}/${verb}`,
          {},
        );
        print(
          terminal,
          flags,
          answer,
          `The lane of ${alias} is ${verb === 'hold' ? 'held' : 'open'}.\n`,
        );
      });
  }
}

async function serveNode({ config }: ConfigFlags, terminal: Terminal): Promise<void> {
  const node = await runNode(config, terminal.environment, terminal.warn);
  terminal.out(`${node.chainId} answers at ${node.url}\n`);
  await terminal.stopped();
  await node.close();
}

async function serveHub({ config, verbose }: ConfigFlags, terminal: Terminal): Promise<void> {
  const file = readHubConfig(config);
  const { signatures } = await loadPorts();
  const { relayerKeyFile, dataDirectory, host, port } = file;
  const relayerKey =
    relayerKeyFile === undefined ? undefined : readKeyFile(relayerKeyFile, signatures).secretKey;
  const composed = await composeHub(
    {
      chains: file.chains.map(placeOf),
      ...(relayerKey && { relayerKey }),
      dataDirectory,
      api: { host, port },
      relayer: DEFAULT_RELAYER,
      journal: file.journal,
    },
    terminalLog(terminal, verbose === true),
  );
  try {
    await composed.hub.start();
    terminal.out(`The hub answers at ${composed.hub.api?.url ?? ''}\n`);
    await terminal.stopped();
  } finally {
    await composed.close();
  }
}

function placeOf({ genesisHash, ...place }: HubFile['chains'][number]): ChainPlace {
  return { ...place, type: 'http', genesisHash: parseHex(genesisHash, 32) };
}

async function initNetwork(path: string, basePort: number, terminal: Terminal): Promise<void> {
  const ports = await loadPorts();
  const directory = resolve(path);
  // Keys are never written into somebody else's directory, nor into that of a running `tieline up`.
  openDataDirectory(directory, OWNER).release();
  const network = openNetwork(directory, BigInt(Date.now()), ports);
  const write = (name: string, value: object): void =>
    writeFileSync(join(directory, name), `${JSON.stringify(value, undefined, 2)}\n`);
  for (const [index, alias] of NETWORK_ALIASES.entries()) {
    writeFileSync(
      join(directory, `${alias}.genesis`),
      encode(genesisCodec, network.chains[alias].genesis),
    );
    write(`${alias}.json`, {
      dataDirectory: `chains/${alias}`,
      genesisFile: `${alias}.genesis`,
      validatorKeyFiles: [validatorKeyFile(network.keys, alias)],
      ...validatorPlaces('', alias),
      httpPort: basePort + 1 + index,
    });
  }
  network.keys.key('relayer');
  const chains = NETWORK_ALIASES.map((alias, index) => ({
    alias,
    url: `http://127.0.0.1:${basePort + 1 + index}`,
    genesisHash: toHex(network.chains[alias].genesisHash),
  }));
  write('hub.json', {
    dataDirectory: 'hub',
    relayerKeyFile: 'keys/relayer.json',
    port: basePort,
    chains,
  });
  const nodes = NETWORK_ALIASES.map(
    (alias) => `  tieline node --config ${join(path, `${alias}.json`)}\n`,
  ).join('');
  terminal.out(
    `Start these, each in a terminal of its own:\n${nodes}  tieline hub --config ${join(path, 'hub.json')}\nthen: tieline network join ${path}\n`,
  );
}

async function joinNetworkOf(directory: string, terminal: Terminal): Promise<void> {
  const ports = await loadPorts();
  const network = openNetwork(resolve(directory), BigInt(Date.now()), ports);
  const { chains } = readHubConfig(join(directory, 'hub.json'));
  const log = terminalLog(terminal, false);
  const opened = await openChains({ chains: chains.map(placeOf) }, ports, log);
  try {
    await joinDemoNetwork(network, opened, ports);
    terminal.out('The chains know each other.\n');
    await waitForClients(networkAdapters(opened), FIRST_CERTIFICATES_MS);
    terminal.out('The hub carries between them.\n');
  } finally {
    for (const { adapter } of opened) await adapter.close();
  }
}
