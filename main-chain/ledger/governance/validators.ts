/**
 * The validator sets of this chain: the current one signs, the next one is announced by a proposal
 * and becomes current one block after a block that holds the certificate of its announcement; until
 * then the old set signs. docs/protocol.md#validator-changes
 */
import { type Codec, type StructOf, struct, u64 } from '../../../schemas/codec/codec.ts';
import { equalBytes } from '../../../schemas/hash.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import type { Action } from '../../../schemas/wire/action.ts';
import type { Checkpoint } from '../../../schemas/wire/checkpoint.ts';
import { VALIDATOR_CHANGE_KEY, validatorsKey } from '../../../schemas/wire/state-keys.ts';
import {
  certifiesAlone,
  type MemberSignature,
  possessionDigest,
  type Validator,
  validatorSetCodec,
  validatorSetHash,
  verifyValidatorSet,
} from '../../../schemas/wire/validator-set.ts';
import { type ExecutionContext, emit } from '../context.ts';
import { ledgerError } from '../errors.ts';
import { readRecord, type State, writeRecord } from '../state.ts';

const changeFields = { announced: u64, active: u64 };
/**
 * `announced` is the height whose block announced the next set; `active` the first height the next
 * set signs, zero while no block holds the certificate of the announcement.
 */
export type ValidatorChange = StructOf<typeof changeFields>;
const validatorChangeCodec: Codec<ValidatorChange> = struct(changeFields);

/** The set that signs this height. */
export function currentValidators(state: Pick<State, 'get'>): readonly Validator[] {
  return readSet(state, 'current') ?? [];
}

/** The announced set, or undefined where no change is under way. */
export function nextValidators(state: Pick<State, 'get'>): readonly Validator[] | undefined {
  return readSet(state, 'next');
}

/** The change under way, if there is one. */
export function readValidatorChange(state: Pick<State, 'get'>): ValidatorChange | undefined {
  return readRecord(state, VALIDATOR_CHANGE_KEY, validatorChangeCodec);
}

/** Before the transactions of a block: the next set becomes the current one when its height has come. */
export function promoteValidators(state: State, height: bigint): void {
  const change = readValidatorChange(state);
  const next = change?.active === height ? nextValidators(state) : undefined;
  if (next === undefined) return;
  writeRecord(state, validatorsKey('current'), validatorSetCodec, next);
  state.delete(validatorsKey('next'));
  state.delete(VALIDATOR_CHANGE_KEY);
}

/**
 * Action setValidators: announces a set. It cannot be taken back, for clients that have seen the
 * announcement accept no other set any more.
 * @throws VALIDATOR_SET_EMPTY VALIDATOR_SET_ORDER VALIDATOR_POWER VALIDATOR_CHANGE_PENDING
 * VALIDATOR_CHANGE_SAME VALIDATOR_PRODUCTION VALIDATOR_POSSESSION
 */
export function setValidators(
  context: ExecutionContext,
  { validators, possessions }: Extract<Action, { type: 'setValidators' }>,
): void {
  const { state, chain, hash, height } = context;
  verifyValidatorSet(validators);
  const pending = readValidatorChange(state);
  if (pending !== undefined)
    throw ledgerError('VALIDATOR_CHANGE_PENDING', { announced: pending.announced });
  const current = currentValidators(state);
  if (equalBytes(validatorSetHash(current, hash), validatorSetHash(validators, hash)))
    throw ledgerError('VALIDATOR_CHANGE_SAME');
  if (chain.genesis.profile === 'production' && certifiesAlone(validators))
    throw ledgerError('VALIDATOR_PRODUCTION');
  verifyPossessions(context, current, validators, possessions);
  writeRecord(state, validatorsKey('next'), validatorSetCodec, validators);
  writeChange(state, { announced: height, active: 0n });
}

/** Exactly the members that the current set does not have show that they hold their keys. */
function verifyPossessions(
  { chain, hash, signatures }: ExecutionContext,
  current: readonly Validator[],
  validators: readonly Validator[],
  possessions: readonly MemberSignature[],
): void {
  const isCurrent = ({ address }: Validator): boolean =>
    current.some((member) => equalBytes(member.address, address));
  const joining = [...validators.entries()].filter(([, member]) => !isCurrent(member));
  if (joining.length !== possessions.length)
    throw ledgerError('VALIDATOR_POSSESSION', {
      joining: joining.length,
      signatures: possessions.length,
    });
  const digest = possessionDigest(validators, chain.genesisHash, hash);
  for (const [at, [index, { address }]] of joining.entries()) {
    const possession = possessions[at];
    const signer =
      possession?.index === index
        ? signatures.recoverAddress(digest, possession.signature)
        : undefined;
    if (signer === undefined || !equalBytes(signer, address))
      throw ledgerError('VALIDATOR_POSSESSION', { index });
  }
}

/**
 * The announced change that waits for its certificate, if `checkpoint` is an announcement of it: the
 * current set names the next one at or after the announcing block and before this one.
 * @throws VALIDATOR_CHANGE_NONE VALIDATOR_CHANGE_CERTIFICATE
 */
export function requireAnnouncement(
  context: ExecutionContext,
  checkpoint: Checkpoint,
): ValidatorChange {
  const { state, hash } = context;
  const change = readValidatorChange(state);
  const next = nextValidators(state);
  if (change === undefined || next === undefined || change.active !== 0n)
    throw ledgerError('VALIDATOR_CHANGE_NONE');
  const { height, validatorSetHash: signing, nextValidatorSetHash: announced } = checkpoint;
  const isAnnouncement =
    height >= change.announced &&
    height < context.height &&
    isHashOf(signing, currentValidators(state), hash) &&
    isHashOf(announced, next, hash);
  if (!isAnnouncement) throw ledgerError('VALIDATOR_CHANGE_CERTIFICATE', { height });
  return change;
}

/** The announcement is certified in this block: the next set signs from the next one on. */
export function scheduleValidators(context: ExecutionContext, change: ValidatorChange): void {
  const active = context.height + 1n;
  writeChange(context.state, { ...change, active });
  const subject = validatorSetHash(nextValidators(context.state) ?? [], context.hash);
  emit(context, 'validatorsChanged', { sequence: active, subject });
}

function isHashOf(digest: Uint8Array, set: readonly Validator[], hash: HashPort): boolean {
  return equalBytes(digest, validatorSetHash(set, hash));
}

function writeChange(state: State, change: ValidatorChange): void {
  writeRecord(state, VALIDATOR_CHANGE_KEY, validatorChangeCodec, change);
}

function readSet(
  state: Pick<State, 'get'>,
  which: 'current' | 'next',
): readonly Validator[] | undefined {
  return readRecord(state, validatorsKey(which), validatorSetCodec);
}
