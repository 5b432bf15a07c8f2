/** Codes of lists of off-chain records: what was given to anchor, and what no longer fits. docs/protocol.md#anchored-records */
import { createErrors } from '../../schemas/errors.ts';

export const recordsFileError = createErrors({
  RECORDS_SOURCE: {
    status: 400,
    retry: 'never',
    message: 'Records are the files of a folder, or the lines of a file, and nothing else',
  },
  RECORDS_NAME: {
    status: 400,
    retry: 'never',
    message: 'The name of a record is empty, longer than 1,024 bytes, or given twice',
  },
  RECORDS_COUNT: {
    status: 413,
    retry: 'never',
    message: 'One list holds 1 to 1,048,576 records, in at most 268,435,456 characters',
  },
  RECORDS_LIST: {
    status: 422,
    retry: 'never',
    message:
      'The list is not the one that was anchored: an entry was altered, added, left out or moved',
  },
  RECORDS_PENDING: {
    status: 409,
    retry: 'later',
    message:
      'The list has no proof that it was anchored: run `tieline anchor submit` again with --out naming it',
  },
  RECORDS_ANCHORED: {
    status: 409,
    retry: 'never',
    message: 'The list has been anchored already: name another file with --out',
  },
  RECORD_UNKNOWN: {
    status: 404,
    retry: 'never',
    message: 'There is no record of this name',
  },
  RECORDS_DIFFER: {
    status: 422,
    retry: 'never',
    message: 'The records are not those that were anchored',
  },
});
