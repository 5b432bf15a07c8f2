/**
 * What each flow of the Ethereum contracts costs, on a fixture that cannot flatter: fifty distinct
 * existing holders, 100-byte payloads, an outbox of 72, a million leaves, a full ring of 256, and all
 * guards on (admission list, least quantity, outflow limit with quota used, freeze, pause). docs/gas.md
 */

import {
  encodeAcknowledgementItems,
  encodePacketItems,
} from '../../../schemas/ethereum/outbox-call.ts';
import { encodePlace } from '../../../schemas/ethereum/place.ts';
import { encodeAbsence, encodePresence } from '../../../schemas/ethereum/state-proof-call.ts';
import type { OutboxItem } from '../../../schemas/tree/outbox.ts';
import type { Packet } from '../../../schemas/wire/packet.ts';
import { acknowledgementPath, commitmentPath, receiptPath } from '../../../schemas/wire/packet.ts';
import type { Receipt } from '../../fakes/ethereum/evm.ts';
import {
  type Lane,
  ORIGIN,
  OTHER_CHAIN,
  openLane,
  packetTo,
  placeOf,
  resourceId,
  runOf,
  transferValue,
} from '../../fakes/ethereum/lane.ts';
import { type Block, ETHEREUM_CLIENT } from '../../fakes/ethereum/main-chain.ts';

/** One flow; `gas` and `calldata` are of one item where the flow carries many. */
export interface GasRow {
  readonly field: string;
  readonly gas: number;
  /** Of `gas`: what EIP-2028 asks for the calldata. */
  readonly calldata: number;
  /** Bytes of calldata of the whole transaction. */
  readonly bytes: number;
  /** True where the floor of EIP-7623 decides. */
  readonly atFloor: boolean;
}

export interface GasOptions {
  readonly hardfork: 'prague' | 'osaka';
  readonly leaves: number;
}

const FIFTY = 50;
const RING = 256;
/** Far enough for every step of the fixture. */
const TIMEOUT_SECONDS = 1_800_080_000n;

/** Measures every flow, in the order of the table. */
export async function measureGas(options: GasOptions): Promise<readonly GasRow[]> {
  return [...(await measureSmall(options)), ...(await measureLarge(options))];
}

async function measureLarge(options: GasOptions): Promise<GasRow[]> {
  const lane = await openFull({ ...options, leaves: 8 }, 21);
  try {
    const block = await lane.block();
    return [row('checkpoint21', await lane.hub.call('update', lane.updateOf(block)))];
  } finally {
    await lane.close();
  }
}

async function measureSmall(options: GasOptions): Promise<GasRow[]> {
  const lane = await openFull(options, 7);
  try {
    await fillHoldings(lane);
    return [
      ...(await measureReceiving(lane)),
      ...(await measureSending(lane)),
      ...(await measureCheckpoints(lane)),
    ];
  } finally {
    await lane.close();
  }
}

/** A lane whose ring is full and whose guards are on. */
async function openFull({ hardfork, leaves }: GasOptions, validators: number): Promise<Lane> {
  const powers = Array.from({ length: validators }, () => 100n);
  const lane = await openLane({ hardfork, leaves, powers });
  await lane.govern('setLane', [false, 1000n, 10n ** 22n, 86_400n]);
  for (let at = 0; at < RING; at++) await lane.show();
  return lane;
}

/** Fifty holders, packets 1 to 50; some of the limit is used. */
async function fillHoldings(lane: Lane): Promise<void> {
  const packets = range(1n, FIFTY).map((sequence, at) =>
    packet(lane, sequence, holder(lane, at), sequence === 1n ? { origin: ORIGIN } : {}),
  );
  await receiveRun(lane, await lane.show({ packets }), packets);
  for (const at of [0, 1, 2]) await send(lane, at);
}

async function measureReceiving(lane: Lane): Promise<GasRow[]> {
  const rows: GasRow[] = [];
  const one = packet(lane, 51n, holder(lane, 7));
  rows.push(row('receiveOne', await receiveOne(lane, await lane.show({ packets: [one] }), one)));
  const fresh = packet(lane, 52n, holder(lane, FIFTY));
  const block = await lane.show({ packets: [fresh] });
  rows.push(row('receiveOneNewHolder', await receiveOne(lane, block, fresh)));

  const fifty = range(53n, FIFTY).map((sequence, at) => packet(lane, sequence, holder(lane, at)));
  const run = await lane.show({ packets: fifty, others: otherItems(lane) });
  rows.push(row('receiveFiftyEach', await receiveRun(lane, run, fifty), FIFTY));

  const joint = packet(lane, 103n, holder(lane, 8));
  const jointBlock = await lane.block({ packets: [joint] });
  const [place = 0n, ...roots] = lane.updateOf(jointBlock) as [bigint, ...unknown[]];
  const proof = encodePresence(lane.main.prove(commitmentPath(ETHEREUM_CLIENT, 103n)));
  const terms = encodePlace({
    slot: 0,
    height: 0n,
    timeMs: 0n,
    sequence: 103n,
    timeoutSeconds: joint.timeoutSeconds,
  });
  const call = [place | terms, ...roots, bytesOf(joint), proof];
  rows.push(row('updateAndReceive', await lane.hub.call('updateAndReceive', call)));
  rows.push(...(await measureFurther(lane)));
  return rows;
}

/** What the fixture of the table leaves out. */
async function measureFurther(lane: Lane): Promise<GasRow[]> {
  const spread = range(104n, FIFTY).map((sequence, at) => ({
    ...packet(lane, sequence, holder(lane, at), { origin: ORIGIN }),
    timeoutSeconds: TIMEOUT_SECONDS - BigInt(at),
  }));
  const block = await lane.show({ packets: spread, others: otherItems(lane) });
  const real = await receiveRun(lane, block, spread);
  const one = packet(lane, 154n, holder(lane, 3));
  const single = await receiveRun(
    lane,
    await lane.show({ packets: [one], others: otherItems(lane) }),
    [one],
  );
  const fifty = range(155n, FIFTY).map((sequence, at) => packet(lane, sequence, holder(lane, at)));
  const joint = await lane.block({ packets: fifty, others: otherItems(lane) });
  const { range: place, siblings } = runOf(joint, 1, 155n, FIFTY);
  const [word = 0n, ...roots] = lane.updateOf(joint) as [bigint, ...unknown[]];
  const terms = encodePlace({
    slot: 0,
    height: 0n,
    timeMs: 0n,
    sequence: 155n,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  const items = encodePacketItems(fifty, TIMEOUT_SECONDS);
  const both = await lane.hub.call('updateAndReceiveMany', [
    word | terms,
    place,
    ...roots,
    items,
    siblings,
  ]);
  return [
    row('receiveFiftyEachWithOrigin', real, FIFTY),
    row('receiveOneByOutbox', single),
    row('updateAndReceiveFiftyEach', both, FIFTY),
  ];
}

async function measureSending(lane: Lane): Promise<GasRow[]> {
  const sent = await send(lane, 5);
  const acknowledged = await lane.show({ acknowledged: [[4n, true]] });
  const place = placeOf(acknowledged, { sequence: 4n });
  const proof = encodePresence(lane.main.prove(acknowledgementPath(ETHEREUM_CLIENT, 4n)));
  const { outboxRoot } = acknowledged.checkpoint;
  const settled = await lane.hub.call('acknowledgePacket', [place, outboxRoot, '0x', proof]);

  for (let at = 0; at < FIFTY; at++) await send(lane, at);
  const many = range(5n, FIFTY).map((sequence) => [sequence, true] as const);
  const block = await lane.show({ acknowledged: many, others: otherItems(lane) });
  const { range: span, siblings } = runOf(block, 0, 5n, FIFTY);
  const items = encodeAcknowledgementItems(many.map(([sequence]) => ({ sequence, success: true })));
  const { stateRoot } = block.checkpoint;
  const batch = await lane.hub.call('acknowledgePackets', [
    placeOf(block, {}),
    span,
    stateRoot,
    items,
    siblings,
  ]);

  const late = await send(lane, 9);
  const args = late.events.find(({ name }) => name === 'PacketSent')?.args;
  const timeoutSeconds = BigInt(args?.['timeoutSeconds']);
  await lane.nextAt(timeoutSeconds + 5n);
  await lane.anvil.rpc('evm_mine');
  const after = await lane.show();
  const absence = encodeAbsence(lane.main.prove(receiptPath(ETHEREUM_CLIENT, 55n)));
  const where = placeOf(after, { sequence: 55n, timeoutSeconds });
  const timedOut = await lane.hub.call('timeoutPacket', [
    where,
    after.checkpoint.outboxRoot,
    args?.['value'],
    absence,
  ]);
  return [
    row('send', sent),
    row('acknowledge', settled),
    row('timeout', timedOut),
    row('acknowledgeFiftyEach', batch, FIFTY),
  ];
}

async function measureCheckpoints(lane: Lane): Promise<GasRow[]> {
  const same = await lane.block();
  const plain = await lane.hub.call('update', lane.updateOf(same));
  const before = lane.main.set;
  const next = lane.main.createSet(
    2,
    before.members.map(({ power }) => power),
  );
  const announcing = await lane.block({ next });
  const certificate = lane.main.certify(announcing.checkpoint, before);
  const changed = await lane.hub.call('update', lane.updateOf(announcing, certificate));
  const following = await lane.block();
  const pending = { current: before.hash, next: next.hash };
  const first = lane.main.certify(following.checkpoint);
  const followed = await lane.hub.call('update', lane.updateOf(following, first, pending));
  return [
    row('checkpoint7', plain),
    row('checkpoint7SetChange', changed),
    row('checkpoint7AfterChange', followed),
  ];
}

function row(field: string, { gasUsed, calldata }: Receipt, items = 1): GasRow {
  return {
    field,
    gas: Math.round(gasUsed / items),
    calldata: Math.round(calldata.gas / items),
    bytes: calldata.bytes,
    atFloor: gasUsed === calldata.floor,
  };
}

const range = (first: bigint, count: number): bigint[] =>
  Array.from({ length: count }, (_, at) => first + BigInt(at));

const holder = (lane: Lane, at: number): string => lane.users[at] ?? '';

/** A packet with a 100-byte payload: the head and a memo of one character. */
function packet(lane: Lane, sequence: bigint, receiver: string, changes = {}): Packet {
  const value = transferValue(lane.hash, receiver, { memo: '1', ...changes });
  return packetTo(sequence, TIMEOUT_SECONDS, value);
}

const bytesOf = ({ payloads }: Packet): Uint8Array => payloads[0]?.value ?? new Uint8Array(0);

/** What else the block sends, so that its outbox is of 72 and the run does not begin it. */
function otherItems({ hash }: Lane): OutboxItem[] {
  return range(1n, 22).map((sequence) => ({
    client: 'anhui-0',
    kind: 1,
    sequence,
    commitment: hash.sha256(Uint8Array.of(Number(sequence))),
  }));
}

async function receiveOne(
  lane: Lane,
  block: Block,
  { sequence, timeoutSeconds, payloads }: Packet,
): Promise<Receipt> {
  const proof = encodePresence(lane.main.prove(commitmentPath(ETHEREUM_CLIENT, sequence)));
  const place = placeOf(block, { sequence, timeoutSeconds });
  const receipt = await lane.hub.call('receivePacket', [
    place,
    block.checkpoint.outboxRoot,
    payloads[0]?.value,
    proof,
  ]);
  return requireDelivered(receipt, 1);
}

async function receiveRun(lane: Lane, block: Block, packets: readonly Packet[]): Promise<Receipt> {
  const first = packets[0]?.sequence ?? 0n;
  const { range: place, siblings } = runOf(block, 1, first, packets.length);
  const items = encodePacketItems(packets, TIMEOUT_SECONDS);
  const where = placeOf(block, { sequence: first, timeoutSeconds: TIMEOUT_SECONDS });
  const receipt = await lane.hub.call('receivePackets', [
    where,
    place,
    block.checkpoint.stateRoot,
    items,
    siblings,
  ]);
  return requireDelivered(receipt, packets.length);
}

/** A flow that was refused inside is no measurement. */
function requireDelivered(receipt: Receipt, count: number): Receipt {
  const delivered = receipt.events.filter(({ name }) => name === 'TransferSingle').length;
  if (delivered !== count) throw new Error(`${delivered} of ${count} packets were delivered`);
  return receipt;
}

/** Sends to the other chain, the chain id being of the usual 40 characters. */
async function send(lane: Lane, at: number): Promise<Receipt> {
  const timeout = (await lane.now()) + 3600n;
  const receiver = `0x${'c3'.repeat(20)}`;
  const args = [
    resourceId(lane.hash),
    1_234_567n,
    receiver,
    timeout,
    timeout + 600n,
    OTHER_CHAIN,
    '',
  ];
  return lane.hub.call('sendHolding', args, holder(lane, at));
}
