/* The route registry: one id, one genesis hash, one alias, one client. */
import { describe, expect, it } from 'vitest';
import { readRoute } from '../../../../main-chain/relay/routes.ts';
import { nativeChainId } from '../../../../schemas/ids.ts';
import type { Action } from '../../../../schemas/wire/action.ts';
import { FakeChain } from '../../../fakes/chain.ts';
import { clientSpec, createNetwork, govern } from './network.ts';

type Route = Extract<Action, { type: 'registerRoute' }>;

describe('routes', () => {
  const { main, a, clock } = createNetwork();
  const other = new FakeChain(clock, { name: 'shanghai', kind: 'shard' });
  govern(main, clientSpec(other, 'side-shanghai', 'main-of-shanghai'));
  const route: Route = {
    type: 'registerRoute',
    chainId: other.rules.chainId,
    alias: 'shanghai',
    client: 'side-shanghai',
    genesisHash: other.rules.genesisHash,
  };
  const code = (changes: Partial<Route>, chain = main) =>
    govern(chain, { ...route, ...changes }).code;

  it('F4: refuses an id its genesis hash does not give, and a client of another chain', () => {
    const genesisHash = Uint8Array.from(other.rules.genesisHash);
    genesisHash[31] = (genesisHash[31] ?? 0) ^ 1;
    expect(nativeChainId(genesisHash)).toBe(other.rules.chainId);
    expect(code({ genesisHash })).toBe('ROUTE_CLIENT');
    expect(code({ genesisHash: new Uint8Array(32) })).toBe('ROUTE_ID');
    expect(code({ client: a.mainClient })).toBe('ROUTE_CLIENT');
    expect(code({ client: 'side-none' })).toBe('CLIENT_UNKNOWN');
    expect(code({ chainId: 'shanghai' })).toBe('ID_CHAIN');
    expect(code({ chainId: 'eip155:1' })).toBe('ROUTE_CLIENT');
  });

  it('refuses a second route of a chain, alias or genesis hash, and one to itself', () => {
    expect(code({ alias: 'jiangsu' })).toBe('ROUTE_EXISTS');
    expect(code({ chainId: 'eip155:1', genesisHash: a.side.rules.genesisHash })).toBe(
      'ROUTE_EXISTS',
    );
    const { chainId, genesisHash } = main.rules;
    expect(code({ chainId, genesisHash })).toBe('ROUTE_EXISTS');
    expect(code({})).toBe('');
    expect(code({ alias: 'hu' })).toBe('ROUTE_EXISTS');
    expect(readRoute(main.context().state, route.chainId)).toEqual({
      alias: 'shanghai',
      client: 'side-shanghai',
      genesisHash: other.rules.genesisHash,
    });
  });

  it('are kept on the main chain alone', () => {
    expect(code({}, a.side)).toBe('CHAIN_KIND');
  });
});
