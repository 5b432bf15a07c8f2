/* Codes of the recount: what cannot be read, what the stored blocks do not prove, where a claim is wrong. */
import { createErrors } from '../../../schemas/errors.ts';

export const recountError = createErrors({
  RECOUNT_CLAIM: {
    status: 404,
    retry: 'never',
    message:
      'The directory holds no readable claim of a run: make one with `npm run bench -- transfer --data`',
  },
  RECOUNT_STORE: {
    status: 409,
    retry: 'never',
    message: 'The store of a chain cannot be read: it is missing, damaged or in use',
  },
  RECOUNT_PROOF: {
    status: 409,
    retry: 'never',
    message: 'What is stored is not what the validators certified',
  },
  RECOUNT_DISAGREES: {
    status: 409,
    retry: 'never',
    message: 'The stored blocks do not bear out what the run claims',
  },
});
