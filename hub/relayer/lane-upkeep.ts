/**
 * What a direction of a lane needs beside deliveries: timeouts when the target's proven time has
 * passed, pruning now and then, and a client update before the target's client expires. Asks for
 * nothing while there is nothing to prove, so idle chains stay idle. docs/architecture.md#relayer
 */
import type { RelayOutcome } from '../../adapters/chain-adapter.ts';
import type { Bundle, EvidenceRequest } from '../../adapters/evidence.ts';
import { isTielineError } from '../../schemas/errors.ts';
import { MAX_BATCH } from '../../schemas/wire/message.ts';
import type { Packet } from '../../schemas/wire/packet.ts';
import type { HubLog } from '../log.ts';
import type { LaneEnd } from '../registry.ts';
import type { ClientView } from './client-view.ts';
import type { PendingPackets } from './pending-packets.ts';
import type { RelayCounters } from './relay-counters.ts';

const PAUSE_AFTER_FAILURE_MS = 2000;

export interface UpkeepDeps {
  /** Settled packets after which the target is told that it may prune. */
  readonly pruneEvery: number;
  readonly source: LaneEnd;
  readonly target: LaneEnd;
  readonly pending: PendingPackets;
  /** The target's client of the source. */
  readonly client: ClientView;
  /** The source's client of the target. */
  readonly counterClient: ClientView;
  readonly counters: RelayCounters;
  readonly log: HubLog;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
}

/** `check` whenever a head has moved. */
export class LaneUpkeep {
  readonly #deps: UpkeepDeps;
  #settled = 0;
  #isBusy = false;
  #isHeld = false;
  #pausedUntil = 0;

  constructor(deps: UpkeepDeps) {
    this.#deps = deps;
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.check();
  }

  /** A packet of the source has ended. */
  settle(sequence: bigint): void {
    this.#deps.pending.settle(sequence);
    this.#settled += 1;
  }

  check(): void {
    if (this.#isBusy || this.#isHeld || this.#deps.now() < this.#pausedUntil) return;
    this.#isBusy = true;
    this.#work()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#isBusy = false;
      });
  }

  async #work(): Promise<void> {
    await this.#timeOut();
    if (this.#settled >= this.#deps.pruneEvery) await this.#prune();
    await this.#refresh();
  }

  async #timeOut(): Promise<void> {
    const { source, target, pending, counterClient, counters } = this.#deps;
    const due = pending.due(target.watcher.head.timeMs / 1000n, MAX_BATCH);
    if (due.length === 0) return;
    const packets = await this.#notReceived(due);
    if (packets.length === 0) return;
    const bundle = await this.#evidence(target, {
      task: 'timeout',
      packets,
      trusted: await counterClient.read(),
    });
    if (bundle?.task !== 'timeout') return;
    const [outcome] = await this.#relay(source, bundle, counterClient);
    if (outcome?.code !== '') return;
    bundle.packets.forEach(({ sequence }, index) => {
      const code = outcome.items[index] ?? '';
      if (code === '') counters.timeouts += 1;
      else if (code === 'PACKET_ALREADY_SETTLED') counters.redundant += 1;
      else this.#pause();
      if (code === '' || code === 'PACKET_ALREADY_SETTLED') this.settle(sequence);
    });
  }

  async #notReceived(due: readonly Packet[]): Promise<readonly Packet[]> {
    const { target, pending } = this.#deps;
    const questions = due.map(({ destinationClient, sequence }) => ({
      client: destinationClient,
      sequence,
    }));
    const received = await target.adapter.facts('received', questions);
    due.forEach(({ sequence }, index) => {
      if (received[index] === true) pending.markReceived(sequence);
    });
    return due.filter((_, index) => received[index] !== true);
  }

  async #prune(): Promise<void> {
    const { source, target, client, counters } = this.#deps;
    this.#settled = 0;
    const bundle = await this.#evidence(source, {
      task: 'settle',
      client: source.client,
      trusted: await client.read(),
    });
    if (bundle === undefined) return;
    const [outcome] = await this.#relay(target, bundle, client);
    if (outcome?.code === '') counters.prunings += 1;
  }

  async #refresh(): Promise<void> {
    const { source, target, client, counters } = this.#deps;
    const trusted = await client.read();
    const third = (trusted.trustingPeriodSeconds * 1000n) / 3n;
    if (trusted.frozen || source.watcher.head.timeMs - trusted.latestTimeMs < third) return;
    client.doubt();
    const fresh = await client.read();
    if (source.watcher.head.timeMs - fresh.latestTimeMs < third) return;
    const bundle = await this.#evidence(source, { task: 'update', trusted: fresh });
    if (bundle === undefined) return;
    const [outcome] = await this.#relay(target, bundle, client);
    if (outcome?.code === '') counters.refreshes += 1;
  }

  async #evidence(from: LaneEnd, request: EvidenceRequest): Promise<Bundle | undefined> {
    return from.adapter.evidence(request);
  }

  async #relay(to: LaneEnd, bundle: Bundle, view: ClientView): Promise<readonly RelayOutcome[]> {
    const { counters, log } = this.#deps;
    const outcomes = await to.adapter.relay(to.client, bundle);
    for (const { code } of outcomes) {
      counters.transactions += 1;
      if (code === '') {
        view.moved(bundle);
        continue;
      }
      counters.refusedTransactions += 1;
      counters.lastRefusal = code;
      view.doubt();
      this.#pause();
      log.warn('A relay transaction was refused', { chain: to.alias, task: bundle.task, code });
    }
    return outcomes;
  }

  #pause(): void {
    this.#pausedUntil = this.#deps.now() + PAUSE_AFTER_FAILURE_MS;
  }

  #failed(error: unknown): void {
    const { client, counterClient, log, source, target } = this.#deps;
    const code = isTielineError(error) ? error.code : 'HUB_INTERNAL';
    client.doubt();
    counterClient.doubt();
    this.#pause();
    if (code !== 'ADAPTER_CLOSED')
      log.warn('Upkeep of a lane stumbled', {
        from: source.alias,
        to: target.alias,
        code,
        error: String(error),
      });
  }
}
