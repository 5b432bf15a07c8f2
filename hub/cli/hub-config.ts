/**
 * The configuration file of `tieline hub`: read once, validated, frozen; paths are relative to the
 * file. docs/architecture.md#configuration
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { cliError } from './errors.ts';

const schema = Type.Object(
  {
    dataDirectory: Type.String({ minLength: 1 }),
    /** Key file of the account that pays for relaying; without it the hub only watches. */
    relayerKeyFile: Type.Optional(Type.String({ minLength: 1 })),
    host: Type.String({ minLength: 1, default: '127.0.0.1' }),
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8080 }),
    /** Without the journal the hub relays and cannot be asked for transfers. */
    journal: Type.Boolean({ default: true }),
    /** The main chain first. */
    chains: Type.Array(
      Type.Object(
        {
          alias: Type.String({ pattern: '^[a-z0-9-]{1,32}$' }),
          url: Type.String({ pattern: '^https?://' }),
          genesisHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
          /** Further nodes of the chain, best of other operators: the hub compares what they say. */
          witnesses: Type.Optional(
            Type.Array(Type.String({ pattern: '^https?://' }), { maxItems: 16 }),
          ),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 64 },
    ),
  },
  { additionalProperties: false },
);

/** Where a hub keeps its data, listens, and finds its chains. */
export type HubFile = Readonly<Static<typeof schema>>;

/** @throws CLI_FILE CLI_JSON */
export function readHubConfig(file: string): HubFile {
  const value = Value.Default(schema, readJson(file));
  if (!Value.Check(schema, value)) {
    const [fault] = Value.Errors(schema, value);
    throw cliError('CLI_JSON', {
      file,
      where: fault?.instancePath ?? '',
      why: fault?.message ?? '',
    });
  }
  const path = (name: string): string => resolve(dirname(file), name);
  const { relayerKeyFile, dataDirectory } = value;
  return Object.freeze({
    ...value,
    dataDirectory: path(dataDirectory),
    ...(relayerKeyFile === undefined ? {} : { relayerKeyFile: path(relayerKeyFile) }),
  });
}

/** The JSON value in a file. @throws CLI_FILE CLI_JSON */
export function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw cliError('CLI_FILE', { file }, cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw cliError('CLI_JSON', { file }, cause);
  }
}
