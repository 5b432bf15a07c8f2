import { Type } from 'typebox';
import { describe, expect, it } from 'vitest';
import {
  attributeTypeOf,
  fromAttributes,
  toAttributes,
} from '../../../../schemas/resource/attribute-mapping.ts';
import { TIME_PATTERN } from '../../../../schemas/resource/civil-time.ts';
import { RESOURCE_STATES } from '../../../../schemas/resource/envelope.ts';
import { generatingUnit } from '../../../../schemas/resource/kinds/generating-unit.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

describe('attribute mapping', () => {
  it.each([
    [Type.String(), 'text'],
    [Type.Enum(['a', 'b']), 'text'],
    [Type.Literal('a'), 'text'],
    [Type.Integer(), 'integer'],
    [Type.Enum([1, 3]), 'integer'],
    [Type.Boolean(), 'boolean'],
    [Type.String({ contentEncoding: 'base16' }), 'bytes'],
    [Type.String({ pattern: TIME_PATTERN }), 'time'],
    [Type.Array(Type.Integer()), 'integers'],
    [Type.Array(Type.String()), 'texts'],
    [Type.Union([Type.Array(Type.Integer()), Type.Array(Type.Integer())]), 'integers'],
  ] as const)('%# takes the attribute type from the schema', (schema, type) => {
    expect(attributeTypeOf(schema)).toBe(type);
  });

  it('orders attributes by name and leaves absent ones out', () => {
    const schema = Type.Object({
      b: Type.Integer(),
      a: Type.Boolean(),
      c: Type.Optional(Type.String()),
    });
    expect(toAttributes(schema, { b: 1, a: true })).toEqual([
      { name: 'a', value: { type: 'boolean', value: true } },
      { name: 'b', value: { type: 'integer', value: 1n } },
    ]);
  });

  it('maps back some disclosed attributes alone', () => {
    const disclosed = [{ name: 'name', value: { type: 'text', value: 'R80711' } }] as const;
    expect(fromAttributes(generatingUnit.staticSchema, disclosed)).toEqual({ name: 'R80711' });
  });

  it('refuses an attribute the kind does not have', () => {
    const foreign = [{ name: 'owner', value: { type: 'text', value: 'x' } }] as const;
    expect(refusalCode(() => fromAttributes(generatingUnit.staticSchema, foreign))).toBe(
      'RESOURCE_ATTRIBUTE_UNKNOWN',
    );
  });

  it('F2: refuses an attribute of another type or beyond what JSON carries', () => {
    const back = (value: Parameters<typeof fromAttributes>[1][number]['value']) =>
      refusalCode(() =>
        fromAttributes(generatingUnit.staticSchema, [{ name: 'nominalPWatts', value }]),
      );
    expect(back({ type: 'text', value: '2050000' })).toBe('RESOURCE_ATTRIBUTE_TYPE');
    expect(back({ type: 'integer', value: 1n << 60n })).toBe('RESOURCE_ATTRIBUTE_TYPE');
    expect(back({ type: 'integer', value: 2_050_000n })).toBe('nothing thrown');
  });
});

describe('the envelope', () => {
  it('knows the five states of the design', () => {
    expect(RESOURCE_STATES).toEqual(['active', 'locked', 'in-transit', 'retired', 'frozen']);
  });
});
