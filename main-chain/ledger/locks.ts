/**
 * Locks (pledges): an owner sets a quantity aside and names an agent who may release it to anyone
 * until it expires; after that anyone may return it to the owner. Locked quantities stay part of the
 * chain's supply. docs/protocol.md#locks
 */
import {
  type Codec,
  encode,
  fixed,
  type StructOf,
  struct,
  u64,
  u128,
} from '../../schemas/codec/codec.ts';
import { domainTag, equalBytes, sha256Of, toHex } from '../../schemas/hash.ts';
import type { HashPort } from '../../schemas/ports.ts';
import type { MessageOf } from '../../schemas/wire/message.ts';
import { lockKey } from '../../schemas/wire/state-keys.ts';
import { requireAdmitted } from './accounts.ts';
import { type ExecutionContext, emit, nowSeconds } from './context.ts';
import { ledgerError } from './errors.ts';
import { addHolding, requireQuantity, takeHolding } from './holdings.ts';
import { requireActive } from './resources.ts';
import { readRecord, writeRecord } from './state.ts';

const MAX_LOCK_SECONDS = 31_622_400n;
const TAG = domainTag('tieline/lock/v1');

const lockFields = {
  resourceId: fixed(32),
  owner: fixed(20),
  agent: fixed(20),
  quantity: u128,
  expirySeconds: u64,
};
/** The terms of an open lock; its id is their hash. */
export type LockRecord = StructOf<typeof lockFields>;
export const lockRecordCodec: Codec<LockRecord> = struct(lockFields);

/** SHA256(tag ‖ terms): 32 bytes. */
export function lockId(terms: LockRecord, hash: HashPort): Uint8Array {
  return sha256Of(hash, TAG, encode(lockRecordCodec, terms));
}

/** Sets a quantity aside. @throws LOCK_EXPIRY LOCK_EXISTS QUANTITY_ZERO HOLDING_INSUFFICIENT RESOURCE_* */
export function lock(
  context: ExecutionContext,
  sender: Uint8Array,
  message: MessageOf<'lock'>,
): undefined {
  const { resourceId, quantity, agent, expirySeconds } = message;
  const now = nowSeconds(context);
  requireQuantity(quantity);
  requireActive(context.state, resourceId);
  requireAdmitted(context, sender);
  if (expirySeconds <= now || expirySeconds > now + MAX_LOCK_SECONDS)
    throw ledgerError('LOCK_EXPIRY', { expirySeconds });
  const terms: LockRecord = { resourceId, owner: sender, agent, quantity, expirySeconds };
  const id = lockId(terms, context.hash);
  if (context.state.get(lockKey(id)) !== undefined)
    throw ledgerError('LOCK_EXISTS', { lock: toHex(id) });
  takeHolding(context.state, resourceId, sender, quantity);
  writeRecord(context.state, lockKey(id), lockRecordCodec, terms);
  emit(context, 'locked', { subject: id, quantity, account: sender });
  return undefined;
}

/** Ends a lock; a frozen resource can still be unlocked. @throws LOCK_UNKNOWN LOCK_FORBIDDEN ACCOUNT_NOT_ADMITTED */
export function unlock(
  context: ExecutionContext,
  sender: Uint8Array,
  message: MessageOf<'unlock'>,
): undefined {
  const { state } = context;
  const terms = readRecord(state, lockKey(message.lockId), lockRecordCodec);
  if (terms === undefined) throw ledgerError('LOCK_UNKNOWN', { lock: toHex(message.lockId) });
  const expired = nowSeconds(context) >= terms.expirySeconds;
  const allowed = expired
    ? equalBytes(message.receiver, terms.owner)
    : equalBytes(sender, terms.agent);
  if (!allowed) throw ledgerError('LOCK_FORBIDDEN', { expired });
  if (!equalBytes(message.receiver, terms.owner)) requireAdmitted(context, message.receiver);
  state.delete(lockKey(message.lockId));
  addHolding(state, terms.resourceId, message.receiver, terms.quantity);
  emit(context, 'unlocked', {
    subject: message.lockId,
    quantity: terms.quantity,
    account: message.receiver,
  });
  return undefined;
}
