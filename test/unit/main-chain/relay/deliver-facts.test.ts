/* Packets and acknowledgements proven one by one as facts, of a chain that has an outbox as well. */
import { describe, expect, it } from 'vitest';
import { checkpointUpdates } from '../../../../schemas/wire/clients/client-material.ts';
import type { MessageOf } from '../../../../schemas/wire/message.ts';
import {
  acknowledgementPath,
  commitmentPath,
  ERROR_ACKNOWLEDGEMENT,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../../schemas/wire/packet.ts';
import { refused, unchangedItems } from './attempts.ts';
import {
  ALICE,
  BOB,
  carryDown,
  carryUp,
  createNetwork,
  held,
  issueAndRegister,
  RELAYER,
  sendMessage,
  sentPackets,
} from './network.ts';

/** Jiangsu has sent ten to Anhui; the message that proves the packet as a fact. */
function sent() {
  const network = createNetwork();
  const id = issueAndRegister(network);
  const { a, b } = network;
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 10n));
  const packets = sentPackets(a.side, a.sideClient);
  const message: MessageOf<'deliverFacts'> = {
    type: 'deliverFacts',
    client: a.mainClient,
    updates: checkpointUpdates(a.side.certificate()),
    height: a.side.height,
    acknowledgements: [],
    packets,
    proof: a.side.tree.prove(packets.map(({ sequence }) => commitmentPath(a.sideClient, sequence))),
  };
  return { network, id, message };
}

describe('a delivery by facts', () => {
  it('D1: does what a delivery does, and is no second way to take a packet twice', () => {
    const { network, id, message } = sent();
    const { main, a, b } = network;
    expect(main.run(RELAYER, message).items).toEqual(['']);
    expect(unchangedItems(main.attempt(RELAYER, message))).toEqual(['PACKET_ALREADY_RECEIVED']);
    expect(carryUp(network, a)?.items).toEqual(['PACKET_ALREADY_RECEIVED']);
    carryDown(network, b);
    expect(held(b.side, id, BOB)).toBe(10n);
  });

  it('A6 A12 D5: refuses other packets, other answers and proofs of something else', () => {
    const { network, message } = sent();
    const { main, b } = network;
    const code = (changes: Partial<MessageOf<'deliverFacts'>>) =>
      refused(main.attempt(RELAYER, { ...message, ...changes }));
    const [packet] = message.packets;
    if (packet === undefined) throw new Error('nothing sent');
    expect(code({ packets: [{ ...packet, timeoutSeconds: 1n }] })).toBe('PROOF_ROOT_MISMATCH');
    expect(code({ packets: [{ ...packet, sequence: packet.sequence + 1n }] })).toMatch(/^PROOF_/);
    expect(code({ packets: [packet, packet] })).toBe('PROOF_DUPLICATE_KEY');
    expect(code({ packets: [] })).toBe('BATCH_EMPTY');
    const answered = { packet, acknowledgement: SUCCESS_ACKNOWLEDGEMENT };
    const many = <T>(each: T) => Array.from({ length: 129 }, () => each);
    expect(code({ packets: many(packet), acknowledgements: many(answered) })).toBe('BATCH_COUNT');
    expect(code({ proof: new Uint8Array(0) })).toMatch(/^PROOF_/);
    expect(code({ client: b.mainClient })).toBe('CERTIFICATE_SET');
    main.run(RELAYER, message);
    carryDown(network, b);
    const [onward] = sentPackets(main, b.mainClient);
    if (onward === undefined) throw new Error('not sent on');
    const proof = b.side.tree.prove([acknowledgementPath(b.sideClient, onward.sequence)]);
    const answer = (acknowledgement: Uint8Array): MessageOf<'deliverFacts'> => ({
      ...message,
      client: b.mainClient,
      updates: checkpointUpdates(b.side.certificate()),
      height: b.side.height,
      packets: [],
      acknowledgements: [{ packet: onward, acknowledgement }],
      proof,
    });
    expect(refused(main.attempt(RELAYER, answer(ERROR_ACKNOWLEDGEMENT)))).toBe(
      'PROOF_ROOT_MISMATCH',
    );
    expect(main.run(RELAYER, answer(SUCCESS_ACKNOWLEDGEMENT)).items).toEqual(['']);
  });
});
