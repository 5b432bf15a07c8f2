/** Codes of the generation series reader: which line of a file is wrong. */
import { createErrors } from '../../../schemas/errors.ts';

export const seriesError = createErrors({
  SERIES_HEADER: {
    status: 400,
    retry: 'never',
    message: 'The first line of a series is not the expected list of columns',
  },
  SERIES_ROW: {
    status: 400,
    retry: 'never',
    message: 'A line of a series is malformed',
  },
  SERIES_ORDER: {
    status: 400,
    retry: 'never',
    message: 'A line of a series does not follow the line before by one interval',
  },
});
