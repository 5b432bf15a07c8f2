import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderJsonSchemas } from '../../../../schemas/resource/json-schema.ts';

const TWINS = new URL('../../../../schemas/resource/json-schema/', import.meta.url);

describe('generated JSON Schema twins', () => {
  it.each(renderJsonSchemas().map(({ name, text }) => [name, text] as const))(
    '%s is what the schema generates today',
    (name, text) => {
      expect(readFileSync(new URL(name, TWINS), 'utf8')).toBe(text);
    },
  );

  it('has one file for each kind and no other', () => {
    const names = renderJsonSchemas().map(({ name }) => name);
    expect(readdirSync(TWINS).sort()).toEqual([...names].sort());
  });
});
