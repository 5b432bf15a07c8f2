/** A signer and its mark: killed at every write, its file torn and damaged, it signs no height twice. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type FaultPort,
  noFaults,
  WRITE_POINTS,
} from '../../../../../main-chain/host/fault-port.ts';
import { nobleSignature } from '../../../../../main-chain/ledger/noble-signature.ts';
import { CheckpointSigner } from '../../../../../main-chain/node/engine/checkpoint-signer.ts';
import { nobleHash, toHex } from '../../../../../schemas/hash.ts';
import { imageTaker } from '../../../../fakes/crash.ts';
import { testAddress, testKey } from '../../../../fakes/ledger-context.ts';

const root = mkdtempSync(join(tmpdir(), 'tieline-signer-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const POINTS = WRITE_POINTS.filter((point) => point.startsWith('signer/'));
const RECORD = 137;
const digest = (n: number) => new Uint8Array(32).fill(n);
/** What another block of the same height would have. */
const OTHER = digest(255);

function open(path: string, faults: FaultPort = noFaults, n = 1): Promise<CheckpointSigner> {
  const key = { secretKey: testKey(n), address: testAddress(n) };
  return CheckpointSigner.open(path, key, { hash: nobleHash, signatures: nobleSignature, faults });
}

/** A closed signer's file, with heights 5, 6 … signed; their digests are 5, 6 … */
async function signedFile(name: string, ...heights: number[]): Promise<string> {
  const path = join(root, name);
  const signer = await open(path);
  for (const height of heights) await signer.sign(BigInt(height), digest(height));
  await signer.close();
  return path;
}

/** Opens what is there; none of the heights up to `height` is signed for another block. */
async function requireMarked(path: string, height: number, where: string): Promise<void> {
  const signer = await open(path);
  try {
    expect(signer.mark.height, where).toBeGreaterThanOrEqual(BigInt(height));
    const found = signer.mark;
    for (let at = 1n; at <= found.height; at++) {
      const code = at < found.height ? 'SIGNER_BELOW_MARK' : 'SIGNER_CONFLICT';
      await expect(signer.sign(at, OTHER), where).rejects.toMatchObject({ code });
    }
    if (found.height > 0n)
      expect(await signer.sign(found.height, found.digest), where).toEqual(found.signature);
    expect(signer.mark, where).toEqual(found);
  } finally {
    await signer.close();
  }
}

describe('checkpoint signer', () => {
  it('gives the stored signature for the same checkpoint and refuses all else at or below its mark, also after a restart', async () => {
    const path = join(root, 'mark');
    const signer = await open(path);
    expect(signer.mark.height).toBe(0n);
    const first = await signer.sign(5n, digest(1));
    expect(await signer.sign(5n, digest(1))).toEqual(first);
    await expect(signer.sign(5n, digest(2))).rejects.toMatchObject({ code: 'SIGNER_CONFLICT' });
    await expect(signer.sign(4n, digest(1))).rejects.toMatchObject({ code: 'SIGNER_BELOW_MARK' });
    await signer.sign(6n, digest(3));
    await signer.close();
    const again = await open(path);
    await expect(again.sign(6n, digest(4))).rejects.toMatchObject({ code: 'SIGNER_CONFLICT' });
    await expect(again.sign(5n, digest(1))).rejects.toMatchObject({ code: 'SIGNER_BELOW_MARK' });
    expect(await again.sign(7n, digest(4))).toHaveLength(65);
    await again.close();
  });

  it('signs one of two blocks of a height that are asked for at once', async () => {
    const signer = await open(join(root, 'raced'));
    const asked = [signer.sign(5n, digest(1)), signer.sign(5n, digest(2))];
    const answers = await Promise.allSettled(asked);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await signer.close();
  });

  it('does not take another key’s mark for its own', async () => {
    const path = await signedFile('foreign', 5);
    await expect(open(path, noFaults, 2)).rejects.toMatchObject({ code: 'SIGNER_MARK_CORRUPT' });
  });
});

describe('a signer killed', () => {
  it('at any write, before and after, has marked what has left it, and signs no height for another block (F6)', async () => {
    const directory = join(root, 'killed');
    mkdirSync(directory);
    const taker = imageTaker(() => directory, root);
    /** Height of what had left when each image was made. */
    const left: number[] = [];
    let newest = 0;
    const signer = await open(join(directory, 'mark'), (point, side) => {
      taker(point, side);
      left.push(newest);
    });
    for (const height of [5, 6, 7]) {
      await signer.sign(BigInt(height), digest(height));
      newest = height;
    }
    await signer.close();
    const killed = new Set(taker.images.map(({ point, side }) => `${point} ${side}`));
    expect(killed).toEqual(
      new Set(POINTS.flatMap((point) => [`${point} before`, `${point} after`])),
    );
    for (const [at, image] of taker.images.entries()) {
      const where = `${image.point} ${image.side} ${image.nth}`;
      const path = join(image.directory, 'mark');
      await requireMarked(path, left[at] ?? 0, where);
      // And it was not killed for good: it goes on above.
      const again = await open(path);
      expect(await again.sign(8n, digest(8)), where).toHaveLength(65);
      await again.close();
    }
  });

  it('in the middle of a record, at any byte, has marked what has left it (F6)', async () => {
    const path = join(root, 'torn');
    const directory = join(root, 'tearing');
    mkdirSync(directory);
    const taker = imageTaker(() => directory, root);
    const signer = await open(join(directory, 'mark'), taker);
    for (const height of [5, 6, 7]) await signer.sign(BigInt(height), digest(height));
    await signer.close();
    for (const point of ['signer/mark', 'signer/copy']) {
      const images = taker.images.filter((image) => image.point === point);
      const [before, after] = images
        .slice(-2)
        .map((image) => readFileSync(join(image.directory, 'mark')));
      if (before === undefined || after === undefined) throw new Error('no image');
      const written = after.findIndex((byte, at) => byte !== before[at]) < RECORD ? 0 : RECORD;
      for (let bytes = 1; bytes < RECORD; bytes += 4) {
        const end = written + bytes;
        writeFileSync(path, Buffer.concat([after.subarray(0, end), before.subarray(end)]));
        const height = point === 'signer/mark' ? 6 : 7;
        await requireMarked(path, height, `${point} torn after ${bytes}`);
      }
    }
  });

  it('by the power, with what was not synced missing, torn or there, has marked what has left it (F6)', async () => {
    const directory = join(root, 'dark');
    mkdirSync(directory);
    const path = join(directory, 'mark');
    let synced: Buffer = Buffer.alloc(0);
    let left = 0;
    /** What either record may hold at each write. */
    const found: { readonly left: number; readonly records: readonly (readonly Buffer[])[] }[] = [];
    const signer = await open(path, (point, side) => {
      if (side === 'before' || point === 'signer/file') return;
      const now = readFileSync(path);
      if (point === 'signer/rename' || point === 'signer/sync') synced = now;
      const records = [0, RECORD].map((from) => {
        const was = synced.subarray(from, from + RECORD);
        const is = now.subarray(from, from + RECORD);
        const torn = Buffer.concat([is.subarray(0, 60), was.subarray(60)]);
        return was.equals(is) ? [is] : [was, torn, is];
      });
      found.push({ left, records });
    });
    for (const height of [5, 6, 7]) {
      await signer.sign(BigInt(height), digest(height));
      left = height;
    }
    await signer.close();
    for (const [at, { left, records }] of found.entries()) {
      const [first = [], second = []] = records;
      for (const pair of first.flatMap((one) => second.map((other) => [one, other]))) {
        writeFileSync(path, Buffer.concat(pair));
        await requireMarked(path, left, `write ${at}`);
      }
    }
    expect(found.some(({ records }) => records.flat().length > 3)).toBe(true);
  });

  it.each(POINTS)(
    'a write that fails at %s lets no signature leave, nor any after it',
    async (point) => {
      const path = join(root, `failing-${point.slice(7)}`);
      let isArmed = point === 'signer/file' || point === 'signer/rename';
      const faults: FaultPort = (at, side) => {
        if (isArmed && at === point && side === 'before')
          throw Object.assign(new Error('write'), { code: 'ENOSPC' });
      };
      const full = { code: 'STORE_FULL' };
      if (isArmed) {
        await expect(open(path, faults)).rejects.toMatchObject(full);
        expect(existsSync(path)).toBe(false);
        return;
      }
      const signer = await open(path, faults);
      await signer.sign(5n, digest(5));
      isArmed = true;
      await expect(signer.sign(6n, digest(6))).rejects.toMatchObject(full);
      isArmed = false;
      // The disk may hold the mark of 6 or not: neither block 6 may be signed before that is known.
      await expect(signer.sign(6n, OTHER)).rejects.toMatchObject(full);
      expect(signer.mark.height).toBe(5n);
      await signer.close();
      await requireMarked(path, 5, point);
    },
  );
});

describe('a mark damaged on the disk', () => {
  it('in any one byte is made good from its other record, and refuses what it refused before (F6)', async () => {
    const path = await signedFile('turned', 5, 6);
    const whole = readFileSync(path);
    expect(whole.length).toBe(2 * RECORD);
    for (let at = 0; at < whole.length; at++) {
      const turned = Uint8Array.from(whole);
      turned[at] = (turned[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, turned);
      await requireMarked(path, 6, `byte ${at}`);
      expect(toHex(readFileSync(path)), `byte ${at}`).toBe(toHex(whole));
    }
  });

  it('is synced as it was found before anything is made good or given again', async () => {
    const path = await signedFile('found', 5);
    const whole = readFileSync(path);
    const writesOfOpening = async () => {
      const points: string[] = [];
      const signer = await open(
        path,
        (point, side) => void (side === 'after' && points.push(point)),
      );
      await signer.close();
      return points;
    };
    expect(await writesOfOpening()).toEqual(['signer/sync']);
    writeFileSync(path, whole.fill(0, 0, RECORD));
    expect(await writesOfOpening()).toEqual(['signer/sync', 'signer/copy', 'signer/sync']);
  });

  it('in both records is SIGNER_MARK_CORRUPT, and stays as it was', async () => {
    const path = await signedFile('both', 5, 6);
    const whole = readFileSync(path);
    for (let at = 0; at < RECORD; at++) {
      const turned = Uint8Array.from(whole);
      for (const byte of [at, RECORD + ((at * 7) % RECORD)])
        turned[byte] = (turned[byte] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, turned);
      await expect(open(path), `byte ${at}`).rejects.toMatchObject({ code: 'SIGNER_MARK_CORRUPT' });
      expect(toHex(readFileSync(path))).toBe(toHex(turned));
    }
  });

  it('cut to any length, emptied, filled with zeros or longer is SIGNER_MARK_CORRUPT, never a first start', async () => {
    const path = await signedFile('cut', 5, 6);
    const whole = readFileSync(path);
    const cut = Array.from(whole, (_, length) => whole.subarray(0, length));
    const others = [Buffer.alloc(whole.length), Buffer.concat([whole, whole.subarray(0, RECORD)])];
    for (const bytes of [...cut, ...others]) {
      writeFileSync(path, bytes);
      await expect(open(path), `${bytes.length} bytes`).rejects.toMatchObject({
        code: 'SIGNER_MARK_CORRUPT',
      });
    }
  });
});
