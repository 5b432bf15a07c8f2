/**
 * The transfer journal: follows the events of all chains and keeps, for what users ask about, which
 * step happened where and when. It decides nothing and can be made again from the chains.
 * docs/architecture.md#journal
 */
import type { RecordedBlock } from '../../adapters/chain-adapter.ts';
import { isTielineError } from '../../schemas/errors.ts';
import { toHex } from '../../schemas/hash.ts';
import type { ChainEvent } from '../../schemas/wire/event.ts';
import type { HubLog } from '../log.ts';
import type { ChainRegistry, KnownChain } from '../registry.ts';
import type { Hop, HopPlace } from './hop.ts';
import type { JournalBatch, JournalStore } from './journal-store.ts';
import { forwardOrigin, locateEvent, type TransferId } from './locate-event.ts';

const BLOCKS_AT_ONCE = 64;
/** Rounds are this far apart at least, so that a busy chain is read in batches. */
const LEAST_PAUSE_MS = 20;
const PAUSE_AFTER_FAILURE_MS = 1000;
/** Forwards kept in memory; older ones are read from the store. */
const RECENT_FORWARDS = 65_536;

export interface JournalDeps {
  readonly registry: ChainRegistry;
  readonly store: JournalStore;
  readonly log: HubLog;
}

/** Opened by `start`, closed by `stop`. */
export class Journal {
  readonly #deps: JournalDeps;
  readonly #next = new Map<KnownChain, bigint>();
  readonly #forwards = new Map<string, TransferId>();
  readonly #listeners = new Set<(ids: ReadonlySet<TransferId>) => void>();
  #stopListening: (() => void)[] = [];
  #isAwake = false;
  #isStopped = false;
  #round: Promise<void> | undefined;

  constructor(deps: JournalDeps) {
    this.#deps = deps;
  }

  /** Follows all chains from where the journal stands. */
  start(): void {
    const { registry, store } = this.#deps;
    for (const chain of registry.chains) {
      this.#next.set(chain, store.cursor(toHex(chain.adapter.description.genesisHash)));
      this.#stopListening.push(chain.watcher.listen(() => this.#wake()));
    }
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const stop of this.#stopListening) stop();
    await this.#round;
  }

  /** Tells which transfers have moved, after they are written. */
  listen(listener: (ids: ReadonlySet<TransferId>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Next height to read of each chain. */
  positions(): ReadonlyMap<string, bigint> {
    return new Map([...this.#next].map(([chain, height]) => [chain.alias, height]));
  }

  #wake(): void {
    this.#isAwake = true;
    this.#round ??= this.#run().finally(() => {
      this.#round = undefined;
      if (this.#isAwake && !this.#isStopped) this.#wake();
    });
  }

  async #run(): Promise<void> {
    while (this.#isAwake && !this.#isStopped) {
      this.#isAwake = false;
      try {
        await this.#read();
        await pause(LEAST_PAUSE_MS);
      } catch (error) {
        const code = isTielineError(error) ? error.code : 'HUB_INTERNAL';
        if (code !== 'ADAPTER_CLOSED')
          this.#deps.log.warn('The journal stumbled and goes on', { code, error: String(error) });
        this.#isAwake = true;
        await pause(PAUSE_AFTER_FAILURE_MS);
      }
    }
  }

  /**
   * Side chains are fetched before the main chain and written after it: whatever one of them received
   * the main chain had forwarded before, so the forward is known when it is needed.
   */
  async #read(): Promise<void> {
    const { registry, store } = this.#deps;
    if (registry.lanes.length < registry.sides.length) await registry.discover();
    const sides = await Promise.all(
      registry.sides.map(async (chain) => ({ chain, ...(await this.#fetch(chain)) })),
    );
    const moved = new Set<TransferId>();
    const batch = store.batch();
    for (;;) {
      const main = await this.#fetch(registry.main);
      this.#note(registry.main, main, batch, moved);
      if (main.blocks.length < BLOCKS_AT_ONCE) break;
    }
    for (const side of sides) {
      this.#note(side.chain, side, batch, moved);
      if (side.blocks.length === BLOCKS_AT_ONCE) this.#isAwake = true;
    }
    if (batch.size > 0) await batch.commit();
    if (moved.size > 0) for (const listener of this.#listeners) listener(moved);
  }

  #fetch(chain: KnownChain) {
    return chain.adapter.events(this.#next.get(chain) ?? 1n, BLOCKS_AT_ONCE);
  }

  #note(
    chain: KnownChain,
    {
      blocks,
      nextHeight,
    }: { readonly blocks: readonly RecordedBlock[]; readonly nextHeight: bigint },
    batch: JournalBatch,
    moved: Set<TransferId>,
  ): void {
    if (this.#next.get(chain) === nextHeight) return;
    for (const block of blocks) this.#noteBlock(chain, block, batch, moved);
    this.#next.set(chain, nextHeight);
    batch.setCursor(toHex(chain.adapter.description.genesisHash), nextHeight);
  }

  #noteBlock(
    chain: KnownChain,
    block: RecordedBlock,
    batch: JournalBatch,
    moved: Set<TransferId>,
  ): void {
    const { registry } = this.#deps;
    const readForward = (client: string, sequence: bigint) => this.#forwarded(client, sequence);
    for (const { events } of block.transactions) {
      let preceding: ChainEvent | undefined;
      for (const event of events) {
        if (event.type === 'packetForwarded')
          this.#noteForward(event.client, event.sequence, forwardOrigin(registry, event), batch);
        const found = locateEvent(registry, chain, event, preceding, readForward);
        if (event.type === 'issued' || event.type === 'supplyRegistered')
          batch.addResource(event.subject);
        if (event.type === 'proposalCreated')
          batch.addProposal(toHex(chain.adapter.description.genesisHash), event.subject);
        if (found !== undefined) {
          for (const hop of hopsOf(found.place, chain.alias, block, event, preceding))
            batch.addHop(found.id, hop);
          moved.add(found.id);
        }
        preceding = event;
      }
    }
  }

  #noteForward(
    client: string,
    sequence: bigint,
    id: TransferId | undefined,
    batch: JournalBatch,
  ): void {
    if (id === undefined) return;
    batch.addForward(client, sequence, id);
    this.#forwards.set(`${client}/${sequence}`, id);
    if (this.#forwards.size <= RECENT_FORWARDS) return;
    const [oldest] = this.#forwards.keys();
    if (oldest !== undefined) this.#forwards.delete(oldest);
  }

  #forwarded(client: string, sequence: bigint): TransferId | undefined {
    return (
      this.#forwards.get(`${client}/${sequence}`) ?? this.#deps.store.forwarded(client, sequence)
    );
  }
}

/** The step of an event; what a supply or retirement packet was made by comes before it. */
function hopsOf(
  place: HopPlace,
  chain: string,
  { height, timeMs }: RecordedBlock,
  event: ChainEvent,
  preceding: ChainEvent | undefined,
): readonly Hop[] {
  const { client, sequence } = event;
  const hop = ({ type, subject, quantity, account, code }: ChainEvent): Hop => ({
    place,
    chain,
    event: type,
    height,
    timeMs,
    client,
    sequence,
    subject,
    quantity,
    account,
    code,
  });
  const isMade =
    event.type === 'packetSent' && (preceding?.type === 'issued' || preceding?.type === 'retired');
  return isMade ? [hop(preceding), hop(event)] : [hop(event)];
}

function pause(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}
