/**
 * `tieline validators`: whose signatures a chain's checkpoints need, and how that changes: each joining
 * operator signs the new set with the key that joins, the organisations propose it.
 * docs/protocol.md#validator-changes
 */
import type { Command } from 'commander';
import { ensureKeyFile, readKeyFile } from '../../../main-chain/host/key-file.ts';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import { parseHex } from '../../../schemas/codec/hex.ts';
import { toHex } from '../../../schemas/hash.ts';
import { formatAddress } from '../../../schemas/ids.ts';
import { possessionDigest, type Validator } from '../../../schemas/wire/validator-set.ts';
import { openChains, openNodeCalls } from '../../compose.ts';
import type { NodeCalls } from '../../proof/export-ics23-proof.ts';
import { govern } from '../../up/govern.ts';
import { parseUrl, print } from '../options.ts';
import { type Terminal, terminalLog } from '../terminal.ts';
import {
  namePossessions,
  readMembers,
  readSets,
  type ValidatorSets,
} from '../validator-members.ts';

interface NodeFlags {
  readonly node: string;
  readonly json?: true;
}

interface SetFlags extends NodeFlags {
  readonly member: readonly string[];
}

interface ChangeFlags extends SetFlags {
  readonly signature?: readonly string[];
  readonly organisation: readonly string[];
}

/** Adds the commands. */
export function addValidators(program: Command, terminal: Terminal): void {
  const validators = program
    .command('validators')
    .description('whose signatures the checkpoints of a chain need, and how that changes');
  validators
    .command('key')
    .description('make a validator key, or name the one that is there')
    .argument('<file>', 'its key file')
    .action((file: string) => nameKey(file, terminal));
  withNode(validators.command('show'))
    .description('the set that signs, and the one that is announced')
    .action((flags: NodeFlags) => show(flags, terminal));
  withSet(validators.command('sign'))
    .description('agree to a new set with a key that joins; prints the signature')
    .requiredOption('--key <file>', 'key file of the validator that joins')
    .action((flags: SetFlags & { readonly key: string }) => sign(flags, terminal));
  withSet(validators.command('change'))
    .description(
      'propose a new set and vote it through; it signs once its announcement is certified',
    )
    .option('--signature <hex...>', 'of joining validators whose key file is elsewhere')
    .requiredOption('--organisation <file...>', 'key files of organisations, as many as the quorum')
    .action((flags: ChangeFlags) => change(flags, terminal));
}

function withNode(command: Command): Command {
  return command
    .requiredOption('--node <url>', 'RPC of a node of the chain', parseUrl)
    .option('--json', 'print JSON');
}

function withSet(command: Command): Command {
  return withNode(command).requiredOption(
    '--member <member...>',
    'every member of the new set: an address 0x… or a key file, with =<power> where it is not 1',
  );
}

async function nameKey(file: string, terminal: Terminal): Promise<void> {
  const { signatures } = await loadPorts();
  terminal.out(`${formatAddress(ensureKeyFile(file, signatures).address)}\n`);
}

async function show(flags: NodeFlags, terminal: Terminal): Promise<void> {
  const sets = await withCalls(flags.node, readSets);
  print(terminal, flags, sets, describe(sets));
}

function describe({ current, next, change }: ValidatorSets): string {
  const lines = (set: readonly Validator[]): string =>
    set.map(({ address, power }) => `  ${formatAddress(address)}  ${power}\n`).join('');
  const now = `Signs:\n${lines(current)}`;
  if (next === undefined) return now;
  const when =
    change?.active === 0n
      ? 'once a certificate of its announcement is on the chain'
      : `from block ${change?.active}`;
  return `${now}Announced, signs ${when}:\n${lines(next)}`;
}

async function sign(flags: SetFlags & { readonly key: string }, terminal: Terminal): Promise<void> {
  const { hash, signatures } = await loadPorts();
  const { set } = readMembers(flags.member, signatures);
  const { secretKey } = readKeyFile(flags.key, signatures);
  const { genesisHash } = await withCalls(flags.node, (call) => call('info', {}));
  const digest = possessionDigest(set, genesisHash, hash);
  const signature = toHex(signatures.sign(digest, secretKey));
  print(terminal, flags, { signature }, `${signature}\n`);
}

async function change(flags: ChangeFlags, terminal: Terminal): Promise<void> {
  const ports = await loadPorts();
  const { hash, signatures } = ports;
  const { set, keys } = readMembers(flags.member, signatures);
  const organisations = flags.organisation.map((file) => readKeyFile(file, signatures));
  const { info, sets } = await withCalls(flags.node, async (call) => {
    return { info: await call('info', {}), sets: await readSets(call) };
  });
  const digest = possessionDigest(set, info.genesisHash, hash);
  const given = (flags.signature ?? []).map((text) => parseHex(text, 65));
  const made = keys.map(({ secretKey }) => signatures.sign(digest, secretKey));
  const possessions = namePossessions(set, sets.current, [...given, ...made], (signature) =>
    signatures.recoverAddress(digest, signature),
  );
  const { genesisHash } = info;
  const place = { alias: info.name, type: 'http', url: flags.node, genesisHash } as const;
  const [chain] = await openChains({ chains: [place] }, ports, terminalLog(terminal, false));
  if (chain === undefined) return;
  try {
    const action = { type: 'setValidators', validators: set, possessions } as const;
    await govern(chain.adapter, [action], organisations, ports);
  } finally {
    await chain.adapter.close();
    await chain.stop();
  }
  await show(flags, terminal);
}

async function withCalls<T>(url: string, work: (call: NodeCalls) => Promise<T>): Promise<T> {
  const { call, close } = await openNodeCalls(url);
  try {
    return await work(call);
  } finally {
    await close();
  }
}
