/** Codes of the ledger: why a transaction, a holding, a resource or a proposal was refused. */
import { createErrors } from '../../schemas/errors.ts';

export const ledgerError = createErrors({
  TX_EXPIRED: {
    status: 400,
    retry: 'never',
    message: 'The transaction has expired or expires more than 24 hours ahead',
  },
  TX_SIGNATURE: {
    status: 401,
    retry: 'never',
    message: 'The signature is not the named sender’s over this chain’s digest',
  },
  TX_NONCE: {
    status: 409,
    retry: 'never',
    message: 'The nonce is used or outside the account’s window of 256',
  },
  TX_EVENTS: {
    status: 400,
    retry: 'never',
    message: 'The transaction makes more events than a result holds',
  },
  TX_UNSUPPORTED: {
    status: 400,
    retry: 'never',
    message: 'This chain does not execute messages of this type',
  },
  ACCOUNT_NOT_ADMITTED: {
    status: 403,
    retry: 'later',
    message: 'The account is not on this chain’s admission list',
  },
  RESOURCE_UNKNOWN: {
    status: 404,
    retry: 'later',
    message: 'This chain does not know the resource',
  },
  RESOURCE_EXISTS: {
    status: 409,
    retry: 'never',
    message: 'The resource is on this chain already',
  },
  RESOURCE_FROZEN: { status: 423, retry: 'later', message: 'The resource is frozen by case order' },
  RESOURCE_NOT_FROZEN: { status: 409, retry: 'never', message: 'The resource is not frozen' },
  RESOURCE_HALTED: {
    status: 423,
    retry: 'later',
    message: 'The resource is halted because its books do not add up',
  },
  RESOURCE_NOT_HALTED: { status: 409, retry: 'never', message: 'The resource is not halted' },
  DYNAMIC_CONFLICT: {
    status: 409,
    retry: 'never',
    message: 'The home chain shows another dynamic head at an index whose head is known already',
  },
  RESOURCE_ID: {
    status: 400,
    retry: 'never',
    message: 'The resource id is not the hash of this origin',
  },
  RESOURCE_NOT_HOME: {
    status: 409,
    retry: 'never',
    message: 'Only the home chain of a resource may do this',
  },
  QUANTITY_ZERO: { status: 400, retry: 'never', message: 'A quantity must be above zero' },
  QUANTITY_OVERFLOW: { status: 400, retry: 'never', message: 'A quantity would pass 2^128 − 1' },
  HOLDING_INSUFFICIENT: {
    status: 409,
    retry: 'later',
    message: 'The owner holds less than this quantity here',
  },
  LOCK_EXISTS: { status: 409, retry: 'never', message: 'A lock with these terms is open already' },
  LOCK_UNKNOWN: { status: 404, retry: 'never', message: 'There is no open lock with this id' },
  LOCK_EXPIRY: {
    status: 400,
    retry: 'never',
    message: 'A lock must expire in the future, at most a year ahead',
  },
  LOCK_FORBIDDEN: {
    status: 403,
    retry: 'later',
    message: 'Only the agent may unlock before the lock expires, and only to the owner after it',
  },
  PROPOSAL_FORBIDDEN: {
    status: 403,
    retry: 'never',
    message: 'Only a current organisation may propose or vote',
  },
  PROPOSAL_EXISTS: { status: 409, retry: 'never', message: 'The same proposal is open already' },
  PROPOSAL_UNKNOWN: {
    status: 404,
    retry: 'never',
    message: 'There is no open proposal with this id',
  },
  PROPOSAL_EXPIRED: {
    status: 409,
    retry: 'never',
    message: 'The proposal has expired, or its expiry is not between now and 90 days ahead',
  },
  PROPOSAL_QUORUM: {
    status: 409,
    retry: 'later',
    message: 'Too few current organisations have voted for the proposal',
  },
  PROPOSAL_DELAY: { status: 409, retry: 'later', message: 'The proposal’s delay has not passed' },
  ACTION_UNSUPPORTED: {
    status: 400,
    retry: 'never',
    message: 'This chain does not execute actions of this type',
  },
  VALIDATOR_CHANGE_PENDING: {
    status: 409,
    retry: 'later',
    message: 'A change of validators is announced and not active yet: one at a time',
  },
  VALIDATOR_CHANGE_SAME: {
    status: 409,
    retry: 'never',
    message: 'The proposed set is the one that signs already',
  },
  VALIDATOR_PRODUCTION: {
    status: 400,
    retry: 'never',
    message:
      'In the production profile no validator may hold more than two thirds of the power, for it would certify alone',
  },
  VALIDATOR_POSSESSION: {
    status: 401,
    retry: 'never',
    message:
      'Each validator that joins, and no other, must sign the new set with the key that joins',
  },
  VALIDATOR_CHANGE_NONE: {
    status: 409,
    retry: 'never',
    message: 'No announced change of validators waits for its certificate',
  },
  VALIDATOR_CHANGE_CERTIFICATE: {
    status: 400,
    retry: 'never',
    message:
      'The certificate is not one by which the current set announces the next one on this chain',
  },
  MEMBER_EXISTS: { status: 409, retry: 'never', message: 'The account is admitted already' },
  MEMBER_UNKNOWN: {
    status: 404,
    retry: 'never',
    message: 'The account is not on the admission list',
  },
});
