/**
 * Compares now and then what each side chain holds with the main chain's books, a page of resources
 * at a time. Where a chain holds more than the books allow it has that proven on the main chain, which
 * raises the alarm and pauses the lane; where nothing is wrong nothing is sent.
 * docs/protocol.md#proof-of-supply
 */
import { parseHex } from '../../schemas/codec/hex.ts';
import type { HubLog } from '../log.ts';
import type { ChainRegistry, Lane } from '../registry.ts';

/** Resources compared at once, and at most proven by one transaction. */
const PAGE = 128;

/** Resource ids the hub has seen, in order, after `after`. */
export interface KnownResources {
  resources(limit: number, after?: string): Promise<readonly string[]>;
}

export interface SupplyWatchDeps {
  readonly registry: ChainRegistry;
  readonly resume: KnownResources;
  readonly log: HubLog;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  readonly isHeld: (lane: string) => boolean;
}

/** `check` as often as you like; it works when its time has come. */
export class SupplyWatch {
  readonly #everyMs: number;
  readonly #deps: SupplyWatchDeps;
  #dueAt = 0;
  #after = '';

  constructor(everyMs: number, deps: SupplyWatchDeps) {
    this.#everyMs = everyMs;
    this.#deps = deps;
  }

  /** Looks at the next page of resources on every lane. */
  async check(): Promise<void> {
    const { registry, resume, now, isHeld } = this.#deps;
    if (now() < this.#dueAt) return;
    this.#dueAt = now() + this.#everyMs;
    const page = await resume.resources(PAGE, this.#after);
    this.#after = page.length < PAGE ? '' : (page.at(-1) ?? '');
    if (page.length === 0) return;
    const resourceIds = page.map((id) => parseHex(id, 32));
    for (const lane of registry.lanes) {
      if (!isHeld(lane.alias)) await this.#checkLane(lane, resourceIds);
    }
  }

  async #checkLane(lane: Lane, resourceIds: readonly Uint8Array[]): Promise<void> {
    const { side, main } = lane;
    const suspects = await suspectsOf(lane, resourceIds);
    if (suspects.length === 0) return;
    const [trusted] = await main.adapter.facts('client', [{ client: main.client }]);
    if (trusted === undefined || trusted.closed || trusted.frozen) return;
    const bundle = await side.adapter.evidence({ task: 'supply', resourceIds: suspects, trusted });
    if (bundle === undefined) return;
    for (const { code, items } of await main.adapter.relay(main.client, bundle)) {
      const alarms = items.filter((item) => item === 'LOCATION_EXCEEDED').length;
      if (alarms > 0 || code !== '')
        this.#deps.log.warn('A side chain shows more than the books allow', {
          lane: lane.alias,
          code,
          alarms,
        });
    }
  }
}

/** What the chain holds more of than it may; its own resources may be registered later. */
async function suspectsOf(
  { side, main, bookName }: Lane,
  resourceIds: readonly Uint8Array[],
): Promise<readonly Uint8Array[]> {
  const ofEach = resourceIds.map((resourceId) => ({ resourceId }));
  const supplies = await side.adapter.facts('supply', ofEach);
  const places = await main.adapter.facts(
    'location',
    ofEach.map((each) => ({ ...each, laneName: bookName })),
  );
  const above = ofEach.filter((_, at) => {
    const { held = 0n, inTransit = 0n } = places[at] ?? {};
    return (supplies[at] ?? 0n) > held + inTransit;
  });
  const records = await main.adapter.facts('resource', above);
  const { chainId } = side.adapter.description;
  return above.flatMap(({ resourceId }, at) => {
    const home = records[at]?.home;
    return home === undefined || home === chainId ? [] : [resourceId];
  });
}
