/**
 * The location ledger of the main chain, in double entry: every step moves a quantity from one place
 * to another, and after each the books must add up: registered = located + in transit + retired.
 * docs/protocol.md#location-ledger
 *
 * location/<resource>/<client> and transit/<resource>/<client> → quantity(16); the main chain itself
 * is the empty client; a client that succeeds a closed one goes on under its lane's name.
 * books/<resource> → registered(16) ‖ located(16) ‖ inTransit(16) ‖ retired(16).
 * A step that finds less in a place than it takes, or books that do not add up, halts the resource.
 */
import { type Codec, type StructOf, struct, u128 } from '../../schemas/codec/codec.ts';
import { toHex } from '../../schemas/hash.ts';
import type { ActionOf } from '../../schemas/wire/action.ts';
import { booksKey, locationKey, transitKey } from '../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit } from '../ledger/context.ts';
import { ledgerError } from '../ledger/errors.ts';
import { addQuantity } from '../ledger/holdings.ts';
import {
  type ResourceRecord,
  readResource,
  requireResource,
  writeResource,
} from '../ledger/resources.ts';
import {
  readQuantity,
  readRecord,
  type State,
  writeQuantity,
  writeRecord,
} from '../ledger/state.ts';
import { requireClient } from './clients/client-state.ts';
import { relayError } from './errors.ts';
import { laneNameOf } from './guards.ts';

/** The main chain's own place in the location ledger. */
export const MAIN_LOCATION = '';

const booksFields = { registered: u128, located: u128, inTransit: u128, retired: u128 };
/** Sums over all chains. */
export type Books = StructOf<typeof booksFields>;
export const booksCodec: Codec<Books> = struct(booksFields);

const NO_BOOKS: Books = { registered: 0n, located: 0n, inTransit: 0n, retired: 0n };

/** Where a quantity is: not registered yet, at a chain, on its way to one, or out of circulation. */
export type Place =
  | { readonly type: 'outside' }
  | { readonly type: 'located'; readonly client: string }
  | { readonly type: 'transit'; readonly client: string }
  | { readonly type: 'retired' };

export const OUTSIDE: Place = { type: 'outside' };
export const RETIRED: Place = { type: 'retired' };
/** Held by the chain behind `client`. */
export const locatedAt = (client: string): Place => ({ type: 'located', client });
/** On its way to the chain behind `client`. */
export const inTransitTo = (client: string): Place => ({ type: 'transit', client });

export function readBooks(state: State, resourceId: Uint8Array): Books {
  return readRecord(state, booksKey(resourceId), booksCodec) ?? NO_BOOKS;
}

/** What the chain behind `client` holds. */
export function readLocation(state: State, resourceId: Uint8Array, client: string): bigint {
  return readQuantity(state, locationKey(resourceId, nameOf(state, client)));
}

/** What is on its way to the chain behind `client`. */
export function readTransit(state: State, resourceId: Uint8Array, client: string): bigint {
  return readQuantity(state, transitKey(resourceId, nameOf(state, client)));
}

/**
 * A chain sends or retires no more than it holds. What its home chain is short of may still be
 * registered, what another is short of may still arrive: that is `later`; the rest is refused.
 * @throws LOCATION_LATER LOCATION_EXCEEDED
 */
export function requireLocated(
  { state }: ExecutionContext,
  resourceId: Uint8Array,
  client: string,
  quantity: bigint,
  isHome: boolean,
): void {
  const held = readLocation(state, resourceId, client);
  if (quantity <= held) return;
  const arriving = readTransit(state, resourceId, client);
  const later = isHome || quantity <= held + arriving;
  throw relayError(later ? 'LOCATION_LATER' : 'LOCATION_EXCEEDED', {
    client,
    quantity,
    held,
    arriving,
  });
}

/** One step of the ledger; halts the resource where the books do not add up. Never refuses. */
export function move(
  context: ExecutionContext,
  resourceId: Uint8Array,
  quantity: bigint,
  from: Place,
  to: Place,
): void {
  const { state } = context;
  const before = readBooks(state, resourceId);
  const short = quantity - take(state, resourceId, from, quantity);
  put(state, resourceId, to, quantity);
  const after = post(before, from, to, quantity);
  const { registered, located, inTransit, retired } = after;
  writeRecord(state, booksKey(resourceId), booksCodec, after);
  if (short > 0n || registered !== located + inTransit + retired)
    halt(context, resourceId, quantity);
}

/** Takes what is there, up to `quantity`, and says how much it was. */
function take(state: State, resourceId: Uint8Array, place: Place, quantity: bigint): bigint {
  const key = placeKey(state, resourceId, place);
  if (key === undefined) return quantity;
  const held = readQuantity(state, key);
  const taken = held < quantity ? held : quantity;
  writeQuantity(state, key, held - taken);
  return taken;
}

function put(state: State, resourceId: Uint8Array, place: Place, quantity: bigint): void {
  const key = placeKey(state, resourceId, place);
  if (key !== undefined) writeQuantity(state, key, addQuantity(readQuantity(state, key), quantity));
}

/** The name a chain's place goes by: it stays when its pair of clients is replaced. */
function nameOf(state: State, client: string): string {
  return client === MAIN_LOCATION ? client : laneNameOf(state, client);
}

function placeKey(state: State, resourceId: Uint8Array, place: Place): string | undefined {
  switch (place.type) {
    case 'located':
      return locationKey(resourceId, nameOf(state, place.client));
    case 'transit':
      return transitKey(resourceId, nameOf(state, place.client));
    case 'outside':
    case 'retired':
      return undefined;
  }
}

/** The sums after a step; a sum that would be negative stays zero and shows in the balance. */
function post(books: Books, from: Place, to: Place, quantity: bigint): Books {
  const change = (type: Place['type']): bigint =>
    (to.type === type ? quantity : 0n) - (from.type === type ? quantity : 0n);
  const sum = (value: bigint, by: bigint): bigint => (value + by < 0n ? 0n : value + by);
  return {
    registered: sum(books.registered, -change('outside')),
    located: sum(books.located, change('located')),
    inTransit: sum(books.inTransit, change('transit')),
    retired: sum(books.retired, change('retired')),
  };
}

/**
 * Action unhaltResource: new books in full and the places that were wrong; the books must add up.
 * @throws CHAIN_KIND RESOURCE_UNKNOWN RESOURCE_NOT_HALTED BOOKS_UNBALANCED CLIENT_UNKNOWN
 */
export function unhaltResource(
  context: ExecutionContext,
  action: ActionOf<'unhaltResource'>,
): void {
  const { resourceId, registered, located, inTransit, retired, places } = action;
  const { state, chain } = context;
  if (chain.genesis.kind !== 'main') throw relayError('CHAIN_KIND', { kind: chain.genesis.kind });
  const record = requireResource(state, resourceId);
  if (record.status !== 'halted') {
    throw ledgerError('RESOURCE_NOT_HALTED', { resource: toHex(resourceId) });
  }
  if (registered !== located + inTransit + retired) {
    throw relayError('BOOKS_UNBALANCED', { registered, located, inTransit, retired });
  }
  const books: Books = { registered, located, inTransit, retired };
  writeRecord(state, booksKey(resourceId), booksCodec, books);
  for (const { place, client, quantity } of places) {
    if (client !== MAIN_LOCATION) requireClient(state, client);
    const key = place === 'located' ? locationKey : transitKey;
    writeQuantity(state, key(resourceId, nameOf(state, client)), quantity);
  }
  writeResource(state, resourceId, { ...record, status: 'active' });
  emit(context, 'resourceUnhalted', { subject: resourceId, quantity: registered });
}

function halt(context: ExecutionContext, resourceId: Uint8Array, quantity: bigint): void {
  const record: ResourceRecord | undefined = readResource(context.state, resourceId);
  if (record === undefined || record.status === 'halted') return;
  writeResource(context.state, resourceId, { ...record, status: 'halted' });
  emit(context, 'resourceHalted', { subject: resourceId, quantity, code: 'RESOURCE_HALTED' });
}
