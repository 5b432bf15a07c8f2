/** Codes of the command line: what a command was given that it cannot work with. */
import { createErrors } from '../../schemas/errors.ts';

export const cliError = createErrors({
  CLI_ARGUMENT: {
    status: 400,
    retry: 'never',
    message: 'An argument does not have the form this command asks for: see --help',
  },
  CLI_FILE: {
    status: 404,
    retry: 'never',
    message: 'The file cannot be read: check the path and that you may read it',
  },
  CLI_JSON: {
    status: 400,
    retry: 'never',
    message: 'The file does not hold the JSON object this command asks for',
  },
  CLI_EVIDENCE: {
    status: 400,
    retry: 'never',
    message: 'The two certificates are not signed for one chain this hub knows',
  },
  CLI_HUB_UNREACHABLE: {
    status: 503,
    retry: 'later',
    message:
      'No hub answers at this address: start one with `tieline up`, or name another with --hub',
  },
  CLI_HUB_ANSWER: {
    status: 502,
    retry: 'later',
    message: 'The hub answered something this command does not understand',
  },
  CLI_REFUSED: {
    status: 409,
    retry: 'never',
    message: 'The chain executed the transaction and refused it',
  },
  CLI_STRANDED: {
    status: 409,
    retry: 'later',
    message: 'The transfer is stranded: a client it waits for cannot be used',
  },
  CLI_NOT_LANDED: {
    status: 504,
    retry: 'later',
    message: 'The transaction was taken but has not landed yet: ask again with `tieline status`',
  },
  CLI_NOT_CERTIFIED: {
    status: 409,
    retry: 'later',
    message:
      'The node has no certificate of this height yet, so its root proves nothing: ask again',
  },
  CLI_STOPPED: {
    status: 499,
    retry: 'later',
    message:
      'Stopped before the demonstration had ended: start again with the same --data to go on',
  },
  CLI_INTERNAL: {
    status: 500,
    retry: 'later',
    message: 'Tieline met an error it did not expect: run again with --verbose to see where',
  },
});
