/** `tieline resource issue` and `tieline resource show`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Static } from 'typebox';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import { parseHex } from '../../../schemas/codec/hex.ts';
import { toHex } from '../../../schemas/hash.ts';
import type { Chains, Resource } from '../../api/api-schemas.ts';
import { parseResource } from '../arguments.ts';
import { cliError } from '../errors.ts';
import { formatTable } from '../format-table.ts';
import { createHubClient, type HubClient } from '../hub-client.ts';
import { readJson } from '../hub-config.ts';
import { chainView, signAndSend } from '../hub-wallet.ts';
import { prepareIssue } from '../issue-message.ts';
import {
  addressOf,
  type HubFlags,
  type KeyFlags,
  print,
  readKey,
  withHub,
  withKey,
} from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface IssueFlags extends HubFlags, KeyFlags {
  readonly chain: string;
  readonly kind: string;
  readonly static: string;
  readonly owner: string;
  readonly save: string;
}

/** Adds the commands. */
export function addResource(program: Command, terminal: Terminal): void {
  const resource = program.command('resource').description('issue and look at resources');
  withKey(withHub(resource.command('issue')))
    .description('put a resource into circulation; the key is the issuer’s')
    .requiredOption('--chain <chain>', 'alias of its home chain')
    .requiredOption('--kind <kind>', 'for instance green-certificate/v1')
    .requiredOption('--static <file>', 'JSON file with its static group')
    .requiredOption('--owner <account>', 'address, or the name of a key in --keys')
    .option(
      '--save <directory>',
      'where attributes and salts are kept, for whoever may show them',
      'resources',
    )
    .action((flags: IssueFlags) => runIssue(flags, terminal));
  withHub(resource.command('show'))
    .description('show a resource and where its quantity is')
    .argument('<id>', 'resource id', parseResource)
    .action((id: Uint8Array, flags: HubFlags) => runShow(id, flags, terminal));
}

async function runIssue(flags: IssueFlags, terminal: Terminal): Promise<void> {
  const ports = await loadPorts();
  const hub = createHubClient(flags.hub);
  const home = await chainView(hub, flags.chain);
  const issuer = await readKey(flags);
  const staticGroup = readStatic(flags.static);
  const prepared = prepareIssue(
    {
      kind: flags.kind,
      staticGroup,
      owner: await addressOf(flags.owner, flags),
      issuer,
      home: home.chainId,
      mainGenesisHash: await mainGenesisHash(hub),
    },
    ports,
  );
  const id = toHex(prepared.resourceId);
  mkdirSync(flags.save, { recursive: true, mode: 0o700 });
  const file = join(flags.save, `${id}.json`);
  const kept = { resourceId: id, kind: flags.kind, static: staticGroup, salts: prepared.salts };
  writeFileSync(file, `${JSON.stringify(kept, undefined, 2)}\n`, { mode: 0o600 });
  const landed = await signAndSend(hub, home, issuer, prepared.message, ports);
  const quantity = prepared.quantity.toString();
  print(
    terminal,
    flags,
    { resourceId: id, quantity, height: landed.height, file },
    `Issued ${quantity} of ${id} in block ${landed.height} of ${home.alias}; attributes and salts are in ${file}.\n`,
  );
}

async function mainGenesisHash(hub: HubClient): Promise<Uint8Array> {
  const { chains } = await hub.get<Static<typeof Chains>>('/v1/chains');
  const main = chains.find(({ kind }) => kind === 'main');
  if (main === undefined) throw cliError('CLI_HUB_ANSWER', { url: hub.url });
  return parseHex(main.genesisHash, 32);
}

/** @throws CLI_FILE CLI_JSON */
function readStatic(file: string): Readonly<Record<string, unknown>> {
  const value = readJson(file);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw cliError('CLI_JSON', { file });
  return { ...value };
}

async function runShow(id: Uint8Array, flags: HubFlags, terminal: Terminal): Promise<void> {
  const resource = await createHubClient(flags.hub).get<Static<typeof Resource>>(
    `/v1/resources/${toHex(id)}`,
  );
  const rows = resource.places.map(({ chain, located, inTransit, supply }) => [
    chain,
    located,
    inTransit,
    supply,
  ]);
  const columns = [
    { title: 'chain' },
    { title: 'located', align: 'right' },
    { title: 'in transit', align: 'right' },
    { title: 'supply there', align: 'right' },
  ] as const;
  const { kind, homeAlias, status, registered, retired, balanced } = resource;
  const head = `${kind} of ${homeAlias}, ${status}: ${registered} registered, ${retired} retired, books ${balanced ? 'balance' : 'DO NOT BALANCE'}\n`;
  print(terminal, flags, resource, head + formatTable(columns, rows, 0));
}
