/*
 * One step of the load: transfers at a constant rate whatever the network does (open loop), until all
 * have ended or patience has. docs/performance.md#method
 */
import type { ChainAdapter } from '../../../adapters/chain-adapter.ts';
import type { NetworkAdapters } from '../../../hub/up/join-demo.ts';
import { CLIENT_OF_MAIN } from '../../../hub/up/join-network.ts';
import { judgeStep, type StepResult } from '../parts/knee.ts';
import { processorMicros } from '../parts/machine.ts';
import type { Forger } from './forger.ts';
import { offer, until } from './fund.ts';
import { type Observed, type Observer, observe } from './observer.ts';
import type { Send, Sends } from './sends.ts';

const TICK_MS = 5;
const PATIENCE_MS = 120_000;
/** Events are read this often while the load runs, so that memory does not grow with its length. */
const READ_EVERY_MS = 15_000;
const LOOK_EVERY_MS = 1000;

export interface StepDeps {
  readonly chains: NetworkAdapters;
  readonly resourceId: Uint8Array;
  readonly pids: () => readonly number[];
  readonly forger: Forger | undefined;
}

/** What a step gave; counts are of transfers. */
export interface TransferStep {
  readonly rate: number;
  readonly count: number;
  /** Unix milliseconds of the window's beginning. */
  readonly startedMs: number;
  readonly windowMs: number;
  readonly acknowledged: StepResult;
  readonly delivered: StepResult;
  readonly completed: number;
  readonly refunded: number;
  /** Neither delivered nor given back. */
  readonly lost: number;
  /** Delivered more often than sent. */
  readonly doubled: number;
  readonly heights: Observed['heights'];
  readonly processorMicros: number;
}

/** Offers `count` transfers at `rate` a second and judges what came of them. */
export async function runStep(
  sends: Sends,
  rate: number,
  count: number,
  { chains, resourceId, pids, forger }: StepDeps,
): Promise<TransferStep> {
  const supplyOf = async (): Promise<bigint> =>
    (await chains.anhui.facts('supply', [{ resourceId }]))[0] ?? 0n;
  const before = await supplyOf();
  const quantities = new Uint8Array(count);
  const startedMs = Date.now();
  const started = performance.now();
  const processorBefore = processorMicros(pids());
  const observer = await observe(chains, count, started);
  const forging = forger?.run(rate, count);
  const reader = createReader(observer, started);
  const offers = createOffers(chains.jiangsu);
  for (let offered = 0; offered < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - started) / 1000) * rate));
    const batch = sends.take(offered, due);
    for (const [at, { id, quantity }] of batch.entries()) {
      observer.expect(offered + at, id);
      quantities[offered + at] = Number(quantity);
    }
    if (batch.length > 0) offers.add(batch);
    offered += batch.length;
    reader.now();
    await new Promise((wake) => setTimeout(wake, TICK_MS));
  }
  await offers.ended();
  await reader.ended();
  await forging;
  await untilSettled(chains, observer, count);
  const observed = await observer.stop();
  const micros = processorMicros(pids()) - processorBefore;
  const arrived = (await supplyOf()) - before;
  return {
    ...judge(observed, rate, count, arrived, quantities),
    startedMs,
    processorMicros: Math.round(micros / count),
  };
}

/** Offers under way; the next call after one has failed throws. */
function createOffers(chain: ChainAdapter) {
  const open = new Set<Promise<void>>();
  let failure: unknown;
  return {
    add(batch: readonly Send[]): void {
      if (failure !== undefined) throw failure;
      const offering = offer(
        chain,
        batch.map(({ bytes }) => bytes),
      )
        .catch((error: unknown) => {
          failure = error;
        })
        .finally(() => open.delete(offering));
      open.add(offering);
    },
    async ended(): Promise<void> {
      await Promise.all(open);
      if (failure !== undefined) throw failure;
    },
  };
}

/** Reads events now and then while the load runs, one reading at a time. */
function createReader(observer: Observer, started: number) {
  let last = started;
  let reading: Promise<void> = Promise.resolve();
  let isReading = false;
  return {
    now(): void {
      if (isReading || performance.now() - last < READ_EVERY_MS) return;
      isReading = true;
      reading = observer.read().then(() => {
        isReading = false;
        last = performance.now();
      });
    },
    ended: () => reading,
  };
}

/**
 * Until all transfers have ended, or patience does. The lane's mark says so cheaply; but it moves with
 * acknowledgements only and by a bounded number each, so that it may stop short: then events say it.
 */
async function untilSettled(
  { jiangsu }: NetworkAdapters,
  observer: Observer,
  count: number,
): Promise<void> {
  const patience = performance.now() + PATIENCE_MS;
  let nextRead = performance.now() + LOOK_EVERY_MS;
  await until(async () => {
    const [lane] = await jiangsu.facts('lane', [{ client: CLIENT_OF_MAIN }]);
    if (lane !== undefined && lane.settledBelow === lane.nextSequence) return true;
    if (performance.now() > patience) return true;
    if (performance.now() < nextRead) return false;
    await observer.read();
    nextRead = performance.now() + LOOK_EVERY_MS;
    return observer.ended() === count;
  });
}

function judge(
  observed: Observed,
  rate: number,
  count: number,
  arrived: bigint,
  quantities: Uint8Array,
): Omit<TransferStep, 'startedMs' | 'processorMicros'> {
  const { deliveredAt, acknowledgedAt, completed, refunded, surplusReceipts, heights } = observed;
  let delivered = 0;
  let owed = 0;
  for (const [index, at] of deliveredAt.entries()) {
    if (Number.isNaN(at)) continue;
    delivered += 1;
    owed += quantities[index] ?? 0;
  }
  const seconds = count / rate;
  const due = Array.from({ length: count }, (_, index) => ((index + 1) / rate) * 1000);
  const times = (at: Float64Array) =>
    Array.from(at, (time) => (Number.isNaN(time) ? undefined : time));
  return {
    rate,
    count,
    windowMs: seconds * 1000,
    acknowledged: judgeStep(rate, seconds, due, times(acknowledgedAt)),
    delivered: judgeStep(rate, seconds, due, times(deliveredAt)),
    completed,
    refunded,
    lost: count - delivered - refunded,
    // By receipts, and by what Anhui holds more than was delivered to it.
    doubled: surplusReceipts + Math.max(0, Number(arrived) - owed),
    heights,
  };
}
