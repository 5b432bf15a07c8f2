/**
 * Compares now and then what each side chain holds with the main chain's books, a page of resources
 * at a time. Where a chain holds more than the books allow it has that proven on the main chain, which
 * raises the alarm and pauses the lane; where nothing is wrong nothing is sent. At home more may only be
 * registered later, so there the watch itself raises the alarm once that has not come about.
 * docs/protocol.md#proof-of-supply
 */
import { parseHex } from '../../schemas/codec/hex.ts';
import { toHex } from '../../schemas/hash.ts';
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

/** What a chain holds of a resource above the books. */
interface Excess {
  readonly resourceId: Uint8Array;
  readonly quantity: bigint;
  readonly registered: bigint;
  /** It is at home there, or the main chain does not know it. */
  readonly isHome: boolean;
  /** The books did not move while the chain was asked: nothing was on its way between the two answers. */
  readonly isSteady: boolean;
}

/** An excess at home that may still be registered, or was said. */
interface Unregistered {
  readonly quantity: bigint;
  readonly registered: bigint;
  readonly said: bigint;
}

/** `check` as often as you like; it works when its time has come. */
export class SupplyWatch {
  readonly #everyMs: number;
  readonly #deps: SupplyWatchDeps;
  /** By lane and resource. */
  readonly #unregistered = new Map<string, Unregistered>();
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
    const excesses = await excessesOf(lane, resourceIds);
    this.#watchHome(lane, resourceIds, excesses);
    const suspects = excesses.flatMap(({ isHome, resourceId }) => (isHome ? [] : [resourceId]));
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

  /** What was issued before the last look is registered by now: more than that nobody has registered. */
  #watchHome(
    { alias }: Lane,
    resourceIds: readonly Uint8Array[],
    excesses: readonly Excess[],
  ): void {
    const atHome = new Map(
      excesses.filter(({ isHome }) => isHome).map((each) => [toHex(each.resourceId), each]),
    );
    for (const resource of resourceIds.map(toHex)) {
      const key = `${alias}/${resource}`;
      const excess = atHome.get(resource);
      const before = this.#unregistered.get(key);
      if (excess === undefined) {
        this.#unregistered.delete(key);
        continue;
      }
      if (!excess.isSteady) continue;
      const { quantity, registered } = excess;
      const isLate = before !== undefined && registered - before.registered < before.quantity;
      const said = before?.said ?? 0n;
      this.#unregistered.set(key, { quantity, registered, said: isLate ? quantity : said });
      // Once, and again where it grows.
      if (isLate && quantity > said)
        this.#deps.log.warn('A home chain holds more than is registered, and it stays so', {
          lane: alias,
          resource,
          excess: quantity,
          registered,
        });
    }
  }
}

/** What the chain holds more of than it may. */
async function excessesOf(
  { side, main, bookName }: Lane,
  resourceIds: readonly Uint8Array[],
): Promise<readonly Excess[]> {
  const ofEach = resourceIds.map((resourceId) => ({ resourceId }));
  const places = ofEach.map((each) => ({ ...each, laneName: bookName }));
  const books = await main.adapter.facts('books', ofEach);
  const earlier = await main.adapter.facts('location', places);
  const supplies = await side.adapter.facts('supply', ofEach);
  const later = await main.adapter.facts('location', places);
  const above = ofEach.flatMap(({ resourceId }, at) => {
    const { held = 0n, inTransit = 0n } = later[at] ?? {};
    const quantity = (supplies[at] ?? 0n) - held - inTransit;
    const isSteady = earlier[at]?.held === held && earlier[at]?.inTransit === inTransit;
    const registered = books[at]?.registered ?? 0n;
    return quantity > 0n ? [{ resourceId, quantity, registered, isSteady }] : [];
  });
  const records = await main.adapter.facts('resource', above);
  const { chainId } = side.adapter.description;
  return above.map((each, at) => ({ ...each, isHome: (records[at]?.home ?? chainId) === chainId }));
}
