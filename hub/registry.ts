/**
 * The chains a hub knows and the lanes between them: each side chain is joined to the main chain by a
 * pair of clients that name each other; the pair is read from the chains, never configured, and read
 * again where another has replaced it.
 */
import type { ChainAdapter } from '../adapters/chain-adapter.ts';
import type { ClientFact } from '../adapters/chain-facts.ts';
import { equalBytes } from '../schemas/hash.ts';
import { hubError } from './errors.ts';
import { HeadWatcher } from './head-watcher.ts';
import type { HubLog } from './log.ts';

const ALIAS = /^[a-z0-9-]{1,32}$/;

/** One chain under its short name. */
export interface KnownChain {
  readonly alias: string;
  readonly adapter: ChainAdapter;
  readonly watcher: HeadWatcher;
  /** Further nodes of the same chain, asked whether they say the same; opened when they are needed. */
  readonly witnesses: readonly OpenWitness[];
}

/** Connects to a node of the very chain. @throws ADAPTER_WRONG_CHAIN ADAPTER_UNREACHABLE */
export type OpenWitness = () => Promise<ChainAdapter>;

/** A chain the hub is given. */
export interface GivenChain {
  readonly alias: string;
  readonly adapter: ChainAdapter;
  readonly witnesses?: readonly OpenWitness[];
}

/** One end of a lane: `client` is this chain's own id for the chain at the other end. */
export interface LaneEnd extends KnownChain {
  readonly client: string;
}

/** Two clients that name each other, by their ids on the side chain and on the main chain. */
export interface ClientPair {
  readonly side: string;
  readonly main: string;
}

/** The lane of a side chain; its name is that chain's alias. */
export interface Lane {
  readonly alias: string;
  readonly side: LaneEnd;
  readonly main: LaneEnd;
  /** What the main chain's books call it: the id of its first client there. */
  readonly bookName: string;
  /** Pairs that were closed and replaced, the oldest first. */
  readonly former: readonly ClientPair[];
}

/** Looks chains and lanes up; lanes appear once both clients exist. */
export class ChainRegistry {
  readonly main: KnownChain;
  readonly sides: readonly KnownChain[];
  readonly #lanes = new Map<string, Lane>();

  /** The first chain is the main chain. @throws HUB_MAIN_CHAIN HUB_ALIAS */
  constructor(chains: readonly GivenChain[], log: HubLog) {
    const known = chains.map(({ alias, adapter, witnesses = [] }) => ({
      alias,
      adapter,
      watcher: new HeadWatcher(alias, adapter, log),
      witnesses,
    }));
    const [main, ...sides] = known;
    if (
      main?.adapter.description.kind !== 'main' ||
      sides.some(({ adapter }) => adapter.description.kind === 'main')
    ) {
      throw hubError('HUB_MAIN_CHAIN');
    }
    const aliases = new Set(known.map(({ alias }) => alias));
    const bad = known.find(({ alias }) => !ALIAS.test(alias));
    if (bad !== undefined || aliases.size !== known.length)
      throw hubError('HUB_ALIAS', { aliases: [...aliases].join(' ') });
    this.main = main;
    this.sides = sides;
  }

  get chains(): readonly KnownChain[] {
    return [this.main, ...this.sides];
  }

  get lanes(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  /** @throws HUB_CHAIN_UNKNOWN */
  chain(alias: string): KnownChain {
    const found = this.chains.find((each) => each.alias === alias);
    if (found === undefined) throw hubError('HUB_CHAIN_UNKNOWN', { alias });
    return found;
  }

  chainById(chainId: string): KnownChain | undefined {
    return this.chains.find(({ adapter }) => adapter.description.chainId === chainId);
  }

  /** @throws HUB_LANE_UNKNOWN */
  lane(alias: string): Lane {
    const found = this.#lanes.get(alias);
    if (found === undefined) throw hubError('HUB_LANE_UNKNOWN', { alias });
    return found;
  }

  /** The side chain of a client of the main chain, and the pair it is or was of. */
  pairByMainClient(client: string): (ClientPair & { readonly alias: string }) | undefined {
    for (const lane of this.lanes) {
      const pair = pairsOf(lane).find(({ main }) => main === client);
      if (pair !== undefined) return { ...pair, alias: lane.alias };
    }
    return undefined;
  }

  /** The pair a side chain's client is or was of. */
  pairBySideClient(alias: string, client: string): ClientPair | undefined {
    const lane = this.#lanes.get(alias);
    return lane && pairsOf(lane).find(({ side }) => side === client);
  }

  /** Looks for lanes that are not known yet, and for pairs that have replaced those known. */
  async discover(): Promise<void> {
    await Promise.all(
      this.sides.map(async (side) => {
        const [client] = await side.adapter.facts('mainClient', [{}]);
        if (client === undefined || this.#lanes.get(side.alias)?.side.client === client) return;
        const lane = await this.#laneOf(side, client);
        if (lane !== undefined) this.#lanes.set(lane.alias, lane);
      }),
    );
  }

  async #laneOf(side: KnownChain, client: string): Promise<Lane | undefined> {
    const main = this.main;
    const [ofMain] = await side.adapter.facts('client', [{ client }]);
    if (ofMain === undefined || !isClientOf(ofMain, main)) return undefined;
    const [ofSide] = await main.adapter.facts('client', [{ client: ofMain.counterpartyClient }]);
    if (ofSide === undefined || !isClientOf(ofSide, side) || ofSide.counterpartyClient !== client)
      return undefined;
    return {
      alias: side.alias,
      side: { ...side, client },
      main: { ...main, client: ofSide.client },
      bookName: ofSide.laneName,
      former: await this.#formerPairs(ofSide),
    };
  }

  /** From the lane's first client on, each closed one names the next. */
  async #formerPairs({ client, laneName }: ClientFact): Promise<readonly ClientPair[]> {
    const pairs: ClientPair[] = [];
    for (let next = laneName; next !== client && next !== ''; ) {
      const [fact] = await this.main.adapter.facts('client', [{ client: next }]);
      if (fact === undefined || pairs.some(({ main }) => main === next)) break;
      pairs.push({ side: fact.counterpartyClient, main: next });
      next = fact.successor;
    }
    return pairs;
  }
}

function pairsOf({ side, main, former }: Lane): readonly ClientPair[] {
  return [{ side: side.client, main: main.client }, ...former];
}

function isClientOf(
  fact: { readonly chainId: string; readonly genesisHash: Uint8Array },
  chain: KnownChain,
): boolean {
  const { chainId, genesisHash } = chain.adapter.description;
  return fact.chainId === chainId && equalBytes(fact.genesisHash, genesisHash);
}
