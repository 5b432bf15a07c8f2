/**
 * Which transfer an event belongs to, and at which place of it. A packet of a side chain names its
 * transfer by itself; what the main chain forwards is found by the forward it recorded.
 */
import type { ChainEvent } from '../../schemas/wire/event.ts';
import type { ChainRegistry, KnownChain } from '../registry.ts';
import type { HopPlace } from './hop.ts';

/** `<alias>-<client>-<sequence>` of the packet the transfer began with. */
export type TransferId = string;

export interface Location {
  readonly id: TransferId;
  readonly place: HopPlace;
}

/** The transfer a packet the main chain sent belongs to, where it was forwarded. */
export type ReadForward = (client: string, sequence: bigint) => TransferId | undefined;

export function transferId(alias: string, client: string, sequence: bigint): TransferId {
  return `${alias}-${client}-${sequence}`;
}

/**
 * Where an event of `chain` belongs, or undefined for one that is of no transfer; `preceding` is the
 * event before it in the same transaction.
 */
export function locateEvent(
  registry: ChainRegistry,
  chain: KnownChain,
  event: ChainEvent,
  preceding: ChainEvent | undefined,
  readForward: ReadForward,
): Location | undefined {
  if (event.client === '' || event.sequence === 0n) return undefined;
  return chain === registry.main
    ? locateOnMain(registry, event, preceding, readForward)
    : locateOnSide(registry, chain, event, readForward);
}

/** The transfer of a packet the main chain forwards, from its event. */
export function forwardOrigin(
  registry: ChainRegistry,
  { origin }: ChainEvent,
): TransferId | undefined {
  const [client = '', sequence = ''] = origin.split('/');
  return /^[0-9]{1,20}$/.test(sequence)
    ? idOfReceived(registry, client, BigInt(sequence))
    : undefined;
}

function idOfReceived(
  registry: ChainRegistry,
  mainClient: string,
  sequence: bigint,
): TransferId | undefined {
  const pair = registry.pairByMainClient(mainClient);
  return pair && transferId(pair.alias, pair.side, sequence);
}

function onMain(id: TransferId | undefined): Location | undefined {
  return id === undefined ? undefined : { id, place: 'main' };
}

function isOwnDelivery(
  preceding: ChainEvent | undefined,
  { client, sequence }: ChainEvent,
): boolean {
  return (
    preceding?.type === 'packetAcknowledged' &&
    preceding.client === client &&
    preceding.sequence === sequence
  );
}

function locateOnMain(
  registry: ChainRegistry,
  event: ChainEvent,
  preceding: ChainEvent | undefined,
  readForward: ReadForward,
): Location | undefined {
  const { client, sequence } = event;
  switch (event.type) {
    case 'transferDelivered':
      // With an origin, or for a packet of its own, this only repeats the acknowledgement.
      if (event.origin !== '' || isOwnDelivery(preceding, event)) return undefined;
      return onMain(idOfReceived(registry, client, sequence));
    case 'packetReceived':
    case 'packetFailed':
    case 'supplyRegistered':
    case 'retirementBooked':
      return onMain(idOfReceived(registry, client, sequence));
    case 'packetForwarded':
      return onMain(forwardOrigin(registry, event));
    case 'packetSent':
      return { id: transferId(registry.main.alias, client, sequence), place: 'source' };
    case 'packetAcknowledged':
    case 'packetTimedOut':
    case 'transferRefunded': {
      const forwarded = readForward(client, sequence);
      if (forwarded !== undefined) return { id: forwarded, place: 'main' };
      return { id: transferId(registry.main.alias, client, sequence), place: 'source' };
    }
    default:
      return undefined;
  }
}

function locateOnSide(
  registry: ChainRegistry,
  chain: KnownChain,
  event: ChainEvent,
  readForward: ReadForward,
): Location | undefined {
  const { client, sequence } = event;
  switch (event.type) {
    case 'supplyRegistered':
    case 'retirementBooked':
    case 'packetSent':
    case 'packetAcknowledged':
    case 'packetTimedOut':
    case 'transferRefunded':
      return { id: transferId(chain.alias, client, sequence), place: 'source' };
    case 'packetReceived':
    case 'packetFailed':
    case 'transferDelivered': {
      const pair = registry.pairBySideClient(chain.alias, client);
      if (pair === undefined) return undefined;
      const forwarded = readForward(pair.main, sequence);
      return {
        id: forwarded ?? transferId(registry.main.alias, pair.main, sequence),
        place: 'destination',
      };
    }
    default:
      return undefined;
  }
}
