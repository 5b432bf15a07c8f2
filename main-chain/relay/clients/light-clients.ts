/** Which light client judges which kind of material: a chain without one cannot be registered at all. */
import type { ClientKind } from '../../../schemas/wire/clients/client-material.ts';
import { checkpointClient } from './checkpoint-client.ts';
import type { LightClient } from './client.ts';
import { ethereumPoaClient } from './ethereum-poa-client.ts';
import { ethereumPosClient } from './ethereum-pos-client.ts';
import { notaryClient } from './notary-client.ts';

const LIGHT_CLIENTS: { readonly [K in ClientKind]: LightClient<K> } = {
  checkpoint: checkpointClient,
  'ethereum-poa': ethereumPoaClient,
  'ethereum-pos': ethereumPosClient,
  notary: notaryClient,
};

/** The light client of a kind. */
export function lightClientOf(kind: ClientKind): LightClient {
  return LIGHT_CLIENTS[kind] as LightClient;
}
