/**
 * The untrusted carrier: opens two directions for each lane, moves them whenever a chain has a new
 * certified head, and keeps the heights from which a restart may begin. It can delay, never forge.
 * docs/architecture.md#relayer
 */

import { isTielineError } from '../../schemas/errors.ts';
import { toHex } from '../../schemas/hash.ts';
import { hubError } from '../errors.ts';
import type { HubLog } from '../log.ts';
import type { ChainRegistry, Lane, LaneEnd } from '../registry.ts';
import { ContradictionWatch } from './contradiction-watch.ts';
import { DeliveryLane } from './delivery-lane.ts';
import { LaneUpkeep } from './lane-upkeep.ts';
import { createRelayCounters, type RelayCounters } from './relay-counters.ts';
import { type KnownResources, SupplyWatch } from './supply-watch.ts';

/** Where lanes keep how far they have come: a hint that spares reading old outboxes again. */
export interface ResumeHeights {
  read(lane: string): Promise<bigint | undefined>;
  write(lane: string, height: bigint): Promise<void>;
}

export interface RelayerConfig {
  readonly maxItems: number;
  readonly maxUnderWay: number;
  /** How often resume heights are kept and lanes are looked for. */
  readonly houseKeepingMs: number;
  /** How often what the side chains hold is compared with the books. */
  readonly supplyCheckMs: number;
  /** Settled packets of a direction after which its target is told that it may prune. */
  readonly pruneEvery: number;
}

export const DEFAULT_RELAYER: RelayerConfig = {
  maxItems: 1024,
  maxUnderWay: 8,
  houseKeepingMs: 1000,
  supplyCheckMs: 10_000,
  pruneEvery: 1024,
};

export interface RelayerDeps {
  readonly registry: ChainRegistry;
  readonly resume: ResumeHeights & KnownResources;
  readonly log: HubLog;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
}

/** One direction of a lane as the API shows it. */
export interface DirectionStatus {
  readonly lane: string;
  readonly from: string;
  readonly to: string;
  readonly held: boolean;
  readonly pending: number;
  readonly underWay: number;
  readonly retries: number;
  readonly missedHeights: bigint;
  readonly counters: Readonly<RelayCounters>;
}

interface Direction {
  readonly lane: string;
  readonly source: LaneEnd;
  readonly target: LaneEnd;
  readonly delivery: DeliveryLane;
  readonly upkeep: LaneUpkeep;
  readonly counters: RelayCounters;
  keptHeight: bigint;
}

/** Opened by `start`, closed by `stop`. */
export class Relayer {
  readonly #config: RelayerConfig;
  readonly #deps: RelayerDeps;
  #directions: Direction[] = [];
  readonly #held = new Set<string>();
  readonly #supplies: SupplyWatch;
  readonly #contradictions: ContradictionWatch;
  #stopListening: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #houseKeeping: Promise<void> | undefined;

  constructor(config: RelayerConfig, deps: RelayerDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#supplies = new SupplyWatch(config.supplyCheckMs, {
      ...deps,
      isHeld: (alias) => this.#held.has(alias),
    });
    this.#contradictions = new ContradictionWatch(deps);
  }

  /** Opens the lanes there are and goes on looking for more. */
  async start(): Promise<void> {
    const { registry } = this.#deps;
    for (const { watcher, alias } of registry.chains) {
      this.#stopListening.push(watcher.listen(() => this.#moved(alias)));
    }
    await this.#openLanes();
    this.#timer = setInterval(() => this.#keepHouse(), this.#config.houseKeepingMs).unref();
  }

  /** Keeps the resume heights and stops offering; what is under way lands without us. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    for (const stop of this.#stopListening) stop();
    for (const { delivery, upkeep } of this.#directions) {
      delivery.hold();
      upkeep.hold();
    }
    await this.#contradictions.close();
    await this.#houseKeeping;
    await this.#keepHeights().catch((error: unknown) => this.#stumbled(error));
  }

  /** An operator's command: nothing is relayed on this lane, either way. @throws HUB_LANE_UNKNOWN */
  hold(alias: string): void {
    const directions = this.#lane(alias);
    this.#held.add(alias);
    for (const { delivery, upkeep } of directions) {
      delivery.hold();
      upkeep.hold();
    }
  }

  /** Ends `hold`; what waited is worked off. @throws HUB_LANE_UNKNOWN */
  release(alias: string): void {
    const directions = this.#lane(alias);
    this.#held.delete(alias);
    for (const { delivery, upkeep } of directions) {
      delivery.release();
      upkeep.release();
    }
  }

  status(): readonly DirectionStatus[] {
    return this.#directions.map(({ lane, source, target, delivery, counters }) => ({
      lane,
      from: source.alias,
      to: target.alias,
      held: this.#held.has(lane),
      ...delivery.backlog,
      counters,
    }));
  }

  #lane(alias: string): readonly Direction[] {
    const found = this.#directions.filter(({ lane }) => lane === alias);
    if (found.length === 0) throw hubError('HUB_LANE_UNKNOWN', { alias });
    return found;
  }

  #moved(alias: string): void {
    for (const { source, target, delivery, upkeep } of this.#directions) {
      if (source.alias === alias) delivery.pump();
      if (source.alias === alias || target.alias === alias) upkeep.check();
    }
  }

  async #openLanes(): Promise<void> {
    const { registry } = this.#deps;
    await registry.discover();
    const isOpen = (lane: Lane): boolean =>
      this.#directions.some(({ source }) => isEndOf(lane, source));
    for (const lane of registry.lanes.filter((each) => !isOpen(each))) {
      this.#retire(lane.alias);
      await this.#open(lane);
      this.#deps.log.info('A lane is open', {
        lane: lane.alias,
        client: lane.side.client,
        mainClient: lane.main.client,
      });
    }
  }

  /** The pair of a lane was replaced: nothing moves on the old one any more. */
  #retire(alias: string): void {
    for (const { delivery, upkeep } of this.#directions.filter(({ lane }) => lane === alias)) {
      delivery.hold();
      upkeep.hold();
    }
    this.#directions = this.#directions.filter(({ lane }) => lane !== alias);
  }

  async #open(lane: Lane): Promise<void> {
    const there: { direction?: Direction } = {};
    const back: { direction?: Direction } = {};
    const outward = await this.#createDelivery(lane.side, lane.main, (sequence) =>
      back.direction?.upkeep.settle(sequence),
    );
    const homeward = await this.#createDelivery(lane.main, lane.side, (sequence) =>
      there.direction?.upkeep.settle(sequence),
    );
    there.direction = this.#direct(lane.alias, lane.side, lane.main, outward, homeward.delivery);
    back.direction = this.#direct(lane.alias, lane.main, lane.side, homeward, outward.delivery);
    this.#directions.push(there.direction, back.direction);
    if (this.#held.has(lane.alias)) this.hold(lane.alias);
    outward.delivery.pump();
    homeward.delivery.pump();
  }

  async #createDelivery(
    source: LaneEnd,
    target: LaneEnd,
    onAcknowledged: (sequence: bigint) => void,
  ) {
    const { log, now, resume } = this.#deps;
    const counters = createRelayCounters();
    const fromHeight = (await resume.read(resumeKey(source))) ?? 1n;
    const { maxItems, maxUnderWay } = this.#config;
    const delivery = new DeliveryLane(
      { maxItems, maxUnderWay, fromHeight },
      { source, target, counters, log, now, onAcknowledged },
    );
    return { delivery, counters, fromHeight };
  }

  #direct(
    lane: string,
    source: LaneEnd,
    target: LaneEnd,
    {
      delivery,
      counters,
      fromHeight,
    }: { delivery: DeliveryLane; counters: RelayCounters; fromHeight: bigint },
    opposite: DeliveryLane,
  ): Direction {
    const { log, now } = this.#deps;
    const { pending, client } = delivery;
    const upkeep = new LaneUpkeep({
      pruneEvery: this.#config.pruneEvery,
      source,
      target,
      pending,
      client,
      counterClient: opposite.client,
      counters,
      log,
      now,
    });
    return { lane, source, target, delivery, upkeep, counters, keptHeight: fromHeight };
  }

  #keepHouse(): void {
    // By itself: a witness that does not answer keeps nothing else waiting.
    void this.#contradictions.check();
    if (this.#houseKeeping !== undefined) return;
    this.#houseKeeping = this.#openLanes()
      .then(() => this.#keepHeights())
      .catch((error: unknown) => this.#stumbled(error))
      .then(() => this.#supplies.check())
      .catch((error: unknown) => this.#stumbled(error))
      .finally(() => {
        this.#houseKeeping = undefined;
      });
  }

  /** Resume heights only spare work: without them the relayer goes on, and stops. */
  #stumbled(error: unknown): void {
    const code = isTielineError(error) ? error.code : 'HUB_INTERNAL';
    this.#deps.log.warn('House-keeping stumbled', { code, error: String(error) });
  }

  async #keepHeights(): Promise<void> {
    for (const direction of this.#directions) {
      const height = direction.delivery.resumeHeight();
      if (height === direction.keptHeight) continue;
      await this.#deps.resume.write(resumeKey(direction.source), height);
      direction.keptHeight = height;
    }
  }
}

function isEndOf({ side, main }: Lane, end: LaneEnd): boolean {
  return [side, main].some(({ alias, client }) => alias === end.alias && client === end.client);
}

/** One key a direction: the sending chain and its client for the other. */
function resumeKey({ adapter, client }: LaneEnd): string {
  return `${toHex(adapter.description.genesisHash)}/${client}`;
}
