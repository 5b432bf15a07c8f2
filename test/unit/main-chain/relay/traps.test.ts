/* Traps the design closes, each by its name. */

import { describe, expect, it } from 'vitest';
import { readResource } from '../../../../main-chain/ledger/resources.ts';
import { readQuantity, readU64 } from '../../../../main-chain/ledger/state.ts';
import { encode } from '../../../../schemas/codec/codec.ts';
import type { Action } from '../../../../schemas/wire/action.ts';
import { checkpointUpdates } from '../../../../schemas/wire/clients/client-material.ts';
import type { Message } from '../../../../schemas/wire/message.ts';
import type { Packet } from '../../../../schemas/wire/packet.ts';
import { outstandingKey, settledBelowKey, supplyKey } from '../../../../schemas/wire/state-keys.ts';
import { type TransferPayload, transferPayloadCodec } from '../../../../schemas/wire/transfer.ts';
import { testAddress } from '../../../fakes/ledger-context.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  createNetwork,
  delivery,
  forgeDelivery,
  govern,
  held,
  issueAndRegister,
  laneRules,
  ledgerOf,
  type Network,
  RELAYER,
  sendMessage,
  sentPackets,
  timeoutMessage,
} from './network.ts';

function started(): { network: Network; id: Uint8Array } {
  const network = createNetwork();
  return { network, id: issueAndRegister(network) };
}

describe('refund while paused, limited or frozen', () => {
  const WINDOW = 86_400n;
  const cases: Record<string, (network: Network, id: Uint8Array) => Action> = {
    paused: ({ a }) => laneRules(a.sideClient, { paused: true }),
    limited: ({ a }) => laneRules(a.sideClient, { outflowLimit: 1n, windowSeconds: WINDOW }),
    frozen: (_, resourceId) => ({ type: 'freezeResource', resourceId, caseOrder: 'case 7' }),
  };
  for (const [name, guard] of Object.entries(cases)) {
    it(`runs: ${name}, on the main chain and at the source, by error and by timeout`, () => {
      const { network, id } = started();
      const { main, a, b, clock } = network;
      govern(b.side, laneRules(b.sideClient, { paused: true }));
      a.side.run(ALICE, sendMessage(network, a, b.side, id, 100n));
      carryUp(network, a);
      carryDown(network, b);
      const soon = clock.nowMs / 1000n + 600n;
      const times = { timeoutSeconds: soon, deadlineSeconds: soon };
      a.side.run(ALICE, sendMessage(network, a, b.side, id, 50n, times));
      const late = sentPackets(a.side, a.sideClient);
      expect(govern(a.side, guard(network, id)).code).toBe('');
      const onMain =
        name === 'frozen' ? guard(network, id) : laneRules(a.mainClient, { paused: true });
      expect(govern(main, onMain).code).toBe('');
      expect(held(a.side, id, ALICE)).toBe(850n);
      carryUp(network, b);
      carryDown(network, a);
      expect(held(a.side, id, ALICE)).toBe(950n);
      clock.nowMs += 700_000n;
      expect(a.side.run(RELAYER, timeoutMessage(main, a.sideClient, late)).items).toEqual(['']);
      expect(held(a.side, id, ALICE)).toBe(1000n);
      expect(ledgerOf(network, id)).toMatchObject({ atA: 1000n, inTransit: 0n });
      const status = name === 'frozen' ? 'frozen' : 'active';
      expect(readResource(a.side.context().state, id)?.status).toBe(status);
    });
  }
});

describe('return above outstanding by a hostile main chain', () => {
  const back = ({ a, clock }: Network, resourceId: Uint8Array, quantity: bigint): Packet => {
    const payload: TransferPayload = {
      resourceId,
      quantity,
      sender: testAddress(66),
      receiver: testAddress(66),
      deadlineSeconds: clock.nowMs / 1000n + 3600n,
      frozen: false,
      origin: undefined,
      destination: undefined,
      dynamic: undefined,
      memo: undefined,
    };
    return {
      sequence: 500n + quantity,
      sourceClient: a.mainClient,
      destinationClient: a.sideClient,
      timeoutSeconds: payload.deadlineSeconds,
      payloads: [
        {
          sourcePort: 'transfer',
          destinationPort: 'transfer',
          version: 'tieline-1',
          encoding: 'application/x-tieline',
          value: encode(transferPayloadCodec, payload),
        },
      ],
    };
  };

  it('comes home no more than has left, however the main chain cuts it', () => {
    const { network, id } = started();
    const { main, a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    carryAll(network);
    const failure = (quantity: bigint) => {
      const packets = [back(network, id, quantity)];
      const forged = forgeDelivery(network, main, a.mainClient, a.sideClient, { packets });
      const { events } = a.side.run(RELAYER, forged);
      return events.find(({ type }) => type === 'packetFailed')?.code ?? 'received';
    };
    const { state } = a.side.context();
    const before = readQuantity(state, supplyKey(id));
    expect(failure(301n)).toBe('OUTSTANDING_EXCEEDED');
    expect(readQuantity(a.side.context().state, supplyKey(id))).toBe(before);
    expect([failure(200n), failure(100n), failure(1n)]).toEqual([
      'received',
      'received',
      'OUTSTANDING_EXCEEDED',
    ]);
    expect(readQuantity(a.side.context().state, supplyKey(id))).toBe(1000n);
    expect(readQuantity(a.side.context().state, outstandingKey(id))).toBe(0n);
  });
});

describe('onward send before the acknowledgement', () => {
  it('waits without a receipt, and is booked once the acknowledgement has come', () => {
    const { network, id } = started();
    const { main, a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    carryUp(network, a);
    carryDown(network, b);
    b.side.run(BOB, sendMessage(network, b, a.side, id, 300n, { receiver: testAddress(ALICE) }));
    const early = delivery(b.side, b.sideClient, b.mainClient, b.side.height);
    if (early === undefined) throw new Error('nothing was sent');
    const { result, changed } = main.attempt(RELAYER, early);
    expect(result.items).toEqual(['LOCATION_LATER']);
    expect(changed.filter((key) => !/^(client|consensus\w+)\//.test(key))).toEqual([]);
    carryAll(network);
    expect(main.attempt(RELAYER, early).result.items).toEqual(['PACKET_ALREADY_RECEIVED']);
    expect(held(a.side, id, ALICE)).toBe(1000n);
    expect(ledgerOf(network, id)).toMatchObject({ atA: 1000n, atB: 0n, inTransit: 0n });
  });
});

describe('pruned receipt replayed', () => {
  it('is refused for ever, on the main chain and on a side chain', () => {
    const { network, id } = started();
    const { main, a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    carryAll(network);
    const ends = [
      [a.side, a.sideClient, main, a.mainClient],
      [main, b.mainClient, b.side, b.sideClient],
    ] as const;
    for (const [from, fromClient, to, toClient] of ends) {
      const replay = delivery(from, fromClient, toClient, 1n);
      if (replay === undefined) throw new Error('nothing was sent');
      const mark = settledBelowKey(fromClient);
      const prune: Message = {
        type: 'settle',
        client: toClient,
        updates: checkpointUpdates(from.certificate()),
        height: from.height,
        settledBelow: readU64(from.context().state, mark),
        proof: from.tree.prove([mark]),
      };
      to.run(RELAYER, prune);
      const { result, changed } = to.attempt(RELAYER, replay);
      expect(new Set(result.items)).toEqual(new Set(['PACKET_PRUNED']));
      expect(changed).toEqual([]);
    }
    expect(held(b.side, id, BOB)).toBe(300n);
  });
});
