/**
 * What one transaction needs of the lanes it touches, each read once: client, guards, pruning mark,
 * routes. Clients and rules do not change between the items of a batch, so a copy stays true.
 */
import { prunedBelowKey } from '../../schemas/wire/state-keys.ts';
import type { ExecutionContext } from '../ledger/context.ts';
import { readU64 } from '../ledger/state.ts';
import { type ClientStatus, requireStatus, statusOf } from './clients/client.ts';
import { type ClientState, requireClient } from './clients/client-state.ts';
import { isClosed } from './clients/closed.ts';
import { relayError } from './errors.ts';
import { type LaneGuards, readLaneGuards } from './guards.ts';
import { type RouteRecord, readRoute } from './routes.ts';

/** One end of a lane as this chain sees it. `prunedBelow` is at least 1. */
export interface Lane {
  readonly client: string;
  readonly state: ClientState;
  readonly status: ClientStatus;
  readonly guards: LaneGuards;
  readonly prunedBelow: bigint;
}

/** Lanes and routes, read on first use. */
export interface Lanes {
  /** @throws CLIENT_UNKNOWN */
  of(client: string): Lane;
  route(chainId: string): RouteRecord | undefined;
}

/** Make it after the client updates of the transaction. */
export function createLanes(context: ExecutionContext): Lanes {
  const lanes = new Map<string, Lane>();
  const routes = new Map<string, RouteRecord | undefined>();
  return {
    of(client) {
      const known = lanes.get(client);
      if (known !== undefined) return known;
      const lane = readLane(context, client);
      lanes.set(client, lane);
      return lane;
    },
    route(chainId) {
      if (!routes.has(chainId)) routes.set(chainId, readRoute(context.state, chainId));
      return routes.get(chainId);
    },
  };
}

/** A lane whose client can be used. @throws CLIENT_UNKNOWN CLIENT_UNINITIALISED CLIENT_EXPIRED CLIENT_FROZEN CLIENT_CLOSED */
export function requireLane(lanes: Lanes, client: string): Lane {
  const lane = lanes.of(client);
  requireStatus(lane.status, client);
  return lane;
}

/**
 * What the main chain books comes over the registered lane of its chain alone: another client of that
 * chain, however sound, moves nothing. @throws ROUTE_UNKNOWN
 */
export function requireRegistered(lanes: Lanes, { client, state }: Lane): void {
  if (lanes.route(state.chainId)?.client === client) return;
  throw relayError('ROUTE_UNKNOWN', { chain: state.chainId, client });
}

function readLane(context: ExecutionContext, client: string): Lane {
  const state = requireClient(context.state, client);
  const pruned = readU64(context.state, prunedBelowKey(client));
  return {
    client,
    state,
    status: isClosed(context.state, client) ? 'closed' : statusOf(context, state),
    guards: readLaneGuards(context.state, client),
    prunedBelow: pruned === 0n ? 1n : pruned,
  };
}
