/** Which light client verifies which chain: a chain without one cannot be registered at all. */
import { relayError } from '../errors.ts';
import { checkpointClient } from './checkpoint-client.ts';
import type { LightClient } from './client.ts';

/** The light client for chains of an id's namespace. @throws CLIENT_UNSUPPORTED */
export function lightClientOf(chainId: string): LightClient {
  if (chainId.startsWith('tieline:')) return checkpointClient;
  throw relayError('CLIENT_UNSUPPORTED', { chain: chainId });
}
