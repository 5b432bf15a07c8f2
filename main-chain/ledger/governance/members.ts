/**
 * Who administers this chain: organisations that vote, how many of them decide, guardians that may
 * pause. First those of the genesis; changed by proposal only. docs/protocol.md#members
 *
 * chain/members → organisations ‖ quorum(2) ‖ guardians.
 */
import { equalBytes } from '../../../schemas/hash.ts';
import type { ActionOf } from '../../../schemas/wire/action.ts';
import { type Members, membersCodec, verifyMembers } from '../../../schemas/wire/genesis.ts';
import { MEMBERS_KEY } from '../../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit } from '../context.ts';
import { readRecord, writeRecord } from '../state.ts';

/** The members of today. */
export function readMembers({ state, chain }: ExecutionContext): Members {
  return readRecord(state, MEMBERS_KEY, membersCodec) ?? chain.genesis;
}

/** True for the address of an organisation. */
export function isOrganisation({ organisations }: Members, address: Uint8Array): boolean {
  return organisations.some((member) => equalBytes(member.address, address));
}

/**
 * Action setMembers: adds and removes organisations and guardians, rotates keys, moves the quorum,
 * all by the whole new list. @throws GENESIS_MEMBERS GENESIS_QUORUM GENESIS_PRODUCTION
 */
export function setMembers(
  context: ExecutionContext,
  { organisations, quorum, guardians }: ActionOf<'setMembers'>,
): void {
  const members: Members = { organisations, quorum, guardians };
  verifyMembers(members, context.chain.genesis.profile);
  writeRecord(context.state, MEMBERS_KEY, membersCodec, members);
  emit(context, 'membersChanged', { sequence: BigInt(quorum) });
}
