/* Whole transfers over two hops, in memory: what each chain holds, books and says at the end. */
import { describe, expect, it } from 'vitest';
import { eventsOf } from '../../../fakes/chain.ts';
import { testAddress } from '../../../fakes/ledger-context.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  createNetwork,
  held,
  issueAndRegister,
  ledgerOf,
  RELAYER,
  sendMessage,
  sentPackets,
  timeoutMessage,
} from './network.ts';

describe('transfer over the main chain', () => {
  it('registers supply of the home chain in the location ledger', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    expect(held(network.a.side, id, ALICE)).toBe(1000n);
    expect(ledgerOf(network, id)).toMatchObject({ registered: 1000n, located: 1000n, atA: 1000n });
  });

  it('delivers from Jiangsu to Anhui and acknowledges only after Anhui has', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    expect(held(a.side, id, ALICE)).toBe(700n);
    const received = carryUp(network, a);
    expect(received?.items).toEqual(['']);
    expect(received?.events.map(({ type }) => type)).toEqual([
      'clientUpdated',
      'packetReceived',
      'packetForwarded',
    ]);
    expect(received?.events[2]).toMatchObject({
      client: b.mainClient,
      origin: `${a.mainClient}/2`,
    });
    expect(ledgerOf(network, id)).toMatchObject({ atA: 700n, toB: 300n, atB: 0n });
    expect(carryDown(network, a)).toBeUndefined();
    expect(carryDown(network, b)?.items).toEqual(['']);
    expect(held(b.side, id, BOB)).toBe(300n);
    const results = carryAll(network);
    expect(ledgerOf(network, id)).toMatchObject({ atA: 700n, toB: 0n, atB: 300n });
    expect(eventsOf(results, 'packetAcknowledged').map(({ code }) => code)).toEqual(['', '']);
    expect(eventsOf(results, 'transferRefunded')).toEqual([]);
  });

  it('refunds when the destination refuses the receiver, and says why there', () => {
    const network = createNetwork({
      sides: {
        admission: 'list',
        admitted: [testAddress(1), testAddress(20), testAddress(30), testAddress(40)],
      },
    });
    const id = issueAndRegister(network);
    const { a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    const results = carryAll(network);
    expect(held(a.side, id, ALICE)).toBe(1000n);
    expect(eventsOf(results, 'packetFailed').map(({ code }) => code)).toEqual([
      'ACCOUNT_NOT_ADMITTED',
    ]);
    expect(eventsOf(results, 'transferRefunded')).toHaveLength(2);
    expect(ledgerOf(network, id)).toMatchObject({ located: 1000n, atA: 1000n, inTransit: 0n });
  });

  it('refunds when the second hop times out', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main, clock } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    carryUp(network, a);
    const packets = sentPackets(main, b.mainClient);
    clock.nowMs += 3_600_000n;
    const result = main.run(RELAYER, timeoutMessage(b.side, b.mainClient, packets));
    expect(result.items).toEqual(['']);
    carryDown(network, a);
    expect(held(a.side, id, ALICE)).toBe(1000n);
    expect(ledgerOf(network, id)).toMatchObject({ atA: 1000n, toB: 0n, atB: 0n });
  });

  it('returns home, and retires abroad with the booking anchored', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    carryAll(network);
    b.side.run(BOB, sendMessage(network, b, a.side, id, 100n, { receiver: testAddress(ALICE) }));
    b.side.run(BOB, {
      type: 'retire',
      resourceId: id,
      quantity: 50n,
      beneficiary: 'a factory',
      purpose: 'year 2027',
    });
    const results = carryAll(network);
    expect(held(a.side, id, ALICE)).toBe(800n);
    expect(held(b.side, id, BOB)).toBe(150n);
    expect(eventsOf(results, 'retirementBooked')).toHaveLength(2);
    expect(ledgerOf(network, id)).toMatchObject({
      registered: 1000n,
      atA: 800n,
      atB: 150n,
      retired: 50n,
    });
  });
});
