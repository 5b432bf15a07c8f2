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
/** Most runs named of a kind: those of all three fit the 4,096 events of a result. */
const MAX_NAMED = 1024;

const TAKEN = ['received', 'acknowledged', 'timedOut'] as const;
const runFields = {
  kind: choice(TAKEN),
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

/**
 * Names what was taken at `from` or above: one event a run and kind, joined over heights. A hostile network
 * can make more runs than a result has room for: then the last run of a kind spans all that is left.
 */
export function nameConcerned(
  context: ExecutionContext,
  { client, state }: ClientOfLane,
  from: bigint,
): void {
  const runs = storedHeights(context.state, client, state)
    .filter((height) => height >= from)
    .flatMap((height) => readRecord(context.state, acceptedKey(client, height), runsCodec) ?? []);
  for (const kind of TAKEN) {
    for (const run of joined(runs.filter((each) => each.kind === kind))) {
      emit(context, 'packetsConcerned', {
        client,
        sequence: run.from,
        quantity: run.to - run.from + 1n,
        code: kind,
      });
    }
  }
}

/** Ascending and apart from each other, `MAX_NAMED` at most. */
function joined(runs: readonly Run[]): readonly Run[] {
  const out: Run[] = [];
  for (const run of [...runs].sort((left, right) => (left.from < right.from ? -1 : 1))) {
    const last = out.at(-1);
    if (last === undefined || (run.from > last.to + 1n && out.length < MAX_NAMED)) out.push(run);
    else if (run.to > last.to) out[out.length - 1] = { ...last, to: run.to };
  }
  return out;
}
