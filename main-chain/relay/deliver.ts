/**
 * Message deliver, the hot path: client updates, then runs of the counterparty's outbox, each proven
 * once; every item is isolated and answered by a code of its own. docs/protocol.md#deliver
 */
import { TielineError } from '../../schemas/errors.ts';
import { MAX_BATCH, type MessageOf, type Segment } from '../../schemas/wire/message.ts';
import { packetCommitment } from '../../schemas/wire/packet.ts';
import { type ExecutionContext, isolate } from '../ledger/context.ts';
import type { LightClient, SentFact } from './clients/client.ts';
import { updateClient } from './clients/update-client.ts';
import { relayError } from './errors.ts';
import { createLanes, type Lane, type Lanes, requireLane } from './lanes.ts';
import {
  acknowledgePacket,
  advanceSettled,
  commitmentOfAcknowledgement,
  receivePacket,
} from './packets.ts';
import { portsOf } from './ports/ports.ts';
import { noteReceived } from './prove-supply.ts';

/**
 * One code per item, segment by segment, acknowledgements before packets; empty where it was done.
 * When an update freezes the client, every item is answered CLIENT_FROZEN and the freeze is kept. A
 * bad proof refuses the whole message. @throws BATCH_* CLIENT_* CERTIFICATE_* CHECKPOINT_*
 * CONSENSUS_UNKNOWN PROOF_*
 */
export function deliver(
  context: ExecutionContext,
  _sender: Uint8Array,
  message: MessageOf<'deliver'>,
): readonly string[] {
  const { client, updates, height, segments } = message;
  const count = countItems(segments);
  const { light, frozen } = updateClient(context, client, updates);
  if (frozen) return Array.from({ length: count }, () => 'CLIENT_FROZEN');
  const lanes = createLanes(context);
  const lane = requireLane(lanes, client);
  for (const segment of segments) verifySegment(context, light, lane, height, segment);
  const codes = segments.flatMap((segment) => applySegment(context, lanes, lane, segment));
  if (segments.some(({ acknowledgements }) => acknowledgements.length > 0)) {
    advanceSettled(context, client);
  }
  return codes;
}

/** @throws BATCH_EMPTY BATCH_COUNT */
function countItems(segments: readonly Segment[]): number {
  if (segments.length === 0) throw relayError('BATCH_EMPTY');
  let count = 0;
  for (const { acknowledgements, packets } of segments) {
    const items = acknowledgements.length + packets.length;
    if (items === 0) throw relayError('BATCH_EMPTY');
    count += items;
  }
  if (count > MAX_BATCH) throw relayError('BATCH_COUNT', { count, most: MAX_BATCH });
  return count;
}

function verifySegment(
  context: ExecutionContext,
  light: LightClient,
  lane: Lane,
  height: bigint,
  segment: Segment,
): void {
  const facts: SentFact[] = [];
  for (const { packet, acknowledgement } of segment.acknowledgements) {
    const commitment = commitmentOfAcknowledgement(acknowledgement, context);
    facts.push({ type: 'acknowledged', sequence: packet.sequence, commitment });
  }
  for (const packet of segment.packets) {
    const commitment = packetCommitment(packet, context.hash);
    facts.push({ type: 'commitment', sequence: packet.sequence, commitment });
  }
  light.verifyRun(context, lane, height, facts, segment);
}

function applySegment(
  context: ExecutionContext,
  lanes: Lanes,
  lane: Lane,
  { outboxHeight, acknowledgements, packets }: Segment,
): string[] {
  const ports = portsOf(context.chain);
  const codes: string[] = [];
  for (const acknowledged of acknowledgements) {
    const refusal = isolate(context, () =>
      acknowledgePacket(context, lanes, lane, acknowledged, ports),
    );
    codes.push(refusal?.code ?? '');
  }
  let isTaken = false;
  for (const packet of packets) {
    codes.push(
      codeOf(() => {
        isTaken = receivePacket(context, lanes, lane, packet, ports) || isTaken;
      }),
    );
  }
  if (isTaken) noteReceived(context, lane.client, outboxHeight);
  return codes;
}

/** Runs work that changes nothing when it throws. */
function codeOf(work: () => void): string {
  try {
    work();
    return '';
  } catch (error) {
    if (error instanceof TielineError) return error.code;
    throw error;
  }
}
