/**
 * Looks for chains that have certified two blocks of one height: what a client has accepted is compared
 * with what the chain's node certifies at that height, and with what its witnesses do. Where one says
 * otherwise the client is shown that certificate, and the chain that holds the client judges it. An
 * operator's hold does not stop this. docs/architecture.md#contradictions
 */
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import type { ClientFact } from '../../adapters/chain-facts.ts';
import type { Bundle } from '../../adapters/evidence.ts';
import { isTielineError } from '../../schemas/errors.ts';
import type { HubLog } from '../log.ts';
import type { ChainRegistry, LaneEnd, OpenWitness } from '../registry.ts';

/** Accepted heights that wait for a node that is behind; further ones are left out. */
const MAX_WAITING = 64;

export interface ContradictionWatchDeps {
  readonly registry: ChainRegistry;
  readonly log: HubLog;
}

/** A node compared with a client: what was accepted and is not compared yet, ascending. */
interface Comparison {
  noted: bigint;
  readonly waiting: bigint[];
}

/** `check` as often as you like: one round runs at a time. `close` must be called. */
export class ContradictionWatch {
  readonly #deps: ContradictionWatchDeps;
  readonly #comparisons = new Map<string, Comparison>();
  readonly #witnesses = new Map<OpenWitness, Promise<ChainAdapter>>();
  /** Nodes that could not be asked, said once until they answer. */
  readonly #silent = new Set<string>();
  #round: Promise<void> | undefined;
  #isClosed = false;

  constructor(deps: ContradictionWatchDeps) {
    this.#deps = deps;
  }

  /** Never rejects: what goes wrong is said. */
  check(): Promise<void> {
    this.#round ??= this.#checkLanes().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = await Promise.allSettled(this.#witnesses.values());
    for (const each of opened) if (each.status === 'fulfilled') await each.value.close();
  }

  async #checkLanes(): Promise<void> {
    const directions = this.#deps.registry.lanes.flatMap(({ side, main }) => [
      { source: side, target: main },
      { source: main, target: side },
    ]);
    // Side by side: a node that does not answer delays its own chain's clients alone.
    await Promise.all(
      directions.map(async ({ source, target }) => {
        for (const [at, open] of [undefined, ...source.witnesses].entries()) {
          const name = `${source.alias}/${target.alias}/${target.client}/${at}`;
          await this.#attempt(name, async () => {
            const node = open === undefined ? source.adapter : await this.#witness(open);
            await this.#compare(name, node, target);
          });
        }
      }),
    );
  }

  async #attempt(node: string, work: () => Promise<void>): Promise<void> {
    if (this.#isClosed) return;
    try {
      await work();
      this.#silent.delete(node);
    } catch (error) {
      if (this.#isClosed || this.#silent.has(node)) return;
      this.#silent.add(node);
      const code = isTielineError(error) ? error.code : 'HUB_INTERNAL';
      this.#deps.log.warn('A node cannot be asked for contradictions', { node, code });
    }
  }

  /** Ends at the first difference: the client may be frozen then. */
  async #compare(name: string, node: ChainAdapter, { client, adapter }: LaneEnd): Promise<void> {
    const [trusted] = await adapter.facts('client', [{ client }]);
    if (trusted === undefined || trusted.closed || trusted.frozen) return;
    const waiting = this.#waiting(name, trusted);
    const { height: head } = await node.wait(0n, 0);
    for (let [height] = waiting; height !== undefined && height <= head; [height] = waiting) {
      const [held] = await adapter.facts('consensus', [{ client, height }]);
      const request = held && ({ task: 'contradiction', trusted, height, held } as const);
      const bundle = request && (await node.evidence(request));
      if (bundle !== undefined) await this.#show(name, bundle, adapter, client);
      waiting.shift();
      if (bundle !== undefined) return;
    }
  }

  /** The chain that holds the client judges what the node certifies. */
  async #show(node: string, bundle: Bundle, adapter: ChainAdapter, client: string): Promise<void> {
    const { height } = bundle;
    this.#deps.log.warn('A chain shows two blocks of one height', { node, height });
    for (const { code } of await adapter.relay(client, bundle))
      if (code !== '') this.#deps.log.warn('What a node shows was refused', { node, height, code });
  }

  #waiting(name: string, { latestHeight }: ClientFact): bigint[] {
    const found = this.#comparisons.get(name) ?? { noted: 0n, waiting: [] };
    this.#comparisons.set(name, found);
    const { waiting } = found;
    // A client that was replaced may go on at a lower height.
    if (latestHeight < found.noted) waiting.length = 0;
    if (latestHeight !== found.noted && waiting.length < MAX_WAITING) waiting.push(latestHeight);
    found.noted = latestHeight;
    return waiting;
  }

  /** Lanes of one chain share its witnesses; one that could not be opened is tried again. */
  #witness(open: OpenWitness): Promise<ChainAdapter> {
    const opened = this.#witnesses.get(open) ?? open();
    this.#witnesses.set(open, opened);
    opened.catch(() => this.#witnesses.delete(open));
    return opened;
  }
}
