/**
 * What a transfer that has not ended waits for: one client, without which nothing can end it. Where
 * that client cannot be used the transfer is stranded, neither refunded nor lost.
 * docs/protocol.md#client-life
 */
import { type ClientHealth, type ClientPlace, wayOut } from '../client-health.ts';
import type { Hop } from './hop.ts';
import type { TransferView } from './transfer-view.ts';

/** Why it does not go on, and what organisations can do about it. */
export interface Stranded extends ClientPlace {
  readonly because: Exclude<ClientHealth, 'active' | 'uninitialised'>;
  readonly wayOut: string;
}

/**
 * The client that proves the end of the packet that is under way: an onward packet ends on the main
 * chain, a first packet at its source. Undefined once the transfer has ended.
 */
export function awaitedClient({ endedAtMs, hops }: TransferView): ClientPlace | undefined {
  if (endedAtMs !== undefined) return undefined;
  const find = (place: Hop['place'], ...events: readonly Hop['event'][]) =>
    hops.find((hop) => hop.place === place && events.includes(hop.event));
  const forwarded = find('main', 'packetForwarded');
  const onward = find('main', 'packetAcknowledged', 'packetTimedOut') === undefined && forwarded;
  const waiting = onward || find('source', 'packetSent');
  return waiting && { chain: waiting.chain, client: waiting.client };
}

/** Undefined where the client can be used or will be. */
export function strandedBy(
  place: ClientPlace,
  health: ClientHealth | undefined,
): Stranded | undefined {
  if (health === undefined || health === 'active' || health === 'uninitialised') return undefined;
  return { ...place, because: health, wayOut: wayOut(place, health) };
}
