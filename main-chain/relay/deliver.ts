/**
 * Messages deliver, the hot path: client updates, then runs of the counterparty's outbox, each proven
 * once, and deliverFacts, where it has no outbox; every item is isolated and answered by a code of its own. docs/protocol.md#deliver
 */
import { TielineError } from '../../schemas/errors.ts';
import { MAX_BATCH, type MessageOf, type Segment } from '../../schemas/wire/message.ts';
import { packetCommitment } from '../../schemas/wire/packet.ts';
import { type ExecutionContext, isolate } from '../ledger/context.ts';
import type { LightClient, SentFact } from './clients/client.ts';
import { updateClient } from './clients/update-client.ts';
import { relayError } from './errors.ts';
import { noteAccepted, type Taken } from './ethereum/accepted.ts';
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
  const codes = segments.flatMap((segment) =>
    applyItems(context, lanes, lane, segment.outboxHeight, segment),
  );
  if (segments.some(({ acknowledgements }) => acknowledgements.length > 0)) {
    advanceSettled(context, client);
  }
  return codes;
}

/** @throws BATCH_EMPTY BATCH_COUNT */
function countItems(segments: readonly SentItems[]): number {
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
  light.verifyRun(context, lane, height, sentFacts(context, segment), segment);
}

function sentFacts(
  context: ExecutionContext,
  { acknowledgements, packets }: SentItems,
): readonly SentFact[] {
  const facts: SentFact[] = [];
  for (const { packet, acknowledgement } of acknowledgements) {
    const commitment = commitmentOfAcknowledgement(acknowledgement, context);
    facts.push({ type: 'acknowledged', sequence: packet.sequence, commitment });
  }
  for (const packet of packets) {
    const commitment = packetCommitment(packet, context.hash);
    facts.push({ type: 'commitment', sequence: packet.sequence, commitment });
  }
  return facts;
}

/**
 * Message deliverFacts: the same items, each proven as a fact under one proof of the height's state, for
 * chains without an outbox. @throws BATCH_* CLIENT_* CONSENSUS_UNKNOWN CLIENT_HEIGHT_FULL and as the proof
 */
export function deliverFacts(
  context: ExecutionContext,
  _sender: Uint8Array,
  message: MessageOf<'deliverFacts'>,
): readonly string[] {
  const { client, updates, height, proof } = message;
  const count = countItems([message]);
  const { light, frozen } = updateClient(context, client, updates);
  if (frozen) return Array.from({ length: count }, () => 'CLIENT_FROZEN');
  const lanes = createLanes(context);
  const lane = requireLane(lanes, client);
  light.verifyFacts(context, lane, height, sentFacts(context, message), proof);
  const codes = applyItems(context, lanes, lane, height, message);
  if (message.acknowledgements.length > 0) advanceSettled(context, client);
  return codes;
}

/** What left the counterparty, acknowledgements before packets. */
type SentItems = Pick<Segment, 'acknowledgements' | 'packets'>;

function applyItems(
  context: ExecutionContext,
  lanes: Lanes,
  lane: Lane,
  height: bigint,
  { acknowledgements, packets }: SentItems,
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
  if (isTaken) noteReceived(context, lane.client, height);
  noteItems(context, lane, height, codes, { acknowledgements, packets });
  return codes;
}

/** What an Ethereum network's height was believed: it may turn out to be no part of its chain. */
function noteItems(
  context: ExecutionContext,
  { client, state }: Lane,
  height: bigint,
  codes: readonly string[],
  { acknowledgements, packets }: SentItems,
): void {
  if (state.trust.type === 'checkpoint') return;
  const items: Taken[] = [
    ...acknowledgements.map(
      ({ packet: { sequence } }): Taken => ({ kind: 'acknowledged', sequence }),
    ),
    ...packets.map(({ sequence }): Taken => ({ kind: 'received', sequence })),
  ];
  noteAccepted(
    context,
    client,
    height,
    items.filter((_, index) => codes[index] === ''),
  );
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
