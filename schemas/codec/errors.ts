/** Codes of the strict codec: why bytes or a value were refused. */
import { createErrors } from '../errors.ts';

export const codecError = createErrors({
  CODEC_TRUNCATED: { status: 400, retry: 'never', message: 'The bytes end before the field does' },
  CODEC_TRAILING: {
    status: 400,
    retry: 'never',
    message: 'Bytes are left over after the last field',
  },
  CODEC_BOUND: { status: 400, retry: 'never', message: 'A length or count is outside its bound' },
  CODEC_TEXT: { status: 400, retry: 'never', message: 'A text is not canonical UTF-8 in NFC' },
  CODEC_VALUE: {
    status: 400,
    retry: 'never',
    message: 'A field holds a value its type does not allow',
  },
  CODEC_HEX: {
    status: 400,
    retry: 'never',
    message: 'A text is not lower-case hex of the expected length',
  },
});
