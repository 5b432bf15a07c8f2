/* What a frozen or closed client says of the packets it took, however many they are. */
import { describe, expect, it } from 'vitest';
import {
  type ClientState,
  storeHead,
  writeClient,
} from '../../../../../main-chain/relay/clients/client-state.ts';
import {
  MAX_RUNS,
  nameConcerned,
  noteAccepted,
  type Taken,
} from '../../../../../main-chain/relay/ethereum/accepted.ts';
import {
  type EvmConsensus,
  evmConsensusCodec,
} from '../../../../../main-chain/relay/ethereum/evm/evm-consensus.ts';
import { encode } from '../../../../../schemas/codec/codec.ts';
import { transactionResultCodec } from '../../../../../schemas/wire/event.ts';
import { testContext } from '../../../../fakes/ledger-context.ts';

const client = 'eth-hostile';
const ROOT = new Uint8Array(32).fill(1);
const start: ClientState = {
  chainId: 'eip155:1337',
  genesisHash: ROOT,
  counterpartyClient: 'tieline-main',
  trustingPeriodSeconds: 604_800n,
  maxClockDriftSeconds: 30n,
  createdMs: 0n,
  latestHeight: 0n,
  latestTimeMs: 0n,
  consensusCount: 0n,
  frozen: false,
  trust: { type: 'notary' },
};

/** A client with heights 1, 2, … that took `taken(height)` on the word of each. */
function believed(heights: number, taken: (height: number) => readonly Taken[]) {
  const context = testContext();
  writeClient(context.state, client, start);
  let state = start;
  for (let at = 1; at <= heights; at++) {
    const height = BigInt(at);
    const timeMs = height * 1000n;
    const consensus: EvmConsensus = {
      height,
      timeMs,
      blockHash: ROOT,
      stateRoot: ROOT,
      contextHash: ROOT,
    };
    const head = { height, timeMs, trust: start.trust, codec: evmConsensusCodec, consensus };
    state = storeHead(context.state, client, state, head);
    noteAccepted(context, client, height, taken(at));
  }
  return { context, lane: { client, state } };
}

/** What is named of one kind, as [from, to]. */
function named(context: ReturnType<typeof testContext>, kind: string): [bigint, bigint][] {
  return context.events
    .filter(({ type, code }) => type === 'packetsConcerned' && code === kind)
    .map(({ sequence, quantity }) => [sequence, sequence + quantity - 1n]);
}

describe('the packets concerned', () => {
  it('A11: fit a transaction’s events, however many runs a hostile network has made', () => {
    const heights = 9;
    const last = BigInt(2 * MAX_RUNS * heights - 1);
    // Every other sequence: no run joins another.
    const { context, lane } = believed(heights, (height) =>
      Array.from({ length: MAX_RUNS }, (_, index): Taken => {
        const sequence = BigInt(2 * ((height - 1) * MAX_RUNS + index) + 1);
        return { kind: 'received', sequence };
      }),
    );
    nameConcerned(context, lane, 1n);
    const { events } = context;
    expect(() => encode(transactionResultCodec, { code: '', items: [], events })).not.toThrow();
    const runs = named(context, 'received');
    // None is left out: the runs are exact but for the last, which spans what is left.
    expect(runs.slice(0, 3)).toEqual([
      [1n, 1n],
      [3n, 3n],
      [5n, 5n],
    ]);
    expect(runs.at(-1)?.[1]).toBe(last);
    const gaps = runs.slice(1).filter(([from], at) => from !== (runs[at]?.[1] ?? 0n) + 2n);
    expect(gaps).toEqual([]);
  });

  it('join over heights by kind, and leave out what other heights were believed', () => {
    const { context, lane } = believed(4, (height) => [
      { kind: 'received', sequence: BigInt(height) },
      { kind: 'acknowledged', sequence: BigInt(10 - 2 * height) },
    ]);
    nameConcerned(context, lane, 2n);
    expect(named(context, 'received')).toEqual([[2n, 4n]]);
    expect(named(context, 'acknowledged')).toEqual([
      [2n, 2n],
      [4n, 4n],
      [6n, 6n],
    ]);
    expect(named(context, 'timedOut')).toEqual([]);
  });
});
