/** The relayer over real nodes: whoever carries, and whatever stops on the way, each transfer ends once. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clientOnMain } from '../../../hub/up/join-network.ts';
import { binaryBytes } from '../../../schemas/hash.ts';
import { receiptPath } from '../../../schemas/wire/packet.ts';
import { prunedBelowKey } from '../../../schemas/wire/state-keys.ts';
import { testAddress } from '../../fakes/ledger-context.ts';
import { typedCall } from '../../fakes/local-node.ts';
import {
  type HubOptions,
  holding,
  openHub,
  openTradingNetwork,
  sendFrom,
  type TestHub,
  type TradingNetwork,
  untilTrue,
} from '../../fakes/native-hub.ts';
import { type NativeChain, OUTSIDER } from '../../fakes/native-pair.ts';

let network: TradingNetwork;
let jiangsu: NativeChain;
let anhui: NativeChain;
let resourceId: Uint8Array;
const hubs: TestHub[] = [];

async function hub(name?: string, key?: number, options?: HubOptions): Promise<TestHub> {
  const opened = await openHub(network, name, key, options);
  hubs.push(opened);
  return opened;
}

/** Sends and says what both ends held before. */
async function send(quantity: bigint, options?: Parameters<typeof sendFrom>[5]) {
  const before = [await holding(jiangsu, resourceId), await holding(anhui, resourceId)] as const;
  const id = await sendFrom(network, jiangsu, anhui, resourceId, quantity, options);
  return { id, before };
}

async function requireBalanced(): Promise<void> {
  const [books] = await network.main.adapter.facts('books', [{ resourceId }]);
  const { registered = 0n, located = 1n, inTransit = 0n, retired = 0n } = books ?? {};
  expect(located + inTransit + retired).toBe(registered);
  expect((await holding(jiangsu, resourceId)) + (await holding(anhui, resourceId))).toBe(
    registered,
  );
}

beforeAll(async () => {
  network = await openTradingNetwork();
  ({ jiangsu, anhui, resourceId } = network);
});
afterEach(async () => {
  for (const opened of hubs.splice(0)) await opened.close();
});
afterAll(() => network?.close());

describe('a relayer', () => {
  it('carries a transfer over two lanes and its acknowledgement back', async () => {
    const { untilView, hub: carrier } = await hub();
    const { id, before } = await send(10n);
    const view = await untilView(id, ({ status }) => status === 'completed');
    expect(view).toMatchObject({
      kind: 'transfer',
      source: 'jiangsu',
      destination: 'anhui',
      quantity: 10n,
      code: '',
    });
    expect(view.hops.map(({ event }) => event)).toEqual([
      'packetSent',
      'packetReceived',
      'packetForwarded',
      'packetReceived',
      'transferDelivered',
      'packetAcknowledged',
      'packetAcknowledged',
    ]);
    expect(await holding(jiangsu, resourceId)).toBe(before[0] - 10n);
    expect(await holding(anhui, resourceId)).toBe(before[1] + 10n);
    await untilTrue(
      'nothing pending',
      async () => carrier.relayer.status().every(({ pending }) => pending === 0) || undefined,
    );
    await requireBalanced();
  });

  it('brings back what the destination refuses, and names why', async () => {
    const { untilView } = await hub();
    const { id, before } = await send(10n, { receiver: testAddress(OUTSIDER) });
    const view = await untilView(id, ({ status }) => status === 'refundedOnError');
    expect(view.code).toBe('ACCOUNT_NOT_ADMITTED');
    expect(await holding(jiangsu, resourceId)).toBe(before[0]);
    expect(await holding(anhui, resourceId, testAddress(OUTSIDER))).toBe(0n);
    await requireBalanced();
  });

  it('times out what a held lane has kept past its deadline (D2)', async () => {
    const { untilView, hub: carrier } = await hub();
    carrier.relayer.hold('anhui');
    expect(
      carrier.relayer
        .status()
        .filter(({ held }) => held)
        .map(({ lane }) => lane),
    ).toEqual(['anhui', 'anhui']);
    const { id, before } = await send(10n, { lifetimeSeconds: 3n });
    await untilView(id, ({ status }) => status === 'forwarded');
    const deadline = (await jiangsu.adapter.wait(0n, 0)).timeMs + 3500n;
    await untilTrue(
      'the deadline',
      async () => (await anhui.adapter.wait(0n, 0)).timeMs > deadline || undefined,
    );
    expect(await holding(anhui, resourceId)).toBe(before[1]);
    carrier.relayer.release('anhui');
    const view = await untilView(id, ({ status }) => status === 'refundedOnTimeout');
    expect(view.code).toBe('PACKET_TIMED_OUT');
    expect(await holding(jiangsu, resourceId)).toBe(before[0]);
    expect(await holding(anhui, resourceId)).toBe(before[1]);
    await requireBalanced();
  });

  it('works off what was sent while it was down, from its resume height and without one', async () => {
    const first = await send(3n);
    const resumed = await hub();
    await resumed.untilView(first.id, ({ status }) => status === 'completed');
    await resumed.close();
    hubs.splice(hubs.indexOf(resumed), 1);
    const second = await send(4n);
    const ignorant = await hub('ignorant');
    await ignorant.untilView(second.id, ({ status }) => status === 'completed');
    expect(await holding(anhui, resourceId)).toBe(second.before[1] + 4n);
    await requireBalanced();
  });

  it('does no harm beside others: three at once deliver each transfer once (D1)', async () => {
    const carriers = [await hub('one', 41), await hub('two', 42), await hub('three', 43)];
    const { before } = await send(1n);
    const ids: string[] = [];
    for (let turn = 0; turn < 5; turn++) ids.push((await send(1n)).id);
    for (const id of ids) await carriers[0]?.untilView(id, ({ status }) => status === 'completed');
    expect(await holding(anhui, resourceId)).toBe(before[1] + 6n);
    await requireBalanced();
  });

  it('lets both ends prune what has settled, and nothing pruned comes back (D1)', async () => {
    const { untilView, hub: carrier } = await hub('pruning', 45, { pruneEvery: 3 });
    const before = await holding(anhui, resourceId);
    for (let turn = 0; turn < 4; turn++) {
      const { id } = await send(1n);
      await untilView(id, ({ status }) => status === 'completed');
    }
    const client = clientOnMain('jiangsu');
    const call = typedCall(network.main.node.call);
    const read = async (key: string) =>
      (await call('query', { keys: [binaryBytes(key)], height: undefined, prove: false }))
        .values[0];
    const below = await untilTrue('the pruning', async () => {
      const value = await read(prunedBelowKey(client));
      return value && new DataView(value.buffer, value.byteOffset).getBigUint64(0);
    });
    expect(below).toBeGreaterThan(3n);
    for (let sequence = 1n; sequence < below; sequence++)
      expect(await read(receiptPath(client, sequence))).toBe(undefined);
    await expect
      .poll(() => carrier.relayer.status().some(({ counters: { prunings } }) => prunings > 0))
      .toBe(true);
    // A hub that knows nothing begins with the first packet again, and none of it counts twice.
    const ignorant = await hub('ignorant after pruning', 46);
    const { id } = await send(1n);
    await ignorant.untilView(id, ({ status }) => status === 'completed');
    expect(await holding(anhui, resourceId)).toBe(before + 5n);
    await requireBalanced();
  });

  it('stays idle while nothing is to prove', async () => {
    const { hub: carrier } = await hub();
    const count = () =>
      carrier.relayer.status().reduce((sum, { counters }) => sum + counters.transactions, 0);
    const { height } = await network.main.adapter.wait(0n, 0);
    const before = count();
    await untilTrue(
      'ten blocks',
      async () =>
        (await network.main.adapter.wait(height + 10n, 500)).height > height + 10n || undefined,
    );
    expect(count()).toBe(before);
  });
});

describe('the journal', () => {
  it('is the same when it is made again from the chains', async () => {
    const kept = await hub();
    const { id } = await send(2n);
    const view = await kept.untilView(id, ({ status }) => status === 'completed');
    const again = await hub('again', 44);
    expect(await again.untilView(id, ({ status }) => status === 'completed')).toEqual(view);
    const ids = await kept.hub.journalStore.list(100);
    await untilTrue(
      'the whole list',
      async () => (await again.hub.journalStore.list(100)).length === ids.length || undefined,
    );
    expect(await again.hub.journalStore.list(100)).toEqual(ids);
  });
});
