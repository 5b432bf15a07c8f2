/** GET /health, /v1/chains, /v1/chains/:alias, its accounts and what they anchored: what the hub knows of each chain. */
import { Type } from 'typebox';
import { recordsEvidenceCodec } from '../../main-chain/relay/evidence/verify-records.ts';
import { encode } from '../../schemas/codec/codec.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { toHex } from '../../schemas/hash.ts';
import { formatAddress, parseAddress } from '../../schemas/ids.ts';
import { buildRecordsEvidence } from '../proof/build-records-evidence.ts';
import type { KnownChain } from '../registry.ts';
import {
  Account,
  Address,
  Alias,
  AliasParams,
  Chain,
  Chains,
  Health,
  RecordsProof,
  RecordsQuery,
} from './api-schemas.ts';
import type { ApiContext } from './context.ts';
import { REFUSALS, type RouteScope } from './routes.ts';

export function chainRoutes(scope: RouteScope, context: ApiContext): void {
  const { registry } = context;
  scope.get('/health', { schema: { response: { 200: Health } } }, () => {
    const chains = registry.chains.map(({ alias, watcher }) => ({
      alias,
      height: watcher.head.height.toString(),
      trouble: watcher.trouble ?? '',
    }));
    return { status: chains.every(({ trouble }) => trouble === '') ? 'ok' : 'degraded', chains };
  });
  scope.get('/v1/chains', { schema: { response: { 200: Chains } } }, () => ({
    chains: registry.chains.map((chain) => chainView(context, chain)),
  }));
  scope.get(
    '/v1/chains/:alias',
    { schema: { params: AliasParams, response: { 200: Chain, ...REFUSALS } } },
    (request) => chainView(context, registry.chain(request.params.alias)),
  );
  const params = Type.Object({ alias: Alias, address: Address });
  scope.get(
    '/v1/chains/:alias/accounts/:address',
    { schema: { params, response: { 200: Account, ...REFUSALS } } },
    async (request) => {
      const { alias, adapter } = registry.chain(request.params.alias);
      const address = parseAddress(request.params.address);
      const [account] = await adapter.facts('account', [{ address }]);
      return {
        chain: alias,
        address: formatAddress(address),
        nextNonce: (account?.nextNonce ?? 0n).toString(),
        nonceBase: (account?.base ?? 0n).toString(),
        admitted: account?.admitted ?? false,
      };
    },
  );
  scope.get(
    '/v1/chains/:alias/accounts/:address/records',
    { schema: { params, querystring: RecordsQuery, response: { 200: RecordsProof, ...REFUSALS } } },
    async (request) => {
      const { alias, address } = request.params;
      const { top, count } = request.query;
      const question = { owner: parseAddress(address), top: parseHex(top, 32), count };
      const { adapter } = registry.chain(alias);
      const evidence = await buildRecordsEvidence(adapter, question, context);
      return { chain: alias, evidence: toHex(encode(recordsEvidenceCodec, evidence)) };
    },
  );
}

function chainView({ registry }: ApiContext, { alias, adapter, watcher }: KnownChain) {
  const { chainId, genesisHash, name, kind, family, label } = adapter.description;
  const { height, timeMs } = watcher.head;
  const lane = registry.lanes.find((each) => each.alias === alias);
  return {
    alias,
    chainId,
    genesisHash: toHex(genesisHash),
    name,
    kind,
    family,
    label,
    height: height.toString(),
    timeMs: timeMs.toString(),
    trouble: watcher.trouble ?? '',
    client: lane?.side.client ?? '',
    clientOnMain: lane?.main.client ?? '',
  };
}
