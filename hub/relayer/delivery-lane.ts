/**
 * Carries what one chain sends to another: pulls its outbox from a cursor, delivers it in batches with
 * several under way, offers again what was postponed. The chains' state is the cursor: whatever is
 * delivered twice is a no-op there. docs/architecture.md#relayer
 */
import type { RelayOutcome } from '../../adapters/chain-adapter.ts';
import type { DeliverBundle, DeliveryPart } from '../../adapters/evidence.ts';
import { isTielineError } from '../../schemas/errors.ts';
import type { HubLog } from '../log.ts';
import type { LaneEnd } from '../registry.ts';
import { ClientView } from './client-view.ts';
import { HeightCursor } from './height-cursor.ts';
import { judgeOutcomes } from './judge-outcomes.ts';
import { openParts } from './open-parts.ts';
import { PendingPackets } from './pending-packets.ts';
import type { RelayCounters } from './relay-counters.ts';
import { RetryHeights } from './retry-heights.ts';

export interface DeliveryConfig {
  /** Items asked for at once. */
  readonly maxItems: number;
  /** Bundles under way at once. */
  readonly maxUnderWay: number;
  /** Where to start looking; all up to the source's head counts as missed. */
  readonly fromHeight: bigint;
}

export interface DeliveryDeps {
  readonly source: LaneEnd;
  readonly target: LaneEnd;
  readonly counters: RelayCounters;
  readonly log: HubLog;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  /** The target has ended a packet of its own: acknowledgement of `sequence` delivered. */
  readonly onAcknowledged: (sequence: bigint) => void;
}

type Pull = 'fresh' | 'missed' | 'retry';

/** Opened by the relayer; `pump` whenever something may have changed. */
export class DeliveryLane {
  readonly pending = new PendingPackets();
  /** The target's client of the source. */
  readonly client: ClientView;
  readonly #config: DeliveryConfig;
  readonly #deps: DeliveryDeps;
  readonly #cursor: HeightCursor;
  readonly #retries = new RetryHeights();
  readonly #underWay = new Set<{ readonly lowest: bigint }>();
  #isHeld = false;
  #isRunning = false;
  #runAgain = false;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor(config: DeliveryConfig, deps: DeliveryDeps) {
    this.#config = config;
    this.#deps = deps;
    this.client = new ClientView(deps.target);
    this.#cursor = new HeightCursor(config.fromHeight);
    this.#cursor.skipTo(deps.source.watcher.head.height);
  }

  /** What is open, for the API and the metrics. */
  get backlog(): {
    readonly pending: number;
    readonly underWay: number;
    readonly retries: number;
    readonly missedHeights: bigint;
  } {
    return {
      pending: this.pending.size,
      underWay: this.#underWay.size,
      retries: this.#retries.size,
      missedHeights: this.#cursor.missedHeights(),
    };
  }

  /** Nothing sent below this height is open: where a restarted relayer may begin. */
  resumeHeight(): bigint {
    const heights = [this.#cursor.lowest(), this.#retries.lowest(), this.pending.oldestHeight()];
    for (const { lowest } of this.#underWay) heights.push(lowest);
    return heights.reduce<bigint>(
      (low, each) => (each !== undefined && each < low ? each : low),
      this.#cursor.fresh,
    );
  }

  /** Stops delivering until `release`; what is under way lands. */
  hold(): void {
    this.#isHeld = true;
    clearTimeout(this.#retryTimer);
  }

  /** What came meanwhile counts as missed, so that it does not delay what comes next. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#cursor.skipTo(this.#deps.source.watcher.head.height);
    this.pump();
  }

  /** Pulls and delivers until nothing is left or enough is under way. */
  pump(): void {
    this.#runAgain = true;
    if (!this.#isRunning && !this.#isHeld) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#runAgain && !this.#isHeld) {
        this.#runAgain = false;
        await this.#round();
      }
    } catch (error) {
      this.#failed(error);
    }
    this.#isRunning = false;
    const pause = this.#retries.nextPause(this.#deps.now());
    clearTimeout(this.#retryTimer);
    if (pause !== undefined && !this.#isHeld)
      this.#retryTimer = setTimeout(() => this.pump(), pause).unref();
  }

  #hasRoom(): boolean {
    return !this.#isHeld && this.#underWay.size < this.#config.maxUnderWay;
  }

  /** Fresh heights first, then one pull each of what must be offered again and what was missed. */
  async #round(): Promise<void> {
    for (let isBusy = true; isBusy && this.#hasRoom(); ) {
      isBusy = false;
      for (const pull of ['fresh', 'retry', 'missed'] as const) {
        if (this.#hasRoom() && (await this.#pull(pull))) isBusy = true;
      }
    }
  }

  /** True when something was there, so that asking again makes sense. */
  async #pull(pull: Pull): Promise<boolean> {
    const from = this.#startOf(pull);
    if (from === undefined) return false;
    switch (pull) {
      case 'fresh':
        return this.#pullFresh(from);
      case 'missed':
        return this.#pullMissed(from);
      case 'retry':
        return this.#pullRetry(from);
    }
  }

  async #pullFresh(from: bigint): Promise<boolean> {
    const bundle = await this.#evidence(from);
    if (bundle === undefined) return false;
    this.#cursor.advanceFresh(bundle.nextHeight);
    const isOffered = this.#deliver(bundle, this.#track(bundle.parts));
    return isOffered || (bundle.parts.length > 0 && bundle.nextHeight > from);
  }

  async #pullMissed(from: bigint): Promise<boolean> {
    const last = this.#cursor.missed?.to ?? 0n;
    const bundle = await this.#evidence(from);
    if (bundle === undefined) return false;
    const parts = bundle.parts.filter(({ sentHeight }) => sentHeight <= last);
    this.#deliver(bundle, await this.#sortOut(parts));
    this.#cursor.advanceMissed(bundle.nextHeight > from ? bundle.nextHeight : from + 1n);
    return this.#cursor.missed !== undefined;
  }

  async #pullRetry(height: bigint): Promise<boolean> {
    try {
      const bundle = await this.#evidence(height);
      const parts = bundle?.parts.filter(({ sentHeight }) => sentHeight === height) ?? [];
      const open = await this.#sortOut(parts);
      if (bundle === undefined) this.#retries.add(height, this.#deps.now());
      else if (!this.#deliver(bundle, open)) this.#retries.done(height);
      return true;
    } catch (error) {
      this.#retries.add(height, this.#deps.now());
      throw error;
    }
  }

  #startOf(pull: Pull): bigint | undefined {
    switch (pull) {
      case 'fresh':
        return this.#cursor.fresh <= this.#deps.source.watcher.head.height
          ? this.#cursor.fresh
          : undefined;
      case 'retry':
        return this.#retries.take(this.#deps.now());
      case 'missed':
        return this.#cursor.missed?.from;
    }
  }

  async #evidence(fromHeight: bigint): Promise<DeliverBundle | undefined> {
    const { source } = this.#deps;
    const trusted = await this.client.read();
    const { maxItems } = this.#config;
    const bundle = await source.adapter.evidence({
      task: 'deliver',
      client: source.client,
      fromHeight,
      maxItems,
      trusted,
    });
    return bundle?.task === 'deliver' ? bundle : undefined;
  }

  /** Notes fresh packets; leaves out parts that can only expire. */
  #track(parts: readonly DeliveryPart[]): readonly DeliveryPart[] {
    for (const { packets, sentHeight } of parts)
      for (const packet of packets) this.pending.add(packet, sentHeight);
    return parts.filter((part) => !this.#isExpired(part));
  }

  /** The same for parts that may have been delivered before. */
  async #sortOut(parts: readonly DeliveryPart[]): Promise<readonly DeliveryPart[]> {
    if (parts.length === 0) return parts;
    const { source, target } = this.#deps;
    const open = await openParts(source, target, parts);
    for (const { packet, sentHeight, received } of open.pending) {
      this.pending.add(packet, sentHeight);
      if (received) this.pending.markReceived(packet.sequence);
    }
    for (const sequence of open.acknowledged) this.#deps.onAcknowledged(sequence);
    return open.parts.filter((part) => !this.#isExpired(part));
  }

  #isExpired({ acknowledgements, packets }: DeliveryPart): boolean {
    const clock = this.#deps.target.watcher.head.timeMs / 1000n;
    return (
      acknowledgements.length === 0 &&
      packets.every(({ timeoutSeconds }) => timeoutSeconds <= clock)
    );
  }

  /** Offers parts of a bundle; false when there are none. */
  #deliver(pulled: DeliverBundle, parts: readonly DeliveryPart[]): boolean {
    if (parts.length === 0) return false;
    const { target } = this.#deps;
    const bundle = { ...pulled, parts };
    let lowest = bundle.height;
    for (const { sentHeight } of bundle.parts) if (sentHeight < lowest) lowest = sentHeight;
    const flight = { lowest };
    this.#underWay.add(flight);
    target.adapter
      .relay(target.client, bundle)
      .then((outcomes) => this.#landed(bundle, outcomes))
      .catch((error: unknown) => {
        this.#failed(error);
        const heights = new Set(bundle.parts.map(({ sentHeight }) => sentHeight));
        for (const height of heights) this.#retries.add(height, this.#deps.now());
      })
      .finally(() => {
        this.#underWay.delete(flight);
        this.pump();
      });
    return true;
  }

  #landed(bundle: DeliverBundle, outcomes: readonly RelayOutcome[]): void {
    const { counters, log, now, onAcknowledged } = this.#deps;
    const verdict = judgeOutcomes(bundle.parts, outcomes);
    const { packets, acknowledgements, redundant, postponed, refused, transactionCodes } = verdict;
    counters.transactions += outcomes.length;
    counters.refusedTransactions += transactionCodes.length;
    counters.packets += packets;
    counters.acknowledgements += acknowledgements;
    counters.redundant += redundant;
    counters.postponed += postponed;
    counters.refused += refused;
    for (const sequence of verdict.received) this.pending.markReceived(sequence);
    for (const sequence of verdict.acknowledged) onAcknowledged(sequence);
    for (const height of verdict.done) this.#retries.done(height);
    for (const height of verdict.again) this.#retries.add(height, now());
    if (transactionCodes.length < outcomes.length) this.client.moved(bundle);
    for (const code of verdict.itemCodes)
      log.info('Packets were not taken', { ...this.#names(), code });
    for (const code of transactionCodes) {
      counters.lastRefusal = code;
      this.client.doubt();
      log.warn('A relay transaction was refused', { ...this.#names(), code });
    }
  }

  #failed(error: unknown): void {
    const { log, counters } = this.#deps;
    const code = isTielineError(error) ? error.code : 'HUB_INTERNAL';
    counters.lastRefusal = code;
    this.client.doubt();
    if (code !== 'ADAPTER_CLOSED')
      log.warn('A lane stumbled and goes on at the next block', {
        ...this.#names(),
        code,
        error: String(error),
      });
  }

  #names() {
    return { from: this.#deps.source.alias, to: this.#deps.target.alias };
  }
}
