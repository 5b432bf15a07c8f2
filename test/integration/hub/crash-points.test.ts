/**
 * A hub killed at every write it makes, before and after, and one whose disk takes no more: every
 * transfer still ends once, and the journal tells all of it after the restart.
 */
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TransferView } from '../../../hub/journal/transfer-view.ts';
import { WRITE_POINTS } from '../../../main-chain/host/fault-port.ts';
import { type Image, imageTaker } from '../../fakes/crash.ts';
import {
  holding,
  openHub,
  openTradingNetwork,
  sendFrom,
  type TestHub,
  type TradingNetwork,
} from '../../fakes/native-hub.ts';

const HUB_POINTS = WRITE_POINTS.filter((point) => /^(directory|journal)\//.test(point));
const isCompleted = ({ status }: TransferView) => status === 'completed';

let network: TradingNetwork;
let images: readonly Image[] = [];
const ids: string[] = [];
let views: readonly TransferView[] = [];
let arrived = 0n;

async function send(): Promise<string> {
  const { jiangsu, anhui, resourceId } = network;
  arrived += 1n;
  return sendFrom(network, jiangsu, anhui, resourceId, 1n);
}

async function viewsOf({ untilView }: TestHub): Promise<readonly TransferView[]> {
  return Promise.all(ids.map((id) => untilView(id, isCompleted)));
}

async function requireOnce(): Promise<void> {
  const { main, jiangsu, anhui, resourceId } = network;
  expect(await holding(anhui, resourceId)).toBe(arrived);
  const [books] = await main.adapter.facts('books', [{ resourceId }]);
  expect(books?.located).toBe(books?.registered);
  expect((await holding(jiangsu, resourceId)) + arrived).toBe(books?.registered);
}

beforeAll(async () => {
  network = await openTradingNetwork();
  const taker = imageTaker(
    () => join(network.directory, 'killed'),
    network.directory,
    (nth) => [1, 2, 3, 5, 8, 13].includes(nth),
  );
  mkdirSync(join(network.directory, 'killed'));
  const hub = await openHub(network, 'killed', 40, { faults: taker });
  for (let turn = 0; turn < 3; turn++) ids.push(await send());
  views = await viewsOf(hub);
  await hub.close();
  images = [...taker.images];
});
afterAll(() => network?.close());

describe('a hub killed', () => {
  it('has been killed at every write point, on both sides', () => {
    const killed = new Set(images.map(({ point, side }) => `${point} ${side}`));
    const all = HUB_POINTS.flatMap((point) => [`${point} before`, `${point} after`]);
    expect([...killed].sort()).toEqual(all.sort());
    expect(HUB_POINTS.length).toBeGreaterThan(4);
  });

  for (const point of HUB_POINTS) {
    for (const side of ['before', 'after'] as const) {
      it(`F6 ${side} ${point} tells every transfer after its restart, and carries on, each once`, async () => {
        const own = images.filter((image) => image.point === point && image.side === side);
        for (const { directory } of own) {
          const hub = await openHub(network, basename(directory));
          expect(await viewsOf(hub)).toEqual(views);
          await hub.untilView(await send(), isCompleted);
          await hub.close();
        }
        await requireOnce();
      });
    }
  }
});

describe('a hub whose disk is full', () => {
  it('F6 says STORE_FULL, still carries, and tells everything once there is space and a restart', async () => {
    let isFull = false;
    const warnings: unknown[] = [];
    const hub = await openHub(network, 'full', 40, {
      faults: (point, side) => {
        if (isFull && side === 'before' && point.startsWith('journal/'))
          throw Object.assign(new Error('write'), { code: 'ENOSPC' });
      },
      onWarning: (code) => warnings.push(code),
    });
    await viewsOf(hub);
    isFull = true;
    const id = await send();
    await expect
      .poll(() => holding(network.anhui, network.resourceId), { timeout: 20_000 })
      .toBe(arrived);
    await expect.poll(() => warnings, { timeout: 10_000 }).toContain('STORE_FULL');
    isFull = false;
    await hub.close();
    const again = await openHub(network, 'full');
    await again.untilView(id, isCompleted);
    expect(await viewsOf(again)).toEqual(views);
    await again.close();
    await requireOnce();
  });
});
