/** Codes of the host: files, locks and the store of one machine. Each message says what to do. */
import { createErrors } from '../../schemas/errors.ts';

export const hostError = createErrors({
  DATA_DIRECTORY_LOCKED: {
    status: 423,
    retry: 'later',
    message:
      'The data directory is in use by another process: stop that one, or choose another directory with --data',
  },
  DATA_DIRECTORY_FOREIGN: {
    status: 409,
    retry: 'never',
    message:
      'The directory holds files that are not Tieline’s: choose an empty or new directory with --data',
  },
  DATA_DIRECTORY_NEWER: {
    status: 409,
    retry: 'never',
    message:
      'The data directory was written by a newer Tieline: update the program, or choose another directory with --data',
  },
  DATA_DIRECTORY_OTHER: {
    status: 409,
    retry: 'never',
    message:
      'The data directory belongs to something else than what is being started: choose another directory with --data',
  },
  DATA_DIRECTORY_UNUSABLE: {
    status: 500,
    retry: 'never',
    message:
      'The data directory cannot be made or written: choose one this user may write to with --data',
  },
  KEY_FILE_MISSING: {
    status: 404,
    retry: 'never',
    message: 'There is no key file at this path: name an existing one or let the program make it',
  },
  KEY_FILE_EXISTS: {
    status: 409,
    retry: 'never',
    message: 'A key file exists at this path: it is never overwritten, choose another path',
  },
  KEY_FILE_MODE: {
    status: 403,
    retry: 'never',
    message:
      'The key file may be read by others: run chmod 600 on it, and replace the key if it leaked',
  },
  KEY_FILE_INVALID: {
    status: 400,
    retry: 'never',
    message: 'This is not a Tieline key file: restore it from its backup',
  },
  STORE_FULL: {
    status: 507,
    retry: 'later',
    message: 'The disk is full: free some space, then start again',
  },
  STORE_FAILED: {
    status: 500,
    retry: 'later',
    message:
      'A write to the disk failed and nothing more is written: mend the cause, then start again',
  },
  STORE_CORRUPT: {
    status: 500,
    retry: 'never',
    message:
      'A record of the store is damaged: restore the data directory from a backup or start a new one',
  },
});
