/* A main chain with Jiangsu, Anhui and an Ethereum network, whose client is of any kind. */
import { expect } from 'vitest';
import type { PacketFact } from '../../../../../../main-chain/relay/clients/client.ts';
import { encode } from '../../../../../../schemas/codec/codec.ts';
import { nobleHash } from '../../../../../../schemas/hash.ts';
import type { ActionOf } from '../../../../../../schemas/wire/action.ts';
import type {
  ClientStart,
  ClientUpdates,
} from '../../../../../../schemas/wire/clients/client-material.ts';
import type { TransactionResult } from '../../../../../../schemas/wire/event.ts';
import type { Message, MessageOf } from '../../../../../../schemas/wire/message.ts';
import {
  acknowledgementCommitment,
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  packetCommitment,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../../../../schemas/wire/packet.ts';
import { transferPayloadCodec } from '../../../../../../schemas/wire/transfer.ts';
import { CHAIN_ID, contract, EthereumSide } from '../../../../../fakes/ethereum-side.ts';
import { testAddress } from '../../../../../fakes/ledger-context.ts';
import {
  ALICE,
  BOB,
  carryUp,
  createNetwork,
  govern,
  issueAndRegister,
  type Network,
  type NetworkOptions,
  RELAYER,
  sendMessage,
  sentPackets,
} from '../../network.ts';

export const CLIENT = 'eth-consortium';
export const HUB = 'tieline-main';
const rules = { epoch: 30_000n, periodSeconds: 5n, depth: 2, leastSigners: 3 };

export interface Scene {
  readonly network: Network;
  readonly side: EthereumSide;
  readonly resourceId: Uint8Array;
}

/** What a client of the network's first block starts from. */
export function poaStart({ genesis }: EthereumSide): ClientStart {
  return { type: 'ethereum-poa', rules, contract, epochHeader: genesis.bytes };
}

export function createAction(
  side: EthereumSide,
  start: ClientStart,
  changes: Partial<ActionOf<'createClient'>> = {},
): ActionOf<'createClient'> {
  return {
    type: 'createClient',
    client: CLIENT,
    counterpartyClient: HUB,
    chainId: CHAIN_ID,
    genesisHash: side.genesis.hash,
    trustingPeriodSeconds: 604_800n,
    maxClockDriftSeconds: 60n,
    start,
    ...changes,
  };
}

/** Client and route are there; Alice holds a thousand on Jiangsu. */
export function createScene(
  startOf: (side: EthereumSide) => ClientStart = poaStart,
  options: NetworkOptions = {},
): Scene {
  const network = createNetwork(options);
  const side = new EthereumSide(network.clock.nowMs / 1000n);
  const { main } = network;
  expect(govern(main, createAction(side, startOf(side))).code).toBe('');
  const genesisHash = side.genesis.hash;
  const route = { chainId: CHAIN_ID, alias: 'consortium', client: CLIENT, genesisHash };
  expect(govern(main, { type: 'registerRoute', ...route }).code).toBe('');
  return { network, side, resourceId: issueAndRegister(network) };
}

/** Alice sends from Jiangsu to the network; the packet the main chain sends on. */
export function sendToNetwork(scene: Scene, quantity: bigint): Packet {
  const { network, resourceId } = scene;
  const { a, main } = network;
  // A client that has verified nothing is sent nothing.
  if (scene.side.blocks.length === 0)
    run(scene, { type: 'update', client: CLIENT, updates: sealed(scene) });
  const destination = { destination: CHAIN_ID };
  a.side.run(ALICE, sendMessage(network, a, main, resourceId, quantity, destination));
  expect(carryUp(network, a)?.items).toEqual(['']);
  const [packet] = sentPackets(main, CLIENT);
  if (packet === undefined) throw new Error('nothing was sent on');
  return packet;
}

/** A packet of the contract: Bob there sends to Alice on Anhui. */
export function packetOf(scene: Scene, sequence: bigint, quantity: bigint): Packet {
  const { network, resourceId } = scene;
  const deadlineSeconds = network.clock.nowMs / 1000n + 3600n;
  const value = encode(transferPayloadCodec, {
    resourceId,
    quantity,
    sender: testAddress(BOB),
    receiver: testAddress(ALICE),
    deadlineSeconds,
    frozen: false,
    origin: undefined,
    destination: network.b.side.rules.chainId,
    dynamic: undefined,
    memo: undefined,
  });
  const port = { sourcePort: 'transfer', destinationPort: 'transfer' };
  const form = { version: 'tieline-1', encoding: 'application/x-tieline' };
  return {
    sequence,
    sourceClient: HUB,
    destinationClient: CLIENT,
    timeoutSeconds: deadlineSeconds,
    payloads: [{ ...port, ...form, value }],
  };
}

/** Seals blocks and lets this chain's clock follow; the update that brings them and those not confirmed before. */
export function sealed({ network, side }: Scene, count = 6, seconds = 5n): ClientUpdates {
  const open = side.head.number - 2n;
  side.seal(count, seconds);
  const headers = side.headersFrom(open < 1n ? 1n : open);
  const nowMs = side.head.timestamp * 1000n;
  if (nowMs > network.clock.nowMs) network.clock.nowMs = nowMs;
  return { type: 'ethereum-poa', headers };
}

export interface Items {
  readonly acknowledgements?: readonly { readonly packet: Packet; readonly success: boolean }[];
  readonly packets?: readonly Packet[];
}

/** Items as the message and as the facts it has to prove. */
export function cargoOf({ acknowledgements = [], packets = [] }: Items) {
  const answered = acknowledgements.map(({ packet, success }) => ({
    packet,
    acknowledgement: success ? SUCCESS_ACKNOWLEDGEMENT : ERROR_ACKNOWLEDGEMENT,
  }));
  const facts: Exclude<PacketFact, { type: 'settledBelow' }>[] = [
    ...answered.map(({ packet: { sequence }, acknowledgement }) => ({
      type: 'acknowledged' as const,
      sequence,
      commitment: acknowledgementCommitment([acknowledgement], nobleHash),
    })),
    ...packets.map((packet) => ({
      type: 'commitment' as const,
      sequence: packet.sequence,
      commitment: packetCommitment(packet, nobleHash),
    })),
  ];
  return { facts, items: { acknowledgements: answered, packets } };
}

/** The delivery of items proven at a height; three of the four signers on top confirm a block. */
export function deliveryOf(
  { side }: Scene,
  items: Items,
  updates: ClientUpdates,
  height = side.head.number - 3n,
): MessageOf<'deliverFacts'> {
  const cargo = cargoOf(items);
  const proof = side.prove(cargo.facts, height);
  return { type: 'deliverFacts', client: CLIENT, updates, height, ...cargo.items, proof };
}

export function run({ network }: Scene, message: Message): TransactionResult {
  return network.main.run(RELAYER, message);
}

/** The code of a message that changes nothing. */
export function refused({ network }: Scene, message: Message): string {
  const { result, changed } = network.main.attempt(RELAYER, message);
  expect(changed).toEqual([]);
  return result.code;
}

export const NO_HEADERS: ClientUpdates = { type: 'ethereum-poa', headers: [] };
