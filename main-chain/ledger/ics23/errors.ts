/** Codes of the ICS-23 form of state proofs: why one was refused, or could not be made. docs/protocol.md#ics23 */
import { createErrors } from '../../../schemas/errors.ts';

export const ics23Error = createErrors({
  ICS23_EMPTY_STATE: {
    status: 409,
    retry: 'later',
    message: 'The state is empty at this height: an empty tree has no ICS-23 proof of anything',
  },
  ICS23_UNRESOLVED: {
    status: 500,
    retry: 'never',
    message: 'The store does not hold the key and value behind a leaf of the state tree',
  },
  ICS23_TOO_LARGE: {
    status: 413,
    retry: 'never',
    message: 'The ICS-23 proof is larger, or has more inner operations, than the tree can need',
  },
  ICS23_FORMAT: {
    status: 400,
    retry: 'never',
    message: 'These bytes are no canonical ICS-23 existence or non-existence proof',
  },
  ICS23_SPEC: {
    status: 422,
    retry: 'never',
    message: 'An operation of the ICS-23 proof is not one the state tree’s ProofSpec allows',
  },
  ICS23_CLAIM: {
    status: 422,
    retry: 'never',
    message:
      'The ICS-23 proof speaks of another key or value, or of presence where absence is claimed',
  },
  ICS23_NEIGHBOURS: {
    status: 422,
    retry: 'never',
    message: 'The leaves shown beside an absent key are not its two neighbours',
  },
  ICS23_ROOT: {
    status: 422,
    retry: 'never',
    message: 'The ICS-23 proof does not lead to the trusted root',
  },
});
