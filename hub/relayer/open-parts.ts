/**
 * Which parts of a delivery still have something to say: asked of both chains before anything is
 * offered a second time (after a restart, a refusal or a postponement).
 */
import type { DeliveryPart } from '../../adapters/evidence.ts';
import type { Packet } from '../../schemas/wire/packet.ts';
import type { LaneEnd } from '../registry.ts';

export interface OpenParts {
  /** Parts with at least one item the target has not taken. */
  readonly parts: readonly DeliveryPart[];
  /** Packets of all parts that wait for their end at the source. */
  readonly pending: readonly {
    readonly packet: Packet;
    readonly sentHeight: bigint;
    readonly received: boolean;
  }[];
  /** Sequences of the target's own packets whose acknowledgement it has. */
  readonly acknowledged: readonly bigint[];
}

/** Sorts out what both chains have already settled. */
export async function openParts(
  source: LaneEnd,
  target: LaneEnd,
  parts: readonly DeliveryPart[],
): Promise<OpenParts> {
  const packets = parts.flatMap((part) =>
    part.packets.map((packet) => ({ packet, sentHeight: part.sentHeight })),
  );
  const questions = packets.map(({ packet }) => ({
    client: packet.sourceClient,
    sequence: packet.sequence,
  }));
  const receipts = packets.map(({ packet }) => ({
    client: packet.destinationClient,
    sequence: packet.sequence,
  }));
  const acknowledged = parts.flatMap(({ acknowledgements }) =>
    acknowledgements.map(({ packet }) => packet),
  );
  const [pending, received, unanswered] = await Promise.all([
    source.adapter.facts('pending', questions),
    target.adapter.facts('received', receipts),
    target.adapter.facts(
      'pending',
      acknowledged.map(({ sourceClient, sequence }) => ({ client: sourceClient, sequence })),
    ),
  ]);
  const openPackets = new Set<Packet>();
  const open = packets.map(({ packet, sentHeight }, index) => {
    const isReceived = received[index] === true;
    if (pending[index] === true && !isReceived) openPackets.add(packet);
    return { packet, sentHeight, received: isReceived, isPending: pending[index] === true };
  });
  const openAcknowledgements = new Set(
    acknowledged.filter((_, index) => unanswered[index] === true),
  );
  return {
    parts: parts.filter(
      (part) =>
        part.packets.some((packet) => openPackets.has(packet)) ||
        part.acknowledgements.some(({ packet }) => openAcknowledgements.has(packet)),
    ),
    pending: open.filter(({ isPending }) => isPending),
    acknowledged: acknowledged
      .filter((_, index) => unanswered[index] === false)
      .map(({ sequence }) => sequence),
  };
}
