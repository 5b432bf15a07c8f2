/* Builds offline proofs from chains in memory, honest ones and those of a main chain wholly taken over. */
import { narrowRangeProof } from '../../../../../hub/proof/narrow-range.ts';
import { loadPorts } from '../../../../../main-chain/host/native-ports.ts';
import { Overlay } from '../../../../../main-chain/ledger/overlay.ts';
import { resourceRecordCodec } from '../../../../../main-chain/ledger/resources.ts';
import { readRecord } from '../../../../../main-chain/ledger/state.ts';
import { StateTree } from '../../../../../main-chain/ledger/tree/state-tree.ts';
import { readClient } from '../../../../../main-chain/relay/clients/client-state.ts';
import { absenceKeys, mainKeys } from '../../../../../main-chain/relay/evidence/main-keys.ts';
import type { Proven } from '../../../../../main-chain/relay/evidence/proven.ts';
import type {
  AnswerEvidence,
  OnwardEvidence,
  OutboxPlace,
  SidePlace,
  SourceEvidence,
  TransferProof,
} from '../../../../../main-chain/relay/evidence/transfer-proof.ts';
import { transferProofCodec } from '../../../../../main-chain/relay/evidence/transfer-proof.ts';
import { verifyTransferProof } from '../../../../../main-chain/relay/evidence/verify-transfer-proof.ts';
import { encode } from '../../../../../schemas/codec/codec.ts';
import { nobleHash } from '../../../../../schemas/hash.ts';
import { buildOutbox, type OutboxItem } from '../../../../../schemas/tree/outbox.ts';
import { genesisCodec } from '../../../../../schemas/wire/genesis.ts';
import {
  acknowledgementCommitment,
  type Packet,
  packetCommitment,
} from '../../../../../schemas/wire/packet.ts';
import { outboxRootKey, resourceKey } from '../../../../../schemas/wire/state-keys.ts';
import { certify, type FakeChain } from '../../../../fakes/chain.ts';
import type { Link, Network } from '../network.ts';

export const PORTS = await loadPorts();

/** One leaf a chain has sent, wherever it is. */
export interface FoundLeaf {
  readonly packet: Packet;
  readonly acknowledgement: Uint8Array;
  readonly place: OutboxPlace;
}

export function packetItem(packet: Packet): OutboxItem {
  return {
    client: packet.sourceClient,
    kind: 1,
    sequence: packet.sequence,
    commitment: packetCommitment(packet, nobleHash),
  };
}

export function acknowledgementItem(packet: Packet, acknowledgement: Uint8Array): OutboxItem {
  const commitment = acknowledgementCommitment([acknowledgement], nobleHash);
  return { client: packet.destinationClient, kind: 0, sequence: packet.sequence, commitment };
}

/** Looks through all blocks for a packet, or for the acknowledgement of one. */
export function findLeaf(
  chain: FakeChain,
  client: string,
  kind: 0 | 1,
  sequence: bigint,
): FoundLeaf | undefined {
  for (const { outboxHeight, start, acknowledgements, packets, rangeProof } of chain.segments(
    client,
    1n,
  )) {
    const items = [
      ...acknowledgements.map(({ packet, acknowledgement }) =>
        acknowledgementItem(packet, acknowledgement),
      ),
      ...packets.map(packetItem),
    ];
    const at = items.findIndex((item) => item.kind === kind && item.sequence === sequence);
    if (at < 0) continue;
    const acknowledged = acknowledgements[at];
    const packet = acknowledged?.packet ?? packets[at - acknowledgements.length];
    if (packet === undefined) continue;
    const proof = narrowRangeProof(start, items, rangeProof, at, nobleHash);
    const place = { outboxHeight, index: start + at, proof };
    return { packet, acknowledgement: acknowledged?.acknowledgement ?? new Uint8Array(), place };
  }
  return undefined;
}

function requireLeaf(leaf: FoundLeaf | undefined): FoundLeaf {
  if (leaf === undefined) throw new Error('the chain did not send it');
  return leaf;
}

function latestHeight(main: FakeChain, client: string): bigint {
  return readClient(new Overlay(main), client)?.latestHeight ?? 0n;
}

function sidePlace(chain: FakeChain, place: OutboxPlace, height: bigint): SidePlace {
  const key = outboxRootKey(place.outboxHeight);
  const outboxRoot = chain.get(key) ?? new Uint8Array(32);
  return { place, outboxRoot, rootProof: chain.tree.prove([key], height) };
}

export function sourceOf(
  { main }: Pick<Network, 'main'>,
  { side, sideClient, mainClient }: Link,
  sequence: bigint,
): SourceEvidence {
  const { packet, place } = requireLeaf(findLeaf(side, sideClient, 1, sequence));
  const height = latestHeight(main, mainClient);
  return { client: mainClient, height, packet, sent: sidePlace(side, place, height) };
}

export function onwardOf(
  { main }: Pick<Network, 'main'>,
  { side, sideClient, mainClient }: Link,
  sequence: bigint,
): OnwardEvidence {
  const { packet, place } = requireLeaf(findLeaf(main, mainClient, 1, sequence));
  const height = latestHeight(main, mainClient);
  const written = findLeaf(side, sideClient, 0, sequence);
  const keys = absenceKeys(sideClient, sequence);
  return {
    client: mainClient,
    height,
    packet,
    sent: place,
    end:
      written === undefined
        ? {
            type: 'notReceived',
            prunedBelow: side.get(keys[1]),
            proof: side.tree.prove(keys, height),
          }
        : {
            type: 'acknowledged',
            acknowledgement: written.acknowledgement,
            written: sidePlace(side, written.place, height),
          },
  };
}

export function answerOf(
  { main }: Pick<Network, 'main'>,
  { mainClient }: Link,
  sequence: bigint,
): AnswerEvidence | undefined {
  const leaf = findLeaf(main, mainClient, 0, sequence);
  return leaf && { acknowledgement: leaf.acknowledgement, written: leaf.place };
}

type Facts = Pick<TransferProof, 'source' | 'onward' | 'answer'>;

/** The proof of a transfer by its packets' sequences; the main chain's newest block is the checkpoint. */
export function buildProof(
  network: Network,
  hops: { readonly source?: readonly [Link, bigint]; readonly onward?: readonly [Link, bigint] },
  resourceId: Uint8Array,
): TransferProof {
  const { main, a } = network;
  const facts: Facts = {
    source: hops.source && sourceOf(network, ...hops.source),
    onward: hops.onward && onwardOf(network, ...hops.onward),
    answer: hops.source && answerOf(network, ...hops.source),
  };
  const keys = mainKeys(facts);
  const record = readRecord(new Overlay(a.side), resourceKey(resourceId), resourceRecordCodec);
  if (record === undefined) throw new Error('unknown resource');
  return {
    genesisHash: main.rules.genesisHash,
    genesis: encode(genesisCodec, main.rules.genesis),
    certificates: [main.certificate()],
    origin: record.origin,
    ...facts,
    values: keys.map((key) => main.get(key)),
    stateProof: main.tree.prove(keys),
  };
}

export function judge(proof: TransferProof, anchor = proof.genesisHash): Proven {
  return verifyTransferProof(encode(transferProofCodec, proof), anchor, PORTS);
}

/** What a main chain whose validators have all been taken over certifies: any state for any facts. */
export function forgeMain(
  { main }: Pick<Network, 'main'>,
  proof: TransferProof,
  values: (key: string) => Uint8Array | undefined,
): TransferProof {
  const keys = mainKeys(proof);
  const tree = new StateTree(nobleHash);
  const changes = new Map<string, Uint8Array>([['some/other', Uint8Array.of(1)]]);
  for (const key of keys) {
    const value = values(key);
    if (value !== undefined) changes.set(key, value);
  }
  const stateRoot = tree.commit(1n, changes);
  const checkpoint = { ...main.certificate().checkpoint, stateRoot };
  return {
    ...proof,
    certificates: [certify(checkpoint, main.rules.genesisHash, main.keys)],
    values: keys.map((key) => changes.get(key)),
    stateProof: tree.prove(keys),
  };
}

/** An outbox of one leaf: its root and the leaf's place. */
export function loneOutbox(
  item: OutboxItem,
  outboxHeight: bigint,
): { root: Uint8Array; place: OutboxPlace } {
  const outbox = buildOutbox([item], nobleHash);
  return { root: outbox.root, place: { outboxHeight, index: 0, proof: outbox.prove(0, 1) } };
}
