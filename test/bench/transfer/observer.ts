/*
 * What became of the transfers of a step, read from the events of certified blocks of the three
 * ledgers: when each was delivered and acknowledged. Heads are followed as they come; events are read
 * when asked, Anhui's head fixed first, so that whatever a block answers was read before.
 */
import type { ChainAdapter } from '../../../adapters/chain-adapter.ts';
import type { NetworkAdapters } from '../../../hub/up/join-demo.ts';
import { toHex } from '../../../schemas/hash.ts';
import type { ChainEvent } from '../../../schemas/wire/event.ts';

const WAIT_MS = 200;
const BLOCKS_A_CALL = 16;

/** Milliseconds since the step began by transfer index, NaN where it has not happened. */
export interface Observed {
  readonly deliveredAt: Float64Array;
  readonly acknowledgedAt: Float64Array;
  /** Sent, answered with an error or timed out, and so given back. */
  readonly refunded: number;
  readonly completed: number;
  /** Receipts beyond the first of one transfer. */
  readonly surplusReceipts: number;
  /** Heights on Jiangsu of the step: what a recount looks at. */
  readonly heights: { readonly from: bigint; readonly to: bigint };
}

export interface Observer {
  /** Transfer `index` is under this id from now on. */
  expect(index: number, id: Uint8Array): void;
  /** Reads what has been certified since the last call. */
  read(): Promise<void>;
  /** How many transfers had ended when it was last read. */
  ended(): number;
  stop(): Promise<Observed>;
}

interface Follower {
  readonly chain: ChainAdapter;
  readonly seen: Map<bigint, number>;
  readonly started: bigint;
  nextHeight: bigint;
}

/** Begins to observe; `started` is `performance.now()` at the step's beginning. */
export async function observe(
  chains: NetworkAdapters,
  count: number,
  started: number,
): Promise<Observer> {
  const deliveredAt = new Float64Array(count).fill(Number.NaN);
  const acknowledgedAt = new Float64Array(count).fill(Number.NaN);
  const expected = new Map<string, number>();
  const sent = new Map<bigint, number>();
  const onward = new Map<bigint, number>();
  const counts = { refunded: 0, completed: 0, surplusReceipts: 0 };
  let isOver = false;
  const follow = async (chain: ChainAdapter): Promise<Follower> => {
    const { height } = await chain.wait(0n, 0);
    return { chain, seen: new Map(), started: height + 1n, nextHeight: height + 1n };
  };
  const [jiangsu, main, anhui] = await Promise.all([
    follow(chains.jiangsu),
    follow(chains.main),
    follow(chains.anhui),
  ]);
  const watches = [jiangsu, main, anhui].map((follower) =>
    watchHeads(follower, started, () => isOver),
  );

  const settled: bigint[] = [];
  const onJiangsu = ({ type, sequence, code }: ChainEvent, at: number, id: Uint8Array): void => {
    if (type === 'packetSent') {
      const key = toHex(id);
      const index = expected.get(key);
      if (index !== undefined) sent.set(sequence, index);
      expected.delete(key);
      return;
    }
    const index = sent.get(sequence);
    if (index === undefined) return;
    if (type === 'packetAcknowledged' && code === '') acknowledgedAt[index] = at;
    if (type === 'packetAcknowledged' && code === '') counts.completed += 1;
    else if (type === 'packetAcknowledged' || type === 'packetTimedOut') counts.refunded += 1;
    else return;
    settled.push(sequence);
  };
  const onMain = ({ type, sequence, origin }: ChainEvent): void => {
    if (type !== 'packetForwarded') return;
    const index = sent.get(BigInt(origin.split('/')[1] ?? '0'));
    if (index !== undefined) onward.set(sequence, index);
  };
  const onAnhui = ({ type, sequence }: ChainEvent, at: number): void => {
    if (type !== 'packetReceived') return;
    const index = onward.get(sequence);
    onward.delete(sequence);
    // Whatever arrives that this step has not sent, or a second time, is one too many.
    if (index === undefined || !Number.isNaN(deliveredAt[index])) counts.surplusReceipts += 1;
    else deliveredAt[index] = at;
  };
  const read = async (): Promise<void> => {
    const ends: bigint[] = [];
    for (const { chain } of [anhui, main, jiangsu]) ends.push((await chain.wait(0n, 0)).height);
    const [anhuiEnd = 0n, mainEnd = 0n, jiangsuEnd = 0n] = ends;
    await readEvents(jiangsu, jiangsuEnd, started, onJiangsu);
    await readEvents(main, mainEnd, started, onMain);
    await readEvents(anhui, anhuiEnd, started, onAnhui);
    // Only now: the forwards of what was settled have been read too.
    for (const sequence of settled.splice(0)) sent.delete(sequence);
  };
  return {
    expect: (index, id) => void expected.set(toHex(id), index),
    read,
    ended: () => counts.completed + counts.refunded,
    async stop() {
      isOver = true;
      await Promise.all(watches);
      await read();
      const heights = { from: jiangsu.started, to: jiangsu.nextHeight - 1n };
      return { deliveredAt, acknowledgedAt, heights, ...counts };
    },
  };
}

/** Notes when each height was first seen certified, in milliseconds since `started`. */
async function watchHeads(
  { chain, seen, started: first }: Follower,
  started: number,
  isOver: () => boolean,
): Promise<void> {
  for (let after = first - 1n; !isOver(); ) {
    const { height } = await chain.wait(after, WAIT_MS);
    const now = performance.now() - started;
    for (let each = after + 1n; each <= height; each++) seen.set(each, now);
    after = height;
  }
}

async function readEvents(
  follower: Follower,
  end: bigint,
  started: number,
  visit: (event: ChainEvent, at: number, id: Uint8Array) => void,
): Promise<void> {
  const { chain, seen } = follower;
  while (follower.nextHeight <= end) {
    const { blocks, nextHeight } = await chain.events(follower.nextHeight, BLOCKS_A_CALL);
    let upTo = nextHeight;
    for (const { height, transactions } of blocks) {
      if (height > end) {
        upTo = height;
        break;
      }
      const at = seen.get(height) ?? performance.now() - started;
      for (const { id, events } of transactions) for (const event of events) visit(event, at, id);
    }
    if (upTo > end + 1n) upTo = end + 1n;
    for (let each = follower.nextHeight; each < upTo; each++) seen.delete(each);
    follower.nextHeight = upTo;
  }
}
