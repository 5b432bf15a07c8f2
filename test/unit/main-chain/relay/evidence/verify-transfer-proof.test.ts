/* The offline verifier over every way a transfer can end, and over what must not pass for one. */
import { describe, expect, it } from 'vitest';
import { StateTree } from '../../../../../main-chain/ledger/tree/state-tree.ts';
import { consensusStateCodec } from '../../../../../main-chain/relay/clients/client-state.ts';
import { absenceKeys } from '../../../../../main-chain/relay/evidence/main-keys.ts';
import {
  type TransferProof,
  transferProofCodec,
} from '../../../../../main-chain/relay/evidence/transfer-proof.ts';
import { verifyTransferProof } from '../../../../../main-chain/relay/evidence/verify-transfer-proof.ts';
import { encode } from '../../../../../schemas/codec/codec.ts';
import { Writer } from '../../../../../schemas/codec/writer.ts';
import { nobleHash } from '../../../../../schemas/hash.ts';
import { checkpointDigest } from '../../../../../schemas/wire/checkpoint.ts';
import {
  ERROR_ACKNOWLEDGEMENT,
  receiptPath,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../../../schemas/wire/packet.ts';
import { consensusKey, outboxRootKey } from '../../../../../schemas/wire/state-keys.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import { refusalCode } from '../../../../fakes/refusal.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  createNetwork,
  issueAndRegister,
  type Network,
  RELAYER,
  refresh,
  sendMessage,
  sentPackets,
  timeoutMessage,
  withPayload,
} from '../network.ts';
import {
  acknowledgementItem,
  buildProof,
  forgeMain,
  judge,
  loneOutbox,
  PORTS,
  packetItem,
} from './proof-builder.ts';

interface Told {
  readonly network: Network;
  readonly id: Uint8Array;
  readonly proof: TransferProof;
}

function delivered(): Told {
  const network = createNetwork();
  const { a, b } = network;
  const id = issueAndRegister(network);
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n, { memo: 'for Bob' }));
  carryAll(network);
  return { network, id, proof: buildProof(network, { source: [a, 2n], onward: [b, 1n] }, id) };
}

function refusedThere(): Told {
  const admitted = [1, 20, 30, 40].map((n) => testAddress(n));
  const network = createNetwork({ sides: { admission: 'list', admitted } });
  const { a, b } = network;
  const id = issueAndRegister(network);
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
  carryAll(network);
  return { network, id, proof: buildProof(network, { source: [a, 2n], onward: [b, 1n] }, id) };
}

function timedOut(): Told {
  const network = createNetwork();
  const { a, b, main, clock } = network;
  const id = issueAndRegister(network);
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
  carryUp(network, a);
  const packets = sentPackets(main, b.mainClient);
  clock.nowMs += 3_600_000n;
  main.run(RELAYER, timeoutMessage(b.side, b.mainClient, packets));
  carryDown(network, a);
  return { network, id, proof: buildProof(network, { source: [a, 2n], onward: [b, 1n] }, id) };
}

describe('verifyTransferProof', () => {
  it('proves a delivery over two hops with its meaning', () => {
    const { network, id, proof } = delivered();
    expect(judge(proof)).toMatchObject({
      outcome: 'delivered',
      resourceId: id,
      quantity: 300n,
      sender: testAddress(ALICE),
      receiver: testAddress(BOB),
      memo: 'for Bob',
      mainChainId: network.main.rules.chainId,
      sourceChainId: network.a.side.rules.chainId,
      destinationChainId: network.b.side.rules.chainId,
      packet: { client: network.a.sideClient, sequence: 2n },
      mainHeight: network.main.height,
    });
  });

  it('proves a refund after the destination refused', () => {
    expect(judge(refusedThere().proof).outcome).toBe('refunded-on-error');
  });

  it('proves a refund after the second hop timed out', () => {
    expect(judge(timedOut().proof).outcome).toBe('refunded-on-timeout');
  });

  it('proves a refund of what the main chain never received', () => {
    const network = createNetwork();
    const { a, main, b, clock } = network;
    const id = issueAndRegister(network);
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    clock.nowMs += 3_600_000n;
    refresh(network, a);
    main.block();
    const proven = judge(buildProof(network, { source: [a, 2n] }, id));
    expect(proven.outcome).toBe('refunded-on-timeout');
    expect(proven.destinationChainId).toBe(b.side.rules.chainId);
  });

  it('proves a refund of what the main chain refused itself', () => {
    const network = createNetwork();
    const { a } = network;
    const id = issueAndRegister(network);
    const destination = `tieline:${'0'.repeat(32)}`;
    a.side.run(ALICE, sendMessage(network, a, a.side, id, 300n, { destination }));
    carryAll(network);
    expect(judge(buildProof(network, { source: [a, 2n] }, id)).outcome).toBe('refunded-on-error');
  });

  it('proves transfers that end and begin on the main chain', () => {
    const network = createNetwork();
    const { a, b, main } = network;
    const id = issueAndRegister(network);
    a.side.run(ALICE, sendMessage(network, a, main, id, 300n));
    carryAll(network);
    const arrived = judge(buildProof(network, { source: [a, 2n] }, id));
    expect(arrived).toMatchObject({ outcome: 'delivered', destinationChainId: main.rules.chainId });
    main.run(BOB, { ...sendMessage(network, b, b.side, id, 100n), client: b.mainClient });
    carryAll(network);
    const left = judge(buildProof(network, { onward: [b, 1n] }, id));
    expect(left).toMatchObject({
      outcome: 'delivered',
      sourceChainId: main.rules.chainId,
      quantity: 100n,
    });
  });

  it('refuses a forwarded packet shown as a transfer that began on the main chain', () => {
    const { network, id } = delivered();
    const forged = buildProof(network, { onward: [network.b, 1n] }, id);
    expect(refusalCode(() => judge(forged))).toBe('PROOF_FORWARD');
    const pruned = forgeMain(network, forged, (key) => {
      if (key.startsWith('forward/')) return undefined;
      if (key.startsWith('forwardsBelow/')) return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 2);
      return network.main.get(key);
    });
    expect(refusalCode(() => judge(pruned))).toBe('PROOF_FORWARD');
  });

  it('refuses what has not ended: neither answered nor timed out', () => {
    const network = createNetwork();
    const { a, b } = network;
    const id = issueAndRegister(network);
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    carryUp(network, a);
    refresh(network, b);
    const pending = buildProof(network, { source: [a, 2n], onward: [b, 1n] }, id);
    expect(refusalCode(() => judge(pending))).toBe('PROOF_TIMEOUT');
    expect(refusalCode(() => judge(buildProof(network, { source: [a, 2n] }, id)))).toBe(
      'PROOF_TIMEOUT',
    );
  });
});

describe('the anchor', () => {
  it('accepts the digest of a checkpoint in the file', () => {
    const { proof } = delivered();
    const [last] = proof.certificates;
    if (last === undefined) throw new Error('no certificate');
    const digest = checkpointDigest(last.checkpoint, proof.genesisHash, nobleHash);
    expect(judge(proof, digest).outcome).toBe('delivered');
  });

  it('B9 refuses a file that hangs from a chain of its own', () => {
    const { proof } = delivered();
    const anchor = new Uint8Array(32).fill(7);
    expect(refusalCode(() => judge(proof, anchor))).toBe('PROOF_ANCHOR');
    expect(refusalCode(() => judge({ ...proof, genesisHash: anchor }, anchor))).toBe(
      'PROOF_GENESIS',
    );
  });
});

describe('facts that do not fit', () => {
  const genuine = delivered();
  const { proof } = genuine;
  const { source, onward, answer } = proof;
  if (source === undefined || onward === undefined || answer === undefined)
    throw new Error('incomplete');
  if (onward.end.type !== 'acknowledged') throw new Error('not acknowledged');
  const { end } = onward;
  const changed = (changes: Partial<TransferProof>): TransferProof => ({ ...proof, ...changes });
  const cases: readonly (readonly [string, TransferProof, string])[] = [
    ['A7 zero state root', changed({ values: proof.values.map(() => undefined) }), 'PROOF_STATE'],
    ['A5 a value too many', changed({ values: [...proof.values, undefined] }), 'PROOF_STATE'],
    ['A11 a megabyte of proof', changed({ stateProof: new Uint8Array(262_144) }), 'PROOF_STATE'],
    [
      'another packet a',
      changed({ source: { ...source, packet: withPayload(source.packet, { quantity: 1n }) } }),
      'PROOF_SOURCE',
    ],
    [
      'A4 a wrong outbox index',
      changed({
        source: { ...source, sent: { ...source.sent, place: { ...source.sent.place, index: 9 } } },
      }),
      'PROOF_SOURCE',
    ],
    [
      'A12 an outbox root of another block',
      changed({
        source: { ...source, sent: { ...source.sent, outboxRoot: new Uint8Array(32).fill(1) } },
      }),
      'PROOF_SOURCE',
    ],
    [
      'D15 packet a between other clients',
      changed({ source: { ...source, packet: { ...source.packet, sourceClient: 'other' } } }),
      'PROOF_CLIENT',
    ],
    [
      'D9 another packet b',
      changed({
        onward: { ...onward, packet: withPayload(onward.packet, { receiver: testAddress(ALICE) }) },
      }),
      'PROOF_FORWARD',
    ],
    [
      'D15 packet b between other clients',
      changed({ onward: { ...onward, packet: { ...onward.packet, destinationClient: 'other' } } }),
      'PROOF_CLIENT',
    ],
    [
      'an acknowledgement B did not write',
      changed({ onward: { ...onward, end: { ...end, acknowledgement: ERROR_ACKNOWLEDGEMENT } } }),
      'PROOF_DESTINATION',
    ],
    [
      'an answer the main chain did not give',
      changed({ answer: { ...answer, acknowledgement: ERROR_ACKNOWLEDGEMENT } }),
      'PROOF_ANSWER',
    ],
    [
      'D4 a timeout of what was received',
      changed({
        onward: {
          ...onward,
          end: { type: 'notReceived', prunedBelow: undefined, proof: end.written.rootProof },
        },
      }),
      'PROOF_TIMEOUT',
    ],
    [
      'F2 an origin that gives another id',
      changed({ origin: { ...proof.origin, kind: 'green-certificate/v1' } }),
      'PROOF_RESOURCE',
    ],
    [
      'A7 an origin without a root',
      changed({ origin: { ...proof.origin, staticRoot: new Uint8Array(32) } }),
      'PROOF_RESOURCE',
    ],
  ];
  for (const [name, forged, code] of cases) {
    it(`refuses ${name} with ${code}`, () => expect(refusalCode(() => judge(forged))).toBe(code));
  }

  it('refuses a file with a source missing its answer, and one with nothing in it', () => {
    const { network, id } = genuine;
    const { a, b } = network;
    const received = buildProof(network, { source: [a, 2n], onward: [b, 1n] }, id);
    const unanswered = forgeMain(network, { ...received, answer: undefined }, (key) =>
      network.main.get(key),
    );
    expect(refusalCode(() => judge(unanswered))).toBe('PROOF_TIMEOUT');
    const empty = forgeMain(network, { ...received, source: undefined, onward: undefined }, (key) =>
      network.main.get(key),
    );
    expect(refusalCode(() => judge(empty))).toBe('PROOF_OUTCOME');
  });

  it('refuses a second hop that carries another transfer', () => {
    const network = createNetwork();
    const { a, b } = network;
    const id = issueAndRegister(network);
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    carryAll(network);
    const mixed = buildProof(network, { source: [a, 2n], onward: [b, 2n] }, id);
    expect(refusalCode(() => judge(mixed))).toBe('PROOF_FORWARD');
  });
});

describe('a main chain wholly taken over', () => {
  const { network, id, proof } = delivered();
  const { source, onward, answer } = proof;
  if (source === undefined || onward === undefined || answer === undefined)
    throw new Error('incomplete');

  it.each([
    ['quantity', { quantity: 299n }],
    ['receiver', { receiver: testAddress(ALICE) }],
    ['sender', { sender: testAddress(BOB) }],
    ['deadline', { deadlineSeconds: 1n }],
    ['memo', { memo: 'for Eve' }],
    ['destination', { destination: network.main.rules.chainId }],
  ])('D9 cannot pass off a second hop with another %s', (field, changes) => {
    const packet = withPayload(onward.packet, changes);
    const sent = loneOutbox(packetItem(packet), 7n);
    const facts = { ...proof, onward: { ...onward, packet, sent: sent.place } };
    const forged = forgeMain(network, facts, (key) =>
      key === outboxRootKey(7n) ? sent.root : network.main.get(key),
    );
    const attempt = () => judge(forged);
    expect(attempt).toThrow(
      expect.objectContaining({ code: 'PROOF_MEANING', data: expect.objectContaining({ field }) }),
    );
  });

  it('cannot answer a failure with success, nor keep silent about its forward', () => {
    const wrong =
      answer.acknowledgement === SUCCESS_ACKNOWLEDGEMENT
        ? ERROR_ACKNOWLEDGEMENT
        : ERROR_ACKNOWLEDGEMENT;
    const written = loneOutbox(acknowledgementItem(source.packet, wrong), 7n);
    const facts = { ...proof, answer: { acknowledgement: wrong, written: written.place } };
    const forged = forgeMain(network, facts, (key) =>
      key === outboxRootKey(7n) ? written.root : network.main.get(key),
    );
    expect(refusalCode(() => judge(forged))).toBe('PROOF_OUTCOME');
    const silent = forgeMain(network, { ...proof, onward: undefined }, (key) =>
      network.main.get(key),
    );
    expect(refusalCode(() => judge(silent))).toBe('PROOF_OUTCOME');
    const unnoted = forgeMain(network, proof, (key) =>
      key.startsWith('forward/') ? undefined : network.main.get(key),
    );
    expect(refusalCode(() => judge(unnoted))).toBe('PROOF_FORWARD');
  });

  it('cannot show a client or an outbox it does not have', () => {
    const without = (prefix: string) =>
      forgeMain(network, proof, (key) =>
        key.startsWith(prefix) ? undefined : network.main.get(key),
      );
    expect(refusalCode(() => judge(without('client/')))).toBe('PROOF_CLIENT');
    expect(refusalCode(() => judge(without('consensusState/')))).toBe('PROOF_CLIENT');
    expect(refusalCode(() => judge(without('outboxRoot/')))).toBe('PROOF_FORWARD');
    const garbage = (prefix: string) =>
      forgeMain(network, proof, (key) =>
        key.startsWith(prefix) ? Uint8Array.of(1) : network.main.get(key),
      );
    expect(refusalCode(() => judge(garbage('client/')))).toBe('PROOF_STATE');
    expect(refusalCode(() => judge(garbage('forward/')))).toBe('PROOF_FORWARD');
  });

  it('keeps the ids of both hops and of the resource apart', () => {
    expect(judge(proof).resourceId).toEqual(id);
  });
});

describe('absence', () => {
  it('A8 is not shown by a pruned receipt, whoever prunes', () => {
    const { network, proof } = timedOut();
    const { onward } = proof;
    if (onward?.end.type !== 'notReceived') throw new Error('received');
    const keys = absenceKeys(network.b.sideClient, 1n);
    const claim = (prunedBelow: Uint8Array) => {
      const tree = new StateTree(nobleHash);
      const stateRoot = tree.commit(1n, new Map([[keys[1], prunedBelow]]));
      const consensus = {
        stateRoot,
        outboxRoot: stateRoot,
        timeMs: proof.certificates[0]?.checkpoint.timeMs ?? 0n,
      };
      const end = { type: 'notReceived', prunedBelow, proof: tree.prove(keys) } as const;
      const facts = { ...proof, onward: { ...onward, end } };
      return forgeMain(network, facts, (key) =>
        key === consensusKey(onward.client, onward.height)
          ? encode(consensusStateCodec, consensus)
          : network.main.get(key),
      );
    };
    const pruned = new Writer().u64(2n).finish();
    expect(refusalCode(() => judge(claim(pruned)))).toBe('PROOF_DESTINATION');
    expect(judge(claim(new Writer().u64(1n).finish())).outcome).toBe('refunded-on-timeout');
  });

  it('D4 is not shown on the main chain while it holds a receipt', () => {
    const network = createNetwork();
    const { a, b, main, clock } = network;
    const id = issueAndRegister(network);
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
    clock.nowMs += 3_600_000n;
    refresh(network, a);
    main.block();
    const proof = buildProof(network, { source: [a, 2n] }, id);
    const received = forgeMain(network, proof, (key) =>
      key === receiptPath(a.mainClient, 2n) ? Uint8Array.of(2) : main.get(key),
    );
    expect(refusalCode(() => judge(received))).toBe('PROOF_ANSWER');
  });
});

describe('packets of a transfer that began on the main chain', () => {
  const network = createNetwork();
  const { a, b, main } = network;
  const id = issueAndRegister(network);
  a.side.run(ALICE, sendMessage(network, a, main, id, 300n));
  carryAll(network);
  main.run(BOB, { ...sendMessage(network, b, b.side, id, 100n), client: b.mainClient });
  carryAll(network);
  const proof = buildProof(network, { onward: [b, 1n] }, id);
  const { onward } = proof;
  if (onward === undefined) throw new Error('incomplete');
  const [payload] = onward.packet.payloads;
  if (payload === undefined) throw new Error('no payload');
  const sending = (packet: typeof onward.packet) => {
    const sent = loneOutbox(packetItem(packet), 7n);
    const facts = { ...proof, onward: { ...onward, packet, sent: sent.place } };
    return forgeMain(network, facts, (key) =>
      key === outboxRootKey(7n) ? sent.root : main.get(key),
    );
  };

  it.each([
    [
      'D3 time out after the deadline',
      { timeoutSeconds: onward.packet.timeoutSeconds + 1n },
      'PROOF_MEANING',
    ],
    [
      'speak to another port',
      { payloads: [{ ...payload, destinationPort: 'supply' }] },
      'PROOF_MEANING',
    ],
    [
      'are in another version',
      { payloads: [{ ...payload, version: 'tieline-2' }] },
      'PROOF_MEANING',
    ],
    ['carry no payload', { payloads: [] }, 'PROOF_MEANING'],
    [
      'A14 carry a payload with trailing bytes',
      { payloads: [{ ...payload, value: new Uint8Array(500) }] },
      'PROOF_MEANING',
    ],
  ])('are refused when they %s', (_name, changes, code) => {
    expect(refusalCode(() => judge(sending({ ...onward.packet, ...changes })))).toBe(code);
  });

  it('may have no answer of their own', () => {
    const answer = { acknowledgement: SUCCESS_ACKNOWLEDGEMENT, written: onward.sent };
    const forged = forgeMain(network, { ...proof, answer }, (key) => main.get(key));
    expect(refusalCode(() => judge(forged))).toBe('PROOF_OUTCOME');
  });

  it('refuses an acknowledgement that is neither of the two', () => {
    const { proof: whole, network: other } = delivered();
    const { source } = whole;
    if (source === undefined) throw new Error('incomplete');
    const written = loneOutbox(acknowledgementItem(source.packet, Uint8Array.of(9)), 7n);
    const facts = {
      ...whole,
      answer: { acknowledgement: Uint8Array.of(9), written: written.place },
    };
    const forged = forgeMain(other, facts, (key) =>
      key === outboxRootKey(7n) ? written.root : other.main.get(key),
    );
    expect(refusalCode(() => judge(forged))).toBe('PROOF_ANSWER');
  });

  it('lets a defect of the hash port through as it is', () => {
    const hash = {
      ...PORTS.hash,
      sha256Pairs: () => {
        throw new Error('defect');
      },
    };
    const bytes = encode(transferProofCodec, proof);
    expect(() => verifyTransferProof(bytes, proof.genesisHash, { ...PORTS, hash })).toThrow(
      'defect',
    );
  });
});
