/** GET /v1/resources, /v1/resources/:id and holdings: the location ledger as the main chain books it. */
import { Type } from 'typebox';
import type { ResourceFact } from '../../adapters/chain-facts.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { toHex } from '../../schemas/hash.ts';
import { formatAddress, parseAddress } from '../../schemas/ids.ts';
import { hubError } from '../errors.ts';
import { Address, Holdings, Page, Resource, ResourceId, Resources } from './api-schemas.ts';
import type { ApiContext } from './context.ts';
import { REFUSALS, type RouteScope } from './routes.ts';

export function resourceRoutes(scope: RouteScope, context: ApiContext): void {
  const { registry, journal } = context;
  scope.get(
    '/v1/resources',
    { schema: { querystring: Page, response: { 200: Resources, ...REFUSALS } } },
    async (request) => {
      const { limit = 50, after } = request.query;
      const ids = await journal.resources(limit, after);
      const last = ids.at(-1);
      return {
        resources: ids.map((id) => ({ id })),
        next: ids.length === limit && last !== undefined ? last : '',
      };
    },
  );
  scope.get(
    '/v1/resources/:id',
    {
      schema: { params: Type.Object({ id: ResourceId }), response: { 200: Resource, ...REFUSALS } },
    },
    (request) => resourceView(context, parseHex(request.params.id, 32)),
  );
  scope.get(
    '/v1/resources/:id/holdings/:address',
    {
      schema: {
        params: Type.Object({ id: ResourceId, address: Address }),
        response: { 200: Holdings, ...REFUSALS },
      },
    },
    async (request) => {
      const resourceId = parseHex(request.params.id, 32);
      const owner = parseAddress(request.params.address);
      const holdings = registry.chains.map(async ({ alias, adapter }) => {
        const [quantity = 0n] = await adapter.facts('holding', [{ resourceId, owner }]);
        return { chain: alias, quantity: quantity.toString() };
      });
      return {
        id: toHex(resourceId),
        address: formatAddress(owner),
        holdings: await Promise.all(holdings),
      };
    },
  );
}

/** @throws HUB_RESOURCE_UNKNOWN */
async function resourceView(context: ApiContext, resourceId: Uint8Array) {
  const { registry } = context;
  const id = toHex(resourceId);
  const record = await findResource(context, resourceId);
  if (record === undefined) throw hubError('HUB_RESOURCE_UNKNOWN', { resource: id });
  const [books] = await registry.main.adapter.facts('books', [{ resourceId }]);
  const { registered = 0n, located = 0n, inTransit = 0n, retired = 0n } = books ?? {};
  const places = await Promise.all(
    registry.chains.map(({ alias }) => placeView(context, alias, resourceId)),
  );
  return {
    id,
    kind: record.kind,
    unit: record.unit,
    home: record.home,
    homeAlias: registry.chainById(record.home)?.alias ?? '',
    issuer: formatAddress(record.issuer),
    staticRoot: toHex(record.staticRoot),
    status: record.status,
    dynamicIndex: record.dynamicIndex.toString(),
    registered: registered.toString(),
    located: located.toString(),
    inTransit: inTransit.toString(),
    retired: retired.toString(),
    balanced: registered === located + inTransit + retired,
    places,
  };
}

/** The record of the main chain, or before it knows the resource that of any chain that does. */
async function findResource(
  { registry }: ApiContext,
  resourceId: Uint8Array,
): Promise<ResourceFact | undefined> {
  const records = await Promise.all(
    registry.chains.map(({ adapter }) => adapter.facts('resource', [{ resourceId }])),
  );
  return records.flat().find((record) => record !== undefined);
}

async function placeView({ registry }: ApiContext, alias: string, resourceId: Uint8Array) {
  const { adapter } = registry.chain(alias);
  const laneName = registry.lanes.find((lane) => lane.alias === alias)?.bookName;
  const isMain = alias === registry.main.alias;
  const [place] =
    isMain || laneName !== undefined
      ? await registry.main.adapter.facts('location', [{ resourceId, laneName: laneName ?? '' }])
      : [];
  const [supply = 0n] = await adapter.facts('supply', [{ resourceId }]);
  const { held = 0n, inTransit = 0n } = place ?? {};
  return {
    chain: alias,
    located: held.toString(),
    inTransit: inTransit.toString(),
    supply: supply.toString(),
    balanced: supply <= held + inTransit,
  };
}
