/**
 * The JSON Schema 2020-12 twins of the kinds: what anybody can validate with, in any language. The
 * files in json-schema/ are written from here by scripts/generate.ts. docs/protocol.md#kinds
 */
import { RESOURCE_KINDS } from './registry.ts';
import type { ResourceKind } from './resource-kind.ts';

/** A generated file: its name in json-schema/ and its text. */
export interface GeneratedSchema {
  readonly name: string;
  readonly text: string;
}

const LINE_WIDTH = 100;

/** The document of a kind: both groups as definitions. */
export function jsonSchemaOf(kind: ResourceKind): Readonly<Record<string, unknown>> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:tieline:resource:${kind.id}`,
    title: kind.title,
    description: `Kind ${kind.id}, base unit ${kind.unit}, ${kind.unique ? 'unique' : 'batch'}`,
    type: 'object',
    properties: { static: { $ref: '#/$defs/static' }, dynamic: { $ref: '#/$defs/dynamic' } },
    required: ['static'],
    additionalProperties: false,
    $defs: { static: kind.staticSchema, dynamic: kind.dynamicSchema },
  };
}

/** All twins, named as their kinds without the version: `meter.json`. */
export function renderJsonSchemas(): readonly GeneratedSchema[] {
  return RESOURCE_KINDS.map((kind) => ({
    name: `${kind.id.split('/')[0] ?? kind.id}.json`,
    text: `${render(jsonSchemaOf(kind), '', 0)}\n`,
  }));
}

/** JSON as the formatter of this repository writes it: short lists stay on one line. */
function render(value: unknown, indent: string, widthBesides: number): string {
  if (Array.isArray(value)) {
    const flat = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    const scalars = value.every((item) => typeof item !== 'object');
    if (scalars && widthBesides + flat.length <= LINE_WIDTH) return flat;
    const items = value.map((item) => `${indent}  ${render(item, `${indent}  `, 0)}`);
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const entries = Object.entries(value);
  const members = entries.map(([name, member], at) => {
    const key = `${inner}${JSON.stringify(name)}: `;
    const comma = at === entries.length - 1 ? 0 : 1;
    return `${key}${render(member, inner, key.length + comma)}`;
  });
  return `{\n${members.join(',\n')}\n${indent}}`;
}
