/** Codes of the state tree: why a commit or a question about an older height was refused. */
import { createErrors } from '../../../schemas/errors.ts';

export const stateTreeError = createErrors({
  STATE_HEIGHT_PRUNED: {
    status: 404,
    retry: 'never',
    message: 'The state tree does not hold this height: only the newest heights can be proven',
  },
  STATE_HEIGHT_ORDER: {
    status: 500,
    retry: 'never',
    message: 'The state tree takes heights one after another',
  },
  STATE_KEY_BINARY: {
    status: 500,
    retry: 'never',
    message: 'A state key holds a character above 255',
  },
});
