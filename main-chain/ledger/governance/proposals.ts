/**
 * Administration: k-of-n proposals that fix their exact bytes, expire, count one vote an organisation,
 * need k current members at execution, and wait a delay where they raise risk.
 * docs/protocol.md#governance
 */
import {
  bytes,
  type Codec,
  decode,
  fixed,
  list,
  type StructOf,
  struct,
  u64,
} from '../../../schemas/codec/codec.ts';
import { Writer } from '../../../schemas/codec/writer.ts';
import { domainTag, equalBytes, sha256Of, toHex } from '../../../schemas/hash.ts';
import { formatAddress } from '../../../schemas/ids.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import { type Action, actionCodec } from '../../../schemas/wire/action.ts';
import type { MessageOf } from '../../../schemas/wire/message.ts';
import { proposalKey } from '../../../schemas/wire/state-keys.ts';
import {
  type ActionHandler,
  type ActionHandlers,
  type ExecutionContext,
  emit,
  type Narrowings,
  nowSeconds,
} from '../context.ts';
import { ledgerError } from '../errors.ts';
import { readRecord, writeRecord } from '../state.ts';
import { isOrganisation, readMembers } from './members.ts';

const MAX_PROPOSAL_SECONDS = 90n * 86_400n;
const TAG = domainTag('tieline/prop/v1');

const proposalFields = {
  action: bytes(32_768),
  proposer: fixed(20),
  createdSeconds: u64,
  expirySeconds: u64,
  votes: list(fixed(20), 64),
};
/** `votes` are the organisations' addresses in favour, in order of voting. */
export type ProposalRecord = StructOf<typeof proposalFields>;
export const proposalRecordCodec: Codec<ProposalRecord> = struct(proposalFields);

/** Opens a proposal with the proposer's vote. @throws PROPOSAL_* ACTION_UNSUPPORTED CODEC_* */
export function propose(
  context: ExecutionContext,
  sender: Uint8Array,
  message: MessageOf<'propose'>,
  actions: ActionHandlers,
): undefined {
  requireOrganisation(context, sender);
  const now = nowSeconds(context);
  const action = decode(actionCodec, message.action, 'action');
  if (actions[action.type] === undefined)
    throw ledgerError('ACTION_UNSUPPORTED', { action: action.type });
  if (message.expirySeconds <= now || message.expirySeconds > now + MAX_PROPOSAL_SECONDS) {
    throw ledgerError('PROPOSAL_EXPIRED', { expirySeconds: message.expirySeconds });
  }
  const record: ProposalRecord = {
    action: message.action,
    proposer: sender,
    createdSeconds: now,
    expirySeconds: message.expirySeconds,
    votes: [sender],
  };
  const id = proposalId(record, context.chain.genesisHash, context.hash);
  if (context.state.get(proposalKey(id)) !== undefined)
    throw ledgerError('PROPOSAL_EXISTS', { proposal: toHex(id) });
  writeRecord(context.state, proposalKey(id), proposalRecordCodec, record);
  emit(context, 'proposalCreated', { subject: id, account: sender, code: action.type });
  return undefined;
}

/** Gives or withdraws an organisation's one vote. @throws PROPOSAL_FORBIDDEN PROPOSAL_UNKNOWN PROPOSAL_EXPIRED */
export function vote(
  context: ExecutionContext,
  sender: Uint8Array,
  message: MessageOf<'vote'>,
): undefined {
  requireOrganisation(context, sender);
  const record = requireOpen(context, message.proposalId);
  const members = readMembers(context);
  const others = record.votes.filter(
    (voter) => !equalBytes(voter, sender) && isOrganisation(members, voter),
  );
  const votes = message.choice === 'for' ? [...others, sender] : others;
  writeRecord(context.state, proposalKey(message.proposalId), proposalRecordCodec, {
    ...record,
    votes,
  });
  emit(context, 'proposalVoted', {
    subject: message.proposalId,
    account: sender,
    code: message.choice,
  });
  return undefined;
}

/** Carries a proposal out; anyone may ask. @throws PROPOSAL_* and what the action throws */
export function execute(
  context: ExecutionContext,
  sender: Uint8Array,
  message: MessageOf<'execute'>,
  actions: ActionHandlers,
  narrowings: Narrowings,
): undefined {
  const record = requireOpen(context, message.proposalId);
  const { organisations, quorum } = readMembers(context);
  const { proposalDelaySeconds } = context.chain.genesis;
  const votes = organisations.filter(({ address }) =>
    record.votes.some((voter) => equalBytes(voter, address)),
  ).length;
  if (votes < quorum) throw ledgerError('PROPOSAL_QUORUM', { votes, quorum });
  const action = decode(actionCodec, record.action, 'action');
  const ready = record.createdSeconds + proposalDelaySeconds;
  if (nowSeconds(context) < ready && waits(context, action, narrowings))
    throw ledgerError('PROPOSAL_DELAY', { readyAtSeconds: ready });
  context.state.delete(proposalKey(message.proposalId));
  runAction(context, action, actions);
  emit(context, 'proposalExecuted', {
    subject: message.proposalId,
    account: sender,
    code: action.type,
  });
  return undefined;
}

/** All that widens trust, supply or limits waits; what takes something away acts at once. */
function waits<T extends Action['type']>(
  context: ExecutionContext,
  action: Extract<Action, { type: T }>,
  narrowings: Narrowings,
): boolean {
  switch (action.type) {
    case 'admit':
    case 'expel':
    case 'freezeResource':
    case 'unfreezeResource':
    case 'revokeIssuer':
    case 'closeClient':
      return false;
    case 'setLane':
    case 'setLimit':
    case 'registerIssuer':
    case 'setLodging': {
      const narrows = narrowings[action.type] as Narrowings[T];
      return narrows === undefined || !narrows(context, action);
    }
    case 'createClient':
    case 'registerRoute':
    case 'setValidators':
    case 'replaceClient':
    case 'replacePair':
    case 'settleOrphans':
    case 'setMembers':
    case 'unhaltResource':
      return true;
  }
}

function runAction<T extends Action['type']>(
  context: ExecutionContext,
  action: Extract<Action, { type: T }>,
  actions: ActionHandlers,
): void {
  const handler = actions[action.type] as ActionHandler<T> | undefined;
  if (handler === undefined) throw ledgerError('ACTION_UNSUPPORTED', { action: action.type });
  handler(context, action);
}

/** What an id commits to: chain, proposer, times and the action's exact bytes; votes come later. */
export function proposalId(
  record: Omit<ProposalRecord, 'votes'>,
  genesisHash: Uint8Array,
  hash: HashPort,
): Uint8Array {
  const { proposer, createdSeconds, expirySeconds, action } = record;
  const times = new Writer().u64(createdSeconds).u64(expirySeconds).finish();
  return sha256Of(hash, TAG, genesisHash, proposer, times, action);
}

function requireOrganisation(context: ExecutionContext, address: Uint8Array): void {
  if (isOrganisation(readMembers(context), address)) return;
  throw ledgerError('PROPOSAL_FORBIDDEN', { account: formatAddress(address) });
}

function requireOpen(context: ExecutionContext, id: Uint8Array): ProposalRecord {
  const record = readRecord(context.state, proposalKey(id), proposalRecordCodec);
  if (record === undefined) throw ledgerError('PROPOSAL_UNKNOWN', { proposal: toHex(id) });
  if (nowSeconds(context) >= record.expirySeconds) {
    throw ledgerError('PROPOSAL_EXPIRED', { expirySeconds: record.expirySeconds });
  }
  return record;
}
