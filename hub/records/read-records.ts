/**
 * Off-chain records as they lie on disk: every file of a folder by its path, or every line of a file by
 * its number. Only their hashes are kept. docs/protocol.md#anchored-records
 */
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { MAX_RECORD_NAME } from '../../schemas/tree/record-tree.ts';
import { cliError } from '../cli/errors.ts';
import { recordsFileError } from './errors.ts';
import { MAX_RECORDS } from './record-tree.ts';

/** A record's name and SHA256 of its content. */
export interface SourceRecord {
  readonly name: string;
  readonly contentHash: Uint8Array;
}

const NEWLINE = 0x0a;

/** All records at `path`: files of a folder in the order of their names, else lines. @throws RECORDS_* CLI_FILE */
export async function readRecords(path: string): Promise<readonly SourceRecord[]> {
  const records = isFolder(path) ? await readFolder(path) : await readLines(path);
  requireNames(records);
  return records;
}

/** SHA256 of a whole file. @throws CLI_FILE */
export async function hashFile(path: string): Promise<Uint8Array> {
  const digest = createHash('sha256');
  for await (const chunk of chunksOf(path)) digest.update(chunk);
  return Uint8Array.from(digest.digest());
}

/** Whether `path` names a folder. @throws RECORDS_SOURCE CLI_FILE */
export function isFolder(path: string): boolean {
  try {
    const stat = statSync(path);
    if (!stat.isFile() && !stat.isDirectory()) throw recordsFileError('RECORDS_SOURCE', { path });
    return stat.isDirectory();
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'RECORDS_SOURCE') throw cause;
    throw cliError('CLI_FILE', { file: path }, cause);
  }
}

/** Names are well formed and each is given once; there are not too many. @throws RECORDS_NAME RECORDS_COUNT */
export function requireNames(records: readonly { readonly name: string }[]): void {
  if (records.length === 0 || records.length > MAX_RECORDS)
    throw recordsFileError('RECORDS_COUNT', { records: records.length });
  const seen = new Set<string>();
  for (const { name } of records) {
    const length = Buffer.byteLength(name);
    const isWellFormed = !/\p{Surrogate}/u.test(name) && name === name.normalize('NFC');
    if (length === 0 || length > MAX_RECORD_NAME || !isWellFormed || seen.has(name))
      throw recordsFileError('RECORDS_NAME', { name: name.slice(0, 64) });
    seen.add(name);
  }
}

async function readFolder(folder: string): Promise<readonly SourceRecord[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory());
  const odd = files.find((entry) => !entry.isFile());
  if (odd !== undefined) throw recordsFileError('RECORDS_SOURCE', { path: odd.name });
  if (files.length > MAX_RECORDS)
    throw recordsFileError('RECORDS_COUNT', { records: files.length });
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  const records: SourceRecord[] = [];
  for (const path of paths) {
    const name = relative(folder, path).split(sep).join('/').normalize('NFC');
    records.push({ name, contentHash: await hashFile(path) });
  }
  return records;
}

/** Line endings belong to no record; a last line needs none. */
async function readLines(path: string): Promise<readonly SourceRecord[]> {
  const records: SourceRecord[] = [];
  let line = createHash('sha256');
  let length = 0;
  const finish = () => {
    if (records.length === MAX_RECORDS)
      throw recordsFileError('RECORDS_COUNT', { records: `more than ${MAX_RECORDS}` });
    const contentHash = Uint8Array.from(line.digest());
    records.push({ name: String(records.length + 1), contentHash });
    line = createHash('sha256');
    length = 0;
  };
  for await (const chunk of chunksOf(path)) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      line.update(chunk.subarray(from, at));
      finish();
      from = at + 1;
    }
    line.update(chunk.subarray(from));
    length += chunk.length - from;
  }
  if (length > 0) finish();
  return records;
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path) as AsyncIterable<Buffer>;
  } catch (cause) {
    throw cliError('CLI_FILE', { file: path }, cause);
  }
}
