/* Lists of records and what lies on disk: read, listed, proven, and every difference named. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareRecords } from '../../../../hub/records/compare-records.ts';
import { readRecords } from '../../../../hub/records/read-records.ts';
import {
  formatList,
  listRecords,
  parseList,
  proveRecord,
  type RecordsList,
  verifyList,
} from '../../../../hub/records/records-list.ts';
import { verifyRecord } from '../../../../main-chain/relay/evidence/verify-records.ts';
import { nobleHash, toHex } from '../../../../schemas/hash.ts';
import { recordLeafHash } from '../../../../schemas/tree/record-tree.ts';
import { refusalCode } from '../../../fakes/refusal.ts';
import { PORTS } from '../../main-chain/relay/evidence/proof-builder.ts';
import { anchoredChain } from '../../main-chain/relay/evidence/records-samples.ts';

const directory = mkdtempSync(join(tmpdir(), 'tieline-records-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const fileOf = (text: string | Uint8Array): string => {
  const path = join(directory, `file ${++files}`);
  writeFileSync(path, text);
  return path;
};
const refused = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return refusalCode(() => {
    if (error !== undefined) throw error;
  });
};
const hashOf = (text: string) => toHex(nobleHash.sha256(new TextEncoder().encode(text)));
const namesAndHashes = async (path: string) =>
  (await readRecords(path)).map(({ name, contentHash }) => [name, toHex(contentHash)]);

const { records, evidence, anchor } = anchoredChain(5);
const list: RecordsList = {
  evidence,
  records: records.map((record) => ({ ...record, leaf: recordLeafHash(record, nobleHash) })),
};
const text = formatList(list);
const altered = (change: (entries: Record<string, unknown>[]) => unknown) => {
  const file = JSON.parse(text);
  return JSON.stringify({ ...file, records: change(file.records) });
};
const judge = (file: string) => refusalCode(() => verifyList(parseList(file), anchor, PORTS));

describe('records on disk', () => {
  it('are the lines of a file, by number, without their line feeds', async () => {
    const wanted = [
      ['1', hashOf('a')],
      ['2', hashOf('')],
      ['3', hashOf('b\r')],
    ];
    expect(await namesAndHashes(fileOf('a\n\nb\r\n'))).toEqual(wanted);
    expect(await namesAndHashes(fileOf('a\n\nb\r'))).toEqual(wanted);
  });

  it('are the same however the bytes of a long file come in', async () => {
    const lines = Array.from({ length: 3000 }, (_, at) => `${at}`.repeat(1 + (at % 90)));
    const read = await namesAndHashes(fileOf(lines.join('\n')));
    expect(read).toEqual(lines.map((line, at) => [`${at + 1}`, hashOf(line)]));
  });

  it('are the files of a folder, by path, in the order of their names', async () => {
    const folder = join(directory, 'folder');
    mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
    writeFileSync(join(folder, 'z.json'), 'z');
    writeFileSync(join(folder, 'deep', 'er', 'a.json'), 'a\n');
    writeFileSync(join(folder, 'empty'), '');
    expect(await namesAndHashes(folder)).toEqual([
      ['deep/er/a.json', hashOf('a\n')],
      ['empty', hashOf('')],
      ['z.json', hashOf('z')],
    ]);
    symlinkSync(join(folder, 'z.json'), join(folder, 'link'));
    expect(await refused(readRecords(folder))).toBe('RECORDS_SOURCE');
    expect(await refused(readRecords('/dev/null'))).toBe('RECORDS_SOURCE');
  });

  it('A5 are refused where there are none, and where there is nothing at the path', async () => {
    mkdirSync(join(directory, 'nothing'));
    expect(await refused(readRecords(join(directory, 'nothing')))).toBe('RECORDS_COUNT');
    expect(await refused(readRecords(fileOf('')))).toBe('RECORDS_COUNT');
    expect(await refused(readRecords(join(directory, 'not there')))).toBe('CLI_FILE');
  });
});

describe('a list of records', () => {
  it('is read back, proven, and proves each of its records', () => {
    const read = parseList(text);
    const proven = verifyList(read, anchor, PORTS);
    for (const [index, { name, contentHash }] of records.entries()) {
      const { proof, proven: said } = proveRecord(read, proven, name);
      expect(verifyRecord(proof, contentHash, anchor, PORTS)).toEqual(said);
      expect(said.index).toBe(index);
    }
    expect(refusalCode(() => proveRecord(read, proven, '6'))).toBe('RECORD_UNKNOWN');
  });

  it('gives every record a salt of its own, so that equal records have unequal leaves', () => {
    const sources = ['a', 'b'].map((name) => ({ name, contentHash: new Uint8Array(32) }));
    const twice = [listRecords(sources, nobleHash), listRecords(sources, nobleHash)];
    const salts = twice.flatMap((each) => each.records.map(({ salt }) => toHex(salt)));
    expect(new Set(salts).size).toBe(4);
  });

  it('proves nothing before it was anchored', () => {
    const pending = formatList({ ...list, evidence: undefined });
    expect(parseList(pending).evidence).toBeUndefined();
    expect(judge(pending)).toBe('RECORDS_PENDING');
  });

  it('A3 A4 A5 is refused when an entry was altered, added, doubled, left out or moved', () => {
    const last = { name: '6', salt: '00'.repeat(16), leaf: '11'.repeat(32) };
    const changes: ((entries: Record<string, unknown>[]) => unknown)[] = [
      (entries) => entries.slice(1),
      (entries) => entries.slice(0, -1),
      (entries) => [...entries, last],
      (entries) => [...entries, { ...entries.at(-1), name: '6' }],
      (entries) => entries.toReversed(),
      (entries) => entries.map((each, at) => (at === 2 ? { ...each, leaf: last.leaf } : each)),
    ];
    for (const change of changes) expect(judge(altered(change))).toBe('RECORDS_LIST');
  });

  it('A3 A14 is refused with a name twice, an empty, overlong or second form of a name', () => {
    const named = (name: string) =>
      judge(altered((entries) => entries.map((each, at) => (at === 1 ? { ...each, name } : each))));
    for (const name of ['1', '', 'x'.repeat(1025), 'e\u0301', '\ud800'])
      expect(named(name)).toBe('RECORDS_NAME');
  });

  it('A14 is refused in any other form, and with an anchor of its own', () => {
    const odd = [
      altered(() => ({})),
      altered(() => [null]),
      altered((entries) => entries.map((each) => ({ ...each, more: 1 }))),
      altered((entries) => entries.map(({ salt, ...each }) => ({ ...each, salt: `${salt}00` }))),
      altered((entries) => entries.map(({ leaf, ...each }) => ({ ...each, leaf: 7 }))),
    ];
    for (const file of odd) expect(judge(file)).toBe('RECORDS_LIST');
    expect(judge(altered(() => []))).toBe('RECORDS_COUNT');
    expect(judge('{}')).toBe('PROOF_FORMAT');
    expect(judge(text.replace('"proof"', '"anchor": "", "proof"'))).toBe('PROOF_NO_ANCHOR');
  });
});

describe('comparing records with a list', () => {
  it('names what was altered, is missing or was added, and nothing else', () => {
    const sources = records.map(({ name, contentHash }) => ({ name, contentHash }));
    const same = { intact: ['1', '2', '3', '4', '5'], altered: [], missing: [], added: [] };
    expect(compareRecords(list.records, sources, nobleHash)).toEqual(same);
    const changed = [
      ...sources
        .slice(0, 3)
        .map((each) => (each.name === '2' ? { ...each, contentHash: anchor } : each)),
      { name: '9', contentHash: anchor },
    ];
    expect(compareRecords(list.records, changed, nobleHash)).toEqual({
      intact: ['1', '3'],
      altered: ['2'],
      missing: ['4', '5'],
      added: ['9'],
    });
  });
});
