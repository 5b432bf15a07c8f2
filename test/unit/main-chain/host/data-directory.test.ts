/** Data directories: one owner, one process at a time, foreign and newer ones refused. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDataDirectory } from '../../../../main-chain/host/data-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieline-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const refusal = (code: string) => expect.objectContaining({ code });

describe('a data directory', () => {
  it('is made private, opened, released and opened again by its owner', () => {
    const path = join(folder, 'a');
    const first = openDataDirectory(path, 'chain:1');
    expect(statSync(path).mode & 0o777).toBe(0o700);
    first.release();
    expect(existsSync(join(path, 'lock'))).toBe(false);
    openDataDirectory(path, 'chain:1').release();
  });

  it('is refused while a living process holds it', () => {
    const path = join(folder, 'b');
    const held = openDataDirectory(path, 'chain:1');
    expect(() => openDataDirectory(path, 'chain:1')).toThrow(refusal('DATA_DIRECTORY_LOCKED'));
    held.release();
  });

  it('is taken over from a process that is gone', () => {
    const path = join(folder, 'c');
    openDataDirectory(path, 'chain:1').release();
    writeFileSync(join(path, 'lock'), '999999999 1\n');
    openDataDirectory(path, 'chain:1').release();
    writeFileSync(join(path, 'lock'), 'nonsense');
    openDataDirectory(path, 'chain:1').release();
    expect(readdirSync(path)).toEqual(['tieline.json']);
  });

  it('is taken over when the process number was given to another process', () => {
    const path = join(folder, 'd');
    openDataDirectory(path, 'chain:1').release();
    writeFileSync(join(path, 'lock'), `${process.pid} 1\n`);
    openDataDirectory(path, 'chain:1').release();
  });

  it('of somebody else is refused and left alone', () => {
    const path = join(folder, 'e');
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.txt'), 'mine');
    expect(() => openDataDirectory(path, 'chain:1')).toThrow(refusal('DATA_DIRECTORY_FOREIGN'));
    expect(readdirSync(path)).toEqual(['thesis.txt']);
  });

  it.each([['not json'], ['[]'], ['null'], ['{"format":"1"}']])(
    'with the marker %s is foreign',
    (marker) => {
      const path = mkdtempSync(join(folder, 'f-'));
      writeFileSync(join(path, 'tieline.json'), marker);
      expect(() => openDataDirectory(path, 'chain:1')).toThrow(refusal('DATA_DIRECTORY_FOREIGN'));
    },
  );

  it('of a newer program is refused', () => {
    const path = mkdtempSync(join(folder, 'g-'));
    writeFileSync(join(path, 'tieline.json'), '{"format":2,"owner":"chain:1"}');
    expect(() => openDataDirectory(path, 'chain:1')).toThrow(refusal('DATA_DIRECTORY_NEWER'));
  });

  it('of another chain is refused and unchanged', () => {
    const path = join(folder, 'h');
    openDataDirectory(path, 'chain:1').release();
    const marker = readFileSync(join(path, 'tieline.json'), 'utf8');
    expect(() => openDataDirectory(path, 'chain:2')).toThrow(refusal('DATA_DIRECTORY_OTHER'));
    expect(readFileSync(join(path, 'tieline.json'), 'utf8')).toBe(marker);
  });

  it('where a file stands is unusable', () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    expect(() => openDataDirectory(path, 'chain:1')).toThrow(refusal('DATA_DIRECTORY_UNUSABLE'));
  });
});
