/** GET /v1/lanes, and the operator's POST /v1/lanes/:alias/hold and /release. */
import { AliasParams, LaneCommand, Lanes } from './api-schemas.ts';
import type { ApiContext } from './context.ts';
import { requireOperator } from './loopback.ts';
import { REFUSALS, type RouteScope } from './routes.ts';

export function laneRoutes(scope: RouteScope, { relayer, log }: ApiContext): void {
  scope.get('/v1/lanes', { schema: { response: { 200: Lanes } } }, () => ({
    directions: relayer.status().map(({ missedHeights, counters, ...status }) => ({
      ...status,
      missedHeights: missedHeights.toString(),
      counters: { ...counters },
    })),
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
