/** Every kind against its examples: the schema by TypeBox and by ajv on the generated twin, then the rules. */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { isTielineError } from '../../../../schemas/errors.ts';
import { nobleHash } from '../../../../schemas/hash.ts';
import { fromAttributes } from '../../../../schemas/resource/attribute-mapping.ts';
import { createAttributeTree } from '../../../../schemas/resource/attribute-tree.ts';
import type { AttributeGroup } from '../../../../schemas/resource/envelope.ts';
import {
  checkSupply,
  kindOf,
  RESOURCE_KINDS,
  schemaOf,
  validateResource,
} from '../../../../schemas/resource/registry.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

interface Example {
  readonly group: AttributeGroup;
  readonly json: Record<string, unknown>;
  readonly refusedBy?: 'schema' | 'rule';
  readonly path?: string;
}

const FIXTURES = new URL('../../../fixtures/resource/', import.meta.url);
const TWINS = new URL('../../../../schemas/resource/json-schema/', import.meta.url);
const KINDS = RESOURCE_KINDS.map((kind) => [kind.id.replace('/v1', ''), kind] as const);

function examples(name: string, which: 'valid' | 'bad'): [string, Example][] {
  const folder = new URL(`${name}/${which}/`, FIXTURES);
  return readdirSync(folder)
    .sort()
    .map((file) => [file, JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Example]);
}

const ajv = new Ajv2020({ strict: true, allErrors: true });
for (const [name] of KINDS) {
  ajv.addSchema(JSON.parse(readFileSync(new URL(`${name}.json`, TWINS), 'utf8')) as object);
}

function acceptedByTwin(kindId: string, { group, json }: Example): boolean {
  const validate = ajv.getSchema(`urn:tieline:resource:${kindId}#/$defs/${group}`);
  if (validate === undefined) throw new Error(`no twin of ${kindId}`);
  return validate(json) === true;
}

/** Code and path of the refusal, or undefined. */
function refusal(kindId: string, example: Example): { code: string; path: unknown } | undefined {
  try {
    validateResource(kindId, example.group, example.json);
    return undefined;
  } catch (error) {
    if (!isTielineError(error)) throw error;
    return { code: error.code, path: error.data['path'] };
  }
}

describe.each(KINDS)('%s', (name, kind) => {
  it('has at least two valid and four bad examples', () => {
    const valid = examples(name, 'valid').filter(([, example]) => example.group === 'static');
    expect(valid.length).toBeGreaterThanOrEqual(2);
    expect(examples(name, 'bad').length).toBeGreaterThanOrEqual(4);
  });

  it.each(examples(name, 'valid'))('accepts %s by TypeBox, ajv and the rules', (_, example) => {
    expect(refusal(kind.id, example)).toBeUndefined();
    expect(acceptedByTwin(kind.id, example)).toBe(true);
  });

  it.each(examples(name, 'bad'))('refuses %s', (_, example) => {
    const code = example.refusedBy === 'schema' ? 'RESOURCE_SCHEMA' : 'RESOURCE_RULE';
    expect(refusal(kind.id, example)).toEqual({ code, path: example.path });
    expect(acceptedByTwin(kind.id, example)).toBe(example.refusedBy === 'rule');
  });

  it.each(examples(name, 'valid'))('maps %s to attributes and back', (_, { group, json }) => {
    const attributes = validateResource(kind.id, group, json);
    expect(attributes.map((attribute) => attribute.name)).toEqual(Object.keys(json).sort());
    expect(fromAttributes(schemaOf(kind.id, group), attributes)).toEqual(json);
    const salts = new Map(
      attributes.map(({ name: attribute }, at) => [attribute, new Uint8Array(16).fill(at)]),
    );
    expect(createAttributeTree(attributes, salts, nobleHash).root.length).toBe(32);
  });

  it.each(examples(name, 'valid'))(
    'refuses %s with any attribute of another type',
    (_, example) => {
      for (const attribute of Object.keys(example.json)) {
        for (const wrong of [null, {}, [null], '\u0000', -0.5]) {
          const changed = { ...example, json: { ...example.json, [attribute]: wrong } };
          const text = example.json[attribute];
          if (typeof text === 'string' && wrong === '\u0000') continue;
          expect(refusal(kind.id, changed)?.code, attribute).toBe('RESOURCE_SCHEMA');
          expect(acceptedByTwin(kind.id, changed)).toBe(false);
        }
      }
    },
  );

  it('F2: takes the supply its static group states, in its own unit', () => {
    for (const [, { json }] of examples(name, 'valid').filter(
      ([, each]) => each.group === 'static',
    )) {
      const value = kind.quantityOf(json);
      checkSupply(kind.id, json, { value, unit: kind.unit });
      const more = () => checkSupply(kind.id, json, { value: value + 1n, unit: kind.unit });
      expect(refusalCode(more)).toBe('RESOURCE_QUANTITY');
      const other = kind.unit === 'Wh' ? 'certificate' : 'Wh';
      const mixed = () => checkSupply(kind.id, json, { value, unit: other });
      expect(refusalCode(mixed)).toBe('UNIT_MISMATCH');
    }
  });

  it(`F3: ${kind.unique ? 'exists once' : 'is a batch'}`, () => {
    const [, example] = examples(name, 'valid').find(([, each]) => each.group === 'static') ?? [];
    const quantity = kind.quantityOf(example?.json ?? {});
    expect(kind.unique ? quantity === 1n : kind.unit !== 'piece').toBe(true);
  });
});

describe('the registry', () => {
  it('lists the nine kinds of the design', () => {
    expect(RESOURCE_KINDS.map((kind) => kind.id)).toEqual([
      'generating-unit/v1',
      'meter/v1',
      'ev-charger/v1',
      'green-certificate/v1',
      'granular-certificate/v1',
      'carbon-allowance/v1',
      'power-contract/v1',
      'settlement-credit/v1',
      'security-asset/v1',
    ]);
  });

  it('refuses a kind it does not know', () => {
    for (const id of ['green-certificate', 'green-certificate/v2', '', 'x'.repeat(500)]) {
      expect(refusalCode(() => kindOf(id))).toBe('RESOURCE_KIND_UNKNOWN');
      expect(refusalCode(() => validateResource(id, 'static', {}))).toBe('RESOURCE_KIND_UNKNOWN');
    }
  });

  it('meets JSON that is no object, or hostile, with a coded refusal', () => {
    const hostile = JSON.parse('{"__proto__": {"mRID": "x"}, "a/b~c": 1}') as unknown;
    for (const json of [null, undefined, 1, 'text', [], [[]], {}, hostile]) {
      for (const { id } of RESOURCE_KINDS) {
        const code = refusalCode(() => validateResource(id, 'static', json));
        expect(code).toBe('RESOURCE_SCHEMA');
      }
    }
  });

  it('names an unknown attribute as a JSON pointer', () => {
    const [, example] = examples('meter', 'valid')[0] ?? [];
    const group = example?.group ?? 'static';
    const json = { ...example?.json, 'a/b~c': 1 };
    expect(refusal('meter/v1', { group, json })?.path).toBe('/a~1b~0c');
  });

  it('refuses a text whose characters fit and whose bytes do not', () => {
    const [, example] = examples('settlement-credit', 'valid')[0] ?? [];
    const json = {
      ...example?.json,
      creditorName: `e${'\u0301\u0302'.repeat(600)}`.normalize('NFC'),
    };
    const result = refusal('settlement-credit/v1', { group: 'static', json });
    expect(result?.path).toBe('/creditorName');
  });
});
