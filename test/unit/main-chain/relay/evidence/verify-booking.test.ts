/* Proofs of supply and retirement packets: booked, refused or never received, and nothing else. */
import { describe, expect, it } from 'vitest';
import { StateTree } from '../../../../../main-chain/ledger/tree/state-tree.ts';
import { consensusStateCodec } from '../../../../../main-chain/relay/clients/client-state.ts';
import { absenceKeys } from '../../../../../main-chain/relay/evidence/main-keys.ts';
import {
  formatProofFile,
  verifyProofFile,
} from '../../../../../main-chain/relay/evidence/proof-file.ts';
import {
  type TransferProof,
  transferProofCodec,
} from '../../../../../main-chain/relay/evidence/transfer-proof.ts';
import { decode, encode } from '../../../../../schemas/codec/codec.ts';
import { nobleHash } from '../../../../../schemas/hash.ts';
import { resourceIdOf } from '../../../../../schemas/resource/resource-id.ts';
import type { MessageOf } from '../../../../../schemas/wire/message.ts';
import type { Packet } from '../../../../../schemas/wire/packet.ts';
import { consensusKey, outboxRootKey } from '../../../../../schemas/wire/state-keys.ts';
import {
  retirementPayloadCodec,
  SUPPLY_PORT,
  supplyPayloadCodec,
} from '../../../../../schemas/wire/transfer.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import { refusalCode } from '../../../../fakes/refusal.ts';
import {
  ALICE,
  carryAll,
  createNetwork,
  ISSUER,
  issueAndRegister,
  issueMessage,
  type Network,
  refresh,
} from '../network.ts';
import { buildProof, forgeMain, judge, loneOutbox, PORTS, packetItem } from './proof-builder.ts';

const retire = (resourceId: Uint8Array, quantity = 20n): MessageOf<'retire'> => ({
  type: 'retire',
  resourceId,
  quantity,
  beneficiary: 'Nanjing Metro',
  purpose: '2027 use',
});

/** Supply is Jiangsu's packet 1, the retirement of 20 packet 2; both are booked. */
function booked() {
  const network = createNetwork();
  const id = issueAndRegister(network);
  network.a.side.run(ALICE, retire(id));
  carryAll(network);
  const proofOf = (sequence: bigint) => buildProof(network, { source: [network.a, sequence] }, id);
  return { network, id, supply: proofOf(1n), retirement: proofOf(2n) };
}

/** The same proof over a packet Jiangsu's validators, all taken over, have certified instead. */
function withPacket(network: Network, proof: TransferProof, packet: Packet): TransferProof {
  const { source } = proof;
  if (source === undefined) throw new Error('no source');
  const { root, place } = loneOutbox(packetItem(packet), 7n);
  const tree = new StateTree(nobleHash);
  const stateRoot = tree.commit(1n, new Map([[outboxRootKey(7n), root]]));
  const sent = { place, outboxRoot: root, rootProof: tree.prove([outboxRootKey(7n)]) };
  const consensus = encode(consensusStateCodec, { stateRoot, outboxRoot: root, timeMs: 1n });
  return forgeMain(network, { ...proof, source: { ...source, packet, sent } }, (key) =>
    key === consensusKey(source.client, source.height) ? consensus : network.main.get(key),
  );
}

function carrying(packet: Packet, value: Uint8Array, port?: string): Packet {
  const payloads = packet.payloads.map((payload) => ({
    ...payload,
    ...(port === undefined ? {} : { sourcePort: port, destinationPort: port }),
    value,
  }));
  return { ...packet, payloads };
}

function packetOf({ source }: TransferProof): Packet {
  if (source === undefined) throw new Error('no source');
  return source.packet;
}

const payloadBytes = (packet: Packet): Uint8Array => packet.payloads[0]?.value ?? new Uint8Array();

describe('a proof of supply', () => {
  const { network, id, supply } = booked();

  it('shows the issuer’s statement and that the main chain booked it', () => {
    expect(judge(supply)).toMatchObject({
      type: 'supply',
      outcome: 'booked',
      resourceId: id,
      quantity: 1000n,
      sourceChainId: network.a.side.rules.chainId,
      destinationChainId: network.main.rules.chainId,
      statement: { index: 1n, unit: 'fen' },
      packet: { client: network.a.sideClient, sequence: 1n },
    });
  });

  it('shows a statement the main chain refused, and one it never received', () => {
    const other = createNetwork();
    const { a, main, clock } = other;
    const stranger = issueMessage(other, 5n, {}, { issuer: 21 });
    a.side.run(21, stranger);
    carryAll(other);
    const refused = buildProof(other, { source: [a, 1n] }, stranger.resourceId);
    expect(judge(refused)).toMatchObject({ type: 'supply', outcome: 'refused', quantity: 5n });
    const late = issueMessage(other, 6n, {}, { seed: 2 });
    a.side.run(ISSUER, late);
    clock.nowMs += 86_400_000n;
    refresh(other, a);
    main.block();
    const timedOut = judge(buildProof(other, { source: [a, 2n] }, late.resourceId));
    expect(timedOut).toMatchObject({ type: 'supply', outcome: 'timed-out', quantity: 6n });
  });

  it('is not given before the packet has ended', () => {
    const other = createNetwork();
    const message = issueMessage(other, 5n);
    other.a.side.run(ISSUER, message);
    refresh(other, other.a);
    other.main.block();
    const pending = buildProof(other, { source: [other.a, 1n] }, message.resourceId);
    expect(refusalCode(() => judge(pending))).toBe('PROOF_TIMEOUT');
  });

  const packet = packetOf(supply);
  const payload = decode(supplyPayloadCodec, payloadBytes(packet), 'supply');
  const { statement, signature } = payload.statement;
  const forged = (changes: Partial<typeof payload>) =>
    withPacket(
      network,
      supply,
      carrying(packet, encode(supplyPayloadCodec, { ...payload, ...changes })),
    );

  it('D9: a taken-over home chain cannot alter quantity, main chain or signer of a statement', () => {
    const signed = (changes: Partial<typeof statement>) =>
      forged({ statement: { statement: { ...statement, ...changes }, signature } });
    expect(judge(forged({})).outcome).toBe('booked');
    const { origin: own } = payload;
    for (const [file, code, field] of [
      [signed({ quantity: 1001n }), 'PROOF_MEANING', 'SUPPLY_SIGNATURE'],
      [signed({ mainGenesisHash: new Uint8Array(32).fill(1) }), 'PROOF_MEANING', 'SUPPLY_DOMAIN'],
      [signed({ index: 0n }), 'PROOF_MEANING', 'SUPPLY_INDEX'],
      [signed({ resourceId: new Uint8Array(32).fill(1) }), 'PROOF_RESOURCE', undefined],
      [forged({ origin: { ...own, issuer: testAddress(ALICE) } }), 'PROOF_RESOURCE', undefined],
    ] as const) {
      expect(() => judge(file)).toThrow(
        expect.objectContaining({
          code,
          data: field === undefined ? {} : expect.objectContaining({ check: field }),
        }),
      );
    }
  });

  it('D14: is refused over a chain that is not the resource’s home', () => {
    const home = network.b.side.rules.chainId;
    const origin = { ...payload.origin, home };
    const foreign = { ...statement, resourceId: resourceIdOf(origin, nobleHash) };
    const file = {
      ...forged({ origin, statement: { statement: foreign, signature } }),
      origin,
    };
    expect(() => judge(file)).toThrow(
      expect.objectContaining({ code: 'PROOF_MEANING', data: { field: 'home' } }),
    );
  });
});

describe('a proof of retirement', () => {
  const { network, id, retirement, supply } = booked();
  const packet = packetOf(retirement);
  const payload = decode(retirementPayloadCodec, payloadBytes(packet), 'retirement');

  it('shows who retired how much for whom, and that it is booked', () => {
    expect(judge(retirement)).toMatchObject({
      type: 'retirement',
      outcome: 'booked',
      resourceId: id,
      quantity: 20n,
      owner: testAddress(ALICE),
      beneficiary: 'Nanjing Metro',
      purpose: '2027 use',
    });
  });

  it('F2: refuses nothing retired, a port of no such name and a resource of another origin', () => {
    const nothing = encode(retirementPayloadCodec, { ...payload, quantity: 0n });
    expect(
      refusalCode(() => judge(withPacket(network, retirement, carrying(packet, nothing)))),
    ).toBe('PROOF_MEANING');
    const odd = carrying(packet, payloadBytes(packet), 'retirements');
    expect(refusalCode(() => judge(withPacket(network, retirement, odd)))).toBe('PROOF_MEANING');
    const origin = { ...retirement.origin, kind: 'power-contract/v1' };
    expect(refusalCode(() => judge({ ...retirement, origin }))).toBe('PROOF_RESOURCE');
  });

  it('A6: a retirement’s answer proves no supply, and bytes of one port nothing under another', () => {
    const { answer } = supply;
    const mixed = forgeMain(network, { ...retirement, answer }, (key) => network.main.get(key));
    expect(refusalCode(() => judge(mixed))).toBe('PROOF_ANSWER');
    for (const port of [SUPPLY_PORT, 'transfer']) {
      const crossed = withPacket(network, retirement, carrying(packet, payloadBytes(packet), port));
      expect(refusalCode(() => judge(crossed))).toBe('PROOF_MEANING');
    }
  });

  it('D10: is none that the main chain sent', () => {
    const { b, main } = network;
    const sending = {
      ...packet,
      sourceClient: b.mainClient,
      destinationClient: b.sideClient,
      sequence: 1n,
    };
    const sent = loneOutbox(packetItem(sending), 7n);
    const tree = new StateTree(nobleHash);
    const stateRoot = tree.commit(1n, new Map([['some/other', Uint8Array.of(1)]]));
    const timeMs = (sending.timeoutSeconds + 1n) * 1000n;
    const consensus = encode(consensusStateCodec, { stateRoot, outboxRoot: stateRoot, timeMs });
    const proof = tree.prove(absenceKeys(b.sideClient, 1n));
    const onward = {
      client: b.mainClient,
      height: 1n,
      packet: sending,
      sent: sent.place,
      end: { type: 'notReceived', prunedBelow: undefined, proof },
    } as const;
    const facts = { ...retirement, source: undefined, answer: undefined, onward };
    const file = forgeMain(network, facts, (key) => {
      if (key === outboxRootKey(7n)) return sent.root;
      return key === consensusKey(b.mainClient, 1n) ? consensus : main.get(key);
    });
    expect(() => judge(file)).toThrow(
      expect.objectContaining({ code: 'PROOF_MEANING', data: { field: 'port' } }),
    );
  });

  it('reads as a file of its own kind, and lies about neither kind nor beneficiary', () => {
    const bytes = encode(transferProofCodec, retirement);
    const anchor = network.main.rules.genesisHash;
    const text = formatProofFile(bytes, judge(retirement));
    expect(verifyProofFile(text, anchor, PORTS)).toEqual(judge(retirement));
    const file = JSON.parse(text);
    expect(file.retirement).toMatchObject({ outcome: 'booked', beneficiary: 'Nanjing Metro' });
    const code = (changed: object) =>
      refusalCode(() => verifyProofFile(JSON.stringify(changed), anchor, PORTS));
    const { retirement: summary, ...rest } = file;
    expect(code({ ...rest, transfer: summary })).toBe('PROOF_SUMMARY');
    expect(code({ ...rest, retirement: { ...summary, beneficiary: 'Eve' } })).toBe('PROOF_SUMMARY');
    expect(code({ ...file, supply: summary })).toBe('PROOF_FORMAT');
    expect(code(rest)).toBe('PROOF_FORMAT');
  });
});
