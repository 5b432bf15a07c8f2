/** Options many commands share: which hub, whose key, which form of output. */
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type KeyPair, readKeyFile } from '../../main-chain/host/key-file.ts';
import { loadPorts } from '../../main-chain/host/native-ports.ts';
import { formatAddress, parseAddress } from '../../schemas/ids.ts';
import { DEFAULT_HUB } from './hub-client.ts';
import type { Terminal } from './terminal.ts';

export interface HubFlags {
  readonly hub: string;
  readonly json?: true;
}

export interface KeyFlags {
  readonly keys: string;
  readonly key: string;
}

/** `--hub` and `--json`. */
export function withHub(command: Command): Command {
  return command
    .option('--hub <url>', 'address of the hub', parseUrl, DEFAULT_HUB)
    .option('--json', 'print JSON');
}

/** `--key` and `--keys`. */
export function withKey(command: Command): Command {
  return command
    .requiredOption('--key <name>', 'name of the key that signs')
    .option('--keys <directory>', 'where the key files are', '.tieline/keys');
}

/** The key the flags name; it is read here and never leaves this process. @throws KEY_FILE_* */
export async function readKey({ keys, key }: KeyFlags): Promise<KeyPair> {
  const { signatures } = await loadPorts();
  return readKeyFile(join(keys, `${key}.json`), signatures);
}

/** An address as given, or that of a named key. @throws KEY_FILE_* ID_ADDRESS */
export async function addressOf(
  text: string,
  { keys }: Pick<KeyFlags, 'keys'>,
): Promise<Uint8Array> {
  return text.startsWith('0x') ? parseAddress(text) : (await readKey({ keys, key: text })).address;
}

/** JSON where asked for, else the text. */
export function print(
  terminal: Terminal,
  { json }: Pick<HubFlags, 'json'>,
  value: unknown,
  text: string,
): void {
  terminal.out(json === true ? `${JSON.stringify(value, printable, 2)}\n` : text);
}

function printable(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array)
    return value.length === 20 ? formatAddress(value) : Buffer.from(value).toString('hex');
  return typeof value === 'bigint' ? value.toString() : value;
}

/** An http or https address, as it is given. */
export function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text;
  throw new InvalidArgumentError('An address looks like http://127.0.0.1:8080.');
}
