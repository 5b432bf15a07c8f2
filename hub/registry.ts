/**
 * The chains a hub knows and the lanes between them: each side chain is joined to the main chain by a
 * pair of clients that name each other; the pair is read from the chains, never configured.
 */
import type { ChainAdapter } from '../adapters/chain-adapter.ts';
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
}

/** One end of a lane: `client` is this chain's own id for the chain at the other end. */
export interface LaneEnd extends KnownChain {
  readonly client: string;
}

/** The lane of a side chain; its name is that chain's alias. */
export interface Lane {
  readonly alias: string;
  readonly side: LaneEnd;
  readonly main: LaneEnd;
}

/** Looks chains and lanes up; lanes appear once both clients exist. */
export class ChainRegistry {
  readonly main: KnownChain;
  readonly sides: readonly KnownChain[];
  readonly #lanes = new Map<string, Lane>();

  /** The first chain is the main chain. @throws HUB_MAIN_CHAIN HUB_ALIAS */
  constructor(
    chains: readonly { readonly alias: string; readonly adapter: ChainAdapter }[],
    log: HubLog,
  ) {
    const known = chains.map(({ alias, adapter }) => ({
      alias,
      adapter,
      watcher: new HeadWatcher(alias, adapter, log),
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

  /** The lane whose main end has this client id. */
  laneByMainClient(client: string): Lane | undefined {
    return this.lanes.find(({ main }) => main.client === client);
  }

  /** Looks for lanes that are not known yet and adds them to `lanes`. */
  async discover(): Promise<void> {
    const missing = this.sides.filter(({ alias }) => !this.#lanes.has(alias));
    const found = await Promise.all(missing.map((side) => this.#laneOf(side)));
    for (const lane of found) if (lane !== undefined) this.#lanes.set(lane.alias, lane);
  }

  async #laneOf(side: KnownChain): Promise<Lane | undefined> {
    const main = this.main;
    const [client] = await side.adapter.facts('mainClient', [{}]);
    if (client === undefined) return undefined;
    const [ofMain] = await side.adapter.facts('client', [{ client }]);
    if (ofMain === undefined || !isClientOf(ofMain, main)) return undefined;
    const [ofSide] = await main.adapter.facts('client', [{ client: ofMain.counterpartyClient }]);
    if (ofSide === undefined || !isClientOf(ofSide, side) || ofSide.counterpartyClient !== client)
      return undefined;
    return {
      alias: side.alias,
      side: { ...side, client },
      main: { ...main, client: ofSide.client },
    };
  }
}

function isClientOf(
  fact: { readonly chainId: string; readonly genesisHash: Uint8Array },
  chain: KnownChain,
): boolean {
  const { chainId, genesisHash } = chain.adapter.description;
  return fact.chainId === chainId && equalBytes(fact.genesisHash, genesisHash);
}
