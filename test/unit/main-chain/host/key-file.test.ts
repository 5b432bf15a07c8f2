/** Key files: private, never overwritten, strictly read. */
import {
  chmodSync,
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
import type { FaultPort } from '../../../../main-chain/host/fault-port.ts';
import {
  ensureKeyFile,
  generateKey,
  readKeyFile,
  writeKeyFile,
} from '../../../../main-chain/host/key-file.ts';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { imageTaker } from '../../../fakes/crash.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieline-key-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = generateKey(nobleSignature);

describe('key files', () => {
  it('are made with mode 0600 in folders of mode 0700, and read back', () => {
    const path = join(folder, 'deep', 'a.key');
    writeKeyFile(path, key);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
    expect(readKeyFile(path, nobleSignature)).toEqual(key);
  });

  it('are never overwritten', () => {
    const path = join(folder, 'b.key');
    writeKeyFile(path, key);
    const before = readFileSync(path, 'utf8');
    expect(() => writeKeyFile(path, generateKey(nobleSignature))).toThrow(
      expect.objectContaining({ code: 'KEY_FILE_EXISTS' }),
    );
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('are made once by ensureKeyFile', () => {
    const path = join(folder, 'c.key');
    const made = ensureKeyFile(path, nobleSignature);
    expect(ensureKeyFile(path, nobleSignature)).toEqual(made);
  });

  it('are whole or not there when their maker is killed, and are made again (F6)', () => {
    const directory = join(folder, 'killed');
    mkdirSync(directory);
    const taker = imageTaker(() => directory, folder);
    writeKeyFile(join(directory, 'f.json'), key, taker);
    expect(taker.images.map(({ point, side }) => `${point} ${side}`)).toEqual([
      'key/file before',
      'key/file after',
      'key/link before',
      'key/link after',
    ]);
    for (const image of taker.images) {
      const names = readdirSync(image.directory).filter((name) => name.endsWith('.json'));
      const isThere = image.point === 'key/link' && image.side === 'after';
      expect(names).toEqual(isThere ? ['f.json'] : []);
      const path = join(image.directory, 'f.json');
      const found = ensureKeyFile(path, nobleSignature);
      if (isThere) expect(found).toEqual(key);
      expect(readKeyFile(path, nobleSignature)).toEqual(found);
    }
  });

  it('leave nothing behind on a full disk: STORE_FULL', () => {
    const directory = join(folder, 'full');
    for (const full of ['key/file', 'key/link']) {
      const faults: FaultPort = (point, side) => {
        if (point === full && side === 'before')
          throw Object.assign(new Error('write'), { code: 'ENOSPC' });
      };
      expect(() => writeKeyFile(join(directory, 'g.json'), key, faults)).toThrow(
        expect.objectContaining({ code: 'STORE_FULL' }),
      );
      expect(readdirSync(directory)).toEqual([]);
    }
  });

  it('are refused when others may read them', () => {
    const path = join(folder, 'd.key');
    writeKeyFile(path, key);
    for (const mode of [0o640, 0o604, 0o666]) {
      chmodSync(path, mode);
      expect(() => readKeyFile(path, nobleSignature)).toThrow(
        expect.objectContaining({ code: 'KEY_FILE_MODE' }),
      );
    }
  });

  it('are missed with a sentence', () => {
    expect(() => readKeyFile(join(folder, 'none.key'), nobleSignature)).toThrow(
      expect.objectContaining({ code: 'KEY_FILE_MISSING' }),
    );
  });

  it('that are damaged are refused without showing their secret', () => {
    const path = join(folder, 'e.key');
    writeFileSync(path, '{"secretKey":"cafe', { mode: 0o600 });
    expect(() => readKeyFile(path, nobleSignature)).toThrow(
      expect.objectContaining({ code: 'KEY_FILE_INVALID', cause: new SyntaxError('not JSON') }),
    );
  });

  it.each([
    ['null', 'null'],
    ['another kind', JSON.stringify({ kind: 'x' })],
    [
      'a secret that is not below the order',
      JSON.stringify({ kind: 'tieline-secp256k1', secretKey: 'ff'.repeat(32) }),
    ],
    [
      'an address of another key',
      JSON.stringify({
        kind: 'tieline-secp256k1',
        address: `0x${'00'.repeat(20)}`,
        secretKey: '01'.repeat(32),
      }),
    ],
  ])('with %s are refused', (what, text) => {
    const path = join(folder, `${what.replaceAll(' ', '-')}.key`);
    writeFileSync(path, text, { mode: 0o600 });
    expect(() => readKeyFile(path, nobleSignature)).toThrow(
      expect.objectContaining({ code: 'KEY_FILE_INVALID' }),
    );
  });
});
