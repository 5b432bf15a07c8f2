/*
 * Bad packets made of what a chain really sent: one item of a delivery with its own proof, then spoiled
 * in one way each. Whatever a liar with a relayer's view could offer; none may be taken.
 */
import type { DeliverBundle } from '../../../adapters/evidence.ts';
import { narrowRangeProof } from '../../../hub/proof/narrow-range.ts';
import { decode, encode } from '../../../schemas/codec/codec.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import type { OutboxItem } from '../../../schemas/tree/outbox.ts';
import type { MessageOf, Segment } from '../../../schemas/wire/message.ts';
import {
  acknowledgementCommitment,
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  packetCommitment,
} from '../../../schemas/wire/packet.ts';
import { TRANSFER_PORT, transferPayloadCodec } from '../../../schemas/wire/transfer.ts';
import type { Draw } from './accounts.ts';

export const FORGERIES = [
  'alteredProof',
  'wrongHeight',
  'replayedReceipt',
  'forgedAcknowledgement',
  'wrongAmount',
] as const;
export type Forgery = (typeof FORGERIES)[number];

/** A genuine delivery of one item. */
export interface Genuine {
  readonly message: MessageOf<'deliver'>;
  readonly segment: Segment;
}

const MANY = 1000n;

/** One item of the bundle with the proof of it alone, or undefined where it has none of that kind. */
export function pickItem(
  bundle: DeliverBundle,
  client: string,
  kind: 'packet' | 'acknowledgement',
  draw: Draw,
  hash: HashPort,
): Genuine | undefined {
  const parts = bundle.parts.filter(({ acknowledgements, packets }) =>
    kind === 'packet' ? packets.some(isTransfer) : acknowledgements.length > 0,
  );
  const part = parts[draw(Math.max(1, parts.length))];
  if (part?.proof.proof !== 'outbox') return undefined;
  const { acknowledgements, packets, proof } = part;
  const places = kind === 'packet' ? packets : acknowledgements;
  const at = draw(places.length);
  const item = packets[at];
  if (kind === 'packet' && (item === undefined || !isTransfer(item))) return undefined;
  const index = kind === 'packet' ? acknowledgements.length + at : at;
  const items = [
    ...acknowledgements.map((each) => acknowledgementItem(each, hash)),
    ...packets.map((each) => packetItem(each, hash)),
  ];
  const segment: Segment = {
    outboxHeight: proof.outboxHeight,
    start: proof.start + index,
    acknowledgements: kind === 'acknowledgement' ? acknowledgements.slice(at, at + 1) : [],
    packets: kind === 'packet' ? packets.slice(at, at + 1) : [],
    rangeProof: narrowRangeProof(proof.start, items, proof.rangeProof, index, hash),
    rootProof: proof.rootProof,
  };
  const { height, updates } = bundle;
  return {
    segment,
    message: {
      type: 'deliver',
      client,
      updates,
      height,
      segments: [segment],
    },
  };
}

/** The delivery spoiled in one way; a replay is left as it is, its packet having been received before. */
export function forge(kind: Forgery, { message, segment }: Genuine): MessageOf<'deliver'> {
  const withSegment = (changes: Partial<Segment>): MessageOf<'deliver'> => ({
    ...message,
    segments: [{ ...segment, ...changes }],
  });
  switch (kind) {
    case 'alteredProof':
      return withSegment({ rangeProof: flipLastBit(segment.rangeProof) });
    case 'wrongHeight':
      return { ...message, height: message.height + MANY };
    case 'replayedReceipt':
      return message;
    case 'forgedAcknowledgement':
      return withSegment({
        acknowledgements: segment.acknowledgements.map(({ packet }) => ({
          packet,
          acknowledgement: ERROR_ACKNOWLEDGEMENT,
        })),
      });
    case 'wrongAmount':
      return withSegment({ packets: segment.packets.map(withMore) });
  }
}

function isTransfer({ payloads }: Packet): boolean {
  return payloads[0]?.destinationPort === TRANSFER_PORT;
}

function withMore(packet: Packet): Packet {
  const payloads = packet.payloads.map((payload) => {
    const transfer = decode(transferPayloadCodec, payload.value, 'transfer');
    const more = { ...transfer, quantity: transfer.quantity + MANY };
    return { ...payload, value: encode(transferPayloadCodec, more) };
  });
  return { ...packet, payloads };
}

function flipLastBit(bytes: Uint8Array): Uint8Array {
  const altered = bytes.slice();
  const last = altered.length - 1;
  altered[last] = (altered[last] ?? 0) ^ 1;
  return altered;
}

function packetItem(packet: Packet, hash: HashPort): OutboxItem {
  const { sourceClient, sequence } = packet;
  return { client: sourceClient, kind: 1, sequence, commitment: packetCommitment(packet, hash) };
}

function acknowledgementItem(
  { packet, acknowledgement }: { readonly packet: Packet; readonly acknowledgement: Uint8Array },
  hash: HashPort,
): OutboxItem {
  const commitment = acknowledgementCommitment([acknowledgement], hash);
  const { destinationClient, sequence } = packet;
  return { client: destinationClient, kind: 0, sequence, commitment };
}
