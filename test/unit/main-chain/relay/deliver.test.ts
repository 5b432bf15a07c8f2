/* Deliveries: proofs bound to what they carry, items isolated, each packet exactly once. */

import { describe, expect, it } from 'vitest';
import { Overlay } from '../../../../main-chain/ledger/overlay.ts';
import { deliver } from '../../../../main-chain/relay/deliver.ts';
import { encode } from '../../../../schemas/codec/codec.ts';
import { type Action, actionCodec } from '../../../../schemas/wire/action.ts';
import { checkpointUpdates } from '../../../../schemas/wire/clients/client-material.ts';
import type { MessageOf, Segment } from '../../../../schemas/wire/message.ts';
import { acknowledgementPath, type Packet, receiptPath } from '../../../../schemas/wire/packet.ts';
import { testAddress } from '../../../fakes/ledger-context.ts';
import { refused, up } from './attempts.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  createNetwork,
  forgeDelivery,
  held,
  issueAndRegister,
  ledgerOf,
  type Network,
  RELAYER,
  sendMessage,
  sentPackets,
  withPayload,
} from './network.ts';

type Deliver = MessageOf<'deliver'>;

/** A transfer from Jiangsu to Anhui on its way to the main chain. */
function pending(count = 1): { network: Network; id: Uint8Array; message: Deliver } {
  const network = createNetwork();
  const id = issueAndRegister(network);
  const { a, b } = network;
  const send = sendMessage(network, a, b.side, id, 10n);
  a.side.block(...Array.from({ length: count }, () => [ALICE, send] as const));
  return { network, id, message: up(network) };
}

function changed(message: Deliver, change: (segment: Segment) => Partial<Segment>): Deliver {
  return { ...message, segments: message.segments.map((each) => ({ ...each, ...change(each) })) };
}

function packetOf(message: Deliver, at = 0): Packet {
  const packet = message.segments[0]?.packets[at];
  if (packet === undefined) throw new Error('no packet');
  return packet;
}

describe('proofs of a delivery', () => {
  const { network, message } = pending();
  const attempt = (deliver: Deliver) => network.main.attempt(RELAYER, deliver);

  it('accepts what the counterparty has committed', () => {
    expect(attempt(message).result.items).toEqual(['']);
  });

  it('A6: refuses a genuine proof with another packet', () => {
    const other = { ...packetOf(message), sequence: packetOf(message).sequence + 1n };
    expect(refused(attempt(changed(message, () => ({ packets: [other] }))))).toBe(
      'PROOF_ROOT_MISMATCH',
    );
  });

  it('D9: refuses another quantity, resource, owner, deadline or destination than committed', () => {
    for (const changes of [
      { quantity: 11n },
      { resourceId: new Uint8Array(32).fill(1) },
      { receiver: testAddress(99) },
      { sender: testAddress(99) },
      { deadlineSeconds: 1_900_000_000n },
      { destination: network.main.rules.chainId },
    ]) {
      const packets = [withPayload(packetOf(message), changes)];
      expect(refused(attempt(changed(message, () => ({ packets }))))).toBe('PROOF_ROOT_MISMATCH');
    }
  });

  it('A13: refuses bytes shifted between payload fields', () => {
    const packet = packetOf(message);
    const payloads = packet.payloads.map((payload) => ({
      ...payload,
      version: `${payload.version}a`,
      encoding: payload.encoding.slice(1),
    }));
    const packets = [{ ...packet, payloads }];
    expect(refused(attempt(changed(message, () => ({ packets }))))).toBe('PROOF_ROOT_MISMATCH');
  });

  it('A4: refuses a wrong place, a count of its own and a start beyond the outbox', () => {
    expect(refused(attempt(changed(message, () => ({ start: 1 }))))).toBe('PROOF_INDEX');
    const proof = (segment: Segment) => {
      const rangeProof = Uint8Array.from(segment.rangeProof);
      rangeProof[3] = 2;
      return { rangeProof };
    };
    expect(refused(attempt(changed(message, proof)))).toBe('PROOF_TRUNCATED');
  });

  it('A5: refuses an empty delivery, an empty segment and left-over proof bytes', () => {
    expect(refused(attempt({ ...message, segments: [] }))).toBe('BATCH_EMPTY');
    expect(refused(attempt(changed(message, () => ({ packets: [] }))))).toBe('BATCH_EMPTY');
    const long = (segment: Segment) => ({ rangeProof: Uint8Array.of(...segment.rangeProof, 0) });
    expect(refused(attempt(changed(message, long)))).toBe('PROOF_TRAILING');
    const twice = changed(message, ({ packets }) => ({ packets: [...packets, ...packets] }));
    expect(refused(attempt(twice))).toBe('PROOF_INDEX');
  });

  it('A12: refuses a packet offered as acknowledgement and the other way round', () => {
    const acknowledgements = [{ packet: packetOf(message), acknowledgement: Uint8Array.of(1) }];
    const other = changed(message, () => ({ packets: [], acknowledgements }));
    expect(refused(attempt(other))).toBe('PROOF_ROOT_MISMATCH');
  });

  it('A12: refuses a proof of another height, and a height the client does not hold', () => {
    const { a } = network;
    const height = message.height + 1n;
    expect(refused(attempt({ ...message, height }))).toBe('CONSENSUS_UNKNOWN');
    const old = changed(message, () => ({ outboxHeight: message.height - 1n }));
    expect(refused(attempt(old))).toBe('PROOF_TRUNCATED');
    a.side.block();
    const later = {
      ...message,
      height: a.side.height,
      updates: checkpointUpdates(a.side.certificate()),
    };
    const forged = changed(later, () => ({ outboxHeight: a.side.height }));
    expect(refused(attempt(forged))).toBe('PROOF_ROOT_MISMATCH');
  });

  it('A12: proves an older outbox by its root in the state, and by no other height’s', () => {
    const { a } = network;
    const segments = a.side.segments(a.sideClient, message.height);
    const later = {
      ...message,
      height: a.side.height,
      updates: checkpointUpdates(a.side.certificate()),
      segments,
    };
    expect(segments[0]?.rootProof.length).toBeGreaterThan(0);
    expect(attempt(later).result.items).toEqual(['']);
    const wrong = changed(later, () => ({ outboxHeight: message.height - 1n }));
    expect(refused(attempt(wrong))).toMatch(/^PROOF_/);
  });

  it('refuses more than 256 items', () => {
    const packets = Array.from({ length: 129 }, () => packetOf(message));
    const segment = changed(message, () => ({ packets })).segments[0];
    if (segment === undefined) throw new Error('no segment');
    expect(refused(attempt({ ...message, segments: [segment, segment] }))).toBe('BATCH_COUNT');
  });
});

describe('exactly once', () => {
  it('D1: a packet received before is a no-op in a batch that succeeds', () => {
    const { network, id, message } = pending(2);
    network.main.run(RELAYER, message);
    const books = ledgerOf(network, id);
    const again = network.main.attempt(RELAYER, message);
    expect(again.result.items).toEqual(['PACKET_ALREADY_RECEIVED', 'PACKET_ALREADY_RECEIVED']);
    expect(again.changed).toEqual([]);
    expect(ledgerOf(network, id)).toEqual(books);
  });

  it('D1: the same packet twice in one batch is received once', () => {
    const { network, message } = pending();
    const twice = { ...message, segments: [...message.segments, ...message.segments] };
    expect(network.main.run(RELAYER, twice).items).toEqual(['', 'PACKET_ALREADY_RECEIVED']);
  });

  it('D1: the same sequence on another lane is another packet', () => {
    const { network, id, message } = pending();
    const { main, b } = network;
    main.run(RELAYER, message);
    carryDown(network, b);
    b.side.run(BOB, sendMessage(network, b, network.a.side, id, 1n));
    const [sent] = sentPackets(b.side, b.sideClient);
    expect(sent?.sequence).toBe(1n);
    expect(main.get(receiptPath(b.mainClient, 1n))).toBeUndefined();
    expect(carryUp(network, b)?.items.at(-1)).toBe('');
  });

  it('D10: a deposit cannot be claimed again through another lane or a forged copy', () => {
    const { network, id, message } = pending();
    const { main, a, b } = network;
    main.run(RELAYER, message);
    const copy = {
      ...packetOf(message),
      sourceClient: b.sideClient,
      destinationClient: b.mainClient,
    };
    const forge = (quantity: bigint) => {
      const packets = [withPayload(copy, { quantity, destination: a.side.rules.chainId })];
      return main.run(
        RELAYER,
        forgeDelivery(network, b.side, b.sideClient, b.mainClient, { packets }),
      );
    };
    expect(forge(10n).items).toEqual(['LOCATION_LATER']);
    const failed = forge(11n).events.find(({ type }) => type === 'packetFailed');
    expect(failed?.code).toBe('LOCATION_EXCEEDED');
    expect(ledgerOf(network, id)).toMatchObject({ atA: 990n, toB: 10n, atB: 0n, toA: 0n });
  });
});

describe('isolation', () => {
  it('a packet that fails leaves the others of its batch untouched', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b } = network;
    const send = sendMessage(network, a, b.side, id, 10n);
    const nowhere = { ...send, destination: `tieline:${'0'.repeat(32)}` };
    a.side.block([ALICE, send], [ALICE, nowhere], [ALICE, send]);
    const result = carryUp(network, a);
    expect(result?.items).toEqual(['', '', '']);
    expect(result?.events.filter(({ type }) => type === 'packetFailed')).toMatchObject([
      { code: 'ROUTE_UNKNOWN', sequence: 3n },
    ]);
    carryAll(network);
    expect(held(a.side, id, ALICE)).toBe(980n);
    expect(held(b.side, id, BOB)).toBe(20n);
  });

  it('a defect is no refusal: it passes through', () => {
    const { network, message } = pending();
    const { main } = network;
    const state = new Overlay({
      get(key) {
        if (key.startsWith('books/')) throw new RangeError('disk');
        return main.get(key);
      },
    });
    const carry = () => deliver(main.context(state), testAddress(RELAYER), message);
    expect(carry).toThrow(RangeError);
  });

  it('D15: refuses a packet whose clients do not point at each other', () => {
    const { network, message } = pending();
    const { main, a, b } = network;
    for (const changes of [{ destinationClient: b.mainClient }, { sourceClient: b.sideClient }]) {
      const packets = [{ ...packetOf(message), ...changes }];
      const forged = forgeDelivery(network, a.side, a.sideClient, a.mainClient, { packets });
      const { result, changed: keys } = main.attempt(RELAYER, forged);
      expect(result.items).toEqual(['PACKET_CLIENTS']);
      expect(keys.every((key) => !key.startsWith(`${a.mainClient}\u0002`))).toBe(true);
    }
  });

  it('D13: refuses a packet without a payload', () => {
    const { network, message } = pending();
    const { main, a } = network;
    const packets = [{ ...packetOf(message), payloads: [] }];
    const forged = forgeDelivery(network, a.side, a.sideClient, a.mainClient, { packets });
    expect(main.attempt(RELAYER, forged).result.items).toEqual(['PACKET_PAYLOADS']);
  });

  it('F4: answers an unknown port, version or encoding with the universal error', () => {
    const { network, message } = pending();
    const { main, a } = network;
    const forge = (changes: Partial<Packet['payloads'][0]>) => {
      const packet = packetOf(message);
      const payloads = packet.payloads.map((payload) => ({ ...payload, ...changes }));
      const packets = [{ ...packet, payloads }];
      const forged = forgeDelivery(network, a.side, a.sideClient, a.mainClient, { packets });
      const { result } = main.attempt(RELAYER, forged);
      expect(result.items).toEqual(['']);
      return result.events.find(({ type }) => type === 'packetFailed')?.code;
    };
    expect(forge({ sourcePort: 'bank', destinationPort: 'bank' })).toBe('PORT_UNKNOWN');
    expect(forge({ sourcePort: 'bank' })).toBe('PORT_UNKNOWN');
    expect(forge({ version: 'tieline-0' })).toBe('PORT_VERSION');
    expect(forge({ encoding: 'application/json' })).toBe('PORT_VERSION');
    expect(forge({ value: Uint8Array.of(1, 2, 3) })).toBe('CODEC_TRUNCATED');
  });
});

describe('a packet that aims at the chain itself', () => {
  /** Names of what administers a chain, of what every object has, and near those of real ports. */
  const TARGETS = [
    ...['propose', 'execute', 'setMembers', 'setValidators', 'registerIssuer', 'registerRoute'],
    ...['chain/members', 'validators/current', 'keys', 'issuer', 'route', 'client', ''],
    ...['constructor', '__proto__', 'hasOwnProperty', 'toString', 'get', 'size'],
    ...['Transfer', 'transfer ', 'transfer\u0000', 'transfer/1', 'supply,transfer'],
  ];
  const CAPTURE: Action = {
    type: 'setMembers',
    organisations: [{ name: 'attacker', address: testAddress(66) }],
    quorum: 1,
    guardians: [],
  };

  it('D12: reaches no registry, no keys and no upgrade, by whatever port it is named, on either chain', () => {
    const { network, message } = pending();
    const { main, a } = network;
    const genuine = packetOf(message);
    const value = encode(actionCodec, CAPTURE);
    const ends = [
      { from: a.side, fromClient: a.sideClient, to: main, toClient: a.mainClient },
      { from: main, fromClient: a.mainClient, to: a.side, toClient: a.sideClient },
    ];
    for (const { from, fromClient, to, toClient } of ends) {
      for (const port of TARGETS) {
        const [payload] = genuine.payloads;
        if (payload === undefined) throw new Error('no payload');
        const payloads = [{ ...payload, sourcePort: port, destinationPort: port, value }];
        const names = { sourceClient: fromClient, destinationClient: toClient };
        const packet = { ...genuine, ...names, sequence: 70n, payloads };
        const forged = forgeDelivery(network, from, fromClient, toClient, { packets: [packet] });
        const { result, changed: keys } = to.attempt(RELAYER, forged);
        expect(result.items).toEqual(['']);
        const failed = result.events.find(({ type }) => type === 'packetFailed');
        expect([port, failed?.code]).toEqual([port, 'PORT_UNKNOWN']);
        const own = [receiptPath(toClient, 70n), acknowledgementPath(toClient, 70n)];
        const isAboutTheLane = (key: string) =>
          own.includes(key) || /^(client|consensusState|consensusRing)\//.test(key);
        expect(keys.filter((key) => !isAboutTheLane(key))).toEqual([]);
      }
    }
  });

  it('D12: is no transfer, supply or retirement by the bytes of an action', () => {
    const { network, message } = pending();
    const { main, a } = network;
    const genuine = packetOf(message);
    for (const port of ['transfer', 'supply', 'retirement']) {
      const payloads = genuine.payloads.map((payload) => ({
        ...payload,
        sourcePort: port,
        destinationPort: port,
        value: encode(actionCodec, CAPTURE),
      }));
      const packets = [{ ...genuine, payloads }];
      const forged = forgeDelivery(network, a.side, a.sideClient, a.mainClient, { packets });
      const { result, changed: keys } = main.attempt(RELAYER, forged);
      expect(result.events.find(({ type }) => type === 'packetFailed')?.code).toMatch(/^CODEC_/);
      expect(keys.filter((key) => /^(chain|validators|issuer|route|books)/.test(key))).toEqual([]);
    }
  });
});

describe('what was not executed', () => {
  it('D7: a refused send leaves no event and no packet, and a payload that fails no event but that it failed', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    const send = sendMessage(network, a, b.side, id, 1001n);
    expect(refused(a.side.attempt(ALICE, send))).toBe('HOLDING_INSUFFICIENT');
    a.side.block([ALICE, send]);
    expect(sentPackets(a.side, a.sideClient)).toEqual([]);
    a.side.run(ALICE, { ...send, quantity: 10n, destination: `tieline:${'0'.repeat(32)}` });
    const result = main.run(RELAYER, up(network));
    expect(result.events.map(({ type }) => type)).toEqual(['clientUpdated', 'packetFailed']);
  });

  it('D7, C8: a packet of a block that is not certified, or whose certificate lacks a quorum, is not received', () => {
    const { network, message } = pending();
    const { main, a } = network;
    const { height } = a.side;
    expect(refused(main.attempt(RELAYER, { ...message, updates: checkpointUpdates() }))).toBe(
      'CONSENSUS_UNKNOWN',
    );
    const updates = checkpointUpdates({ ...a.side.certificate(height), signatures: [] });
    expect(refused(main.attempt(RELAYER, { ...message, updates }))).toBe('CERTIFICATE_QUORUM');
  });
});
