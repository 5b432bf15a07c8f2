import { describe, expect, it } from 'vitest';
import { type Bundle, certificatesOf, type DeliveryPart } from '../../../../adapters/evidence.ts';
import { relayPlan } from '../../../../adapters/shard/native-relay.ts';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { nobleHash } from '../../../../schemas/hash.ts';
import {
  type ClientUpdates,
  checkpointUpdates,
} from '../../../../schemas/wire/clients/client-material.ts';
import type { Packet } from '../../../../schemas/wire/packet.ts';
import { MAX_TRANSACTION, signTransaction } from '../../../../schemas/wire/transaction.ts';
import { certify, setHashOf, validatorKeys } from '../../../fakes/chain.ts';
import { testAddress, testKey } from '../../../fakes/ledger-context.ts';

const packet = (sequence: number, size = 100): Packet => ({
  sequence: BigInt(sequence),
  sourceClient: 'tieline-main',
  destinationClient: 'tieline-side',
  timeoutSeconds: 1n,
  payloads: [
    {
      sourcePort: 'transfer',
      destinationPort: 'transfer',
      version: '1',
      encoding: 'x',
      value: new Uint8Array(size),
    },
  ],
});
const part = (height: number, count: number, size = 100): DeliveryPart => ({
  sentHeight: BigInt(height),
  acknowledgements: [],
  packets: Array.from({ length: count }, (_, at) => packet(at + 1, size)),
  proof: {
    proof: 'outbox',
    outboxHeight: BigInt(height),
    start: 0,
    rangeProof: new Uint8Array(64),
    rootProof: new Uint8Array(0),
  },
});
const updates = checkpointUpdates();
const delivery = (parts: readonly DeliveryPart[]): Bundle => ({
  task: 'deliver',
  height: 9n,
  timeMs: 9n,
  updates,
  nextHeight: 10n,
  parts,
});

describe('the transactions of a bundle', () => {
  it('hold at most 256 items and cover the parts in order', () => {
    const { units } = relayPlan(
      'tieline-side',
      delivery([part(1, 200), part(2, 56), part(3, 1), part(4, 256)]),
    );
    expect(units.map(({ first, count }) => [first, count])).toEqual([
      [0, 256],
      [256, 1],
      [257, 256],
    ]);
  });

  it('hold at most 64 segments', () => {
    const parts = Array.from({ length: 130 }, (_, at) => part(at + 1, 1));
    expect(relayPlan('tieline-side', delivery(parts)).units.map(({ count }) => count)).toEqual([
      64, 64, 2,
    ]);
  });

  it('stay below the largest transaction when payloads are large', () => {
    const { units } = relayPlan(
      'tieline-side',
      delivery([part(1, 60, 8192), part(2, 60, 8192), part(3, 60, 8192)]),
    );
    expect(units.length).toBeGreaterThan(1);
    for (const { message } of units) {
      const head = { sender: testAddress(1), nonce: 0n, expirySeconds: 0n };
      const bytes = signTransaction({ ...head, message }, testKey(1), new Uint8Array(32), {
        hash: nobleHash,
        signatures: nobleSignature,
      });
      expect(bytes.length).toBeLessThanOrEqual(MAX_TRANSACTION);
    }
  });

  it('send set changes that do not fit into one message ahead, one group after another', () => {
    const keys = validatorKeys('set', 4);
    const set = setHashOf(keys);
    const point = { stateRoot: set, outboxRoot: set, validatorSetHash: set };
    const certificates = Array.from({ length: 100 }, (_, at) =>
      certify(
        { ...point, height: BigInt(at), timeMs: 1n, nextValidatorSetHash: set },
        set,
        at === 0 ? keys : [],
      ),
    );
    const bundle = { ...delivery([part(1, 1)]), updates: checkpointUpdates(...certificates) };
    const { ahead, units } = relayPlan('tieline-side', bundle as Bundle);
    const updatesOf = ({ message }: (typeof ahead)[number]) =>
      'updates' in message && message.updates.type === 'checkpoint'
        ? message.updates.certificates
        : [];
    expect(ahead.map((unit) => updatesOf(unit).length)).toEqual([16, 16, 16, 16, 16, 16]);
    expect([...ahead, ...units].flatMap(updatesOf)).toEqual(certificates);
  });

  it('hold few certificates where the sets are large', () => {
    const keys = validatorKeys('large', 100);
    const set = setHashOf(keys);
    const point = { height: 1n, stateRoot: set, outboxRoot: set, timeMs: 1n };
    const one = certify({ ...point, validatorSetHash: set, nextValidatorSetHash: set }, set, keys);
    const certificates = Array.from({ length: 16 }, () => one);
    const bundle: Bundle = {
      task: 'update',
      height: 1n,
      timeMs: 1n,
      updates: checkpointUpdates(...certificates),
    };
    const { ahead, units } = relayPlan('tieline-side', bundle);
    expect([ahead.length, units.length]).toEqual([1, 1]);
  });

  it('are none where nothing is to be delivered', () => {
    expect(relayPlan('tieline-side', delivery([]))).toEqual({ ahead: [], units: [] });
  });

  it('carry facts of an Ethereum network in messages of their own, with their updates as they are', () => {
    const updates: ClientUpdates = { type: 'ethereum-poa', headers: [Uint8Array.of(1)] };
    const facts = (sequence: number): DeliveryPart => ({
      ...part(1, sequence),
      proof: { proof: 'facts', bytes: Uint8Array.of(sequence) },
    });
    const parts = [facts(1), facts(2)];
    const { ahead, units } = relayPlan('tieline-side', { ...delivery(parts), updates });
    expect(ahead).toEqual([]);
    expect(units.map(({ first, count }) => [first, count])).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(units.map(({ message }) => message)).toMatchObject([
      { type: 'deliverFacts', updates, packets: parts[0]?.packets, proof: Uint8Array.of(1) },
      { type: 'deliverFacts', updates, packets: parts[1]?.packets, proof: Uint8Array.of(2) },
    ]);
  });

  it('give certificates to those who judge checkpoints alone, else ADAPTER_EVIDENCE', () => {
    const bundle = delivery([part(1, 1)]);
    expect(certificatesOf(bundle)).toEqual([]);
    const foreign: Bundle = { ...bundle, updates: { type: 'notary', attestations: [] } };
    expect(() => certificatesOf(foreign)).toThrow(
      expect.objectContaining({ code: 'ADAPTER_EVIDENCE' }),
    );
  });
});
