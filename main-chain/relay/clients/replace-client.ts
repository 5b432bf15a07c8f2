/**
 * What governance does with a client that cannot go on: replaced under its id where the chain lives on,
 * closed for good where its history was reorganised. docs/protocol.md#client-life
 */
import type { ActionOf } from '../../../schemas/wire/action.ts';
import { type ExecutionContext, emit } from '../../ledger/context.ts';
import { relayError } from '../errors.ts';
import { forgetClient, requireClient } from './client-state.ts';
import { requireNotClosed, writeClosed } from './closed.ts';
import { lightClientOf } from './light-clients.ts';

/**
 * Action replaceClient: the same chain is trusted anew, from another set and height, under the same id.
 * All that was verified before is forgotten; packets, receipts and locations stay, and what was
 * stranded is settled against the new state.
 * @throws CLIENT_UNKNOWN CLIENT_ACTIVE CLIENT_CLOSED CLIENT_SPEC CLIENT_TRUSTING_PERIOD
 */
export function replaceClient(
  context: ExecutionContext,
  { client, ...start }: ActionOf<'replaceClient'>,
): void {
  const { state } = context;
  const before = requireClient(state, client);
  requireNotClosed(state, client);
  const light = lightClientOf(before.chainId);
  if (light.status(context, before) === 'active') throw relayError('CLIENT_ACTIVE', { client });
  const { chainId, genesisHash, counterpartyClient } = before;
  forgetClient(state, client, before);
  light.initialise(context, { client, counterpartyClient, chainId, genesisHash, ...start });
  emit(context, 'clientReplaced', { client, sequence: start.height, subject: genesisHash });
}

/** Action closeClient: nothing more is processed on this pair, for good. @throws CLIENT_UNKNOWN CLIENT_CLOSED */
export function closeClient(context: ExecutionContext, { client }: ActionOf<'closeClient'>): void {
  requireClient(context.state, client);
  requireNotClosed(context.state, client);
  writeClosed(context.state, client);
  emit(context, 'clientClosed', { client });
}
