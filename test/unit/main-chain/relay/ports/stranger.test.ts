/* What a stranger and a taken-over chain book on the main chain: nothing that is not theirs. */
import { describe, expect, it } from 'vitest';
import { encode } from '../../../../../schemas/codec/codec.ts';
import type { TransactionResult } from '../../../../../schemas/wire/event.ts';
import {
  acknowledgementPath,
  type Packet,
  type Payload,
  receiptPath,
} from '../../../../../schemas/wire/packet.ts';
import {
  PAYLOAD_ENCODING,
  PAYLOAD_VERSION,
  RETIREMENT_PORT,
  type RetirementPayload,
  retirementPayloadCodec,
  SUPPLY_PORT,
  supplyPayloadCodec,
} from '../../../../../schemas/wire/transfer.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import {
  BOB,
  carryAll,
  clientSpec,
  createNetwork,
  forgeDelivery,
  govern,
  ISSUER,
  issueAndRegister,
  issueMessage,
  KIND,
  type Link,
  ledgerOf,
  type Network,
  RELAYER,
  sendMessage,
  sentPackets,
} from '../network.ts';

function payload(port: string, value: Uint8Array): Payload {
  return {
    sourcePort: port,
    destinationPort: port,
    version: PAYLOAD_VERSION,
    encoding: PAYLOAD_ENCODING,
    value,
  };
}

function packetOver(network: Network, link: Link, sequence: bigint, sent: Payload): Packet {
  return {
    sequence,
    sourceClient: link.sideClient,
    destinationClient: link.mainClient,
    timeoutSeconds: network.clock.nowMs / 1000n + 3600n,
    payloads: [sent],
  };
}

/** The issuer's own statement of Jiangsu's resource, as a packet over any lane. */
function supplyOver(network: Network, link: Link, seed: number): Packet {
  const { statement } = issueMessage(network, 50n, {}, { seed });
  const staticRoot = new Uint8Array(32).fill(seed);
  const home = network.a.side.rules.chainId;
  const origin = { kind: KIND, home, issuer: testAddress(ISSUER), staticRoot };
  const value = encode(supplyPayloadCodec, { origin, statement });
  return packetOver(network, link, 90n, payload(SUPPLY_PORT, value));
}

function retirementOver(
  network: Network,
  link: Link,
  resourceId: Uint8Array,
  quantity: bigint,
  sequence = 91n,
): Packet {
  const retired: RetirementPayload = {
    resourceId,
    quantity,
    owner: testAddress(BOB),
    beneficiary: 'nobody',
    purpose: '',
  };
  const value = encode(retirementPayloadCodec, retired);
  return packetOver(network, link, sequence, payload(RETIREMENT_PORT, value));
}

const failure = ({ events }: TransactionResult): string | undefined =>
  events.find(({ type }) => type === 'packetFailed')?.code;

/** Why the main chain refuses a packet its sender has certified; nothing but the answer is written. */
function refusal(network: Network, link: Link, packet: Packet): string | undefined {
  const forged = forgeDelivery(network, link.side, link.sideClient, link.mainClient, {
    packets: [packet],
  });
  const { result, changed } = network.main.attempt(RELAYER, forged);
  const code = failure(result);
  const ofClient = /^(client|consensusState|consensusRing)\//;
  const { destinationClient: client, sequence } = packet;
  if (code !== undefined) {
    expect(changed.filter((key) => !ofClient.test(key)).sort()).toEqual([
      receiptPath(client, sequence),
      acknowledgementPath(client, sequence),
    ]);
  }
  return code;
}

/** A second sound client of Jiangsu that no route names. */
function unregistered(network: Network): Link {
  const link: Link = { side: network.a.side, sideClient: 'main-x', mainClient: 'stranger-0' };
  govern(network.main, clientSpec(link.side, link.mainClient, link.sideClient));
  return link;
}

describe('supply by a stranger', () => {
  it('D10: the issuer’s genuine statement over a client no route names is refused', () => {
    const network = createNetwork();
    const stranger = unregistered(network);
    expect(refusal(network, stranger, supplyOver(network, stranger, 7))).toBe('ROUTE_UNKNOWN');
    expect(refusal(network, network.a, supplyOver(network, network.a, 7))).toBeUndefined();
  });

  it('B8: the same statement sent by another registered chain is refused', () => {
    const network = createNetwork();
    expect(refusal(network, network.b, supplyOver(network, network.b, 7))).toBe('ISSUER_HOME');
  });

  it('refuses the lane of a chain whose route is not registered yet', () => {
    const network = createNetwork();
    network.main.values.delete(`route/${network.a.side.rules.chainId}`);
    expect(refusal(network, network.a, supplyOver(network, network.a, 7))).toBe('ROUTE_UNKNOWN');
  });
});

describe('retirement by a stranger', () => {
  it('D10: over a client no route names nothing is retired', () => {
    const network = createNetwork();
    const id = issueAndRegister(network, 100n);
    const stranger = unregistered(network);
    const packet = retirementOver(network, stranger, id, 100n);
    expect(refusal(network, stranger, packet)).toBe('ROUTE_UNKNOWN');
    expect(ledgerOf(network, id)).toMatchObject({ located: 100n, retired: 0n });
  });

  it('F1: a chain that holds nothing retires nothing of another’s', () => {
    const network = createNetwork();
    const id = issueAndRegister(network, 100n);
    const packet = retirementOver(network, network.b, id, 1n);
    expect(refusal(network, network.b, packet)).toBe('LOCATION_EXCEEDED');
    expect(ledgerOf(network, id)).toMatchObject({ located: 100n, retired: 0n });
  });
});

describe('retirement then export from a taken-over chain', () => {
  /** Anhui holds 40, and its validators certify whatever they like. */
  function takenOver() {
    const network = createNetwork();
    const id = issueAndRegister(network, 100n);
    const { a, b } = network;
    a.side.run(30, sendMessage(network, a, b.side, id, 40n));
    carryAll(network);
    b.side.run(BOB, sendMessage(network, b, a.side, id, 40n));
    const [genuine] = sentPackets(b.side, b.sideClient);
    if (genuine === undefined) throw new Error('no packet');
    const book = (packet: Packet): TransactionResult =>
      network.main.run(
        RELAYER,
        forgeDelivery(network, b.side, b.sideClient, b.mainClient, { packets: [packet] }),
      );
    const exported: Packet = { ...genuine, sequence: 80n };
    return { network, id, book, exported };
  }

  it('F1: what was retired cannot be sent out, nor retired again', () => {
    const { network, id, book, exported } = takenOver();
    const { b } = network;
    expect(failure(book(retirementOver(network, b, id, 40n)))).toBeUndefined();
    expect(refusal(network, b, exported)).toBe('LOCATION_EXCEEDED');
    expect(refusal(network, b, retirementOver(network, b, id, 1n, 92n))).toBe('LOCATION_EXCEEDED');
    expect(ledgerOf(network, id)).toMatchObject({ located: 60n, retired: 40n, atB: 0n });
  });

  it('F1: what was sent out cannot be retired, and retiring some leaves only the rest to send', () => {
    const first = takenOver();
    expect(failure(first.book(first.exported))).toBeUndefined();
    const { network, id } = first;
    expect(refusal(network, network.b, retirementOver(network, network.b, id, 1n))).toBe(
      'LOCATION_EXCEEDED',
    );
    expect(ledgerOf(network, id)).toMatchObject({ inTransit: 40n, retired: 0n, atB: 0n });
    const second = takenOver();
    expect(
      failure(second.book(retirementOver(second.network, second.network.b, second.id, 1n))),
    ).toBeUndefined();
    expect(refusal(second.network, second.network.b, second.exported)).toBe('LOCATION_EXCEEDED');
  });
});
