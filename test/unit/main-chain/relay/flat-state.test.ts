/**
 * What is left of a transfer once it is settled and pruned: nothing. The leaves of all three chains are
 * counted, exactly, after few and after many; what a stranger replays is refused however old it is.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { readU64 } from '../../../../main-chain/ledger/state.ts';
import { Writer } from '../../../../schemas/codec/writer.ts';
import { checkpointUpdates } from '../../../../schemas/wire/clients/client-material.ts';
import type { Message } from '../../../../schemas/wire/message.ts';
import {
  OUTBOX_COUNT_KEY,
  outboxRingKey,
  outboxRootKey,
  prunedBelowKey,
  settledBelowKey,
} from '../../../../schemas/wire/state-keys.ts';
import type { FakeChain } from '../../../fakes/chain.ts';
import { testAddress } from '../../../fakes/ledger-context.ts';
import {
  ALICE,
  BOB,
  carryAll,
  createNetwork,
  held,
  issueAndRegister,
  type Network,
  RELAYER,
  sendMessage,
  sentPackets,
  timeoutMessage,
} from './network.ts';

const SUPPLY = 100_000n;
/** Grow with blocks and certificates, not with transfers, and are bounded: protocol.md#state-keys. */
const RINGS = /^(consensusRing|consensusState|outboxRing|outboxRoot)\//;

interface Lane {
  readonly from: FakeChain;
  readonly fromClient: string;
  readonly to: FakeChain;
  readonly toClient: string;
}

/** The four directions in which packets go. */
function lanesOf({ main, a, b }: Network): readonly Lane[] {
  return [a, b].flatMap(({ side, sideClient, mainClient }) => [
    { from: side, fromClient: sideClient, to: main, toClient: mainClient },
    { from: main, fromClient: mainClient, to: side, toClient: sideClient },
  ]);
}

function prune({ from, fromClient, to, toClient }: Lane): void {
  const key = settledBelowKey(fromClient);
  const settledBelow = readU64(from.context().state, key);
  if (settledBelow === readU64(to.context().state, prunedBelowKey(toClient))) return;
  from.block();
  const proof = from.tree.prove([key]);
  const updates = checkpointUpdates(from.certificate());
  const height = from.height;
  to.run(RELAYER, { type: 'settle', client: toClient, updates, height, settledBelow, proof });
}

/** In each round `count` go from Jiangsu to Anhui and come back, `count` are refused and `count` time out. */
function trade(network: Network, id: Uint8Array, rounds: number, count: number): void {
  const { a, b, main, clock } = network;
  const block = (chain: FakeChain, sender: number, ...messages: readonly Message[]) => {
    const each = messages.flatMap((message) => Array.from({ length: count }, () => message));
    const results = chain.block(...each.map((message) => [sender, message] as const));
    expect(new Set(results.map(({ code }) => code))).toEqual(new Set(['']));
  };
  for (let round = 0; round < rounds; round++) {
    const there = sendMessage(network, a, b.side, id, 1n);
    const nowhere = { ...there, destination: `tieline:${'0'.repeat(32)}` };
    block(a.side, ALICE, there, nowhere);
    carryAll(network);
    block(b.side, BOB, {
      ...sendMessage(network, b, a.side, id, 1n),
      receiver: testAddress(ALICE),
    });
    carryAll(network);
    const soon = clock.nowMs / 1000n + 5n;
    block(a.side, ALICE, { ...there, timeoutSeconds: soon, deadlineSeconds: soon });
    const late = sentPackets(a.side, a.sideClient);
    clock.nowMs += 10_000n;
    a.side.run(RELAYER, timeoutMessage(main, a.sideClient, late));
    carryAll(network);
    for (const lane of lanesOf(network)) prune(lane);
  }
}

interface Traded {
  readonly network: Network;
  readonly id: Uint8Array;
}

function traded(rounds: number, count: number): Traded {
  const network = createNetwork();
  const id = issueAndRegister(network, SUPPLY);
  trade(network, id, rounds, count);
  return { network, id };
}

const chainsOf = ({ main, a, b }: Network) => [main, a.side, b.side];

/** The keys of all three chains, but for those that grow with blocks up to a bound, and the newest block's height. */
function lasting({ network }: Traded): readonly (readonly string[])[] {
  const keys = chainsOf(network).map(({ values }) => [...values.keys()]);
  return keys.map((each) =>
    each.flatMap((key) => (RINGS.test(key) ? [] : key.replace(/^(blockHash)\/.*$/s, '$1'))).sort(),
  );
}

let few: Traded;
let many: Traded;
let long: Traded;

beforeAll(() => {
  few = traded(3, 1);
  many = traded(3, 60);
  long = traded(25, 60);
}, 120_000);

describe('the state of settled and pruned transfers', () => {
  it('has as many leaves after three a block as after a hundred and eighty', () => {
    const leaves = ({ network }: Traded) => chainsOf(network).map(({ tree }) => tree.leafCount);
    expect(leaves(many)).toEqual(leaves(few));
    expect(leaves(many)).toEqual(chainsOf(many.network).map(({ values }) => values.size));
  });

  it('has the same keys, one by one, after thousands', () => {
    expect(lasting(many)).toEqual(lasting(few));
    expect(lasting(long)).toEqual(lasting(few));
    for (const { from, fromClient } of lanesOf(long.network))
      expect(readU64(from.context().state, settledBelowKey(fromClient))).toBeGreaterThan(1500n);
  });

  it('keeps the outbox roots of 8,192 blocks that sent something, and forgets the oldest for each newer one', () => {
    const { network, id } = traded(1, 1);
    const { a, b } = network;
    const send = sendMessage(network, a, b.side, id, 1n);
    const { values } = a.side;
    const slot = outboxRingKey(0n);
    const oldest = outboxRootKey(readU64(a.side.context().state, slot));
    expect(values.has(oldest)).toBe(true);
    values.set(OUTBOX_COUNT_KEY, new Writer().u64(8192n).finish());
    const rings = () => [...values.keys()].filter((key) => key.startsWith('outbox')).length;
    const before = rings();
    a.side.run(ALICE, send);
    expect(rings()).toBe(before);
    expect(values.has(oldest)).toBe(false);
    expect(values.has(outboxRootKey(a.side.height))).toBe(true);
    expect(readU64(a.side.context().state, slot)).toBe(a.side.height);
  });

  it('lost and made nothing on the way', () => {
    const { network, id } = long;
    expect(held(network.a.side, id, ALICE)).toBe(SUPPLY);
    expect(held(network.b.side, id, BOB)).toBe(0n);
  });

  it('D1: refuses every pruned sequence for ever, and stays as it is', () => {
    for (const { from, fromClient, to, toClient } of lanesOf(long.network)) {
      from.block();
      to.run(RELAYER, {
        type: 'update',
        client: toClient,
        updates: checkpointUpdates(from.certificate()),
      });
      const { height } = from;
      const old = from.segments(fromClient, 1n).filter(({ packets }) => packets.length > 0);
      expect(old.length).toBeGreaterThanOrEqual(25);
      for (const segment of old) {
        const segments = [{ ...segment, acknowledgements: [] }];
        const message: Message = {
          type: 'deliver',
          client: toClient,
          updates: checkpointUpdates(),
          height,
          segments,
        };
        const { result, changed } = to.attempt(RELAYER, message);
        expect([result.code, new Set(result.items)]).toEqual(['', new Set(['PACKET_PRUNED'])]);
        expect(changed).toEqual([]);
      }
    }
  });
});
