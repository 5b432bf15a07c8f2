/**
 * Whether a client on a chain can be used, and the governed way out where it cannot.
 * docs/protocol.md#client-life
 */
import type { ClientFact } from '../adapters/chain-facts.ts';
import type { ChainRegistry } from './registry.ts';

export type ClientHealth = 'active' | 'uninitialised' | 'expired' | 'frozen' | 'closed';

/** A client by the alias of the chain that holds it. */
export interface ClientPlace {
  readonly chain: string;
  readonly client: string;
}

/** Judged by the newest time of the chain that holds it. */
export function clientHealth(fact: ClientFact, chainTimeMs: bigint): ClientHealth {
  if (fact.closed) return 'closed';
  if (fact.frozen) return 'frozen';
  if (fact.expiresAtMs <= chainTimeMs) return 'expired';
  return fact.latestTimeMs === 0n ? 'uninitialised' : 'active';
}

/** The health of each client, in order; undefined where the chain does not know it. */
export function readHealth(
  registry: ChainRegistry,
  places: readonly ClientPlace[],
): Promise<readonly (ClientHealth | undefined)[]> {
  return Promise.all(
    places.map(async ({ chain, client }) => {
      const { adapter, watcher } = registry.chain(chain);
      const [fact] = await adapter.facts('client', [{ client }]);
      return fact && clientHealth(fact, watcher.head.timeMs);
    }),
  );
}

/** What organisations of that chain have to propose; empty where nothing has to be done. */
export function wayOut({ chain, client }: ClientPlace, health: ClientHealth): string {
  const lodge = `tieline proposal lodge --chain ${chain} --action <file>`;
  switch (health) {
    case 'active':
    case 'uninitialised':
      return '';
    case 'expired':
      return `Nobody refreshed ${client} on ${chain} in time: propose replaceClient with a set and height of today (${lodge}); then it is settled.`;
    case 'frozen':
      return `The chain behind ${client} on ${chain} signed two histories: find out which goes on, propose replaceClient (${lodge}); then it is settled.`;
    case 'closed':
      return `The pair of ${client} on ${chain} is closed: replacePair or settleOrphans names this packet delivered or refunded (${lodge}).`;
  }
}
