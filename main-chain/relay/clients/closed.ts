/**
 * Pairs of clients that are closed for good, as after a reorganisation: nothing more is processed on
 * them at this end. docs/protocol.md#client-life
 *
 * closed/<client> → successor text(64), empty before there is one.
 */
import { type Codec, type StructOf, struct, text } from '../../../schemas/codec/codec.ts';
import { MAX_CLIENT_ID } from '../../../schemas/ids.ts';
import { closedKey } from '../../../schemas/wire/state-keys.ts';
import { readRecord, type State, writeRecord } from '../../ledger/state.ts';
import { relayError } from '../errors.ts';

const closedFields = { successor: text(MAX_CLIENT_ID) };
type Closed = StructOf<typeof closedFields>;
export const closedCodec: Codec<Closed> = struct(closedFields);

export function isClosed(state: State, client: string): boolean {
  return state.get(closedKey(client)) !== undefined;
}

/** @throws CLIENT_CLOSED */
export function requireNotClosed(state: State, client: string): void {
  if (isClosed(state, client)) throw relayError('CLIENT_CLOSED', { client });
}

/** A closed pair and its successor. @throws CLIENT_NOT_CLOSED */
export function requireClosed(state: State, client: string): Closed {
  const found = readRecord(state, closedKey(client), closedCodec);
  if (found === undefined) throw relayError('CLIENT_NOT_CLOSED', { client });
  return found;
}

/** Closes a pair, or names its successor. */
export function writeClosed(state: State, client: string, successor = ''): void {
  writeRecord(state, closedKey(client), closedCodec, { successor });
}
