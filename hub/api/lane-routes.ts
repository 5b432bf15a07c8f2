/** GET /v1/lanes, and the operator's POST /v1/lanes/:alias/hold and /release. */

import { type ClientPlace, readHealth, wayOut } from '../client-health.ts';
import type { ChainRegistry } from '../registry.ts';
import type { DirectionStatus } from '../relayer/relayer.ts';
import { AliasParams, LaneCommand, Lanes } from './api-schemas.ts';
import type { ApiContext } from './context.ts';
import { requireOperator } from './loopback.ts';
import { REFUSALS, type RouteScope } from './routes.ts';

export function laneRoutes(scope: RouteScope, { registry, relayer, log }: ApiContext): void {
  scope.get('/v1/lanes', { schema: { response: { 200: Lanes } } }, async () => ({
    directions: await Promise.all(
      relayer.status().map(async ({ missedHeights, counters, ...status }) => ({
        ...status,
        ...(await targetState(registry, status)),
        missedHeights: missedHeights.toString(),
        counters: { ...counters },
      })),
    ),
  }));
  const schema = { params: AliasParams, response: { 200: LaneCommand, ...REFUSALS } };
  scope.post('/v1/lanes/:alias/hold', { schema }, (request) => {
    requireOperator(request);
    const { alias } = request.params;
    relayer.hold(alias);
    log.info('An operator holds a lane', { lane: alias });
    return { lane: alias, held: true };
  });
  scope.post('/v1/lanes/:alias/release', { schema }, (request) => {
    requireOperator(request);
    const { alias } = request.params;
    relayer.release(alias);
    log.info('An operator released a lane', { lane: alias });
    return { lane: alias, held: false };
  });
}

/** Whether the target of a direction takes what comes over it. */
async function targetState(
  registry: ChainRegistry,
  { lane: alias, to }: Pick<DirectionStatus, 'lane' | 'to'>,
): Promise<{ readonly state: string; readonly wayOut: string }> {
  const { side, main } = registry.lane(alias);
  const { adapter, watcher, client } = to === main.alias ? main : side;
  const place: ClientPlace = { chain: to, client };
  const [health = 'active'] = await readHealth(registry, [place]);
  if (health !== 'active') return { state: health, wayOut: wayOut(place, health) };
  const [lane] = await adapter.facts('lane', [{ client }]);
  const isPaused = lane?.paused || watcher.head.timeMs / 1000n < (lane?.pausedUntilSeconds ?? 0n);
  return { state: isPaused ? 'paused' : 'open', wayOut: '' };
}
