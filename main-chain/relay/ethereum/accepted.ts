/**
 * Which packets were taken on the word of which height of an Ethereum network, so that a height that turns
 * out to be no part of its chain names the packets concerned. docs/protocol.md#packets-concerned
 *
 * accepted/<client>/<height> → runs: list(kind choice(received, acknowledged, timedOut), from(8), to(8)),
 * in the order they were taken; forgotten with the consensus state of the height.
 */
import {
  type Codec,
  choice,
  list,
  type StructOf,
  struct,
  u64,
} from '../../../schemas/codec/codec.ts';
import { acceptedKey } from '../../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit } from '../../ledger/context.ts';
import { readRecord, writeRecord } from '../../ledger/state.ts';
import type { ClientOfLane } from '../clients/client.ts';
import { storedHeights } from '../clients/client-state.ts';
import { relayError } from '../errors.ts';

/** Most separate runs of one height. */
export const MAX_RUNS = 1024;

const runFields = {
  kind: choice(['received', 'acknowledged', 'timedOut']),
  from: u64,
  to: u64,
};
/** Consecutive sequences, both ends included. */
type Run = StructOf<typeof runFields>;
const runsCodec: Codec<readonly Run[]> = list(struct(runFields), MAX_RUNS);

/** What was done with a packet: `received` one of theirs, the others one of ours. */
export type Taken = Pick<Run, 'kind'> & { readonly sequence: bigint };

/** Remembers packets of one message. @throws CLIENT_HEIGHT_FULL */
export function noteAccepted(
  { state }: ExecutionContext,
  client: string,
  height: bigint,
  taken: readonly Taken[],
): void {
  if (taken.length === 0) return;
  const key = acceptedKey(client, height);
  const runs: Run[] = [...(readRecord(state, key, runsCodec) ?? [])];
  for (const { kind, sequence } of taken) {
    const last = runs.at(-1);
    if (last?.kind === kind && last.to + 1n === sequence) {
      runs[runs.length - 1] = { ...last, to: sequence };
    } else {
      runs.push({ kind, from: sequence, to: sequence });
    }
  }
  if (runs.length > MAX_RUNS) throw relayError('CLIENT_HEIGHT_FULL', { client, height });
  writeRecord(state, key, runsCodec, runs);
}

/** One event a run that was taken at `from` or above: first sequence, count, and what was done. */
export function nameConcerned(
  context: ExecutionContext,
  { client, state }: ClientOfLane,
  from: bigint,
): void {
  for (const height of storedHeights(context.state, client, state)) {
    if (height < from) continue;
    for (const run of readRecord(context.state, acceptedKey(client, height), runsCodec) ?? []) {
      emit(context, 'packetsConcerned', {
        client,
        sequence: run.from,
        quantity: run.to - run.from + 1n,
        code: run.kind,
      });
    }
  }
}
