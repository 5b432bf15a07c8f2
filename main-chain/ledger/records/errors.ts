/** Codes of anchoring off-chain records. docs/protocol.md#anchored-records */
import { createErrors } from '../../../schemas/errors.ts';

export const recordsError = createErrors({
  RECORDS_EMPTY: {
    status: 400,
    retry: 'never',
    message: 'A set of no records, or a zero top, anchors nothing',
  },
  RECORDS_EXIST: {
    status: 409,
    retry: 'never',
    message: 'This owner has anchored this very set of records here before',
  },
});
