/* What a side chain refuses of a main chain that has been taken over, and of its own users. */
import { describe, expect, it } from 'vitest';
import { readResource } from '../../../../../main-chain/ledger/resources.ts';
import { readQuantity } from '../../../../../main-chain/ledger/state.ts';
import { encode } from '../../../../../schemas/codec/codec.ts';
import { nobleHash } from '../../../../../schemas/hash.ts';
import { type ResourceOrigin, resourceIdOf } from '../../../../../schemas/resource/resource-id.ts';
import {
  acknowledgementPath,
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  receiptPath,
} from '../../../../../schemas/wire/packet.ts';
import { outstandingKey } from '../../../../../schemas/wire/state-keys.ts';
import {
  PAYLOAD_ENCODING,
  PAYLOAD_VERSION,
  TRANSFER_PORT,
  type TransferPayload,
  transferPayloadCodec,
} from '../../../../../schemas/wire/transfer.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import {
  ALICE,
  BOB,
  carryAll,
  createNetwork,
  forgeDelivery,
  govern,
  held,
  ISSUER,
  issueAndRegister,
  issueMessage,
  KIND,
  type Link,
  type Network,
  RELAYER,
  sendMessage,
} from '../network.ts';

/** A packet the main chain never sent, to a side chain. */
function packetTo(
  { clock }: Network,
  link: Link,
  payload: Partial<TransferPayload> & Pick<TransferPayload, 'resourceId' | 'quantity'>,
  sequence = 50n,
): Packet {
  const deadlineSeconds = clock.nowMs / 1000n + 3600n;
  const value = encode(transferPayloadCodec, {
    sender: testAddress(ALICE),
    receiver: testAddress(BOB),
    deadlineSeconds,
    frozen: false,
    origin: undefined,
    destination: undefined,
    dynamic: undefined,
    memo: undefined,
    ...payload,
  });
  return {
    sequence,
    sourceClient: link.mainClient,
    destinationClient: link.sideClient,
    timeoutSeconds: deadlineSeconds,
    payloads: [
      {
        sourcePort: TRANSFER_PORT,
        destinationPort: TRANSFER_PORT,
        version: PAYLOAD_VERSION,
        encoding: PAYLOAD_ENCODING,
        value,
      },
    ],
  };
}

/** Delivers forged packets; the code each was refused with, '' where it was taken. */
function deliverForged(network: Network, link: Link, ...packets: readonly Packet[]): string[] {
  const { main } = network;
  const forged = forgeDelivery(network, main, link.mainClient, link.sideClient, { packets });
  const { result, changed } = link.side.attempt(RELAYER, forged);
  expect(result.items).toEqual(packets.map(() => ''));
  return packets.map(({ sequence }) => {
    const event = result.events.find((each) => each.sequence === sequence);
    if (event?.type !== 'packetFailed') return '';
    const paths = [
      receiptPath(link.sideClient, sequence),
      acknowledgementPath(link.sideClient, sequence),
    ];
    const others = changed.filter((key) =>
      /^(holding|supply|resource|outstanding|flow)\//.test(key),
    );
    expect(paths.every((path) => changed.includes(path))).toBe(true);
    if (packets.length === 1) expect(others).toEqual([]);
    return event.code;
  });
}

function origin(network: Network, changes: Partial<ResourceOrigin> = {}): ResourceOrigin {
  const home = network.a.side.rules.chainId;
  const staticRoot = new Uint8Array(32).fill(9);
  return { kind: KIND, home, issuer: testAddress(ISSUER), staticRoot, ...changes };
}

describe('receiving on a side chain', () => {
  it('F1: refuses a return home above what has left it', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    carryAll(network);
    const back = (quantity: bigint) => packetTo(network, a, { resourceId: id, quantity });
    expect(deliverForged(network, a, back(301n))).toEqual(['OUTSTANDING_EXCEEDED']);
    expect(deliverForged(network, a, back(300n))).toEqual(['']);
    const two = [back(300n), packetTo(network, a, { resourceId: id, quantity: 1n }, 51n)];
    expect(deliverForged(network, a, ...two)).toEqual(['', 'OUTSTANDING_EXCEEDED']);
  });

  it('F1: refuses a refund that would bring home more than has left', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    const sent = a.side.segments(a.sideClient, a.side.height)[0]?.packets[0];
    if (sent === undefined) throw new Error('no packet');
    const forged = forgeDelivery(network, main, a.mainClient, a.sideClient, {
      packets: [packetTo(network, a, { resourceId: id, quantity: 300n })],
    });
    a.side.run(RELAYER, forged);
    const acknowledgements = [{ packet: sent, acknowledgement: ERROR_ACKNOWLEDGEMENT }];
    const refund = forgeDelivery(network, main, a.mainClient, a.sideClient, { acknowledgements });
    const { result, changed } = a.side.attempt(RELAYER, refund);
    expect(result.items).toEqual(['OUTSTANDING_EXCEEDED']);
    expect(changed.filter((key) => !/^(client|consensusState|consensusRing)\//.test(key))).toEqual(
      [],
    );
    expect(readQuantity(a.side.context().state, outstandingKey(id))).toBe(0n);
  });

  it('D9: refuses a resource whose origin does not give its id, or is missing', () => {
    const network = createNetwork();
    const { a, b } = network;
    const right = origin(network);
    const resourceId = resourceIdOf(right, nobleHash);
    const code = (payload: Partial<TransferPayload>, link = b) =>
      deliverForged(
        network,
        link,
        packetTo(network, link, { resourceId, quantity: 1n, ...payload }),
      )[0];
    expect(code({})).toBe('TRANSFER_ORIGIN');
    expect(code({ origin: { ...right, issuer: testAddress(77) } })).toBe('RESOURCE_ID');
    expect(code({ origin: { ...right, home: b.side.rules.chainId } })).toBe('TRANSFER_ORIGIN');
    expect(code({ origin: right }, a)).toBe('TRANSFER_ORIGIN');
    const odd = { ...right, kind: 'moonbeam/v1' };
    expect(code({ resourceId: resourceIdOf(odd, nobleHash), origin: odd })).toBe(
      'RESOURCE_KIND_UNKNOWN',
    );
    expect(code({ origin: right })).toBe('');
  });

  it('F2: refuses a quantity of zero and one that overflows a holding', () => {
    const network = createNetwork();
    const { b } = network;
    const resourceId = resourceIdOf(origin(network), nobleHash);
    const most = (1n << 128n) - 1n;
    const payload = { resourceId, origin: origin(network) };
    const packets = [
      packetTo(network, b, { ...payload, quantity: 0n }),
      packetTo(network, b, { ...payload, quantity: most }, 51n),
      packetTo(network, b, { ...payload, quantity: 1n }, 52n),
    ];
    const forged = forgeDelivery(network, network.main, b.mainClient, b.sideClient, { packets });
    const { result } = b.side.attempt(RELAYER, forged);
    const failed = result.events.filter(({ type }) => type === 'packetFailed');
    expect(failed.map(({ code }) => code)).toEqual(['QUANTITY_ZERO', 'QUANTITY_OVERFLOW']);
  });

  it('refuses a hop that outlives its transfer, and a packet for another chain', () => {
    const network = createNetwork();
    const { b, clock } = network;
    const payload = {
      resourceId: resourceIdOf(origin(network), nobleHash),
      quantity: 1n,
      origin: origin(network),
    };
    const deadlineSeconds = clock.nowMs / 1000n + 60n;
    const code = (changes: Partial<TransferPayload>) =>
      deliverForged(network, b, packetTo(network, b, { ...payload, ...changes }))[0];
    expect(code({ deadlineSeconds })).toBe('PACKET_DEADLINE');
    expect(code({ destination: network.a.side.rules.chainId })).toBe('TRANSFER_DESTINATION');
    expect(code({ destination: b.side.rules.chainId })).toBe('');
  });

  it('what arrives frozen is frozen, new or known', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    const fresh = { resourceId: resourceIdOf(origin(network), nobleHash), origin: origin(network) };
    const deliver = (packet: Packet) =>
      b.side.run(
        RELAYER,
        forgeDelivery(network, main, b.mainClient, b.sideClient, { packets: [packet] }),
      );
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 5n));
    carryAll(network);
    deliver(packetTo(network, b, { ...fresh, quantity: 1n, frozen: true }));
    deliver(packetTo(network, b, { resourceId: id, quantity: 1n, frozen: true }, 51n));
    const { state } = b.side.context();
    expect(readResource(state, fresh.resourceId)?.status).toBe('frozen');
    expect(readResource(state, id)?.status).toBe('frozen');
    const send = sendMessage(network, b, a.side, id, 1n);
    expect(b.side.attempt(BOB, send).result.code).toBe('RESOURCE_FROZEN');
    expect(
      deliverForged(network, b, packetTo(network, b, { resourceId: id, quantity: 1n }, 52n)),
    ).toEqual(['RESOURCE_FROZEN']);
  });

  it('F3: an older dynamic head never replaces a newer one, and none replaces the home’s', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 5n));
    carryAll(network);
    const head = (fill: number) => new Uint8Array(32).fill(fill);
    const packets = [2n, 1n].map((index, at) =>
      packetTo(
        network,
        b,
        { resourceId: id, quantity: 1n, dynamic: { index, head: head(at) } },
        50n + index,
      ),
    );
    const sorted = [...packets].reverse();
    b.side.run(
      RELAYER,
      forgeDelivery(network, main, b.mainClient, b.sideClient, { packets: sorted }),
    );
    expect(readResource(b.side.context().state, id)?.dynamicIndex).toBe(2n);
    const older = packetTo(
      network,
      b,
      { resourceId: id, quantity: 1n, dynamic: { index: 1n, head: head(7) } },
      60n,
    );
    b.side.run(
      RELAYER,
      forgeDelivery(network, main, b.mainClient, b.sideClient, { packets: [older] }),
    );
    expect(readResource(b.side.context().state, id)).toMatchObject({
      dynamicIndex: 2n,
      dynamicHead: head(0),
    });
    const other = { resourceId: id, quantity: 1n, dynamic: { index: 2n, head: head(7) } };
    expect(deliverForged(network, b, packetTo(network, b, other, 61n))).toEqual([
      'DYNAMIC_CONFLICT',
    ]);
    const home = packetTo(network, a, {
      resourceId: id,
      quantity: 1n,
      dynamic: { index: 9n, head: head(7) },
    });
    a.side.run(
      RELAYER,
      forgeDelivery(network, main, a.mainClient, a.sideClient, { packets: [home] }),
    );
    expect(readResource(a.side.context().state, id)?.dynamicIndex).toBe(0n);
  });
});

describe('sending from a side chain', () => {
  const network = createNetwork({
    sides: { admission: 'list', admitted: [1, 20, 30, 40].map(testAddress) },
  });
  const id = issueAndRegister(network);
  const { a, b } = network;
  const code = (sender: number, changes: Parameters<typeof sendMessage>[5] = {}, quantity = 1n) => {
    const attempt = a.side.attempt(sender, sendMessage(network, a, b.side, id, quantity, changes));
    if (attempt.result.code !== '') expect(attempt.changed).toEqual([]);
    return attempt.result.code;
  };

  it('F2: refuses zero and more than the sender holds', () => {
    expect(code(ALICE, {}, 0n)).toBe('QUANTITY_ZERO');
    expect(code(ALICE, {}, 1001n)).toBe('HOLDING_INSUFFICIENT');
    expect(code(ALICE)).toBe('');
  });

  it('refuses strangers, unknown resources and clients, and destinations that are none', () => {
    expect(code(99)).toBe('ACCOUNT_NOT_ADMITTED');
    expect(code(ALICE, { resourceId: new Uint8Array(32) })).toBe('RESOURCE_UNKNOWN');
    expect(code(ALICE, { client: 'side-none' })).toBe('CLIENT_UNKNOWN');
    expect(code(ALICE, { destination: 'anhui' })).toBe('ID_CHAIN');
    expect(code(ALICE, { destination: a.side.rules.chainId })).toBe('TRANSFER_DESTINATION');
  });

  it('refuses a frozen resource', () => {
    govern(a.side, { type: 'freezeResource', resourceId: id, caseOrder: 'case 1' });
    expect(code(ALICE)).toBe('RESOURCE_FROZEN');
    govern(a.side, { type: 'unfreezeResource', resourceId: id, caseOrder: 'case 1' });
  });

  it('carries a memo to the other side', () => {
    a.side.run(
      ALICE,
      sendMessage(network, a, b.side, id, 1n, { memo: '合同 7', receiver: testAddress(30) }),
    );
    const [segment] = a.side.segments(a.sideClient, a.side.height);
    expect(segment?.packets).toHaveLength(1);
    carryAll(network);
    expect(held(b.side, id, ALICE)).toBe(1n);
    expect(issueMessage(network, 1n).resourceId).toEqual(id);
  });
});
