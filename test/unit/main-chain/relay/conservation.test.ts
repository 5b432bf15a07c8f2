/* Any schedule of transfers, retirements and lost deliveries conserves: chains and books agree. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readQuantity } from '../../../../main-chain/ledger/state.ts';
import type { Message } from '../../../../schemas/wire/message.ts';
import type { Packet } from '../../../../schemas/wire/packet.ts';
import { receiptPath } from '../../../../schemas/wire/packet.ts';
import { outstandingKey, supplyKey } from '../../../../schemas/wire/state-keys.ts';
import type { FakeChain } from '../../../fakes/chain.ts';
import { testAddress } from '../../../fakes/ledger-context.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  createNetwork,
  issueAndRegister,
  type Link,
  ledgerOf,
  type Network,
  RELAYER,
  refresh,
  sendMessage,
  timeoutMessage,
} from './network.ts';

const STRANGER = 77;

const step = fc.oneof(
  fc.record({
    act: fc.constant('send' as const),
    from: fc.constantFrom('a' as const, 'b' as const),
    to: fc.constantFrom('a' as const, 'b' as const, 'main' as const),
    quantity: fc.bigInt(1n, 400n),
    receiver: fc.constantFrom(ALICE, BOB, STRANGER),
  }),
  fc.record({
    act: fc.constant('retire' as const),
    from: fc.constantFrom('a' as const, 'b' as const),
    quantity: fc.bigInt(1n, 50n),
  }),
  fc.record({
    act: fc.constantFrom('up' as const, 'down' as const),
    link: fc.constantFrom('a' as const, 'b' as const),
  }),
  fc.record({ act: fc.constant('expire' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function apply(network: Network, id: Uint8Array, each: Step): void {
  const { main } = network;
  switch (each.act) {
    case 'send': {
      const from = network[each.from];
      const to = each.to === 'main' ? main : network[each.to].side;
      const changes = { receiver: testAddress(each.receiver) };
      for (const owner of [ALICE, BOB]) {
        from.side.block([owner, sendMessage(network, from, to, id, each.quantity, changes)]);
      }
      return;
    }
    case 'retire': {
      const { quantity } = each;
      const message: Message = {
        type: 'retire',
        resourceId: id,
        quantity,
        beneficiary: '',
        purpose: '',
      };
      network[each.from].side.block([ALICE, message]);
      return;
    }
    case 'up':
      carryUp(network, network[each.link]);
      return;
    case 'down':
      carryDown(network, network[each.link]);
      return;
    case 'expire':
      network.clock.nowMs += 3_600_000n;
  }
}

/** Packets a chain has sent and not settled that the other has not received. */
function unreceived(from: FakeChain, client: string, to: FakeChain): readonly Packet[] {
  return from
    .segments(client, 1n)
    .flatMap(({ packets }) => packets)
    .filter(({ sequence }) => from.get(`${client}\u0001${u64(sequence)}`) !== undefined)
    .filter((each) => to.get(receiptPath(each.destinationClient, each.sequence)) === undefined);
}

function u64(value: bigint): string {
  return receiptPath('', value).slice(1);
}

/** Lets everything end: what can be delivered is, the rest times out. */
function drain(network: Network): void {
  const { main, a, b, clock } = network;
  carryAll(network);
  clock.nowMs += 90_000_000n;
  for (const link of [a, b]) refresh(network, link);
  const expire = (from: FakeChain, client: string, to: FakeChain) => {
    const packets = unreceived(from, client, to);
    if (packets.length > 0) from.run(RELAYER, timeoutMessage(to, client, packets));
  };
  for (const link of [a, b]) expire(main, link.mainClient, link.side);
  carryAll(network);
  for (const link of [a, b]) expire(link.side, link.sideClient, main);
  carryAll(network);
}

function supplyOf(chain: FakeChain, id: Uint8Array): bigint {
  return readQuantity(chain.context().state, supplyKey(id));
}

function verifyBooks(network: Network, id: Uint8Array, settled: boolean): void {
  const { main, a, b } = network;
  const books = ledgerOf(network, id);
  expect(books.registered).toBe(books.located + books.inTransit + books.retired);
  expect(books.located).toBe(books.atMain + books.atA + books.atB);
  expect(books.inTransit).toBe(books.toA + books.toB);
  expect(books.registered).toBe(1000n);
  expect(supplyOf(main, id)).toBe(books.atMain);
  expect(supplyOf(a.side, id)).toBeLessThanOrEqual(books.atA + books.toA);
  expect(supplyOf(b.side, id)).toBeLessThanOrEqual(books.atB + books.toB);
  if (!settled) return;
  expect(books.inTransit).toBe(0n);
  const resend = (link: Link) =>
    [...link.side.values.keys()].filter((key) => key.startsWith('resend/')).length;
  if (resend(a) + resend(b) > 0) return;
  expect(supplyOf(a.side, id)).toBe(books.atA);
  expect(supplyOf(b.side, id)).toBe(books.atB);
  const outstanding = readQuantity(a.side.context().state, outstandingKey(id));
  expect(outstanding).toBeGreaterThanOrEqual(books.atB + books.atMain);
}

describe('conservation', () => {
  it('F1: holds after every step of any schedule, and everything ends', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => {
        const admitted = [1, 20, 30, 31, 40].map(testAddress);
        const network = createNetwork({ sides: { admission: 'list', admitted } });
        const id = issueAndRegister(network);
        for (const each of steps) {
          apply(network, id, each);
          verifyBooks(network, id, false);
        }
        drain(network);
        verifyBooks(network, id, true);
      }),
      { seed: 20_271_125, numRuns: 40 },
    );
  }, 60_000);
});
