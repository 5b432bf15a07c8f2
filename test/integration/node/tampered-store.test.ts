/**
 * A node whose stored blocks or state were tampered with, record by record and byte by byte on the disk:
 * it refuses to start and names the height, or it has lost nothing.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Store, type StoreEntry } from '../../../main-chain/host/store.ts';
import { AREA, heightOfKey } from '../../../main-chain/node/store/record-keys.ts';
import { isTielineError } from '../../../schemas/errors.ts';
import { toHex } from '../../../schemas/hash.ts';
import { testAddress } from '../../fakes/ledger-context.ts';
import { type LocalNode, MAIN_CLIENT, openLocalNode } from '../../fakes/local-node.ts';

const ISSUER = 20;
const QUIET = { heartbeatMs: 3_600_000 };

let original = '';
let blocks: readonly string[] = [];
const copies: string[] = [];

/** A closed node with blocks of every kind. */
beforeAll(async () => {
  const node = await openLocalNode({ settings: QUIET });
  original = node.directory;
  await node.connectMain();
  const resourceId = await node.issue(ISSUER, 0n, 50n);
  const receiver = testAddress(30);
  await node.run(ISSUER, 1n, { type: 'transfer', resourceId, quantity: 20n, receiver });
  expect(
    await node.run(ISSUER, 2n, { type: 'transfer', resourceId, quantity: 99n, receiver }),
  ).toBe('HOLDING_INSUFFICIENT');
  blocks = await blocksOf(node);
  await node.close();
});
afterEach(() => {
  for (const copy of copies.splice(0)) rmSync(copy, { recursive: true, force: true });
});
afterAll(() => rmSync(original, { recursive: true, force: true }));

function copyOf(): string {
  const copy = mkdtempSync(join(tmpdir(), 'tieline-tampered-'));
  copies.push(copy);
  cpSync(original, copy, { recursive: true });
  return copy;
}

/** Everything a node answers about its blocks, one text a block. */
async function blocksOf({ node, call }: LocalNode): Promise<readonly string[]> {
  const { height } = await call('info', {});
  const texts: string[] = [];
  for (let at = 1n; at <= height; at++) {
    const request = new Uint8Array(8);
    new DataView(request.buffer).setBigUint64(0, at);
    texts.push(toHex(await node.call('block', request)));
  }
  const { segments } = await call('deliveries', {
    client: MAIN_CLIENT,
    fromHeight: 0n,
    maxItems: 256,
  });
  const sent = segments.map(({ outboxHeight, packets }) => [outboxHeight, packets.length].join());
  return [...texts, sent.join(' ')];
}

/** What a start in a directory ends with: code and height of the refusal, or what the node holds. */
async function start(directory: string): Promise<{
  readonly code: string;
  readonly height?: unknown;
  readonly blocks?: readonly string[];
}> {
  let node: LocalNode;
  try {
    node = await openLocalNode({ directory, settings: QUIET });
  } catch (error) {
    if (isTielineError(error)) return { code: error.code, height: error.data['height'] };
    throw error;
  }
  const found = await blocksOf(node);
  await node.close();
  return { code: '', blocks: found };
}

/** Changes the store of a closed node in place. */
async function inStore<T>(directory: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await Store.open(join(directory, 'data', 'store'));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function recordsOf(directory: string): Promise<readonly StoreEntry[]> {
  return inStore(directory, async (store) => {
    const records: StoreEntry[] = [];
    for await (const entry of store.scan({ from: Uint8Array.of(0), to: Uint8Array.of(255) }))
      records.push(entry);
    return records;
  });
}

function put(directory: string, key: Uint8Array, value: Uint8Array | undefined): Promise<void> {
  return inStore(directory, (store) => store.write([{ key, value }], true, 'node/block'));
}

/** A small generator (xorshift): the same choices in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const BY_HEIGHT: readonly number[] = [
  AREA.header,
  AREA.transactions,
  AREA.results,
  AREA.outbox,
  AREA.dispatch,
  AREA.certificate,
];
const areaOf = (key: Uint8Array) => String.fromCharCode(key[0] ?? 0);

describe('a tampered store', () => {
  it('is noticed whichever record has a byte turned, and the refusal names the height (F6)', async () => {
    const random = seeded(7);
    const directory = copyOf();
    const records = await recordsOf(directory);
    const head = BigInt(blocks.length - 1);
    expect(new Set(records.map(([key]) => areaOf(key)))).toEqual(new Set('bchoprst'));
    for (const [key, value] of records) {
      const turned = Uint8Array.from(value);
      const at = random(turned.length);
      turned[at] = (turned[at] ?? 0) ^ (1 << random(8));
      await put(directory, key, turned);
      const { code, height } = await start(directory);
      const where = `${areaOf(key)} ${toHex(key)} byte ${at} of ${turned.length}`;
      expect(['STORE_CORRUPT', 'NODE_STATE_CORRUPT'], where).toContain(code);
      if (key[0] === AREA.state)
        expect([code, height], where).toEqual(['NODE_STATE_CORRUPT', head]);
      else if (BY_HEIGHT.includes(key[0] ?? 0)) expect(height, where).toBe(heightOfKey(key));
      else expect([code, typeof height], where).toEqual(['STORE_CORRUPT', 'bigint']);
      // The refusal has written nothing: with the byte turned back the node is as it was.
      await put(directory, key, value);
    }
    expect(await start(directory)).toEqual({ code: '', blocks });
  }, 120_000);

  it('is noticed whichever record is missing, but for a certificate that later ones make up for', async () => {
    const directory = copyOf();
    for (const [key, value] of await recordsOf(directory)) {
      await put(directory, key, undefined);
      const found = await start(directory);
      const where = `${areaOf(key)} ${toHex(key)}`;
      if (key[0] === AREA.certificate) expect(found, where).toEqual({ code: '', blocks });
      else expect(['STORE_CORRUPT', 'NODE_STATE_CORRUPT'], where).toContain(found.code);
      await put(directory, key, value);
    }
    expect(await start(directory)).toEqual({ code: '', blocks });
  }, 120_000);

  it('is refused when blocks below the newest are those of another history', async () => {
    const directory = copyOf();
    const other = await openLocalNode({ settings: QUIET });
    await other.run(ISSUER, 9n, {
      type: 'transfer',
      resourceId: new Uint8Array(32),
      quantity: 1n,
      receiver: testAddress(1),
    });
    await other.close();
    const foreign = (await recordsOf(other.directory)).filter(
      ([key]) => BY_HEIGHT.includes(key[0] ?? 0) && heightOfKey(key) === 2n,
    );
    await inStore(directory, (store) =>
      store.write(
        foreign.map(([key, value]) => ({ key, value })),
        true,
        'node/block',
      ),
    );
    await other.remove();
    expect(await start(directory)).toEqual({ code: 'STORE_CORRUPT', height: 2n });
  });
});

describe('files of the store damaged on the disk', () => {
  const damages: Readonly<
    Record<string, (bytes: Buffer, random: (n: number) => number) => Buffer>
  > = {
    'a turned bit': (bytes, random) => {
      const at = random(bytes.length);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random(8)), at);
      return bytes;
    },
    'a torn end': (bytes, random) => bytes.subarray(0, random(bytes.length)),
    'a page of zeros': (bytes, random) => bytes.fill(0, random(bytes.length)),
  };

  it.each(Object.entries(damages))(
    '%s is refused with a code or has lost nothing (F6)',
    async (_, damage) => {
      const random = seeded(11);
      for (let round = 0; round < 24; round++) {
        const directory = copyOf();
        // Half of them in table files, half in the log as a killed node leaves it.
        if (round % 2 === 1) await inStore(directory, () => Promise.resolve());
        const folder = join(directory, 'data', 'store');
        const files = readdirSync(folder).filter((name) => {
          const isData = name !== 'LOCK' && !name.startsWith('LOG');
          return isData && readFileSync(join(folder, name)).length > 0;
        });
        const file = join(folder, files[random(files.length)] ?? '');
        writeFileSync(file, damage(readFileSync(file), random));
        const found = await start(directory);
        if (found.code === '') expect(found.blocks, file).toEqual(blocks);
        else
          expect(found.code, file).toMatch(
            /^(STORE_CORRUPT|NODE_STATE_CORRUPT|NODE_STORE_BEHIND|DATA_DIRECTORY_UNUSABLE)$/,
          );
      }
    },
    120_000,
  );
});
