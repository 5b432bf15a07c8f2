/** Client updates that open a message, and the messages that are nothing but them. */
import type {
  ClientEvidence,
  ClientUpdates,
} from '../../../schemas/wire/clients/client-material.ts';
import type { MessageOf } from '../../../schemas/wire/message.ts';
import type { ExecutionContext } from '../../ledger/context.ts';
import { relayError } from '../errors.ts';
import { type ClientOfLane, type LightClient, statusOf } from './client.ts';
import { requireClient } from './client-state.ts';
import { requireNotClosed } from './closed.ts';
import { lightClientOf } from './light-clients.ts';

/**
 * Applies updates; `frozen` when one of them proved equivocation.
 * @throws CLIENT_UNKNOWN CLIENT_FROZEN CLIENT_EXPIRED CLIENT_CLOSED CLIENT_KIND CERTIFICATE_* CHECKPOINT_* VALIDATOR_*
 * and what an Ethereum client throws
 */
export function updateClient(
  context: ExecutionContext,
  client: string,
  updates: ClientUpdates,
): { readonly light: LightClient; readonly frozen: boolean } {
  const { light, live } = requireLive(context, client, updates);
  return { light, frozen: light.update(context, live, updates).frozen };
}

/** A client that can learn, and the material is for its kind. */
function requireLive(
  context: ExecutionContext,
  client: string,
  { type }: ClientUpdates | ClientEvidence,
): { readonly light: LightClient; readonly live: ClientOfLane } {
  requireNotClosed(context.state, client);
  const state = requireClient(context.state, client);
  const kind = state.trust.type;
  if (kind !== type) throw relayError('CLIENT_KIND', { client, kind, given: type });
  const status = statusOf(context, state);
  if (status === 'frozen') throw relayError('CLIENT_FROZEN', { client });
  if (status === 'expired') throw relayError('CLIENT_EXPIRED', { client });
  return { light: lightClientOf(kind), live: { client, state } };
}

/** Message update. @throws BATCH_EMPTY and as updateClient */
export function update(
  context: ExecutionContext,
  _sender: Uint8Array,
  { client, updates }: MessageOf<'update'>,
): undefined {
  if (isEmpty(updates)) throw relayError('BATCH_EMPTY');
  updateClient(context, client, updates);
  return undefined;
}

function isEmpty(updates: ClientUpdates): boolean {
  switch (updates.type) {
    case 'checkpoint':
      return updates.certificates.length === 0;
    case 'ethereum-poa':
      return updates.headers.length === 0;
    case 'ethereum-pos':
      return updates.messages.length === 0;
    case 'notary':
      return updates.attestations.length === 0;
  }
}

/**
 * Message misbehaviour: what freezes a client, or closes its pair.
 * @throws CLIENT_* CERTIFICATE_* MISBEHAVIOUR_NONE CHECKPOINT_EXPIRED and what an Ethereum client throws
 */
export function misbehaviour(
  context: ExecutionContext,
  _sender: Uint8Array,
  { client, evidence }: MessageOf<'misbehaviour'>,
): undefined {
  const { light, live } = requireLive(context, client, evidence);
  light.misbehaviour(context, live, evidence);
  return undefined;
}
