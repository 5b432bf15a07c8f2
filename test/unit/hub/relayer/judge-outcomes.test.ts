import { describe, expect, it } from 'vitest';
import type { RelayOutcome } from '../../../../adapters/chain-adapter.ts';
import type { DeliveryPart } from '../../../../adapters/evidence.ts';
import { judgeOutcomes } from '../../../../hub/relayer/judge-outcomes.ts';
import type { Packet } from '../../../../schemas/wire/packet.ts';

const packet = (sequence: number): Packet => ({
  sequence: BigInt(sequence),
  timeoutSeconds: 1n,
  sourceClient: 'a',
  destinationClient: 'b',
  payloads: [],
});
const part = (height: number, acknowledged: number[], sent: number[]): DeliveryPart => ({
  sentHeight: BigInt(height),
  acknowledgements: acknowledged.map((n) => ({
    packet: packet(n),
    acknowledgement: Uint8Array.of(1),
  })),
  packets: sent.map(packet),
  proof: {
    proof: 'outbox',
    outboxHeight: BigInt(height),
    start: 0,
    rangeProof: new Uint8Array(0),
    rootProof: new Uint8Array(0),
  },
});
const outcome = (
  first: number,
  items: string[],
  code = '',
  count = items.length,
): RelayOutcome => ({
  id: new Uint8Array(32),
  height: 1n,
  code,
  first,
  count,
  items,
});

describe('what became of a delivery', () => {
  it('tells items that were taken, no-ops, and what comes later', () => {
    const parts = [part(5, [1, 2], [7]), part(6, [], [8, 9, 10])];
    const verdict = judgeOutcomes(parts, [
      outcome(0, ['', 'PACKET_ALREADY_SETTLED', 'PACKET_ALREADY_RECEIVED']),
      outcome(3, ['', 'LOCATION_LATER', 'PACKET_TIMED_OUT']),
    ]);
    expect(verdict).toMatchObject({
      received: [7n, 8n],
      acknowledged: [1n, 2n],
      packets: 1,
      acknowledgements: 1,
      redundant: 2,
      postponed: 1,
      refused: 1,
      transactionCodes: [],
    });
    expect([...verdict.again]).toEqual([6n]);
    expect([...verdict.done]).toEqual([5n]);
    expect([...verdict.itemCodes]).toEqual(['LOCATION_LATER', 'PACKET_TIMED_OUT']);
  });

  it('offers all of a refused transaction again, each height once', () => {
    const parts = [part(5, [], [1, 2, 3]), part(6, [], [4])];
    const verdict = judgeOutcomes(parts, [
      outcome(0, [], 'CONSENSUS_UNKNOWN', 3),
      outcome(3, ['']),
    ]);
    expect(verdict).toMatchObject({
      received: [4n],
      packets: 1,
      refused: 0,
      transactionCodes: ['CONSENSUS_UNKNOWN'],
    });
    expect([...verdict.again]).toEqual([5n]);
    expect([...verdict.done]).toEqual([6n]);
  });

  it('takes an acknowledgement’s no-op for no packet’s', () => {
    const verdict = judgeOutcomes([part(5, [], [1])], [outcome(0, ['PACKET_ALREADY_SETTLED'])]);
    expect(verdict).toMatchObject({ received: [], refused: 1 });
  });
});
