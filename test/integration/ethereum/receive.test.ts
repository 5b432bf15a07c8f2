/* Packets that come to an EVM: what is credited, what is answered with an error, what is refused. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodePacketItems } from '../../../schemas/ethereum/outbox-call.ts';
import { encodePlace, encodeRange } from '../../../schemas/ethereum/place.ts';
import { encodeAbsence, encodePresence } from '../../../schemas/ethereum/state-proof-call.ts';
import { concatBytes } from '../../../schemas/hash.ts';
import { commitmentPath, type Packet, receiptPath } from '../../../schemas/wire/packet.ts';
import { outboxRootKey } from '../../../schemas/wire/state-keys.ts';
import type { TransferPayload } from '../../../schemas/wire/transfer.ts';
import type { Receipt } from '../../fakes/ethereum/evm.ts';
import {
  type Lane,
  ORIGIN,
  openLane,
  packetTo,
  placeOf,
  resourceId,
  runOf,
  transferValue,
} from '../../fakes/ethereum/lane.ts';
import { type Block, ETHEREUM_CLIENT } from '../../fakes/ethereum/main-chain.ts';
import { describeWithAnvil } from '../../fakes/ethereum/with-anvil.ts';

const TIMEOUT = 1_800_090_000n;
const OUTSIDER = '0x00000000000000000000000000000000000000ff';

describeWithAnvil('receiving on an EVM', () => {
  let lane: Lane;
  let sequence = 0n;
  beforeAll(async () => {
    lane = await openLane();
    await deliver([make({ origin: ORIGIN })]);
  });
  afterAll(() => lane?.close());

  /** The next packet, for the second user unless told otherwise. */
  function make(
    changes: Partial<TransferPayload> = {},
    receiver = lane.users[1] ?? '',
    timeout = TIMEOUT,
  ): Packet {
    sequence += 1n;
    return packetTo(sequence, timeout, transferValue(lane.hash, receiver, changes));
  }
  const bytesOf = ({ payloads }: Packet) => payloads[0]?.value ?? new Uint8Array(0);
  const idOf = () => BigInt(`0x${Buffer.from(resourceId(lane.hash)).toString('hex')}`);
  const balance = async (owner = lane.users[1] ?? '') =>
    (await lane.hub.ask('balanceOf', [owner, idOf()]))[0] as bigint;
  const supply = async () => (await lane.hub.ask('totalSupply', [idOf()]))[0] as bigint;
  const status = async (which: bigint) => (await lane.hub.ask('statusOf', [which]))[0] as bigint;

  /** Arguments of receivePackets. */
  function runArguments(block: Block, packets: readonly Packet[]): unknown[] {
    const first = packets[0]?.sequence ?? 0n;
    const { range, siblings } = runOf(block, 1, first, packets.length);
    const place = placeOf(block, { sequence: first, timeoutSeconds: TIMEOUT });
    return [
      place,
      range,
      block.checkpoint.stateRoot,
      encodePacketItems(packets, TIMEOUT),
      siblings,
    ];
  }
  /** Arguments of receivePacket; the proof is made at once. */
  function oneArguments(block: Block, packet: Packet): unknown[] {
    const proof = encodePresence(lane.main.prove(commitmentPath(ETHEREUM_CLIENT, packet.sequence)));
    const place = placeOf(block, {
      sequence: packet.sequence,
      timeoutSeconds: packet.timeoutSeconds,
    });
    return [place, block.checkpoint.outboxRoot, bytesOf(packet), proof];
  }
  async function deliver(packets: readonly Packet[]): Promise<Receipt> {
    return lane.hub.call('receivePackets', runArguments(await lane.show({ packets }), packets));
  }
  /** The name behind an item's code. */
  const nameOfCode = (code: string) => lane.hub.abi.getError(code)?.name ?? code;
  const failures = ({ events }: Receipt) =>
    events
      .filter(({ name }) => name === 'PacketFailed')
      .map(({ args }) => nameOfCode(args['code']));

  it('credits a run of packets and writes the receipt of each', async () => {
    const before = await balance();
    const packets = [make(), make({ memo: 'June' }), make({ quantity: 7n })];
    const receipt = await deliver(packets);
    expect(failures(receipt)).toEqual([]);
    expect(await balance()).toBe(before + 2n * 12_345_678_901n + 7n);
    expect(await supply()).toBe(await balance());
    for (const packet of packets) expect(await status(packet.sequence)).toBe(1n);
    const transfers = receipt.events.filter(({ name }) => name === 'TransferSingle');
    expect(transfers.map(({ args }) => args['from'])).toEqual(Array(3).fill(`0x${'0'.repeat(40)}`));
  });

  it('credits one packet proven under the state root, its timeout its own', async () => {
    const before = await balance();
    const packet = make({ quantity: 5n }, lane.users[1], TIMEOUT - 77n);
    await lane.hub.call(
      'receivePacket',
      oneArguments(await lane.show({ packets: [packet] }), packet),
    );
    expect(await balance()).toBe(before + 5n);
  });

  it('credits an older outbox by the root a later checkpoint proves', async () => {
    const before = await balance();
    const packets = [make({ quantity: 1n }), make({ quantity: 2n })];
    const old = await lane.block({ packets });
    const newer = await lane.show();
    const { range, siblings } = runOf(old, 1, packets[0]?.sequence ?? 0n, 2);
    const rootProof = encodePresence(lane.main.prove(outboxRootKey(old.checkpoint.height)));
    const place = placeOf(newer, { sequence: packets[0]?.sequence ?? 0n, timeoutSeconds: TIMEOUT });
    const items = encodePacketItems(packets, TIMEOUT);
    const args = [
      place,
      range,
      old.checkpoint.height,
      newer.checkpoint.outboxRoot,
      items,
      siblings,
      rootProof,
    ];
    const wrong = [...args];
    wrong[2] = old.checkpoint.height + 1n;
    expect(await lane.hub.refuse('receiveOlderPackets', wrong)).toBe('PROOF_ROOT_MISMATCH');
    await lane.hub.call('receiveOlderPackets', args);
    expect(await balance()).toBe(before + 3n);
  });

  it('updates and receives in one transaction, and again as a no-op', async () => {
    const packet = make({ quantity: 9n });
    const block = await lane.block({ packets: [packet] });
    const [place, stateRoot, outboxRoot, certificate] = lane.updateOf(block);
    const terms = encodePlace({
      slot: 0,
      height: 0n,
      timeMs: 0n,
      sequence: packet.sequence,
      timeoutSeconds: TIMEOUT,
    });
    const [, , value, proof] = oneArguments(block, packet);
    const args = [(place as bigint) | terms, stateRoot, outboxRoot, certificate, value, proof];
    await lane.hub.call('updateAndReceive', args);
    const before = await lane.hub.storage();
    const [code] = await lane.hub.ask('updateAndReceive', args);
    expect(nameOfCode(code)).toBe('PACKET_ALREADY_RECEIVED');
    await lane.hub.call('updateAndReceive', args);
    expect(await lane.hub.storage()).toBe(before);
  });

  it('credits nothing a second time, alone, in a run, or by another way (D1, D10)', async () => {
    const packets = [make(), make()];
    const block = await lane.show({ packets });
    const run = runArguments(block, packets);
    const single = packets[0] === undefined ? [] : oneArguments(block, packets[0]);
    await lane.hub.call('receivePackets', run);
    const before = await lane.hub.storage();
    const [codes] = await lane.hub.ask('receivePackets', run);
    expect(codes.map(nameOfCode)).toEqual(['PACKET_ALREADY_RECEIVED', 'PACKET_ALREADY_RECEIVED']);
    await lane.hub.call('receivePackets', run);
    await lane.hub.call('receivePacket', single);
    expect(await lane.hub.storage()).toBe(before);
  });

  it('isolates items: the good ones count, each other one is answered with the error (D5)', async () => {
    const before = await balance();
    const origin = { ...ORIGIN, staticRoot: lane.hash.sha256(ORIGIN.staticRoot) };
    const unknown = lane.hash.sha256(Uint8Array.of(1));
    const packets = [
      make({ quantity: 3n }),
      make({ quantity: 0n }),
      make({}, OUTSIDER),
      make({ destination: 'tieline:00000000000000000000000000000000' }),
      make({ deadlineSeconds: TIMEOUT - 1n }),
      make({ resourceId: unknown }),
      make({ resourceId: unknown, origin }),
      make({ resourceId: unknown, origin: { ...ORIGIN, kind: 'unheard-of/v1' } }),
      make({ resourceId: unknown, origin: { ...ORIGIN, home: 'eip155:31337' } }),
      make({ resourceId: unknown, origin: { ...ORIGIN, staticRoot: new Uint8Array(32) } }),
      make({ quantity: (1n << 128n) - 1n }),
      make({ quantity: 4n }),
    ];
    expect(failures(await deliver(packets))).toEqual([
      'QUANTITY_ZERO',
      'ACCOUNT_NOT_ADMITTED',
      'TRANSFER_DESTINATION',
      'PACKET_DEADLINE',
      'TRANSFER_ORIGIN',
      'RESOURCE_ID',
      'RESOURCE_KIND_UNKNOWN',
      'TRANSFER_ORIGIN',
      'RESOURCE_ROOT_ZERO',
      'QUANTITY_OVERFLOW',
    ]);
    expect(await balance()).toBe(before + 7n);
    expect(await supply()).toBe(await balance());
    for (const [at, { sequence: which }] of packets.entries()) {
      expect(await status(which)).toBe(at === 0 || at === 11 ? 1n : 2n);
    }
  });

  it('answers malformed payloads with the error: short, trailing, unknown flags, long texts (A13, A14, D13)', async () => {
    const good = transferValue(lane.hash, lane.users[1] ?? '');
    const memo = transferValue(lane.hash, lane.users[1] ?? '', { memo: 'x' });
    const flagged = (flags: number, tail: Uint8Array = new Uint8Array(0)) => {
      const bytes = concatBytes(good, tail);
      bytes[0] = flags;
      return bytes;
    };
    const long = new Uint8Array(400).fill(0x61);
    const values = [
      good.subarray(0, 96),
      concatBytes(good, Uint8Array.of(0)),
      flagged(32),
      flagged(64),
      flagged(16, concatBytes(Uint8Array.of(1, 1), long.subarray(0, 257))),
      flagged(4, concatBytes(Uint8Array.of(0, 73), long.subarray(0, 73))),
      flagged(2, concatBytes(Uint8Array.of(0, 65), long.subarray(0, 65))),
      flagged(8, long.subarray(0, 39)),
      flagged(16, Uint8Array.of(0)),
      memo.subarray(0, memo.length - 1),
      concatBytes(memo, Uint8Array.of(0)),
    ];
    const before = await balance();
    const packets = values.map((value) => {
      sequence += 1n;
      return packetTo(sequence, TIMEOUT, value);
    });
    expect(failures(await deliver(packets))).toEqual([
      'CODEC_TRUNCATED',
      'CODEC_TRAILING',
      'CODEC_VALUE',
      'CODEC_VALUE',
      'CODEC_BOUND',
      'CODEC_BOUND',
      'CODEC_BOUND',
      'CODEC_TRUNCATED',
      'CODEC_TRUNCATED',
      'CODEC_TRUNCATED',
      'CODEC_TRAILING',
    ]);
    expect(await balance()).toBe(before);
  });

  it('receives up to the second before the timeout, and at it no more (D2)', async () => {
    const at = (await lane.now()) + 40n;
    const packets = [
      make({ quantity: 2n }, lane.users[1], at),
      make({ quantity: 2n }, lane.users[1], at),
    ];
    const block = await lane.show({ packets });
    const [first, second] = packets;
    if (first === undefined || second === undefined) throw new Error('no packets');
    const one = oneArguments(block, first);
    const other = oneArguments(block, second);
    await lane.nextAt(at - 1n);
    await lane.hub.call('receivePacket', one);
    expect(await status(first.sequence)).toBe(1n);
    await lane.nextAt(at);
    await lane.hub.call('receivePacket', other);
    expect(await status(second.sequence)).toBe(0n);
    const [code] = await lane.hub.ask('receivePacket', other);
    expect(nameOfCode(code)).toBe('PACKET_TIMED_OUT');
  });

  it('refuses a genuine proof with another packet: value, sequence, timeout or lane (A6, D1, D9, D15)', async () => {
    const packet = make();
    const block = await lane.show({ packets: [packet] });
    const good = oneArguments(block, packet);
    for (const [at, value] of [
      [2, transferValue(lane.hash, lane.users[2] ?? '')],
      [2, transferValue(lane.hash, lane.users[1] ?? '', { quantity: 1n << 100n })],
      [0, placeOf(block, { sequence: packet.sequence + 1n, timeoutSeconds: TIMEOUT })],
      [0, placeOf(block, { sequence: packet.sequence, timeoutSeconds: TIMEOUT + 1n })],
    ] as const) {
      const args = [...good];
      args[at] = value;
      expect(await lane.hub.refuse('receivePacket', args)).toBe('PROOF_ROOT_MISMATCH');
    }
    const run = runArguments(block, [packet]);
    const moved = [...run];
    moved[0] = placeOf(block, { sequence: packet.sequence + 1n, timeoutSeconds: TIMEOUT });
    expect(await lane.hub.refuse('receivePackets', moved)).toBe('PROOF_ROOT_MISMATCH');
    await lane.hub.call('receivePacket', good);
  });

  it('refuses a packet of another client of the main chain (D1, D14)', async () => {
    const packet = make();
    const block = await lane.block({
      others: [
        {
          client: 'eth-1',
          kind: 1,
          sequence: packet.sequence,
          commitment: lane.hash.sha256(Uint8Array.of(3)),
        },
      ],
    });
    await lane.hub.call('update', lane.updateOf(block));
    const siblings = new Uint8Array(0);
    const place = placeOf(block, { sequence: packet.sequence, timeoutSeconds: TIMEOUT });
    const args = [
      place,
      encodeRange(1, 1, 0),
      block.checkpoint.stateRoot,
      encodePacketItems([packet], TIMEOUT),
      siblings,
    ];
    expect(await lane.hub.refuse('receivePackets', args)).toBe('PROOF_ROOT_MISMATCH');
  });

  it('refuses another checkpoint: height, time, root or slot that is not stored (A7, A12)', async () => {
    const packet = make();
    const block = await lane.show({ packets: [packet] });
    const good = oneArguments(block, packet);
    const { height, timeMs } = block.checkpoint;
    const terms = { height, timeMs, sequence: packet.sequence, timeoutSeconds: TIMEOUT };
    for (const [change, code] of [
      [{ height: height + 1n }, 'CONSENSUS_UNKNOWN'],
      [{ slot: 3000 }, 'CONSENSUS_UNKNOWN'],
      [{ slot: 255 }, 'CONSENSUS_UNKNOWN'],
      [{ timeMs: timeMs + 1n }, 'PROOF_ROOT_MISMATCH'],
    ] as const) {
      const args = [encodePlace({ ...terms, ...change }), ...good.slice(1)];
      expect(await lane.hub.refuse('receivePacket', args)).toBe(code);
    }
    const other = [good[0], lane.hash.sha256(Uint8Array.of(2)), ...good.slice(2)];
    expect(await lane.hub.refuse('receivePacket', other)).toBe('PROOF_ROOT_MISMATCH');
    await lane.hub.call('receivePacket', good);
  });

  it('refuses state proofs cut short, drawn out, too deep, with lying counts or an inner node as leaf (A1, A5, A11)', async () => {
    const packet = make();
    const block = await lane.show({ packets: [packet] });
    const good = oneArguments(block, packet);
    const proof = good[3] as Uint8Array;
    const changed = (at: number, value: number) => {
      const bytes = Uint8Array.from(proof);
      bytes[at] = value;
      return bytes;
    };
    const depth = proof[0] ?? 0;
    for (const [bytes, code] of [
      [proof.subarray(0, proof.length - 32), 'PROOF_TRUNCATED'],
      [proof.subarray(0, proof.length - 1), 'PROOF_TRUNCATED'],
      [concatBytes(proof, new Uint8Array(32)), 'PROOF_TRAILING'],
      [changed(0, depth + 1), 'PROOF_TRUNCATED'],
      [changed(0, depth - 1), 'PROOF_TRAILING'],
      [changed(0, 251), 'PROOF_TOO_DEEP'],
      [changed(1, 0), 'PROOF_TOO_DEEP'],
      [changed(2, 255), 'PROOF_OPCODE'],
      [changed(proof.length - 1, (proof.at(-1) ?? 0) ^ 1), 'PROOF_ROOT_MISMATCH'],
      [new Uint8Array(0), 'PROOF_TOO_DEEP'],
      [concatBytes(Uint8Array.of(200, 1, 200), new Uint8Array(100_000)), 'PROOF_TRAILING'],
    ] as const) {
      expect(await lane.hub.refuse('receivePacket', [...good.slice(0, 3), bytes])).toBe(code);
    }
    await lane.hub.call('receivePacket', good);
  });

  it('refuses an absence as a presence, and a presence as an absence (A8, A12)', async () => {
    const packet = make();
    const block = await lane.show({ packets: [packet] });
    const absence = encodeAbsence(lane.main.prove(receiptPath(ETHEREUM_CLIENT, packet.sequence)));
    const good = oneArguments(block, packet);
    expect(await lane.hub.refuse('receivePacket', [...good.slice(0, 3), absence])).toMatch(
      /^PROOF_/,
    );
    const [place, outboxRoot, value, presence] = good;
    const disguised = concatBytes(Uint8Array.of(0), presence as Uint8Array);
    expect(await lane.hub.refuse('timeoutPacket', [place, outboxRoot, value, disguised])).toBe(
      'PROOF_ROOT_MISMATCH',
    );
  });

  it('refuses runs with wrong index, count, order, left-over or missing siblings and items (A3, A4, A5)', async () => {
    const packets = [1n, 2n, 3n, 4n, 5n].map((quantity) => make({ quantity }));
    const block = await lane.show({ packets });
    const good = runArguments(block, packets.slice(1, 4));
    const [place, , stateRoot, items, siblings] = good as [
      bigint,
      bigint,
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ];
    const attempts: readonly (readonly [unknown[], string])[] = [
      [[place, encodeRange(3, 5, 3), stateRoot, items, siblings], 'PROOF_INDEX'],
      [[place, encodeRange(3, 2, 0), stateRoot, items, siblings], 'PROOF_INDEX'],
      [[place, encodeRange(3, 2 ** 24 + 1, 0), stateRoot, items, siblings], 'PROOF_INDEX'],
      [[place, encodeRange(0, 5, 1), stateRoot, '0x', siblings], 'BATCH_EMPTY'],
      [[place, encodeRange(257, 300, 1), stateRoot, items, siblings], 'BATCH_COUNT'],
      [[place, encodeRange(3, 5, 2), stateRoot, items, siblings], 'PROOF_TRUNCATED'],
      [[place, encodeRange(3, 6, 1), stateRoot, items, siblings], 'PROOF_ROOT_MISMATCH'],
      [[place, encodeRange(3, 5, 1), stateRoot, items, siblings.subarray(32)], 'PROOF_TRUNCATED'],
      [
        [place, encodeRange(3, 5, 1), stateRoot, items, concatBytes(siblings, siblings)],
        'PROOF_TRAILING',
      ],
      [
        [place, encodeRange(3, 5, 1), stateRoot, concatBytes(items, Uint8Array.of(0)), siblings],
        'CODEC_TRAILING',
      ],
      [
        [place, encodeRange(3, 5, 1), stateRoot, items.subarray(0, items.length - 1), siblings],
        'CODEC_TRUNCATED',
      ],
      [[place, encodeRange(2, 5, 1), stateRoot, items, siblings], 'CODEC_TRAILING'],
      [
        [
          place,
          encodeRange(3, 5, 1),
          stateRoot,
          encodePacketItems([...packets.slice(1, 3), ...packets.slice(2, 3)], TIMEOUT),
          siblings,
        ],
        'PROOF_ROOT_MISMATCH',
      ],
    ];
    for (const [args, code] of attempts) {
      expect([await lane.hub.refuse('receivePackets', args), code]).toEqual([code, code]);
    }
    const huge = concatBytes(Uint8Array.of(0x20, 0x01), new Uint8Array(8193));
    expect(
      await lane.hub.refuse('receivePackets', [
        place,
        encodeRange(1, 5, 1),
        stateRoot,
        huge,
        siblings,
      ]),
    ).toBe('CODEC_BOUND');
    await lane.hub.call('receivePackets', good);
  });

  it('takes a newer dynamic head, leaves an older one alone, and freezes what arrives frozen (F3)', async () => {
    const head = (n: number) => lane.hash.sha256(Uint8Array.of(n));
    await deliver([
      make({ dynamic: { index: 4n, head: head(4) } }),
      make({ dynamic: { index: 3n, head: head(3) } }),
    ]);
    const known = await lane.hub.ask('resourceOf', [resourceId(lane.hash)]);
    expect(known['dynamicIndex']).toBe(4n);
    expect(known['dynamicHead']).toBe(`0x${Buffer.from(head(4)).toString('hex')}`);
    const before = await balance();
    expect(failures(await deliver([make({ quantity: 1n, frozen: true }), make()]))).toEqual([
      'RESOURCE_FROZEN',
    ]);
    expect(await balance()).toBe(before + 1n);
    await lane.govern('unfreezeResource', [resourceId(lane.hash), '0x01']);
    expect(failures(await deliver([make()]))).toEqual([]);
  });

  it('answers with the error while the lane is paused, and keeps updating (F4)', async () => {
    await lane.hub.call('guardPause', [], lane.users[0]);
    const before = await balance();
    expect(failures(await deliver([make()]))).toEqual(['LANE_PAUSED']);
    expect(await balance()).toBe(before);
    await lane.nextAt((await lane.now()) + 3600n);
    await lane.anvil.rpc('evm_mine');
    expect(failures(await deliver([make()]))).toEqual([]);
  });

  it('asks the admission list again after an expulsion, whatever marks the holdings carry', async () => {
    const user = lane.users[20] ?? '';
    expect(failures(await deliver([make({}, user), make({}, user)]))).toEqual([]);
    await lane.govern('expel', [user]);
    const held = await balance(user);
    expect(failures(await deliver([make({}, user), make({}, lane.users[21])]))).toEqual([
      'ACCOUNT_NOT_ADMITTED',
    ]);
    expect(await balance(user)).toBe(held);
    await lane.govern('admit', [user]);
    expect(failures(await deliver([make({}, user)]))).toEqual([]);
  });
});
