/**
 * A node that keeps its newest blocks only: what its store holds no longer grows with the chain, it
 * restarts, and what was refused before is still refused.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Store } from '../../../main-chain/host/store.ts';
import { AREA, areaRange, heightOfKey } from '../../../main-chain/node/store/record-keys.ts';
import { transactionId } from '../../../schemas/wire/transaction.ts';
import { testAddress } from '../../fakes/ledger-context.ts';
import { type LocalNode, MAIN_CLIENT, openLocalNode } from '../../fakes/local-node.ts';

const ISSUER = 20;
const KEEP = 100;
const SETTINGS = { keepBlocks: KEEP, heartbeatMs: 10 };
/** Areas by height or of transactions; state is another matter. */
const OF_BLOCKS = [
  'header',
  'transactions',
  'results',
  'outbox',
  'dispatch',
  'transaction',
] as const;

let local: LocalNode;
let firstTransaction: Uint8Array;
let resourceId: Uint8Array;
let nonce = 0n;

beforeAll(async () => {
  local = await openLocalNode({ settings: SETTINGS });
  await local.connectMain();
  resourceId = await local.issue(ISSUER, nonce++, 1_000_000n);
  firstTransaction = await local.sign(ISSUER, nonce, transfer());
  expect(await local.run(ISSUER, nonce++, transfer())).toBe('');
});
afterAll(() => local.remove());

const transfer = () =>
  ({ type: 'transfer', resourceId, quantity: 1n, receiver: testAddress(30) }) as const;

/** Empty blocks, as many as are kept and more, then transfers and a packet to the main chain. */
async function work(): Promise<void> {
  const { height } = await local.call('info', {});
  for (let at = height; at < height + BigInt(KEEP + 20); )
    ({ height: at } = await local.call('wait', { after: at, waitMs: 5000 }));
  for (let left = 5; left > 0; left--) {
    expect(await local.run(ISSUER, nonce, transfer())).toBe('');
    nonce += 1n;
  }
  await local.issue(ISSUER, nonce++, 1n);
}

/** Records of each area in the closed store, and the newest height in it. */
async function records(): Promise<{ counts: Record<string, number>; first: bigint; last: bigint }> {
  await local.close();
  const store = await Store.open(join(local.directory, 'data', 'store'));
  const counts: Record<string, number> = {};
  for (const name of OF_BLOCKS) {
    counts[name] = 0;
    for await (const _ of store.scan(areaRange(AREA[name]))) counts[name] += 1;
  }
  const heights: bigint[] = [];
  for await (const [key] of store.scan(areaRange(AREA.header))) heights.push(heightOfKey(key));
  await store.close();
  local = await openLocalNode({ directory: local.directory, settings: SETTINGS });
  return { counts, first: heights[0] ?? 0n, last: heights.at(-1) ?? 0n };
}

describe('a node that keeps a hundred blocks', () => {
  it('holds no more after many blocks than after a few, and starts again', async () => {
    await work();
    const early = await records();
    expect(early.first).toBeGreaterThan(1n);
    expect(early.last - early.first).toBeLessThanOrEqual(BigInt(KEEP));
    await work();
    const late = await records();
    expect(late.first).toBeGreaterThan(early.last);
    for (const name of OF_BLOCKS) {
      expect(late.counts[name], name).toBeLessThanOrEqual(KEEP + 10);
      expect(late.counts[name], name).toBeGreaterThan(0);
    }
    expect(late.last - late.first).toBeLessThanOrEqual(BigInt(KEEP));
  });

  it('says nothing of a block or a transaction that has gone', async () => {
    expect(await local.call('block', { height: 1n })).toEqual({ block: undefined });
    const id = transactionId(firstTransaction, local.genesisHash, local.ports.hash);
    expect(await local.call('transaction', { id })).toEqual({ found: undefined });
    const { blocks } = await local.call('events', { fromHeight: 1n, maxBlocks: 256 });
    expect(blocks.length).toBeGreaterThan(0);
    const { segments } = await local.call('deliveries', {
      client: MAIN_CLIENT,
      fromHeight: 1n,
      maxItems: 256,
    });
    expect(segments.length).toBeGreaterThan(0);
  });

  it('D1: refuses a transaction whose block has gone as it refuses any replay', async () => {
    const { codes } = await local.call('submit', { transactions: [firstTransaction] });
    expect(codes).toEqual(['MEMPOOL_NONCE_USED']);
  });
});
