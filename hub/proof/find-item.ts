/**
 * Finds one packet or acknowledgement in what a chain sent at a height, and its own outbox proof.
 */
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import type { ClientFact } from '../../adapters/chain-facts.ts';
import type { DeliveryPart } from '../../adapters/evidence.ts';
import type { OutboxPlace } from '../../main-chain/relay/evidence/transfer-proof.ts';
import { ZERO_HASH } from '../../schemas/hash.ts';
import type { HashPort } from '../../schemas/ports.ts';
import type { OutboxItem } from '../../schemas/tree/outbox.ts';
import { MAX_U64 } from '../../schemas/units.ts';
import {
  acknowledgementCommitment,
  type Packet,
  packetCommitment,
} from '../../schemas/wire/packet.ts';
import { hubError } from '../errors.ts';
import { narrowRangeProof } from './narrow-range.ts';

const MAX_ITEMS = 256;

/** What to look for: `client` is the sending chain's own id for the other chain. */
export interface ItemQuestion {
  readonly chain: ChainAdapter;
  readonly client: string;
  readonly sentHeight: bigint;
  readonly kind: 'acknowledgement' | 'packet';
  readonly sequence: bigint;
}

/** The packet itself, its acknowledgement where that was asked for, and the leaf's place. */
export interface FoundItem {
  readonly packet: Packet;
  readonly acknowledgement: Uint8Array;
  readonly place: OutboxPlace;
}

/** A client ahead of every height: only leaves are asked for here, no certificates on the way to them. */
export const NO_UPDATES: ClientFact = {
  kind: 'checkpoint',
  client: '',
  counterpartyClient: '',
  chainId: '',
  genesisHash: ZERO_HASH,
  latestHeight: MAX_U64,
  latestTimeMs: 0n,
  trustingPeriodSeconds: 0n,
  expiresAtMs: MAX_U64,
  frozen: false,
  closed: false,
  successor: '',
  laneName: '',
  trusted: ZERO_HASH,
};

/** @throws HUB_PROOF_UNAVAILABLE where the chain does not show the item at that height */
export async function findItem(question: ItemQuestion, hash: HashPort): Promise<FoundItem> {
  const { chain, client, sentHeight } = question;
  for (let fromHeight = sentHeight; fromHeight <= sentHeight; ) {
    const bundle = await chain.evidence({
      task: 'deliver',
      client,
      fromHeight,
      maxItems: MAX_ITEMS,
      trusted: NO_UPDATES,
    });
    if (bundle?.task !== 'deliver') break;
    for (const part of bundle.parts) {
      const found = findInPart(question, part, hash);
      if (found !== undefined) return found;
    }
    if (bundle.nextHeight <= fromHeight) break;
    fromHeight = bundle.nextHeight;
  }
  throw hubError('HUB_PROOF_UNAVAILABLE', {
    client,
    sequence: question.sequence,
    height: sentHeight,
  });
}

function findInPart(
  question: ItemQuestion,
  part: DeliveryPart,
  hash: HashPort,
): FoundItem | undefined {
  const { kind, sequence, sentHeight } = question;
  const { acknowledgements, packets, proof } = part;
  if (proof.proof !== 'outbox' || proof.outboxHeight !== sentHeight) return undefined;
  const sent = [
    ...acknowledgements,
    ...packets.map((packet) => ({ packet, acknowledgement: undefined })),
  ];
  const at = sent.findIndex(
    (item) =>
      item.packet.sequence === sequence &&
      (item.acknowledgement !== undefined) === (kind === 'acknowledgement'),
  );
  const found = sent[at];
  if (found === undefined) return undefined;
  const items = sent.map((item) => outboxItem(item.packet, item.acknowledgement, hash));
  const narrowed = narrowRangeProof(proof.start, items, proof.rangeProof, at, hash);
  return {
    packet: found.packet,
    acknowledgement: found.acknowledgement ?? new Uint8Array(),
    place: { outboxHeight: sentHeight, index: proof.start + at, proof: narrowed },
  };
}

function outboxItem(
  packet: Packet,
  acknowledgement: Uint8Array | undefined,
  hash: HashPort,
): OutboxItem {
  const { sequence } = packet;
  return acknowledgement === undefined
    ? { client: packet.sourceClient, kind: 1, sequence, commitment: packetCommitment(packet, hash) }
    : {
        client: packet.destinationClient,
        kind: 0,
        sequence,
        commitment: acknowledgementCommitment([acknowledgement], hash),
      };
}
