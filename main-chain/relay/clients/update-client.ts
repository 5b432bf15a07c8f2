/** Client updates that open a message, and the messages that are nothing but them. */
import type { Certificate } from '../../../schemas/wire/checkpoint.ts';
import type { MessageOf } from '../../../schemas/wire/message.ts';
import type { ExecutionContext } from '../../ledger/context.ts';
import { relayError } from '../errors.ts';
import type { LightClient } from './client.ts';
import { requireClient } from './client-state.ts';
import { requireNotClosed } from './closed.ts';
import { lightClientOf } from './light-clients.ts';

/**
 * Applies updates; `frozen` when one of them proved equivocation.
 * @throws CLIENT_UNKNOWN CLIENT_FROZEN CLIENT_EXPIRED CLIENT_CLOSED CERTIFICATE_* CHECKPOINT_* VALIDATOR_*
 */
export function updateClient(
  context: ExecutionContext,
  client: string,
  updates: readonly Certificate[],
): { readonly light: LightClient; readonly frozen: boolean } {
  requireNotClosed(context.state, client);
  const light = lightClientOf(requireClient(context.state, client).chainId);
  return { light, frozen: light.update(context, client, updates).frozen };
}

/** Message update. @throws BATCH_EMPTY and as updateClient */
export function update(
  context: ExecutionContext,
  _sender: Uint8Array,
  { client, updates }: MessageOf<'update'>,
): undefined {
  if (updates.length === 0) throw relayError('BATCH_EMPTY');
  updateClient(context, client, updates);
  return undefined;
}

/** Message misbehaviour: two certificates of one height freeze the client. @throws CLIENT_* CERTIFICATE_* MISBEHAVIOUR_NONE */
export function misbehaviour(
  context: ExecutionContext,
  _sender: Uint8Array,
  { client, first, second }: MessageOf<'misbehaviour'>,
): undefined {
  requireNotClosed(context.state, client);
  const { chainId } = requireClient(context.state, client);
  lightClientOf(chainId).misbehaviour(context, client, first, second);
  return undefined;
}
