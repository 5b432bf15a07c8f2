/** One direction of a lane against chains that answer from a table. */

import { describe, expect, it } from 'vitest';
import type { ChainAdapter, RelayOutcome } from '../../../../adapters/chain-adapter.ts';
import type { Bundle, DeliveryPart } from '../../../../adapters/evidence.ts';
import { HeadWatcher } from '../../../../hub/head-watcher.ts';
import { DeliveryLane } from '../../../../hub/relayer/delivery-lane.ts';
import { createRelayCounters } from '../../../../hub/relayer/relay-counters.ts';
import { checkpointUpdates } from '../../../../schemas/wire/clients/client-material.ts';
import type { Packet } from '../../../../schemas/wire/packet.ts';
import { idleAdapter } from '../../../fakes/idle-adapter.ts';

const log = { info: () => undefined, warn: () => undefined };
const TRUSTED = {
  client: 'of-source',
  counterpartyClient: 'of-target',
  chainId: '',
  genesisHash: new Uint8Array(32),
  latestHeight: 0n,
  latestTimeMs: 0n,
  trustingPeriodSeconds: 1n,
  frozen: false,
  trusted: new Uint8Array(32),
};

const packet = (sequence: number, timeoutSeconds = 1_000_000n): Packet => ({
  sequence: BigInt(sequence),
  timeoutSeconds,
  sourceClient: 'of-target',
  destinationClient: 'of-source',
  payloads: [],
});
const part = (height: number, ...packets: Packet[]): DeliveryPart => ({
  sentHeight: BigInt(height),
  acknowledgements: [],
  packets,
  proof: {
    proof: 'outbox',
    outboxHeight: BigInt(height),
    start: 0,
    rangeProof: new Uint8Array(0),
    rootProof: new Uint8Array(0),
  },
});

/** A source whose outbox is `parts`, and a target that answers each delivery with the next of `answers`. */
async function lane(options: {
  readonly parts: DeliveryPart[];
  readonly answer: (sequence: bigint, turn: number) => string;
  readonly maxUnderWay?: number;
  readonly failEvidence?: (turn: number) => boolean;
}) {
  const seen = {
    now: 0,
    relayed: [] as bigint[][],
    evidence: [] as bigint[],
    height: 10n,
    turn: 0,
  };
  const received = new Set<bigint>();
  let release: (() => void) | undefined;
  const gate = { closed: false };
  const source = idleAdapter(1, 'side', {
    wait: async () => ({ height: seen.height, timeMs: 1000n }),
    evidence: async (request) => {
      if (request.task !== 'deliver') return undefined;
      seen.evidence.push(request.fromHeight);
      if (options.failEvidence?.(seen.evidence.length)) throw new Error('no answer');
      const parts = options.parts
        .filter(({ sentHeight }) => sentHeight >= request.fromHeight)
        .slice(0, 1);
      const last = parts.at(-1)?.sentHeight ?? seen.height;
      return {
        task: 'deliver',
        height: seen.height,
        timeMs: 1000n,
        updates: checkpointUpdates(),
        nextHeight: last + 1n,
        parts,
      };
    },
    facts: (async (_kind: string, questions: readonly unknown[]) =>
      questions.map(() => true)) as unknown as ChainAdapter['facts'],
  });
  const target = idleAdapter(2, 'main', {
    wait: async () => ({ height: 1n, timeMs: 5000n }),
    facts: (async (kind: string, questions: readonly { readonly sequence: bigint }[]) =>
      questions.map(({ sequence }) =>
        kind === 'client' ? TRUSTED : received.has(sequence),
      )) as unknown as ChainAdapter['facts'],
    relay: async (_client: string, bundle: Bundle): Promise<readonly RelayOutcome[]> => {
      if (bundle.task !== 'deliver') return [];
      if (gate.closed)
        await new Promise<void>((open) => {
          release = open;
        });
      const sequences = bundle.parts.flatMap(({ packets }) =>
        packets.map(({ sequence }) => sequence),
      );
      seen.relayed.push(sequences);
      seen.turn += 1;
      const items = sequences.map((sequence) => options.answer(sequence, seen.turn));
      for (const [at, code] of items.entries()) if (code === '') received.add(sequences[at] ?? 0n);
      return [
        { id: new Uint8Array(32), code: '', height: 1n, first: 0, count: items.length, items },
      ];
    },
  });
  const end = async (alias: string, adapter: ChainAdapter, client: string) => {
    const watcher = new HeadWatcher(alias, { ...adapter }, log);
    await watcher.start();
    watcher.stop();
    return { alias, adapter, client, watcher, witnesses: [] };
  };
  const counters = createRelayCounters();
  const delivery = new DeliveryLane(
    { maxItems: 256, maxUnderWay: options.maxUnderWay ?? 4, fromHeight: 1n },
    {
      source: await end('jiangsu', source, 'of-target'),
      target: await end('main', target, 'of-source'),
      counters,
      log,
      now: () => seen.now,
      onAcknowledged: () => undefined,
    },
  );
  const settle = async () => {
    for (let turn = 0; turn < 50; turn++) await new Promise((next) => setImmediate(next));
  };
  return { delivery, counters, seen, settle, gate, open: () => release?.() };
}

describe('a direction of a lane', () => {
  it('delivers what it missed, and is done with it', async () => {
    const { delivery, counters, seen, settle } = await lane({
      parts: [part(3, packet(1)), part(7, packet(2), packet(3))],
      answer: () => '',
    });
    delivery.pump();
    await settle();
    expect(seen.relayed).toEqual([[1n], [2n, 3n]]);
    expect(counters).toMatchObject({ packets: 3, transactions: 2, refused: 0 });
    expect(delivery.backlog).toMatchObject({
      missedHeights: 0n,
      underWay: 0,
      retries: 0,
      pending: 3,
    });
  });

  it('offers a block with many postponed packets again after one pause, not after one for each', async () => {
    const many = Array.from({ length: 20 }, (_, at) => packet(at + 1));
    const { delivery, counters, seen, settle } = await lane({
      parts: [part(3, ...many)],
      answer: (_, turn) => (turn === 1 ? 'LOCATION_LATER' : ''),
    });
    delivery.pump();
    await settle();
    expect(counters).toMatchObject({ postponed: 20, packets: 0 });
    seen.now = 499;
    delivery.pump();
    await settle();
    expect(seen.relayed).toHaveLength(1);
    seen.now = 500;
    delivery.pump();
    await settle();
    expect(counters.packets).toBe(20);
    expect(delivery.backlog.retries).toBe(0);
  });

  it('waits longer each time the same block is postponed', async () => {
    const { delivery, seen, settle } = await lane({
      parts: [part(3, packet(1))],
      answer: () => 'LOCATION_LATER',
    });
    const offeredAt: number[] = [];
    for (; seen.now <= 7500; seen.now += 250) {
      const before = seen.relayed.length;
      delivery.pump();
      await settle();
      if (seen.relayed.length > before) offeredAt.push(seen.now);
    }
    expect(offeredAt).toEqual([0, 500, 1500, 3500, 7500]);
  });

  it('does not forget a postponed block when the source does not answer for a while', async () => {
    const { delivery, counters, seen, settle } = await lane({
      parts: [part(3, packet(1))],
      answer: (_, turn) => (turn === 1 ? 'LOCATION_LATER' : ''),
      failEvidence: (turn) => turn === 3,
    });
    for (let turn = 0; turn < 3; turn++) {
      delivery.pump();
      await settle();
      seen.now += 60_000;
    }
    expect(counters.packets).toBe(1);
    expect(delivery.backlog.retries).toBe(0);
  });

  it('has no more under way than it may', async () => {
    const parts = Array.from({ length: 9 }, (_, at) => part(at + 1, packet(at + 1)));
    const { delivery, settle, gate } = await lane({ parts, answer: () => '', maxUnderWay: 2 });
    gate.closed = true;
    delivery.pump();
    await settle();
    expect(delivery.backlog.underWay).toBe(2);
    expect(delivery.resumeHeight()).toBe(1n);
  });

  it('does not offer what can only expire, but keeps it for its timeout', async () => {
    const { delivery, seen, settle } = await lane({
      parts: [part(3, packet(1, 5n)), part(4, packet(2, 6n))],
      answer: () => '',
    });
    delivery.pump();
    await settle();
    expect(seen.relayed).toEqual([[2n]]);
    expect(delivery.pending.due(5n, 10).map(({ sequence }) => sequence)).toEqual([1n]);
  });

  it('offers nothing while it is held, and all of it after', async () => {
    const { delivery, seen, settle } = await lane({
      parts: [part(3, packet(1))],
      answer: () => '',
    });
    delivery.hold();
    delivery.pump();
    await settle();
    expect(seen.relayed).toEqual([]);
    delivery.release();
    await settle();
    expect(seen.relayed).toEqual([[1n]]);
  });
});
