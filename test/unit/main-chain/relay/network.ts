/* A main chain with two side chains in memory, clients and routes in place, and a relayer between them. */

import { loadPorts } from '../../../../main-chain/host/native-ports.ts';
import { readHolding } from '../../../../main-chain/ledger/holdings.ts';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { Overlay } from '../../../../main-chain/ledger/overlay.ts';
import { readBooks, readLocation, readTransit } from '../../../../main-chain/relay/locations.ts';
import { decode, encode } from '../../../../schemas/codec/codec.ts';
import { nobleHash } from '../../../../schemas/hash.ts';
import { resourceIdOf } from '../../../../schemas/resource/resource-id.ts';
import {
  type SupplyStatement,
  supplyStatementDigest,
} from '../../../../schemas/resource/supply-statement.ts';
import { buildOutbox, type OutboxItem } from '../../../../schemas/tree/outbox.ts';
import { unixSeconds } from '../../../../schemas/units.ts';
import { type Action, actionCodec, type LaneRules } from '../../../../schemas/wire/action.ts';
import { checkpointOf } from '../../../../schemas/wire/block.ts';
import {
  type ClientUpdates,
  checkpointUpdates,
} from '../../../../schemas/wire/clients/client-material.ts';
import type { TransactionResult } from '../../../../schemas/wire/event.ts';
import type { Genesis } from '../../../../schemas/wire/genesis.ts';
import type { AcknowledgedPacket, Message, MessageOf } from '../../../../schemas/wire/message.ts';
import {
  acknowledgementCommitment,
  type Packet,
  packetCommitment,
  receiptPath,
} from '../../../../schemas/wire/packet.ts';
import { type TransferPayload, transferPayloadCodec } from '../../../../schemas/wire/transfer.ts';
import {
  certify,
  FakeChain,
  type ManualClock,
  type Ports,
  setHashOf,
} from '../../../fakes/chain.ts';
import { testAddress, testKey } from '../../../fakes/ledger-context.ts';

export const OPERATOR = 1;
export const GUARDIAN = 9;
export const ISSUER = 20;
export const ALICE = 30;
export const BOB = 31;
export const RELAYER = 40;
export const KIND = 'settlement-credit/v1';
const TRUSTING = 604_800n;

/** Native where this machine has it: hundreds of certificates a file are slow in JavaScript. */
const PORTS: Ports = await loadPorts();

/** Two ends of a lane: each chain's own client of the other. */
export interface Link {
  readonly side: FakeChain;
  readonly sideClient: string;
  readonly mainClient: string;
}

export interface Network {
  readonly clock: ManualClock;
  readonly main: FakeChain;
  readonly a: Link;
  readonly b: Link;
}

/** How far what a chain sends to another has been carried. */
const carried = new WeakMap<FakeChain, Map<string, bigint>>();

/** Runs an action through a proposal of the one organisation. */
export function govern(chain: FakeChain, action: Action): TransactionResult {
  const [proposed] = chain.block([OPERATOR, proposal(chain, action)]);
  const proposalId = proposed?.events[0]?.subject;
  if (proposalId === undefined) throw new Error(`not proposed: ${proposed?.code}`);
  const [executed] = chain.block([OPERATOR, { type: 'execute', proposalId }]);
  if (executed === undefined) throw new Error('not executed');
  return executed;
}

function proposal(chain: FakeChain, action: Action): MessageOf<'propose'> {
  const expirySeconds = chain.context().timeMs / 1000n + 3600n;
  return { type: 'propose', action: encode(actionCodec, action), expirySeconds };
}

/** The spec of a client of `of`. */
export function clientSpec(
  of: FakeChain,
  client: string,
  counterpartyClient: string,
  changes: Partial<Extract<Action, { type: 'createClient' }>> = {},
): Extract<Action, { type: 'createClient' }> {
  return {
    type: 'createClient',
    client,
    counterpartyClient,
    chainId: of.rules.chainId,
    genesisHash: of.rules.genesisHash,
    trustingPeriodSeconds: TRUSTING,
    maxClockDriftSeconds: 60n,
    start: { type: 'checkpoint', validatorSetHash: setHashOf(of.keys), height: 0n },
    ...changes,
  };
}

export interface NetworkOptions {
  readonly sides?: Partial<Genesis>;
  readonly main?: Partial<Genesis>;
}

/** Jiangsu (a) and Anhui (b) joined by a main chain; issuer 20 may issue on Jiangsu. */
export function createNetwork({ sides = {}, main: rules = {} }: NetworkOptions = {}): Network {
  const clock: ManualClock = { nowMs: 1_800_000_000_000n };
  const make = (name: string, kind: Genesis['kind'], changes: Partial<Genesis>) =>
    new FakeChain(clock, { name, kind, ...changes }, undefined, PORTS);
  const main = make('main', 'main', rules);
  const a = join(main, make('jiangsu', 'shard', sides), 'jiangsu');
  const b = join(main, make('anhui', 'shard', sides), 'anhui');
  must(
    govern(main, {
      type: 'registerIssuer',
      issuer: testAddress(ISSUER),
      kinds: [KIND, 'green-certificate/v1', 'generating-unit/v1'],
      home: a.side.rules.chainId,
      cap: 1_000_000n,
      validFromSeconds: 0n,
      validUntilSeconds: 4_000_000_000n,
    }),
  );
  const network = { clock, main, a, b };
  for (const link of [a, b]) refresh(network, link);
  return network;
}

function must(result: TransactionResult): void {
  if (result.code !== '') throw new Error(`refused: ${result.code}`);
}

/** Makes both clients of a lane and the route. */
export function join(main: FakeChain, side: FakeChain, alias: string): Link {
  const link: Link = { side, sideClient: `main-of-${alias}`, mainClient: `side-${alias}` };
  must(govern(main, clientSpec(side, link.mainClient, link.sideClient)));
  must(govern(side, clientSpec(main, link.sideClient, link.mainClient)));
  const { chainId, genesisHash } = side.rules;
  must(
    govern(main, { type: 'registerRoute', chainId, alias, client: link.mainClient, genesisHash }),
  );
  return link;
}

/** Updates both clients of a lane to the newest heights. */
export function refresh({ main }: Pick<Network, 'main'>, link: Link): void {
  const { side, sideClient, mainClient } = link;
  main.run(RELAYER, {
    type: 'update',
    client: mainClient,
    updates: checkpointUpdates(side.certificate()),
  });
  side.run(RELAYER, {
    type: 'update',
    client: sideClient,
    updates: checkpointUpdates(main.certificate()),
  });
}

/** The message that brings what `from` has sent since the last one; undefined when there is nothing. */
export function delivery(
  from: FakeChain,
  fromClient: string,
  toClient: string,
  since?: bigint,
): MessageOf<'deliver'> | undefined {
  const start = since ?? (carried.get(from)?.get(fromClient) ?? 0n) + 1n;
  const segments = from.segments(fromClient, start);
  if (segments.length === 0) return undefined;
  const updates = checkpointUpdates(from.certificate());
  return { type: 'deliver', client: toClient, updates, height: from.height, segments };
}

/** Carries what a side chain has sent to the main chain; item codes and events. */
export function carryUp(
  { main }: Pick<Network, 'main'>,
  link: Link,
): TransactionResult | undefined {
  return carry(link.side, link.sideClient, main, link.mainClient);
}

/** Carries what the main chain has sent to a side chain. */
export function carryDown(
  { main }: Pick<Network, 'main'>,
  link: Link,
): TransactionResult | undefined {
  return carry(main, link.mainClient, link.side, link.sideClient);
}

function carry(
  from: FakeChain,
  fromClient: string,
  to: FakeChain,
  toClient: string,
): TransactionResult | undefined {
  const message = delivery(from, fromClient, toClient);
  const marks = carried.get(from) ?? new Map<string, bigint>();
  carried.set(from, marks.set(fromClient, from.height));
  return message === undefined ? undefined : to.run(RELAYER, message);
}

/** Carries everything everywhere until nothing is left; all results in order. */
export function carryAll(network: Network): TransactionResult[] {
  const results: TransactionResult[] = [];
  for (;;) {
    const round = [network.a, network.b].flatMap((link) => [
      carryUp(network, link),
      carryDown(network, link),
    ]);
    const done = round.filter((each): each is TransactionResult => each !== undefined);
    if (done.length === 0) return results;
    results.push(...done);
  }
}

/** An issuer's statement about a resource of Jiangsu (or `home`), and the message that issues it. */
export function issueMessage(
  { main, a }: Pick<Network, 'main' | 'a'>,
  quantity: bigint,
  changes: Partial<SupplyStatement> = {},
  { owner = ALICE, seed = 1, kind = KIND, issuer = ISSUER, home = a.side.rules.chainId } = {},
): MessageOf<'issue'> & { readonly resourceId: Uint8Array } {
  const staticRoot = new Uint8Array(32).fill(seed);
  const origin = { kind, home, issuer: testAddress(issuer), staticRoot };
  const resourceId = resourceIdOf(origin, nobleHash);
  const statement: SupplyStatement = {
    mainGenesisHash: main.rules.genesisHash,
    resourceId,
    index: 1n,
    quantity,
    unit: 'fen',
    meteringPoint: new Uint8Array(32),
    intervalStart: unixSeconds(0n),
    intervalEnd: unixSeconds(0n),
    ...changes,
  };
  const digest = supplyStatementDigest(statement, nobleHash);
  const signature = nobleSignature.sign(digest, testKey(issuer));
  return {
    type: 'issue',
    kind,
    staticRoot,
    owner: testAddress(owner),
    statement: { statement, signature },
    resourceId,
  };
}

/** Issues a quantity to Alice on Jiangsu and has it registered. */
export function issueAndRegister(network: Network, quantity = 1000n, seed = 1): Uint8Array {
  const message = issueMessage(network, quantity, {}, { seed });
  network.a.side.run(ISSUER, message);
  carryAll(network);
  return message.resourceId;
}

/** A send from `from` towards another chain, one hour to its deadline. */
export function sendMessage(
  network: Network,
  from: Link,
  to: FakeChain,
  resourceId: Uint8Array,
  quantity: bigint,
  changes: Partial<MessageOf<'send'>> = {},
): MessageOf<'send'> {
  const deadline = network.clock.nowMs / 1000n + 3600n;
  return {
    type: 'send',
    client: from.sideClient,
    resourceId,
    quantity,
    receiver: testAddress(BOB),
    destination: to.rules.chainId,
    timeoutSeconds: deadline,
    deadlineSeconds: deadline,
    memo: '',
    ...changes,
  };
}

/** The timeout message for packets `from` sent, proven absent on `to`, which first makes a block. */
export function timeoutMessage(to: FakeChain, client: string, packets: readonly Packet[]): Message {
  to.block();
  const keys = packets.map((each) => receiptPath(each.destinationClient, each.sequence));
  return {
    type: 'timeout',
    client,
    updates: checkpointUpdates(to.certificate()),
    height: to.height,
    packets,
    proof: to.tree.prove(keys),
  };
}

/** Open rules of a lane, changed as given. */
export function laneRules(client: string, changes: Partial<LaneRules> = {}): Action {
  return {
    type: 'setLane',
    client,
    paused: false,
    leastQuantity: 0n,
    outflowLimit: 0n,
    windowSeconds: 0n,
    leastRemainingSeconds: 0n,
    ...changes,
  };
}

export function held(chain: FakeChain, resourceId: Uint8Array, owner: number): bigint {
  return readHolding(new Overlay(chain), resourceId, testAddress(owner));
}

/** Everything the main chain's books say of a resource. */
export function ledgerOf({ main, a, b }: Network, resourceId: Uint8Array) {
  const state = new Overlay(main);
  return {
    ...readBooks(state, resourceId),
    atMain: readLocation(state, resourceId, ''),
    atA: readLocation(state, resourceId, a.mainClient),
    atB: readLocation(state, resourceId, b.mainClient),
    toA: readTransit(state, resourceId, a.mainClient),
    toB: readTransit(state, resourceId, b.mainClient),
  };
}

/** Packets of a chain's newest block that go to `client`. */
export function sentPackets(chain: FakeChain, client: string): readonly Packet[] {
  return chain.segments(client, chain.height).flatMap(({ packets }) => packets);
}

/** What a chain whose validators have all been taken over certifies: any packets and acknowledgements. */
export function forgeDelivery(
  { clock }: Pick<Network, 'clock'>,
  from: FakeChain,
  fromClient: string,
  toClient: string,
  forged: {
    readonly packets?: readonly Packet[];
    readonly acknowledgements?: readonly AcknowledgedPacket[];
  },
): MessageOf<'deliver'> {
  const { packets = [], acknowledgements = [] } = forged;
  const items: OutboxItem[] = [
    ...acknowledgements.map(
      ({ packet, acknowledgement }): OutboxItem => ({
        client: fromClient,
        kind: 0,
        sequence: packet.sequence,
        commitment: acknowledgementCommitment([acknowledgement], nobleHash),
      }),
    ),
    ...packets.map(
      (packet): OutboxItem => ({
        client: fromClient,
        kind: 1,
        sequence: packet.sequence,
        commitment: packetCommitment(packet, nobleHash),
      }),
    ),
  ];
  const outbox = buildOutbox(items, nobleHash);
  clock.nowMs += 1000n;
  const height = 1_000_000n + clock.nowMs;
  const checkpoint = {
    ...checkpointOf(from.header()),
    height,
    timeMs: clock.nowMs,
    outboxRoot: outbox.root,
  };
  return {
    type: 'deliver',
    client: toClient,
    updates: checkpointUpdates(certify(checkpoint, from.rules.genesisHash, from.keys)),
    height,
    segments: [
      {
        outboxHeight: height,
        start: 0,
        acknowledgements,
        packets,
        rangeProof: items.length === 0 ? new Uint8Array() : outbox.prove(0, items.length),
        rootProof: new Uint8Array(),
      },
    ],
  };
}

/** A packet whose transfer payload is changed. */
export function withPayload(packet: Packet, changes: Partial<TransferPayload>): Packet {
  const payloads = packet.payloads.map((payload) => {
    const value = decode(transferPayloadCodec, payload.value, 'transfer');
    return { ...payload, value: encode(transferPayloadCodec, { ...value, ...changes }) };
  });
  return { ...packet, payloads };
}

/** The certificates a message carries for a checkpoint client. */
export function certificatesIn({ updates }: { readonly updates: ClientUpdates }) {
  if (updates.type !== 'checkpoint') throw new Error(`updates for ${updates.type}`);
  return updates.certificates;
}
