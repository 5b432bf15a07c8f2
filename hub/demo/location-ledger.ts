/**
 * The location ledger as the main chain books it, beside what each chain says it holds, and whether
 * the two agree to the last unit.
 */
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import { clientOnMain } from '../up/join-network.ts';
import { NETWORK_ALIASES, type NetworkAlias } from '../up/network.ts';

/** One resource on one chain. */
export interface LedgerPlace {
  readonly chain: NetworkAlias;
  readonly located: bigint;
  readonly inTransit: bigint;
  /** What the chain's own state holds. */
  readonly supply: bigint;
}

/** One resource over all chains; `balanced` where books and chains agree. */
export interface LedgerRow {
  readonly resourceId: Uint8Array;
  readonly registered: bigint;
  readonly retired: bigint;
  readonly places: readonly LedgerPlace[];
  readonly balanced: boolean;
}

type Chains = Readonly<Record<NetworkAlias, ChainAdapter>>;

/** Reads the rows of resources, in their order; meaningful while nothing is on its way. */
export async function readLocationLedger(
  chains: Chains,
  resourceIds: readonly Uint8Array[],
): Promise<readonly LedgerRow[]> {
  if (resourceIds.length === 0) return [];
  const questions = resourceIds.map((resourceId) => ({ resourceId }));
  const books = await chains.main.facts('books', questions);
  const places = await Promise.all(
    NETWORK_ALIASES.map((alias) => readPlaces(chains, alias, resourceIds)),
  );
  return resourceIds.map((resourceId, at): LedgerRow => {
    const { registered = 0n, retired = 0n, inTransit = 0n } = books[at] ?? {};
    const row = places.flatMap((ofChain) => ofChain[at] ?? []);
    const held = row.reduce((sum, { located }) => sum + located, 0n);
    const onTheWay = row.reduce((sum, place) => sum + place.inTransit, 0n);
    const adds = registered === held + onTheWay + retired && inTransit === onTheWay;
    return {
      resourceId,
      registered,
      retired,
      places: row,
      balanced: adds && row.every(({ supply, located }) => supply === located),
    };
  });
}

async function readPlaces(
  chains: Chains,
  chain: NetworkAlias,
  resourceIds: readonly Uint8Array[],
): Promise<readonly LedgerPlace[]> {
  const laneName = chain === 'main' ? '' : clientOnMain(chain);
  const locations = await chains.main.facts(
    'location',
    resourceIds.map((resourceId) => ({ resourceId, laneName })),
  );
  const supplies = await chains[chain].facts(
    'supply',
    resourceIds.map((resourceId) => ({ resourceId })),
  );
  return resourceIds.map((_, at) => ({
    chain,
    located: locations[at]?.held ?? 0n,
    inTransit: locations[at]?.inTransit ?? 0n,
    supply: supplies[at] ?? 0n,
  }));
}
