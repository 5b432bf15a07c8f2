/**
 * Messages of the node API on a WebSocket that stays open: many calls at once, answers in any order.
 * docs/protocol.md#node-stream
 *
 * request = id(4) ‖ method length(1) ‖ method ‖ bytes; answer = id(4) ‖ kind(1: 0 answer, 1 refusal) ‖
 * bytes. `id` is the caller's.
 */
import { codecError } from '../codec/errors.ts';
import { Reader } from '../codec/reader.ts';
import { Writer } from '../codec/writer.ts';
import { binaryBytes, binaryString } from '../hash.ts';

/** WebSocket subprotocol by which `GET /rpc` becomes a stream. */
export const STREAM_PROTOCOL = 'tieline-rpc';
/** Largest request message in bytes. */
export const MAX_REQUEST_MESSAGE = 8 * 1_048_576;
/** Largest answer message in bytes. */
export const MAX_ANSWER_MESSAGE = 128 * 1_048_576;

const ID = 4;

export interface RequestMessage {
  readonly id: number;
  readonly method: string;
  readonly bytes: Uint8Array;
}

/** `isRefusal`: the bytes are a problem document as JSON. */
export interface AnswerMessage {
  readonly id: number;
  readonly isRefusal: boolean;
  readonly bytes: Uint8Array;
}

/** `method` is ASCII. */
export function requestMessage({ id, method, bytes }: RequestMessage): Uint8Array {
  const name = binaryBytes(method);
  const writer = new Writer().u32(id).u8(name.length).fixed(name, name.length);
  return writer.fixed(bytes, bytes.length).finish();
}

export function answerMessage({ id, isRefusal, bytes }: AnswerMessage): Uint8Array {
  return new Writer()
    .u32(id)
    .u8(isRefusal ? 1 : 0)
    .fixed(bytes, bytes.length)
    .finish();
}

/** @throws CODEC_TRUNCATED */
export function readRequest(message: Uint8Array): RequestMessage {
  const reader = new Reader(message, 'request');
  const id = reader.u32('id');
  const name = reader.fixed(reader.u8('method length'), 'method');
  const bytes = message.subarray(ID + 1 + name.length);
  return { id, method: binaryString(name), bytes };
}

/** @throws CODEC_TRUNCATED CODEC_VALUE */
export function readAnswer(message: Uint8Array): AnswerMessage {
  const reader = new Reader(message, 'answer');
  const id = reader.u32('id');
  const kind = reader.u8('kind');
  if (kind > 1) throw codecError('CODEC_VALUE', { field: 'kind', value: kind });
  return { id, isRefusal: kind === 1, bytes: message.subarray(ID + 1) };
}
