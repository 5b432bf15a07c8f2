import { describe, expect, it } from 'vitest';
import {
  answerMessage,
  readAnswer,
  readRequest,
  requestMessage,
} from '../../../../schemas/wire/rpc-message.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const BYTES = Uint8Array.of(1, 2, 3, 4, 5);
const REQUEST = { id: 7, method: 'info', bytes: BYTES };
const ANSWER = { id: 258, isRefusal: true, bytes: BYTES };

describe('messages of the node API', () => {
  it('carry a request and an answer unchanged', () => {
    expect(readRequest(requestMessage(REQUEST))).toEqual(REQUEST);
    expect(readAnswer(answerMessage(ANSWER))).toEqual(ANSWER);
  });

  it('have the bytes the protocol gives', () => {
    expect([...requestMessage(REQUEST)]).toEqual([
      0, 0, 0, 7, 4, 0x69, 0x6e, 0x66, 0x6f, 1, 2, 3, 4, 5,
    ]);
    expect([...answerMessage(ANSWER)]).toEqual([0, 0, 1, 2, 1, 1, 2, 3, 4, 5]);
  });

  it('are refused where they end too early, or are of an unknown kind (A1)', () => {
    for (const bytes of [[], [0, 0, 0, 1], [0, 0, 0, 1, 5, 0x69]]) {
      expect(refusalCode(() => readRequest(Uint8Array.from(bytes)))).toBe('CODEC_TRUNCATED');
    }
    expect(refusalCode(() => readAnswer(Uint8Array.of(0, 0, 0, 1)))).toBe('CODEC_TRUNCATED');
    expect(refusalCode(() => readAnswer(Uint8Array.of(0, 0, 0, 1, 2)))).toBe('CODEC_VALUE');
  });
});
