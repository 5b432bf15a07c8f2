/**
 * Tokens lodged from outside the registered supply: no statement issues them, so a governed cap says
 * how much may be in circulation, all of it located at the token's home chain first.
 * docs/protocol.md#lodging
 *
 * lodged/<resource> → cap(16), kept at zero too: a lodged resource takes no statement for ever.
 */
import { Writer } from '../../../schemas/codec/writer.ts';
import { toHex } from '../../../schemas/hash.ts';
import { parseChainId } from '../../../schemas/ids.ts';
import { kindOf } from '../../../schemas/resource/registry.ts';
import { type ResourceOrigin, resourceIdOf } from '../../../schemas/resource/resource-id.ts';
import type { Lodging } from '../../../schemas/wire/action.ts';
import { lodgedKey } from '../../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit } from '../../ledger/context.ts';
import { createResource, readResource, requireNotHalted } from '../../ledger/resources.ts';
import { readQuantity, type State } from '../../ledger/state.ts';
import { relayError } from '../errors.ts';
import { locatedAt, move, OUTSIDE, readLocation } from '../locations.ts';
import { readRoute, requireMainChain } from '../routes.ts';

/** @throws SUPPLY_LODGED where a governed cap counts the resource */
export function requireNotLodged(state: State, resourceId: Uint8Array): void {
  if (state.get(lodgedKey(resourceId)) === undefined) return;
  throw relayError('SUPPLY_LODGED', { resource: toHex(resourceId) });
}

/**
 * Action setLodging: registers a token with its cap, raises it, or takes off what is still located at
 * home. @throws CHAIN_KIND ID_CHAIN ROUTE_UNKNOWN RESOURCE_* SUPPLY_METERING SUPPLY_UNIQUE SUPPLY_LODGED
 * LOCATION_EXCEEDED
 */
export function setLodging(context: ExecutionContext, { cap, ...origin }: Lodging): void {
  requireMainChain(context);
  const { state } = context;
  const route = readRoute(state, parseChainId(origin.home));
  if (route === undefined) throw relayError('ROUTE_UNKNOWN', { chain: origin.home });
  const kind = kindOf(origin.kind);
  if (kind.needsMeteringPoint) throw relayError('SUPPLY_METERING', { kind: kind.id });
  if (kind.unique) throw relayError('SUPPLY_UNIQUE', { kind: kind.id });
  const resourceId = resourceIdOf(origin, context.hash);
  if (state.get(lodgedKey(resourceId)) === undefined) {
    if (readResource(state, resourceId) !== undefined) {
      throw relayError('SUPPLY_LODGED', { resource: toHex(resourceId) });
    }
    createResource(context, resourceId, origin, kind.unit);
  }
  requireNotHalted(context, resourceId);
  shift(context, resourceId, route.client, cap - readQuantity(state, lodgedKey(resourceId)));
  state.set(lodgedKey(resourceId), new Writer().u128(cap).finish());
}

/** The cap there is becomes no higher. */
export function narrowsLodging({ state, hash }: ExecutionContext, lodging: Lodging): boolean {
  const { kind, home, issuer, staticRoot, cap } = lodging;
  const origin: ResourceOrigin = { kind, home, issuer, staticRoot };
  return cap <= readQuantity(state, lodgedKey(resourceIdOf(origin, hash)));
}

function shift(
  context: ExecutionContext,
  resourceId: Uint8Array,
  client: string,
  change: bigint,
): void {
  if (change === 0n) return;
  if (change > 0n) {
    move(context, resourceId, change, OUTSIDE, locatedAt(client));
    emit(context, 'supplyRegistered', { client, subject: resourceId, quantity: change });
    return;
  }
  const located = readLocation(context.state, resourceId, client);
  if (-change > located) {
    throw relayError('LOCATION_EXCEEDED', { client, resource: toHex(resourceId), located });
  }
  move(context, resourceId, -change, locatedAt(client), OUTSIDE);
  emit(context, 'locationWrittenOff', { client, subject: resourceId, quantity: -change });
}
