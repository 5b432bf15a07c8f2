/** A side chain's lane to its main chain, by the one client it has. */
import { binaryString } from '../../../schemas/hash.ts';
import { MAIN_CLIENT_KEY } from '../../../schemas/wire/state-keys.ts';
import type { ExecutionContext } from '../../ledger/context.ts';
import { relayError } from '../errors.ts';
import { createLanes, type Lane } from '../lanes.ts';

/** @throws CLIENT_UNKNOWN before the side chain has its client */
export function requireMainLane(context: ExecutionContext): Lane {
  const stored = context.state.get(MAIN_CLIENT_KEY);
  if (stored === undefined) throw relayError('CLIENT_UNKNOWN');
  return createLanes(context).of(binaryString(stored));
}
