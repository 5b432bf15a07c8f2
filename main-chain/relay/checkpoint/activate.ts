/**
 * Message activate: puts the certificate of an announcement of the next validator set on the chain, so
 * that the set becomes active one block later. Anyone may send it: without it the old set signs on.
 * docs/protocol.md#validator-changes
 */
import type { MessageOf } from '../../../schemas/wire/message.ts';
import type { ExecutionContext } from '../../ledger/context.ts';
import { requireAnnouncement, scheduleValidators } from '../../ledger/governance/validators.ts';
import { verifyCertificate } from './verify-certificate.ts';

/** @throws VALIDATOR_CHANGE_NONE VALIDATOR_CHANGE_CERTIFICATE CERTIFICATE_* VALIDATOR_* */
export function activate(
  context: ExecutionContext,
  _sender: Uint8Array,
  { certificate }: MessageOf<'activate'>,
): undefined {
  const change = requireAnnouncement(context, certificate.checkpoint);
  verifyCertificate(certificate, context.chain.genesisHash, context.hash, context.signatures);
  scheduleValidators(context, change);
  return undefined;
}
