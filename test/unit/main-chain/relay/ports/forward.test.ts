/* The main chain as forwarder and as an end of transfers. */
import { describe, expect, it } from 'vitest';
import { readResource } from '../../../../../main-chain/ledger/resources.ts';
import { readRecord } from '../../../../../main-chain/ledger/state.ts';
import { forwardRecordCodec } from '../../../../../main-chain/relay/ports/forward.ts';
import type { TransactionResult } from '../../../../../schemas/wire/event.ts';
import type { MessageOf } from '../../../../../schemas/wire/message.ts';
import { SUCCESS_ACKNOWLEDGEMENT } from '../../../../../schemas/wire/packet.ts';
import { booksKey, forwardKey, transitKey } from '../../../../../schemas/wire/state-keys.ts';
import { certify, eventsOf } from '../../../../fakes/chain.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import { signedEntry } from '../../../../fakes/signed-entry.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  certificatesIn,
  createNetwork,
  delivery,
  forgeDelivery,
  govern,
  held,
  ISSUER,
  issueAndRegister,
  issueMessage,
  laneRules,
  ledgerOf,
  type Network,
  RELAYER,
  sendMessage,
  sentPackets,
  timeoutMessage,
  withPayload,
} from '../network.ts';

function failure(result: TransactionResult | undefined): string | undefined {
  return result?.events.find(({ type }) => type === 'packetFailed')?.code;
}

describe('the location ledger guards the network', () => {
  it('F1, D14: a chain cannot send what it does not hold, whatever it proves', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    carryAll(network);
    b.side.run(BOB, sendMessage(network, b, a.side, id, 1n));
    const [genuine] = sentPackets(b.side, b.sideClient);
    if (genuine === undefined) throw new Error('no packet');
    const packets = [withPayload(genuine, { quantity: 301n })];
    const forged = forgeDelivery(network, b.side, b.sideClient, b.mainClient, { packets });
    const before = ledgerOf(network, id);
    const result = main.run(RELAYER, forged);
    expect(failure(result)).toBe('LOCATION_EXCEEDED');
    expect(ledgerOf(network, id)).toEqual(before);
  });

  it('a home chain’s export before its supply is registered comes later, without a receipt', () => {
    const network = createNetwork();
    const { a, b, main } = network;
    const issue = issueMessage(network, 100n);
    a.side.run(ISSUER, issue);
    a.side.run(ALICE, sendMessage(network, a, b.side, issue.resourceId, 40n));
    const both = delivery(a.side, a.sideClient, a.mainClient, a.side.height);
    if (both === undefined) throw new Error('nothing');
    const attempt = main.attempt(RELAYER, { ...both });
    expect(attempt.result.items).toEqual(['LOCATION_LATER']);
    expect(attempt.changed.some((key) => key.startsWith(`${a.mainClient}\u0002`))).toBe(false);
    const all = carryAll(network);
    expect(eventsOf(all, 'transferDelivered').length).toBeGreaterThan(0);
    expect(ledgerOf(network, issue.resourceId)).toMatchObject({ atA: 60n, atB: 40n });
  });

  it('what is still on its way to a chain comes later', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    carryUp(network, a);
    carryDown(network, b);
    b.side.run(BOB, sendMessage(network, b, a.side, id, 300n));
    const early = delivery(b.side, b.sideClient, b.mainClient, b.side.height);
    if (early === undefined) throw new Error('nothing');
    expect(main.attempt(RELAYER, early).result.items).toEqual(['LOCATION_LATER']);
    carryAll(network);
    expect(ledgerOf(network, id)).toMatchObject({ atA: 1000n, atB: 0n });
  });

  it('F1: books that do not add up halt the resource; acknowledgements still run', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    carryUp(network, a);
    carryDown(network, b);
    main.values.delete(transitKey(id, b.mainClient));
    const result = carryUp(network, b);
    expect(result?.items).toEqual(['']);
    expect(result?.events.map(({ type }) => type)).toContain('resourceHalted');
    expect(readResource(main.context().state, id)?.status).toBe('halted');
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 1n));
    const results = carryAll(network);
    expect(failure(results.find((each) => failure(each) !== undefined))).toBe('RESOURCE_HALTED');
  });

  it('F1: a sum that is off halts the resource', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    main.values.set(booksKey(id), new Uint8Array(64));
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    const result = carryUp(network, a);
    expect(eventsOf(result === undefined ? [] : [result], 'resourceHalted')).toHaveLength(1);
  });
});

describe('refusals of the forwarder are answered at once and leave the books alone', () => {
  /** Sends 10 from Jiangsu to Anhui and brings it to the main chain after `prepare`. */
  function forwardAfter(
    prepare: (network: Network, id: Uint8Array) => void,
    changes: Parameters<typeof sendMessage>[5] = {},
  ): string | undefined {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 10n, changes));
    prepare(network, id);
    const before = ledgerOf(network, id);
    const result = carryUp(network, a);
    expect(ledgerOf(network, id)).toEqual(before);
    carryAll(network);
    expect(held(a.side, id, ALICE)).toBe(1000n);
    return failure(result);
  }

  it('F4: no route, a paused lane at either end, too little, too late', () => {
    const nowhere = `tieline:${'ab'.repeat(16)}`;
    expect(forwardAfter(() => undefined, { destination: nowhere })).toBe('ROUTE_UNKNOWN');
    const rules = (client: string, changes: object) =>
      forwardAfter(({ main }) => void govern(main, laneRules(client, changes)));
    expect(rules('side-jiangsu', { paused: true })).toBe('LANE_PAUSED');
    expect(rules('side-anhui', { paused: true })).toBe('LANE_PAUSED');
    expect(rules('side-anhui', { leastQuantity: 11n })).toBe('LANE_LEAST_QUANTITY');
    expect(rules('side-anhui', { leastRemainingSeconds: 86_400n })).toBe('FORWARD_TIME');
    expect(rules('side-anhui', { outflowLimit: 9n, windowSeconds: 3600n })).toBe('LANE_LIMIT');
  });

  it('a frozen resource', () => {
    const freeze = { type: 'freezeResource', caseOrder: 'case 2' } as const;
    const code = forwardAfter(
      ({ main }, resourceId) => void govern(main, { ...freeze, resourceId }),
    );
    expect(code).toBe('RESOURCE_FROZEN');
  });

  it('C6: a frozen client of the next chain', () => {
    const code = forwardAfter((network) => {
      const { b, main } = network;
      const forged = forgeDelivery(network, b.side, b.sideClient, b.mainClient, {});
      const { client } = forged;
      const [first] = certificatesIn(forged);
      if (first === undefined) throw new Error('no certificate');
      const other = { ...first.checkpoint, stateRoot: new Uint8Array(32).fill(3) };
      const second = certify(other, b.side.rules.genesisHash, b.side.keys);
      main.run(RELAYER, {
        type: 'misbehaviour',
        client,
        evidence: { type: 'checkpoint', first, second },
      });
    });
    expect(code).toBe('CLIENT_FROZEN');
  });

  it('a destination that is missing or the sender itself', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 10n));
    const [packet] = sentPackets(a.side, a.sideClient);
    if (packet === undefined) throw new Error('no packet');
    for (const destination of [undefined, a.side.rules.chainId]) {
      const packets = [withPayload(packet, { destination })];
      const forged = forgeDelivery(network, a.side, a.sideClient, a.mainClient, { packets });
      expect(failure(main.attempt(RELAYER, forged).result)).toBe('TRANSFER_DESTINATION');
    }
  });

  it('a chain without a registered route', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    main.values.delete(`route/${a.side.rules.chainId}`);
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 10n));
    expect(failure(carryUp(network, a))).toBe('ROUTE_UNKNOWN');
  });
});

describe('forward records', () => {
  it('say which packet was carried on and how it ended', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main, clock } = network;
    const record = (sequence: bigint) =>
      readRecord(main.context().state, forwardKey(b.mainClient, sequence), forwardRecordCodec);
    const send = sendMessage(network, a, b.side, id, 10n);
    a.side.run(ALICE, send);
    carryUp(network, a);
    expect(record(1n)).toMatchObject({ outcome: 'pending', client: a.mainClient, sequence: 2n });
    expect(record(1n)?.packet).toBeDefined();
    carryAll(network);
    expect(record(1n)).toEqual({
      outcome: 'delivered',
      client: a.mainClient,
      sequence: 2n,
      packet: undefined,
    });
    a.side.run(ALICE, send);
    carryUp(network, a);
    const packets = sentPackets(main, b.mainClient);
    clock.nowMs += 3_600_000n;
    main.run(RELAYER, timeoutMessage(b.side, b.mainClient, packets));
    expect(record(2n)?.outcome).toBe('timedOut');
    const acknowledgements = packets.map((packet) => ({
      packet,
      acknowledgement: SUCCESS_ACKNOWLEDGEMENT,
    }));
    const late = forgeDelivery(network, b.side, b.sideClient, b.mainClient, { acknowledgements });
    expect(main.attempt(RELAYER, late).result.items).toEqual(['PACKET_ALREADY_SETTLED']);
  });
});

describe('dynamic heads', () => {
  /** An entry of the resource's issuer, signed for Jiangsu. */
  const append = ({ a }: Network, resourceId: Uint8Array): MessageOf<'append'> => ({
    type: 'append',
    entry: signedEntry(ISSUER, a.side.rules.genesisHash, resourceId),
  });

  it('F3: two heads at one index, certified by the home chain, refuse the packet that brings the second', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    a.side.run(ISSUER, append(network, id));
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 10n));
    carryAll(network);
    const before = [readResource(main.context().state, id), ledgerOf(network, id)];
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 5n));
    const [genuine] = sentPackets(a.side, a.sideClient);
    if (genuine === undefined) throw new Error('no packet');
    const lie = (sequence: bigint, index: bigint) => {
      const dynamic = { index, head: new Uint8Array(32).fill(9) };
      const packets = [{ ...withPayload(genuine, { dynamic }), sequence }];
      return forgeDelivery(network, a.side, a.sideClient, a.mainClient, { packets });
    };
    expect(failure(main.run(RELAYER, lie(60n, 1n)))).toBe('DYNAMIC_CONFLICT');
    expect([readResource(main.context().state, id), ledgerOf(network, id)]).toEqual(before);
    expect(b.side.attempt(BOB, sendMessage(network, b, a.side, id, 1n)).result.code).toBe('');
    expect(failure(main.attempt(RELAYER, lie(61n, 0n)).result)).toBeUndefined();
    expect(failure(main.attempt(RELAYER, lie(61n, 2n)).result)).toBeUndefined();
  });

  it('F3: travel with a packet of the home chain, and no other chain can plant one', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    const index = (chain: typeof main) => readResource(chain.context().state, id)?.dynamicIndex;
    a.side.run(ISSUER, append(network, id));
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 10n));
    carryAll(network);
    expect([index(a.side), index(main), index(b.side)]).toEqual([1n, 1n, 1n]);
    b.side.run(BOB, sendMessage(network, b, main, id, 1n));
    const [packet] = sentPackets(b.side, b.sideClient);
    if (packet === undefined) throw new Error('no packet');
    const dynamic = { index: 9n, head: new Uint8Array(32).fill(9) };
    const packets = [withPayload(packet, { dynamic })];
    main.run(RELAYER, forgeDelivery(network, b.side, b.sideClient, b.mainClient, { packets }));
    expect(index(main)).toBe(1n);
  });
});

describe('transfers that end or begin on the main chain', () => {
  it('ends there, is sent on from there, and comes back when the next chain refuses', () => {
    const admitted = [1, 20, 30, 40].map(testAddress);
    const network = createNetwork({ sides: { admission: 'list', admitted } });
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    a.side.run(ALICE, sendMessage(network, a, main, id, 50n));
    const up = carryUp(network, a);
    expect(up?.events.at(-1)).toMatchObject({ type: 'transferDelivered', quantity: 50n });
    expect(held(main, id, BOB)).toBe(50n);
    expect(ledgerOf(network, id)).toMatchObject({ atA: 950n, atMain: 50n });
    carryAll(network);
    const onward = { ...sendMessage(network, b, b.side, id, 20n), client: b.mainClient };
    main.run(BOB, { ...onward, receiver: testAddress(ALICE), memo: 'onward' });
    expect(ledgerOf(network, id)).toMatchObject({ atMain: 30n, toB: 20n });
    carryAll(network);
    expect(held(b.side, id, ALICE)).toBe(20n);
    main.run(BOB, onward);
    const results = carryAll(network);
    expect(eventsOf(results, 'transferRefunded')).toMatchObject([{ quantity: 20n, origin: '' }]);
    expect(held(main, id, BOB)).toBe(30n);
    expect(ledgerOf(network, id)).toMatchObject({ atMain: 30n, toB: 0n, atB: 20n });
    const wrong = main.attempt(BOB, { ...onward, client: a.mainClient });
    expect([wrong.result.code, wrong.changed]).toEqual(['TRANSFER_DESTINATION', []]);
    main.run(BOB, {
      type: 'retire',
      resourceId: id,
      quantity: 30n,
      beneficiary: 'c',
      purpose: 'p',
    });
    expect(ledgerOf(network, id)).toMatchObject({ atMain: 0n, retired: 30n });
  });

  it('refuses a receiver who is not admitted on the main chain', () => {
    const admitted = [1, 20, 40].map(testAddress);
    const network = createNetwork({ main: { admission: 'list', admitted } });
    const id = issueAndRegister(network);
    const { a, main } = network;
    a.side.run(ALICE, sendMessage(network, a, main, id, 50n));
    expect(failure(carryUp(network, a))).toBe('ACCOUNT_NOT_ADMITTED');
    carryAll(network);
    expect(held(a.side, id, ALICE)).toBe(1000n);
  });
});
