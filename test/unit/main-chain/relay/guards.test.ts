/* Guards: pause, guardian, limits with their windows; and what they never stop. */
import { describe, expect, it } from 'vitest';
import { narrowsLane, narrowsLimit, readLaneRecord } from '../../../../main-chain/relay/guards.ts';
import type { ActionOf, LaneRules } from '../../../../schemas/wire/action.ts';
import { testAddress } from '../../../fakes/ledger-context.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  createNetwork,
  GUARDIAN,
  govern,
  held,
  issueAndRegister,
  laneRules,
  type Network,
  sendMessage,
} from './network.ts';

const WINDOW = 3600n;

function started(): { network: Network; id: Uint8Array } {
  const network = createNetwork();
  return { network, id: issueAndRegister(network) };
}

function rule({ a }: Network, changes: Partial<LaneRules>) {
  return govern(a.side, laneRules(a.sideClient, changes));
}

function sendCode(network: Network, id: Uint8Array, quantity: bigint): string {
  const { a, b } = network;
  const { result, changed } = a.side.attempt(ALICE, sendMessage(network, a, b.side, id, quantity));
  if (result.code !== '') expect(changed).toEqual([]);
  return result.code;
}

describe('pause', () => {
  it('F4: stops new sends and answers new receives with an error; refunds still run', () => {
    const { network, id } = started();
    const { a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 10n));
    carryUp(network, a);
    expect(govern(b.side, laneRules(b.sideClient, { paused: true })).events[0]?.type).toBe(
      'lanePaused',
    );
    const result = carryDown(network, b);
    expect(result?.events.find(({ type }) => type === 'packetFailed')?.code).toBe('LANE_PAUSED');
    expect(rule(network, { paused: true }).events[0]?.type).toBe('lanePaused');
    expect(sendCode(network, id, 1n)).toBe('LANE_PAUSED');
    carryAll(network);
    expect(held(a.side, id, ALICE)).toBe(1000n);
    expect(rule(network, {}).events[0]?.type).toBe('laneResumed');
    expect(sendCode(network, id, 1n)).toBe('');
  });

  it('any guardian pauses one hour, once a day; strangers do not', () => {
    const { network, id } = started();
    const { a, clock } = network;
    const message = { type: 'guardPause', client: a.sideClient } as const;
    const pause = (sender: number, client = a.sideClient) => {
      const { result, changed } = a.side.attempt(sender, { ...message, client });
      if (result.code !== '') expect(changed).toEqual([]);
      return result.code;
    };
    expect(pause(ALICE)).toBe('GUARDIAN_UNKNOWN');
    expect(pause(GUARDIAN, 'side-none')).toBe('CLIENT_UNKNOWN');
    a.side.run(GUARDIAN, message);
    expect(sendCode(network, id, 1n)).toBe('LANE_PAUSED');
    expect(pause(GUARDIAN)).toBe('GUARDIAN_SPENT');
    clock.nowMs += 3_599_000n;
    expect(sendCode(network, id, 1n)).toBe('');
    expect(pause(GUARDIAN)).toBe('GUARDIAN_SPENT');
    clock.nowMs += 82_800_000n;
    expect(pause(GUARDIAN)).toBe('');
  });

  it('a rule ends a guardian’s pause, and rules need a client', () => {
    const { network, id } = started();
    const { a } = network;
    a.side.run(GUARDIAN, { type: 'guardPause', client: a.sideClient });
    expect(rule(network, { leastQuantity: 2n }).events[0]?.type).toBe('laneResumed');
    expect(sendCode(network, id, 1n)).toBe('LANE_LEAST_QUANTITY');
    expect(sendCode(network, id, 2n)).toBe('');
    expect(govern(a.side, laneRules('side-none')).code).toBe('CLIENT_UNKNOWN');
    expect(readLaneRecord(a.side.context().state, a.sideClient).rules.leastQuantity).toBe(2n);
  });
});

describe('net-outflow limit', () => {
  /** Puts the clock at the start of a window. */
  function atWindow({ clock }: Network): void {
    const window = WINDOW * 1000n;
    clock.nowMs += window - (clock.nowMs % window);
  }

  it('F4: stops at the limit and opens with the next window', () => {
    const { network, id } = started();
    const { a, b, clock } = network;
    rule(network, { outflowLimit: 100n, windowSeconds: WINDOW });
    atWindow(network);
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 60n));
    expect(sendCode(network, id, 41n)).toBe('LANE_LIMIT');
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 40n));
    expect(sendCode(network, id, 1n)).toBe('LANE_LIMIT');
    clock.nowMs += WINDOW * 1000n;
    expect(sendCode(network, id, 100n)).toBe('');
  });

  it('a refund gives its quota back, but not into a later window', () => {
    const admitted = [1, 20, 30, 40].map(testAddress);
    const network = createNetwork({ sides: { admission: 'list', admitted } });
    const id = issueAndRegister(network);
    const { a, b, clock } = network;
    rule(network, { outflowLimit: 100n, windowSeconds: WINDOW });
    atWindow(network);
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 100n));
    expect(sendCode(network, id, 1n)).toBe('LANE_LIMIT');
    carryAll(network);
    expect(sendCode(network, id, 100n)).toBe('');
    const late = clock.nowMs / 1000n + 2n * WINDOW;
    const times = { timeoutSeconds: late, deadlineSeconds: late };
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 100n, times));
    clock.nowMs += WINDOW * 1000n;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 100n, { receiver: testAddress(ALICE) }));
    carryUp(network, a);
    carryAll(network);
    expect(held(a.side, id, ALICE)).toBe(900n);
    expect(sendCode(network, id, 1n)).toBe('LANE_LIMIT');
  });

  it('what comes in over the lane lowers what has gone out, not below zero', () => {
    const { network, id } = started();
    const { a, b } = network;
    rule(network, { outflowLimit: 100n, windowSeconds: WINDOW });
    atWindow(network);
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 100n));
    carryAll(network);
    b.side.run(BOB, sendMessage(network, b, a.side, id, 30n, { receiver: testAddress(ALICE) }));
    carryAll(network);
    expect(sendCode(network, id, 31n)).toBe('LANE_LIMIT');
    expect(sendCode(network, id, 30n)).toBe('');
  });

  it('gives the forwarder its quota back when the second hop fails', () => {
    const admitted = [1, 20, 30, 40].map(testAddress);
    const network = createNetwork({ sides: { admission: 'list', admitted } });
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    govern(main, laneRules(b.mainClient, { outflowLimit: 10n, windowSeconds: WINDOW }));
    atWindow(network);
    const send = sendMessage(network, a, b.side, id, 10n);
    for (let round = 0; round < 3; round++) {
      a.side.run(ALICE, send);
      const result = carryUp(network, a);
      expect(result?.events.some(({ type }) => type === 'packetForwarded')).toBe(true);
      carryAll(network);
    }
  });
});

describe('a limit of one resource', () => {
  const limit = (
    { a }: Network,
    resourceId: Uint8Array,
    outflowLimit: bigint,
    windowSeconds = WINDOW,
  ): ActionOf<'setLimit'> => ({
    type: 'setLimit',
    client: a.sideClient,
    resourceId,
    outflowLimit,
    windowSeconds,
  });

  it('F4: holds instead of the lane’s, for that resource alone, until it is taken away', () => {
    const { network, id } = started();
    const { a } = network;
    const other = issueAndRegister(network, 1000n, 2);
    rule(network, { outflowLimit: 100n, windowSeconds: WINDOW });
    expect(govern(a.side, limit(network, id, 10n)).code).toBe('');
    expect(sendCode(network, id, 11n)).toBe('LANE_LIMIT');
    expect(sendCode(network, id, 10n)).toBe('');
    expect(sendCode(network, other, 100n)).toBe('');
    expect(sendCode(network, other, 101n)).toBe('LANE_LIMIT');
    expect(govern(a.side, limit(network, id, 0n)).code).toBe('');
    expect(sendCode(network, id, 100n)).toBe('');
    expect(sendCode(network, id, 101n)).toBe('LANE_LIMIT');
    expect(govern(a.side, { ...limit(network, id, 1n), client: 'side-none' }).code).toBe(
      'CLIENT_UNKNOWN',
    );
  });

  it('needs no delay where it narrows what holds, and only there', () => {
    const { network, id } = started();
    const { a } = network;
    const narrows = (outflowLimit: bigint, windowSeconds = WINDOW) =>
      narrowsLimit(a.side.context(), limit(network, id, outflowLimit, windowSeconds));
    expect(narrows(1_000_000n)).toBe(true);
    rule(network, { outflowLimit: 100n, windowSeconds: WINDOW });
    expect([narrows(100n), narrows(101n), narrows(99n, WINDOW / 2n)]).toEqual([true, false, false]);
    govern(a.side, limit(network, id, 10n));
    expect([narrows(10n), narrows(11n), narrows(0n)]).toEqual([true, false, false]);
    govern(a.side, limit(network, id, 200n));
    expect([narrows(0n), narrows(200n)]).toEqual([true, true]);
  });
});

describe('rules of a lane', () => {
  it('need no delay where they narrow: no pause ends, nothing is lowered, no limit is raised', () => {
    const { network } = started();
    const { a } = network;
    rule(network, {
      leastQuantity: 5n,
      outflowLimit: 100n,
      windowSeconds: WINDOW,
      leastRemainingSeconds: 60n,
    });
    const now = { leastQuantity: 5n, outflowLimit: 100n, leastRemainingSeconds: 60n };
    const narrows = (changes: Partial<LaneRules>, ms = 0n) => {
      const action = laneRules(a.sideClient, { ...now, windowSeconds: WINDOW, ...changes });
      if (action.type !== 'setLane') throw new Error('not a rule');
      return narrowsLane(a.side.context(undefined, ms), action);
    };
    expect([narrows({}), narrows({ paused: true })]).toEqual([true, true]);
    expect([narrows({ leastQuantity: 6n }), narrows({ leastQuantity: 4n })]).toEqual([true, false]);
    expect([narrows({ outflowLimit: 99n }), narrows({ outflowLimit: 101n })]).toEqual([
      true,
      false,
    ]);
    expect(narrows({ outflowLimit: 0n })).toBe(false);
    expect([narrows({ windowSeconds: 0n }), narrows({ windowSeconds: 2n * WINDOW })]).toEqual([
      false,
      false,
    ]);
    expect(narrows({ leastRemainingSeconds: 59n })).toBe(false);
    a.side.run(GUARDIAN, { type: 'guardPause', client: a.sideClient });
    expect([narrows({}), narrows({ paused: true }), narrows({}, 3_700_000n)]).toEqual([
      false,
      true,
      true,
    ]);
  });
});
