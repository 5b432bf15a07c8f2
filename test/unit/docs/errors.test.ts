/** docs/errors.md and the error tables of the code say the same, and no code is there without a test. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { ErrorEntry } from '../../../schemas/errors.ts';
import { assertedCodes } from './asserted-codes.ts';
import { anchorsOf, filesBelow, importFile, readText, sourceFiles } from './project-files.ts';

interface Listed {
  readonly code: string;
  readonly file: string;
  readonly entry: ErrorEntry;
}

const listed: Listed[] = [];

beforeAll(async () => {
  const tables = sourceFiles().filter((file) => /\bcreateErrors\(\{/.test(readText(file)));
  for (const file of tables) {
    const before = listed.length;
    for (const value of Object.values(await importFile(file))) {
      for (const [code, entry] of tableOf(value)) listed.push({ code, file, entry });
    }
    expect(listed.length, `${file} exports its error table`).toBeGreaterThan(before);
  }
}, 60_000);

describe('the error tables', () => {
  it('give each code once in the whole project', () => {
    const codes = listed.map(({ code }) => code);
    expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
  });

  it('name every code AREA_WHAT', () => {
    expect(listed.filter(({ code }) => !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/.test(code))).toEqual([]);
  });

  it('map every code to an HTTP status and a retry', () => {
    const wrong = listed.filter(
      ({ entry }) =>
        !(entry.status >= 400 && entry.status < 600) ||
        !['never', 'later', 'after-update'].includes(entry.retry) ||
        !/^\p{Lu}[^\n]+[^.\s]$/u.test(entry.message),
    );
    expect(wrong).toEqual([]);
  });
});

describe('docs/errors.md', () => {
  const headings = () =>
    [...readText('docs/errors.md').matchAll(/^#### (.+)$/gm)].map(([, code]) => code ?? '');

  it('explains every code under a heading that is its anchor', () => {
    const anchors = anchorsOf(readText('docs/errors.md'));
    expect(
      listed.filter(({ code }) => !anchors.has(code.toLowerCase())).map(({ code }) => code),
    ).toEqual([]);
  });

  it('explains no code that does not exist and none twice', () => {
    const known = new Set(listed.map(({ code }) => code));
    expect(headings().filter((code) => !known.has(code))).toEqual([]);
    expect(headings()).toHaveLength(new Set(headings()).size);
  });

  it('gives the status and the retry of the table', () => {
    const text = readText('docs/errors.md');
    const wrong = listed.filter(
      ({ code, entry }) => !text.includes(`#### ${code}\n\n${entry.status} · ${entry.retry} · `),
    );
    expect(wrong.map(({ code, entry }) => `${code}: ${entry.status} · ${entry.retry}`)).toEqual([]);
  });
});

describe('the tests', () => {
  it('assert every code in a test that is not about the documents', () => {
    const asserted = new Set(
      filesBelow('test', '.test.ts')
        .filter((file) => !file.startsWith('test/unit/docs/'))
        .flatMap((file) => [...assertedCodes(readText(file))]),
    );
    expect(listed.map(({ code }) => code).filter((code) => !asserted.has(code))).toEqual([]);
  }, 60_000);

  it('count for a code only where it is asserted', () => {
    const codes = (text: string) => [...assertedCodes(text)];
    expect(codes("// A_B\nit('refuses with A_B', () => run('A_B'));")).toEqual([]);
    expect(codes("expect(run()).not.toBe('A_B');")).toEqual([]);
    expect(codes("const code = 'A_B'; expect(run()).toBe('');")).toEqual([]);
    expect(codes("for (const code of ['A_B']) run(code);")).toEqual([]);
    expect(codes("it.each(['A_B'])('%s', (code) => run(code));")).toEqual([]);
    expect(codes("expect(['A_B', 'C_D']).toContain(run());")).toEqual([]);
    expect(codes('expect(said).toMatch(/A_B|C_D/);')).toEqual([]);
    expect(codes("expect(run()).toBe('A_B');")).toEqual(['A_B']);
    expect(codes("await expect(run()).rejects.toMatchObject({ code: 'A_B' });")).toEqual(['A_B']);
    expect(codes('expect(said).toMatch(/^A_B: /);')).toEqual(['A_B']);
    expect(codes("for (const code of ['A_B']) expect(run()).toBe(code);")).toEqual(['A_B']);
    expect(codes("it.each(['A_B'])('%s', (code) => expect(run()).toBe(code));")).toEqual(['A_B']);
    expect(codes("it.each<string>(['A_B'])('%s', (code) => expect(run()).toBe(code));")).toEqual([
      'A_B',
    ]);
    expect(codes("const code = 'A_B'; expect(run()).toBe(code);")).toEqual(['A_B']);
  });
});

function tableOf(value: unknown): [string, ErrorEntry][] {
  if (typeof value !== 'function' || !('table' in value)) return [];
  return Object.entries(value.table as Readonly<Record<string, ErrorEntry>>);
}
