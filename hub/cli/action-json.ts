/**
 * Administrative actions as JSON, both ways: counts are decimal text, bytes lower-case hex, addresses
 * with 0x. Nothing may be missing and nothing added. docs/protocol.md#governance
 */
import { parseHex } from '../../schemas/codec/hex.ts';
import { isTielineError } from '../../schemas/errors.ts';
import { toHex } from '../../schemas/hash.ts';
import { formatAddress, parseAddress } from '../../schemas/ids.ts';
import type { Action, ActionOf } from '../../schemas/wire/action.ts';
import type { ClientKind, ClientStart } from '../../schemas/wire/clients/client-material.ts';
import { cliError } from './errors.ts';

type Scalar = 'count' | 'number' | 'text' | 'flag' | 'bytes' | 'address';

/** How a field is written: as one value, as a record of fields, as a list, or as one of several records. */
type Form = Scalar | { readonly list: Form } | OneOf | RecordForm;
type RecordForm = { readonly [field: string]: Form };
/** A record whose `type` says which it is. */
interface OneOf {
  readonly oneOf: Readonly<Record<string, RecordForm>>;
}

type FormsOf<A> = { readonly [K in Exclude<keyof A, 'type'>]: Form };

const CONTRACT = { address: 'address', codeHash: 'bytes' } as const;
const CLIENT_STARTS: { readonly [K in ClientKind]: FormsOf<Extract<ClientStart, { type: K }>> } = {
  checkpoint: { validatorSetHash: 'bytes', height: 'count' },
  'ethereum-poa': {
    rules: { epoch: 'count', periodSeconds: 'count', depth: 'number', leastSigners: 'number' },
    contract: CONTRACT,
    epochHeader: 'bytes',
  },
  'ethereum-pos': {
    rules: {
      genesisValidatorsRoot: 'bytes',
      genesisTimeSeconds: 'count',
      forks: { list: { epoch: 'count', version: 'bytes', format: 'text' } },
    },
    contract: CONTRACT,
    trustedBlockRoot: 'bytes',
  },
  notary: { contract: CONTRACT, notaries: { list: 'address' }, threshold: 'number' },
};
const START = {
  trustingPeriodSeconds: 'count',
  maxClockDriftSeconds: 'count',
  start: { oneOf: CLIENT_STARTS },
} as const;
const PAYLOAD = {
  sourcePort: 'text',
  destinationPort: 'text',
  version: 'text',
  encoding: 'text',
  value: 'bytes',
} as const;
const PACKET = {
  sequence: 'count',
  sourceClient: 'text',
  destinationClient: 'text',
  timeoutSeconds: 'count',
  payloads: { list: PAYLOAD },
} as const;
const LEFT = {
  orphans: { list: { packet: PACKET, ending: 'text' } },
  writeOffs: { list: { resourceId: 'bytes', quantity: 'count' } },
} as const;
const CASE = { resourceId: 'bytes', caseOrder: 'text' } as const;
const LIMIT = { client: 'text', outflowLimit: 'count', windowSeconds: 'count' } as const;

const FORMS: { readonly [T in Action['type']]: FormsOf<ActionOf<T>> } = {
  createClient: {
    client: 'text',
    counterpartyClient: 'text',
    chainId: 'text',
    genesisHash: 'bytes',
    ...START,
  },
  registerRoute: { chainId: 'text', alias: 'text', client: 'text', genesisHash: 'bytes' },
  registerIssuer: {
    issuer: 'address',
    kinds: { list: 'text' },
    home: 'text',
    cap: 'count',
    validFromSeconds: 'count',
    validUntilSeconds: 'count',
  },
  revokeIssuer: { issuer: 'address' },
  setLane: { ...LIMIT, paused: 'flag', leastQuantity: 'count', leastRemainingSeconds: 'count' },
  admit: { address: 'address' },
  expel: { address: 'address' },
  freezeResource: CASE,
  unfreezeResource: CASE,
  setValidators: {
    validators: { list: { address: 'address', power: 'count' } },
    possessions: { list: { index: 'number', signature: 'bytes' } },
  },
  replaceClient: { client: 'text', ...START },
  closeClient: { client: 'text' },
  replacePair: { client: 'text', successor: 'text', counterpartyClient: 'text', ...START, ...LEFT },
  settleOrphans: { client: 'text', ...LEFT },
  setMembers: {
    organisations: { list: { name: 'text', address: 'address' } },
    quorum: 'number',
    guardians: { list: 'address' },
  },
  unhaltResource: {
    resourceId: 'bytes',
    registered: 'count',
    located: 'count',
    inTransit: 'count',
    retired: 'count',
    places: { list: { place: 'text', client: 'text', quantity: 'count' } },
  },
  setLimit: { ...LIMIT, resourceId: 'bytes' },
  setLodging: {
    kind: 'text',
    home: 'text',
    issuer: 'address',
    staticRoot: 'bytes',
    cap: 'count',
  },
};

/** The action a JSON object says. @throws CLI_JSON naming the field that is wrong */
export function actionFromJson(json: unknown): Action {
  const { type, ...fields } = objectOf(json, 'action');
  if (typeof type !== 'string' || !(type in FORMS)) {
    throw cliError('CLI_JSON', { field: 'type', known: Object.keys(FORMS).join(' ') });
  }
  const forms = FORMS[type as Action['type']];
  return { type, ...(fromJson(fields, forms, type) as object) } as Action;
}

/** The JSON object of an action. */
export function actionToJson({ type, ...fields }: Action): Readonly<Record<string, unknown>> {
  return { type, ...(toJson(fields, FORMS[type]) as object) };
}

function fromJson(value: unknown, form: Form, field: string): unknown {
  if (typeof form === 'string') return scalarFromJson(value, form, field);
  if (isOneOf(form)) {
    const { type, ...fields } = objectOf(value, field);
    const chosen = typeof type === 'string' ? form.oneOf[type] : undefined;
    if (chosen === undefined) {
      throw cliError('CLI_JSON', {
        field: `${field}.type`,
        known: Object.keys(form.oneOf).join(' '),
      });
    }
    return { type, ...(fromJson(fields, chosen, field) as object) };
  }
  if (isList(form)) {
    if (!Array.isArray(value)) throw cliError('CLI_JSON', { field, expected: 'list' });
    return value.map((item, at) => fromJson(item, form.list, `${field}[${at}]`));
  }
  const source = objectOf(value, field);
  const surplus = Object.keys(source).find((name) => !(name in form));
  if (surplus !== undefined) throw cliError('CLI_JSON', { field: `${field}.${surplus}` });
  return Object.fromEntries(
    Object.entries(form).map(([name, inner]) => [
      name,
      fromJson(source[name], inner, `${field}.${name}`),
    ]),
  );
}

function scalarFromJson(value: unknown, form: Scalar, field: string): unknown {
  const expect = (holds: boolean) => {
    if (!holds) throw cliError('CLI_JSON', { field, expected: form });
  };
  switch (form) {
    case 'count':
      expect(typeof value === 'string' && /^(?:0|[1-9][0-9]{0,38})$/.test(value));
      return BigInt(String(value));
    case 'number':
      expect(Number.isSafeInteger(value));
      return value;
    case 'flag':
      expect(typeof value === 'boolean');
      return value;
    case 'text':
      expect(typeof value === 'string');
      return String(value).normalize('NFC');
    case 'bytes':
    case 'address':
      expect(typeof value === 'string');
      return parseField(String(value), form, field);
  }
}

function parseField(text: string, form: 'bytes' | 'address', field: string): Uint8Array {
  try {
    return form === 'address' ? parseAddress(text) : parseHex(text);
  } catch (error) {
    if (isTielineError(error)) throw cliError('CLI_JSON', { field, expected: form }, error);
    throw error;
  }
}

function toJson(value: unknown, form: Form): unknown {
  if (form === 'count') return String(value);
  if (form === 'bytes') return toHex(value as Uint8Array);
  if (form === 'address') return formatAddress(value as Uint8Array);
  if (typeof form === 'string') return value;
  if (isList(form)) return (value as readonly unknown[]).map((item) => toJson(item, form.list));
  const source = value as Readonly<Record<string, unknown>>;
  if (isOneOf(form)) {
    const type = String(source['type']);
    return { type, ...(toJson(value, form.oneOf[type] ?? {}) as object) };
  }
  return Object.fromEntries(
    Object.entries(form).map(([name, inner]) => [name, toJson(source[name], inner)]),
  );
}

function isList(form: Exclude<Form, string>): form is { readonly list: Form } {
  return Object.keys(form).length === 1 && 'list' in form;
}

function isOneOf(form: Exclude<Form, string>): form is OneOf {
  return Object.keys(form).length === 1 && 'oneOf' in form;
}

function objectOf(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw cliError('CLI_JSON', { field, expected: 'object' });
}
