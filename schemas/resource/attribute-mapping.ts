/**
 * The canonical mapping between a group's JSON and its attributes: each property is one attribute of
 * the same name, its type follows from the property's schema. docs/protocol.md#attribute-mapping
 */
import type { TObject, TSchema } from 'typebox';
import { parseHex } from '../codec/hex.ts';
import { toHex } from '../hash.ts';
import type { Attribute, AttributeType, AttributeValue } from './attribute-value.ts';
import {
  DATE_PATTERN,
  formatTime,
  MONTH_PATTERN,
  parseDate,
  parseMonth,
  parseTime,
  TIME_PATTERN,
} from './civil-time.ts';
import { resourceError } from './errors.ts';

/** What of a JSON Schema decides the attribute type. */
interface SchemaShape {
  readonly type?: string;
  readonly pattern?: string;
  readonly contentEncoding?: string;
  readonly enum?: readonly unknown[];
  readonly items?: SchemaShape;
  readonly anyOf?: readonly SchemaShape[];
}

/** A group as flat JSON, properties named as its attributes. */
export type GroupJson = Readonly<Record<string, unknown>>;

/** The attribute type a property's schema stands for. */
export function attributeTypeOf(schema: TSchema): AttributeType {
  return typeOfShape(schema as SchemaShape);
}

/**
 * The attributes of a group's JSON that has passed `schema`, in ascending order of names.
 * @throws RESOURCE_TIME when a date is not in the calendar
 */
export function toAttributes(schema: TObject, json: GroupJson): readonly Attribute[] {
  const attributes: Attribute[] = [];
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = json[name];
    if (value !== undefined) attributes.push({ name, value: toValue(property, value) });
  }
  return attributes.sort((left, right) => (left.name < right.name ? -1 : 1));
}

/**
 * The JSON of attributes, in the schema's order of properties: the inverse of toAttributes. The caller
 * validates it, for attributes may be missing where only some were disclosed.
 * @throws RESOURCE_ATTRIBUTE_UNKNOWN RESOURCE_ATTRIBUTE_TYPE
 */
export function fromAttributes(schema: TObject, attributes: readonly Attribute[]): GroupJson {
  const byName = new Map(attributes.map(({ name, value }) => [name, value]));
  const json: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = byName.get(name);
    if (value === undefined) continue;
    if (value.type !== attributeTypeOf(property)) {
      throw resourceError('RESOURCE_ATTRIBUTE_TYPE', { name, type: value.type });
    }
    json[name] = toJson(name, value);
    byName.delete(name);
  }
  const [unknown] = byName.keys();
  if (unknown !== undefined) throw resourceError('RESOURCE_ATTRIBUTE_UNKNOWN', { name: unknown });
  return json;
}

function typeOfShape(shape: SchemaShape): AttributeType {
  const [first] = shape.anyOf ?? [];
  if (first !== undefined) return typeOfShape(first);
  if (shape.enum !== undefined) return typeof shape.enum[0] === 'number' ? 'integer' : 'text';
  if (shape.type === 'integer') return 'integer';
  if (shape.type === 'boolean') return 'boolean';
  if (shape.type === 'array') {
    return typeOfShape(shape.items ?? {}) === 'integer' ? 'integers' : 'texts';
  }
  if (shape.contentEncoding === 'base16') return 'bytes';
  return shape.pattern === TIME_PATTERN ? 'time' : 'text';
}

function toValue(schema: TSchema, json: unknown): AttributeValue {
  const type = attributeTypeOf(schema);
  switch (type) {
    case 'text': {
      const value = json as string;
      requireCalendar((schema as SchemaShape).pattern, value);
      return { type, value };
    }
    case 'integer':
      return { type, value: BigInt(json as number) };
    case 'boolean':
      return { type, value: json as boolean };
    case 'bytes':
      return { type, value: parseHex(json as string) };
    case 'time':
      return { type, value: parseTime(json as string) };
    case 'integers':
      return { type, value: (json as readonly number[]).map(BigInt) };
    case 'texts':
      return { type, value: [...(json as readonly string[])] };
  }
}

/** Dates and months stay text; a day the calendar lacks, such as 30 February, is refused. */
function requireCalendar(pattern: string | undefined, value: string): void {
  if (pattern === DATE_PATTERN) parseDate(value);
  if (pattern === MONTH_PATTERN) parseMonth(value);
}

function toJson(name: string, value: AttributeValue): unknown {
  switch (value.type) {
    case 'integer':
      return toJsonInteger(name, value.value);
    case 'integers':
      return value.value.map((item) => toJsonInteger(name, item));
    case 'bytes':
      return toHex(value.value);
    case 'time':
      return formatTime(value.value);
    case 'texts':
      return [...value.value];
    case 'text':
    case 'boolean':
      return value.value;
  }
}

function toJsonInteger(name: string, value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw resourceError('RESOURCE_ATTRIBUTE_TYPE', { name });
  return number;
}
