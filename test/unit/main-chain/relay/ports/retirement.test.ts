/* Retirement: final where it happens, booked sooner or later, never stopped by a guard. */
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../../../../schemas/codec/codec.ts';
import type { MessageOf } from '../../../../../schemas/wire/message.ts';
import type { Packet } from '../../../../../schemas/wire/packet.ts';
import { resendKey } from '../../../../../schemas/wire/state-keys.ts';
import { retirementPayloadCodec } from '../../../../../schemas/wire/transfer.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryUp,
  createNetwork,
  forgeDelivery,
  govern,
  held,
  issueAndRegister,
  laneRules,
  ledgerOf,
  RELAYER,
  sendMessage,
  sentPackets,
  timeoutMessage,
} from '../network.ts';

function retirement(resourceId: Uint8Array, quantity: bigint): MessageOf<'retire'> {
  return { type: 'retire', resourceId, quantity, beneficiary: 'a named consumer', purpose: '2027' };
}

function altered(packet: Packet, quantity: bigint): Packet {
  const payloads = packet.payloads.map((payload) => {
    const value = decode(retirementPayloadCodec, payload.value, 'retirement');
    return { ...payload, value: encode(retirementPayloadCodec, { ...value, quantity }) };
  });
  return { ...packet, payloads };
}

describe('retirement', () => {
  it('is booked in spite of pause, limit and freeze', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, main } = network;
    const stop = { paused: true, outflowLimit: 1n, windowSeconds: 3600n, leastQuantity: 500n };
    govern(main, laneRules(a.mainClient, stop));
    govern(a.side, laneRules(a.sideClient, stop));
    govern(main, { type: 'freezeResource', resourceId: id, caseOrder: 'case 3' });
    govern(a.side, { type: 'freezeResource', resourceId: id, caseOrder: 'case 3' });
    a.side.run(ALICE, retirement(id, 20n));
    carryAll(network);
    expect(held(a.side, id, ALICE)).toBe(980n);
    expect(ledgerOf(network, id)).toMatchObject({ located: 980n, retired: 20n });
  });

  it('that times out is kept and sent again until it is booked', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, main, clock } = network;
    a.side.run(ALICE, retirement(id, 20n));
    const packets = sentPackets(a.side, a.sideClient);
    clock.nowMs += 86_400_000n;
    const result = a.side.run(RELAYER, timeoutMessage(main, a.sideClient, packets));
    expect(result.items).toEqual(['']);
    expect(a.side.get(resendKey(a.sideClient, 2n))).toBeDefined();
    expect(held(a.side, id, ALICE)).toBe(980n);
    a.side.run(BOB, { type: 'resend', client: a.sideClient, sequence: 2n });
    carryAll(network);
    expect(ledgerOf(network, id)).toMatchObject({ located: 980n, retired: 20n });
  });

  it('F1, F2: refuses zero, more than the owner or the chain holds, and unknown resources', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    const code = (quantity: bigint, resourceId = id) => {
      const { result, changed } = a.side.attempt(ALICE, retirement(resourceId, quantity));
      expect(changed).toEqual([]);
      return result.code;
    };
    expect(code(0n)).toBe('QUANTITY_ZERO');
    expect(code(1001n)).toBe('HOLDING_INSUFFICIENT');
    expect(code(1n, new Uint8Array(32))).toBe('RESOURCE_UNKNOWN');
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 30n));
    carryAll(network);
    b.side.run(BOB, retirement(id, 5n));
    const [packet] = sentPackets(b.side, b.sideClient);
    if (packet === undefined) throw new Error('no packet');
    const forge = (quantity: bigint) => {
      const packets = [altered(packet, quantity)];
      const forged = forgeDelivery(network, b.side, b.sideClient, b.mainClient, { packets });
      const { result } = main.attempt(RELAYER, forged);
      return result.events.find(({ type }) => type === 'packetFailed')?.code;
    };
    expect(forge(31n)).toBe('LOCATION_EXCEEDED');
    expect(forge(0n)).toBe('QUANTITY_ZERO');
    expect(forge(30n)).toBeUndefined();
    carryUp(network, b);
    expect(ledgerOf(network, id)).toMatchObject({ retired: 5n });
  });

  it('of a resource the main chain does not know yet comes later', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, main } = network;
    a.side.run(ALICE, retirement(id, 20n));
    main.values.delete(`resource/${String.fromCharCode(...id)}`);
    expect(carryUp(network, a)?.items.at(-1)).toBe('LOCATION_LATER');
  });
});
