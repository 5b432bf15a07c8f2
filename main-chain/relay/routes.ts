/**
 * The route registry of the main chain: one CAIP-2 id, one genesis hash, one alias, one client; a
 * second of any is refused. docs/protocol.md#routes
 *
 * Route record under `route/<chain id>`: alias text(32) ‖ client text(64) ‖ genesisHash(32).
 */
import { type Codec, fixed, type StructOf, struct, text } from '../../schemas/codec/codec.ts';
import { binaryBytes, equalBytes } from '../../schemas/hash.ts';
import { MAX_CLIENT_ID, nativeChainId, parseChainId } from '../../schemas/ids.ts';
import type { Action } from '../../schemas/wire/action.ts';
import { routeAliasKey, routeGenesisKey, routeKey } from '../../schemas/wire/state-keys.ts';
import type { ExecutionContext } from '../ledger/context.ts';
import { readRecord, type State, writeRecord } from '../ledger/state.ts';
import { requireClient } from './clients/client-state.ts';
import { relayError } from './errors.ts';

const routeFields = { alias: text(32), client: text(MAX_CLIENT_ID), genesisHash: fixed(32) };
/** How the main chain reaches a chain. */
export type RouteRecord = StructOf<typeof routeFields>;
export const routeRecordCodec: Codec<RouteRecord> = struct(routeFields);

export function readRoute(state: State, chainId: string): RouteRecord | undefined {
  return readRecord(state, routeKey(chainId), routeRecordCodec);
}

/** @throws CHAIN_KIND on a side chain */
export function requireMainChain({ chain }: ExecutionContext): void {
  if (chain.genesis.kind !== 'main') throw relayError('CHAIN_KIND', { kind: chain.genesis.kind });
}

/** Action registerRoute. @throws CHAIN_KIND ID_CHAIN ROUTE_ID ROUTE_EXISTS ROUTE_CLIENT CLIENT_UNKNOWN */
export function registerRoute(
  context: ExecutionContext,
  route: Extract<Action, { type: 'registerRoute' }>,
): void {
  requireMainChain(context);
  const { state } = context;
  const { alias, client, genesisHash } = route;
  const chainId = parseChainId(route.chainId);
  if (chainId.startsWith('tieline:') && nativeChainId(genesisHash) !== chainId) {
    throw relayError('ROUTE_ID', { chain: chainId });
  }
  const taken = [routeKey(chainId), routeGenesisKey(genesisHash), routeAliasKey(alias)];
  if (chainId === context.chain.chainId || taken.some((key) => state.get(key) !== undefined)) {
    throw relayError('ROUTE_EXISTS', { chain: chainId, alias });
  }
  const verified = requireClient(state, client);
  if (verified.chainId !== chainId || !equalBytes(verified.genesisHash, genesisHash)) {
    throw relayError('ROUTE_CLIENT', { chain: chainId, client });
  }
  writeRecord(state, routeKey(chainId), routeRecordCodec, { alias, client, genesisHash });
  state.set(routeGenesisKey(genesisHash), binaryBytes(chainId));
  state.set(routeAliasKey(alias), binaryBytes(chainId));
}
