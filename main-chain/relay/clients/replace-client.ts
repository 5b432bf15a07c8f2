/**
 * What governance does with a client that cannot go on: replaced under its id where the chain lives on,
 * closed for good where its history was reorganised. docs/protocol.md#client-life
 */
import type { ActionOf } from '../../../schemas/wire/action.ts';
import { type ExecutionContext, emit } from '../../ledger/context.ts';
import { relayError } from '../errors.ts';
import { statusOf } from './client.ts';
import { forgetClient, requireClient } from './client-state.ts';
import { requireNotClosed, writeClosed } from './closed.ts';
import { initialiseClient } from './create-client.ts';
import { lightClientOf } from './light-clients.ts';

/**
 * Action replaceClient: the same chain is trusted anew, from another start, be it of another kind, under the same id.
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
  if (statusOf(context, before) === 'active') throw relayError('CLIENT_ACTIVE', { client });
  const { chainId, genesisHash, counterpartyClient } = before;
  lightClientOf(before.trust.type).forget(context, client);
  forgetClient(state, client, before);
  const spec = { client, counterpartyClient, chainId, genesisHash, ...start };
  const height = initialiseClient(context, spec);
  emit(context, 'clientReplaced', { client, sequence: height, subject: genesisHash });
}

/** Action closeClient: nothing more is processed on this pair, for good. @throws CLIENT_UNKNOWN CLIENT_CLOSED */
export function closeClient(context: ExecutionContext, { client }: ActionOf<'closeClient'>): void {
  requireClient(context.state, client);
  requireNotClosed(context.state, client);
  writeClosed(context.state, client);
  emit(context, 'clientClosed', { client });
}
