/** docs/errors.md and the error tables of the code say the same, and no code is there without a test. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { ErrorEntry } from '../../../schemas/errors.ts';
import { anchorsOf, filesBelow, importFile, readText, sourceFiles } from './project-files.ts';

interface Listed {
  readonly code: string;
  readonly file: string;
  readonly entry: ErrorEntry;
}

/** Codes no test provokes yet: the list may only shrink. */
const OWED: readonly string[] = [
  'STORE_CORRUPT',
  'NODE_STATE_CORRUPT',
  'NODE_HALTED',
  'NODE_BUSY',
  'NODE_REQUEST_INVALID',
  'NODE_MEDIA_TYPE',
  'NODE_INTERNAL',
  'NODE_ADDRESS_UNUSABLE',
  'NODE_CONFIG_FILE',
  'NODE_CONFIG_INVALID',
  'NODE_CONFIG_UNKNOWN',
];

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
  it('provoke every code but those that still owe a test, and each of these is still owed', () => {
    const text = filesBelow('test', '.ts')
      .filter((file) => !file.startsWith('test/unit/docs/'))
      .map((file) => readText(file))
      .join('\n');
    const words = new Set(text.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? []);
    const missing = listed.filter(({ code }) => !words.has(code)).map(({ code }) => code);
    expect(missing.sort()).toEqual([...OWED].sort());
  });
});

function tableOf(value: unknown): [string, ErrorEntry][] {
  if (typeof value !== 'function' || !('table' in value)) return [];
  return Object.entries(value.table as Readonly<Record<string, ErrorEntry>>);
}
