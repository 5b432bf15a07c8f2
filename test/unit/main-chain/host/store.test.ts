/** The store: atomic batches, ordered scans, one opener. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Store } from '../../../../main-chain/host/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'tieline-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const key = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

async function keysOf(store: Store, range: Parameters<Store['scan']>[0]): Promise<number[]> {
  const keys: number[] = [];
  for await (const [found] of store.scan(range)) keys.push(found[1] ?? -1);
  return keys;
}

describe('the store', () => {
  it('keeps what a batch wrote over a restart, and forgets what it deleted', async () => {
    const path = join(folder, 'a');
    const first = await Store.open(path);
    await first.write(
      [
        { key: key(1), value: key(9, 8) },
        { key: key(2), value: key(7) },
      ],
      true,
      'node/block',
    );
    await first.write([{ key: key(2), value: undefined }], false, 'node/block');
    await first.close();
    const second = await Store.open(path);
    expect(second.get(key(1))).toEqual(Buffer.from([9, 8]));
    expect(second.get(key(2))).toBeUndefined();
    await second.close();
  });

  it('scans ranges in byte order, backwards too, and up to a limit', async () => {
    const store = await Store.open(join(folder, 'b'));
    const writes = Array.from({ length: 200 }, (_, at) => ({ key: key(5, at), value: key(at) }));
    await store.write(
      [...writes, { key: key(4, 1), value: key(0) }, { key: key(6, 1), value: key(0) }],
      true,
      'node/block',
    );
    const range = { from: key(5), to: key(6) };
    expect(await keysOf(store, range)).toEqual(writes.map((_, at) => at));
    expect(await keysOf(store, { ...range, reverse: true, limit: 2 })).toEqual([199, 198]);
    expect(await keysOf(store, { from: key(5, 10), to: key(5, 13) })).toEqual([10, 11, 12]);
    for await (const _ of store.scan(range)) break;
    await store.close();
  });

  it('is refused to a second opener', async () => {
    const store = await Store.open(join(folder, 'c'));
    await expect(Store.open(join(folder, 'c'))).rejects.toMatchObject({
      code: 'DATA_DIRECTORY_LOCKED',
    });
    await store.close();
  });

  it('that cannot be made is refused', async () => {
    writeFileSync(join(folder, 'd'), '');
    await expect(Store.open(join(folder, 'd'))).rejects.toMatchObject({
      code: 'DATA_DIRECTORY_UNUSABLE',
    });
  });
});
