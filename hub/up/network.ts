/**
 * The network of `tieline up`: the main chain and the shards of Jiangsu and Anhui, their geneses and
 * the keys behind them. Made once in a data directory and read again at every later start.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureKeyFile, type KeyPair } from '../../main-chain/host/key-file.ts';
import { decode, encode } from '../../schemas/codec/codec.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { compareBytes, toHex } from '../../schemas/hash.ts';
import { nativeChainId } from '../../schemas/ids.ts';
import {
  type Genesis,
  genesisCodec,
  genesisHash,
  verifyGenesis,
} from '../../schemas/wire/genesis.ts';
import { cliError } from '../cli/errors.ts';
import type { WalletPorts } from './wallet.ts';

/** Aliases in the order they are started; the first is the main chain. */
export const NETWORK_ALIASES = ['main', 'jiangsu', 'anhui'] as const;
export type NetworkAlias = (typeof NETWORK_ALIASES)[number];

/** GB/T 2260 codes of the shards' provinces. */
export const PROVINCE_CODES: Readonly<Record<Exclude<NetworkAlias, 'main'>, string>> = {
  jiangsu: '32',
  anhui: '34',
};

/** One chain of the network. */
export interface NetworkChain {
  readonly alias: NetworkAlias;
  readonly genesis: Genesis;
  readonly genesisHash: Uint8Array;
  readonly chainId: string;
}

/** Keys by name, made on first use, 0600. */
export interface KeyDirectory {
  readonly path: string;
  key(name: string): KeyPair;
}

export interface Network {
  readonly chains: Readonly<Record<NetworkAlias, NetworkChain>>;
  readonly keys: KeyDirectory;
}

const FILE = 'network.json';
const ORGANISATIONS = ['grid-company', 'trading-centre', 'regulator'] as const;
/** Profile `local`: no proposal delay and a trusting period of ten years, as the demonstration needs. */
const TEN_YEARS_SECONDS = 315_360_000n;

/** Keys as files `<name>.json` in `path`. */
export function openKeyDirectory(path: string, ports: WalletPorts): KeyDirectory {
  return { path, key: (name) => ensureKeyFile(join(path, `${name}.json`), ports.signatures) };
}

/** The names of a chain's organisation keys, enough of them for its quorum. */
export function organisationKeys(keys: KeyDirectory): readonly KeyPair[] {
  return ORGANISATIONS.slice(0, QUORUM).map((name) => keys.key(name));
}

/** The path of the validator key of a chain. */
export function validatorKeyFile(keys: KeyDirectory, alias: NetworkAlias): string {
  return join(keys.path, `validator-${alias}.json`);
}

/**
 * Where further validator keys of a chain may come, and its signers' marks: not in its data directory,
 * so that whoever puts a copy of that back does not put the marks back with it.
 */
export function validatorPlaces(directory: string, alias: NetworkAlias) {
  return {
    validatorKeyDirectory: join(directory, 'validators', alias),
    signerDirectory: join(directory, 'marks', alias),
  };
}

const QUORUM = 2;

/** The network in `directory`, made there at the first start. @throws CLI_JSON KEY_FILE_* */
export function openNetwork(directory: string, nowMs: bigint, ports: WalletPorts): Network {
  const keys = openKeyDirectory(join(directory, 'keys'), ports);
  const file = join(directory, FILE);
  if (!existsSync(file))
    writeNetwork(
      directory,
      file,
      NETWORK_ALIASES.map((alias) => createGenesis(alias, keys, nowMs)),
    );
  const chains = readNetwork(file).map((genesis, index): NetworkChain => {
    verifyGenesis(genesis);
    const hash = genesisHash(genesis, ports.hash);
    return {
      alias: NETWORK_ALIASES[index] ?? 'main',
      genesis,
      genesisHash: hash,
      chainId: nativeChainId(hash),
    };
  });
  const [main, jiangsu, anhui] = chains;
  if (main === undefined || jiangsu === undefined || anhui === undefined)
    throw cliError('CLI_JSON', { file });
  return { chains: { main, jiangsu, anhui }, keys };
}

function createGenesis(alias: NetworkAlias, keys: KeyDirectory, nowMs: bigint): Genesis {
  const organisations = ORGANISATIONS.map((name) => ({ name, address: keys.key(name).address }));
  return {
    name: alias === 'main' ? 'main' : `${alias}-${PROVINCE_CODES[alias]}`,
    kind: alias === 'main' ? 'main' : 'shard',
    profile: 'local',
    createdMs: nowMs,
    validators: [{ address: keys.key(`validator-${alias}`).address, power: 1n }],
    organisations: organisations.sort((left, right) => compareBytes(left.address, right.address)),
    quorum: QUORUM,
    guardians: [keys.key('guardian').address],
    proposalDelaySeconds: 0n,
    admission: alias === 'anhui' ? 'list' : 'open',
    admitted: [],
    trustingPeriodSeconds: TEN_YEARS_SECONDS,
    leastTimeoutSeconds: 1n,
  };
}

function writeNetwork(directory: string, file: string, geneses: readonly Genesis[]): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const chains = geneses.map((genesis) => ({
    name: genesis.name,
    genesis: toHex(encode(genesisCodec, genesis)),
  }));
  const temporary = `${file}.new`;
  writeFileSync(temporary, `${JSON.stringify({ chains }, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}

function readNetwork(file: string): readonly Genesis[] {
  try {
    const { chains } = JSON.parse(readFileSync(file, 'utf8')) as {
      chains: readonly { genesis: string }[];
    };
    return chains.map(({ genesis }) => decode(genesisCodec, parseHex(genesis), 'genesis'));
  } catch (cause) {
    throw cliError('CLI_JSON', { file }, cause);
  }
}
