/**
 * The node's configuration: read once from a file and overrides (environment, arguments), validated,
 * frozen. Protocol parameters are no configuration: they are in the genesis. docs/architecture.md#configuration
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { EmbeddedConfig } from './engine/embedded.ts';
import { nodeError } from './errors.ts';
import type { MempoolConfig } from './mempool/mempool.ts';

/** Where the node API listens over HTTP. */
export interface HttpConfig {
  readonly host: string;
  /** 0 lets the machine choose. */
  readonly port: number;
}

/** Everything a node is told; plain data that can be sent to a worker thread. */
export interface NodeConfig {
  readonly dataDirectory: string;
  /** Genesis bytes (schemas/wire/genesis.ts). */
  readonly genesis: Uint8Array;
  /** secp256k1 key files of the validators this node signs for. */
  readonly validatorKeyFiles: readonly string[];
  /** Where further validator keys may come while the node runs. */
  readonly validatorKeyDirectory: string | undefined;
  /** Where the signers' marks are; without it, within the data directory. Shared by nodes that hold the same keys. */
  readonly signerDirectory: string | undefined;
  /** URLs of nodes asked before the first block how far this chain has come. */
  readonly witnesses: readonly string[];
  readonly engine: EmbeddedConfig;
  readonly mempool: MempoolConfig;
  /** Worker threads that check signatures; 0 checks them in the node's own thread. */
  readonly signatureWorkers: number;
  /** How many of the newest stored blocks are checked record by record at start. */
  readonly verifyBlocks: number;
  /** How many of the newest blocks are kept; without it, all. */
  readonly keepBlocks: number | undefined;
  /** Absent where the node is called within the process only. */
  readonly http: HttpConfig | undefined;
}

const count = (minimum: number, maximum: number, fallback: number) =>
  Type.Integer({ minimum, maximum, default: fallback });

const MIB = 1_048_576;

/** Every setting with its bounds and default. A block's bytes bound what it sends (rpc/deliveries.ts). */
const settingsSchema = Type.Object(
  {
    dataDirectory: Type.String({ minLength: 1 }),
    genesisFile: Type.String({ minLength: 1 }),
    validatorKeyFiles: Type.Array(Type.String({ minLength: 1 }), { maxItems: 256, default: [] }),
    validatorKeyDirectory: Type.Optional(Type.String({ minLength: 1 })),
    signerDirectory: Type.Optional(Type.String({ minLength: 1 })),
    witnesses: Type.Array(Type.String({ pattern: '^https?://' }), { maxItems: 64, default: [] }),
    minBlockIntervalMs: count(0, 60_000, 25),
    heartbeatMs: count(10, 3_600_000, 1000),
    maxBlockTransactions: count(1, 65_535, 4096),
    maxBlockBytes: count(1024, 16 * MIB, 3 * MIB),
    maxPoolTransactions: count(1, 1_000_000, 50_000),
    maxPoolBytes: count(1024, 1024 * MIB, 64 * MIB),
    maxSenderBytes: count(1024, 1024 * MIB, 16 * MIB),
    signatureWorkers: count(0, 64, 1),
    verifyBlocks: count(1, Number.MAX_SAFE_INTEGER, 1000),
    keepBlocks: Type.Optional(Type.Integer({ minimum: 100, maximum: Number.MAX_SAFE_INTEGER })),
    httpHost: Type.String({ minLength: 1, default: '127.0.0.1' }),
    httpPort: Type.Optional(Type.Integer({ minimum: 0, maximum: 65_535 })),
  },
  { additionalProperties: false },
);

/** Settings that are lists; in a variable their items are separated by commas. */
const LISTS = ['validatorKeyFiles', 'witnesses'];

/** Settings by name, as a file or a caller gives them; numbers may be text. */
export type NodeSettings = Readonly<Record<string, unknown>>;

/**
 * Builds the configuration from settings and the genesis bytes (which may also be named by
 * `genesisFile`). Paths are relative to `base`.
 * @throws NODE_CONFIG_UNKNOWN NODE_CONFIG_INVALID NODE_CONFIG_FILE
 */
export function createNodeConfig(
  settings: NodeSettings,
  genesis?: Uint8Array,
  base: string = process.cwd(),
): NodeConfig {
  const given = Object.fromEntries(
    Object.entries({ ...(genesis && { genesisFile: 'given' }), ...settings }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const unknown = Object.keys(given).find(
    (name) => !Object.hasOwn(settingsSchema.properties, name),
  );
  if (unknown !== undefined) throw nodeError('NODE_CONFIG_UNKNOWN', { setting: unknown });
  const value: unknown = Value.Default(settingsSchema, numbersOf(given));
  if (!Value.Check(settingsSchema, value)) {
    const [fault] = Value.Errors(settingsSchema, value);
    const setting = fault?.instancePath.split('/')[1] ?? missingOf(fault?.params);
    throw nodeError('NODE_CONFIG_INVALID', { setting, reason: fault?.message ?? 'invalid' });
  }
  const path = (name: string): string => resolve(base, name);
  return freeze({
    dataDirectory: path(value.dataDirectory),
    genesis: genesis ?? readGenesis(path(value.genesisFile)),
    validatorKeyFiles: value.validatorKeyFiles.map(path),
    validatorKeyDirectory: value.validatorKeyDirectory && path(value.validatorKeyDirectory),
    signerDirectory: value.signerDirectory && path(value.signerDirectory),
    witnesses: value.witnesses,
    engine: {
      minBlockIntervalMs: value.minBlockIntervalMs,
      heartbeatMs: value.heartbeatMs,
      maxTransactions: value.maxBlockTransactions,
      maxBytes: value.maxBlockBytes,
    },
    mempool: {
      maxTransactions: value.maxPoolTransactions,
      maxBytes: value.maxPoolBytes,
      maxSenderBytes: value.maxSenderBytes,
    },
    signatureWorkers: value.signatureWorkers,
    verifyBlocks: value.verifyBlocks,
    keepBlocks: value.keepBlocks,
    http: value.httpPort === undefined ? undefined : { host: value.httpHost, port: value.httpPort },
  });
}

/**
 * Reads a JSON file of settings, lays `overrides` (environment, then arguments) over it and builds the
 * configuration; paths in it are relative to the file.
 * @throws NODE_CONFIG_FILE NODE_CONFIG_UNKNOWN NODE_CONFIG_INVALID
 */
export function readNodeConfig(file: string, overrides: NodeSettings = {}): NodeConfig {
  let settings: unknown;
  try {
    settings = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw nodeError('NODE_CONFIG_FILE', { file }, cause);
  }
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) {
    throw nodeError('NODE_CONFIG_FILE', { file });
  }
  return createNodeConfig({ ...settings, ...overrides }, undefined, dirname(resolve(file)));
}

/** `TIELINE_NODE_HTTP_PORT=1` → `{ httpPort: '1' }`; variables of other names are left alone. */
export function settingsFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): NodeSettings {
  const settings: Record<string, unknown> = {};
  for (const name of Object.keys(settingsSchema.properties)) {
    const variable = `TIELINE_NODE_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
    const value = environment[variable];
    if (value === undefined) continue;
    settings[name] = LISTS.includes(name) ? value.split(',') : value;
  }
  return settings;
}

/** Digits given as text (environment, arguments) become the numbers the schema asks for; nothing is rounded. */
function numbersOf(given: NodeSettings): NodeSettings {
  const properties: Readonly<Record<string, object>> = settingsSchema.properties;
  const entries = Object.entries(given).map(([name, value]) => {
    const isNumber = Type.IsInteger(properties[name]);
    return [name, isNumber && /^\d{1,15}$/.test(String(value)) ? Number(value) : value];
  });
  return Object.fromEntries(entries);
}

function readGenesis(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (cause) {
    throw nodeError('NODE_CONFIG_FILE', { file }, cause);
  }
}

function missingOf(params: unknown): string {
  const { requiredProperties } = (params ?? {}) as { requiredProperties?: readonly string[] };
  return requiredProperties?.[0] ?? 'unknown';
}

function freeze(config: NodeConfig): NodeConfig {
  Object.freeze(config.validatorKeyFiles);
  Object.freeze(config.witnesses);
  Object.freeze(config.engine);
  Object.freeze(config.mempool);
  Object.freeze(config.http);
  return Object.freeze(config);
}
