/* Packets that leave an EVM and how they end: acknowledged, refused, timed out, each once. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decode } from '../../../schemas/codec/codec.ts';
import {
  encodeAcknowledgementItems,
  encodePacketItems,
} from '../../../schemas/ethereum/outbox-call.ts';
import { encodeRange, PLACE_FLAG } from '../../../schemas/ethereum/place.ts';
import { encodeAbsence, encodePresence } from '../../../schemas/ethereum/state-proof-call.ts';
import {
  acknowledgementPath,
  packetCommitment,
  receiptPath,
} from '../../../schemas/wire/packet.ts';
import { retirementPayloadCodec, transferPayloadCodec } from '../../../schemas/wire/transfer.ts';
import type { Receipt } from '../../fakes/ethereum/evm.ts';
import {
  addressBytes,
  type Lane,
  ORIGIN,
  OTHER_CHAIN,
  openLane,
  packetFrom,
  packetTo,
  placeOf,
  resourceId,
  runOf,
  transferValue,
} from '../../fakes/ethereum/lane.ts';
import { ETHEREUM_CLIENT } from '../../fakes/ethereum/main-chain.ts';
import { describeWithAnvil } from '../../fakes/ethereum/with-anvil.ts';

const RECEIVER = `0x${'c3'.repeat(20)}`;
const START = 1_000_000n;

interface Sent {
  readonly sequence: bigint;
  readonly timeoutSeconds: bigint;
  readonly value: Uint8Array;
}

describeWithAnvil('sending from an EVM', () => {
  let lane: Lane;
  let owner = '';
  beforeAll(async () => {
    lane = await openLane();
    owner = lane.users[1] ?? '';
    const timeout = (await lane.now()) + 80_000n;
    const packets = [1n, 2n].map((sequence) =>
      packetTo(
        sequence,
        timeout,
        transferValue(lane.hash, lane.users[Number(sequence)] ?? '', {
          origin: ORIGIN,
          quantity: START,
        }),
      ),
    );
    const block = await lane.show({ packets });
    const { range, siblings } = runOf(block, 1, 1n, 2);
    const place = placeOf(block, { sequence: 1n, timeoutSeconds: timeout });
    await lane.hub.call('receivePackets', [
      place,
      range,
      block.checkpoint.stateRoot,
      encodePacketItems(packets, timeout),
      siblings,
    ]);
  });
  afterAll(() => lane?.close());

  const id = () => resourceId(lane.hash);
  const idNumber = () => BigInt(`0x${Buffer.from(id()).toString('hex')}`);
  const balance = async (who = owner) =>
    (await lane.hub.ask('balanceOf', [who, idNumber()]))[0] as bigint;
  const supply = async () => (await lane.hub.ask('totalSupply', [idNumber()]))[0] as bigint;
  const nameOfCode = (code: string) => lane.hub.abi.getError(code)?.name ?? code;

  async function sendArguments(
    changes: Readonly<Record<string, unknown>> = {},
  ): Promise<unknown[]> {
    const timeout = (await lane.now()) + 3600n;
    const terms = {
      resource: id(),
      quantity: 100n,
      receiver: RECEIVER,
      timeout,
      deadline: timeout + 60n,
      destination: OTHER_CHAIN,
      memo: '',
      ...changes,
    };
    return [
      terms.resource,
      terms.quantity,
      terms.receiver,
      terms.timeout,
      terms.deadline,
      terms.destination,
      terms.memo,
    ];
  }
  function sentBy({ events }: Receipt): Sent {
    const args = events.find(
      ({ name }) => name === 'PacketSent' || name === 'RetirementSent',
    )?.args;
    if (args === undefined) throw new Error('nothing was sent');
    return {
      sequence: args['sequence'],
      timeoutSeconds: args['timeoutSeconds'],
      value: Uint8Array.from(Buffer.from(args['value'].slice(2), 'hex')),
    };
  }
  const send = async (changes = {}) =>
    sentBy(await lane.hub.call('sendHolding', await sendArguments(changes), owner));
  async function acknowledgement(
    sequence: bigint,
    success: boolean,
    value: Uint8Array | string = '0x',
    rest = {},
  ) {
    const block = await lane.show({ acknowledged: [[sequence, success]] });
    const proof = encodePresence(lane.main.prove(acknowledgementPath(ETHEREUM_CLIENT, sequence)));
    return [placeOf(block, { sequence, ...rest }), block.checkpoint.outboxRoot, value, proof];
  }
  async function absence({ sequence, timeoutSeconds, value }: Sent, rest = {}) {
    const block = await lane.show();
    const proof = encodeAbsence(lane.main.prove(receiptPath(ETHEREUM_CLIENT, sequence)));
    return [
      placeOf(block, { sequence, timeoutSeconds, ...rest }),
      block.checkpoint.outboxRoot,
      value,
      proof,
    ];
  }
  async function passTime(seconds: bigint) {
    await lane.nextAt(seconds);
    await lane.anvil.rpc('evm_mine');
  }

  it('takes the quantity out and commits the very packet the main chain will see', async () => {
    const before = await balance();
    const sent = await send({ memo: 'June' });
    expect(await balance()).toBe(before - 100n);
    const payload = decode(transferPayloadCodec, sent.value, 'transfer');
    expect([payload.quantity, payload.destination, payload.memo]).toEqual([
      100n,
      OTHER_CHAIN,
      'June',
    ]);
    expect(payload.sender).toEqual(addressBytes(owner));
    const packet = packetFrom(sent.sequence, sent.timeoutSeconds, sent.value);
    const [commitment] = await lane.hub.ask('commitmentOf', [sent.sequence]);
    expect(commitment).toBe(
      `0x${Buffer.from(packetCommitment(packet, lane.hash)).toString('hex')}`,
    );
  });

  it('refuses what no packet may be, and changes nothing (D3, D13, F2, F4)', async () => {
    const now = await lane.now();
    const refusals: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
      [{ quantity: 0n }, 'QUANTITY_ZERO'],
      [{ quantity: START + 1n }, 'HOLDING_INSUFFICIENT'],
      [{ resource: lane.hash.sha256(Uint8Array.of(1)) }, 'RESOURCE_UNKNOWN'],
      [{ timeout: 0n }, 'PACKET_TIMEOUT_PAST'],
      [{ timeout: now }, 'PACKET_TIMEOUT_PAST'],
      [{ timeout: now + 30n }, 'PACKET_TIMEOUT_SOON'],
      [{ timeout: now + 90_000n, deadline: now + 90_000n }, 'PACKET_TIMEOUT_FAR'],
      [{ timeout: now * 1000n, deadline: now * 1000n }, 'PACKET_TIMEOUT_FAR'],
      [{ timeout: (1n << 63n) - 1n, deadline: (1n << 63n) - 1n }, 'PACKET_TIMEOUT_FAR'],
      [{ deadline: now + 100n }, 'PACKET_DEADLINE'],
      [{ destination: '' }, 'TRANSFER_DESTINATION'],
      [{ destination: 'eip155:31337' }, 'TRANSFER_DESTINATION'],
      [{ destination: 'x'.repeat(73) }, 'CODEC_BOUND'],
      [{ memo: 'x'.repeat(257) }, 'CODEC_BOUND'],
    ];
    for (const [changes, code] of refusals) {
      expect([
        changes,
        await lane.hub.refuse('sendHolding', await sendArguments(changes), owner),
      ]).toEqual([changes, code]);
    }
    expect(
      await lane.hub.refuse('sendHolding', await sendArguments(), lane.anvil.accounts[0]),
    ).toBe('ACCOUNT_NOT_ADMITTED');
  });

  it('settles an acknowledged packet once; a second acknowledgement and a timeout find it settled (D4, D5)', async () => {
    const sent = await send();
    const held = await balance();
    await lane.hub.call('acknowledgePacket', await acknowledgement(sent.sequence, true));
    expect(await balance()).toBe(held);
    expect(
      await lane.hub.refuse('acknowledgePacket', await acknowledgement(sent.sequence, true)),
    ).toBe('PACKET_ALREADY_SETTLED');
  });

  it('refunds on the universal error, to the sender, once (D5, D6)', async () => {
    const sent = await send();
    const held = await balance();
    const all = await supply();
    const args = await acknowledgement(sent.sequence, false, sent.value, {
      timeoutSeconds: sent.timeoutSeconds,
    });
    const receipt = await lane.hub.call('acknowledgePacket', args, lane.users[5]);
    expect(receipt.events.map(({ name }) => name)).toEqual([
      'PacketAcknowledged',
      'TransferSingle',
    ]);
    expect(await balance()).toBe(held + 100n);
    expect(await supply()).toBe(all + 100n);
    expect(await lane.hub.refuse('acknowledgePacket', args)).toBe('PACKET_ALREADY_SETTLED');
  });

  it('refuses an error as success, success as an error, another payload, and unknown packets (D5, D9)', async () => {
    const sent = await send();
    const good = await acknowledgement(sent.sequence, false, sent.value, {
      timeoutSeconds: sent.timeoutSeconds,
    });
    expect(await lane.hub.refuse('acknowledgePacket', [good[0], good[1], '0x', good[3]])).toBe(
      'PROOF_ROOT_MISMATCH',
    );
    const doctored = Uint8Array.from(sent.value);
    doctored[48] = 0xff;
    expect(await lane.hub.refuse('acknowledgePacket', [good[0], good[1], doctored, good[3]])).toBe(
      'PACKET_COMMITMENT',
    );
    const thief = Uint8Array.from(sent.value);
    thief.set(addressBytes(lane.users[9] ?? ''), 49);
    expect(await lane.hub.refuse('acknowledgePacket', [good[0], good[1], thief, good[3]])).toBe(
      'PACKET_COMMITMENT',
    );
    await lane.hub.call('acknowledgePacket', good);
    const success = await send();
    const asError = await acknowledgement(success.sequence, true, success.value, {
      timeoutSeconds: success.timeoutSeconds,
    });
    expect(await lane.hub.refuse('acknowledgePacket', asError)).toBe('PROOF_ROOT_MISMATCH');
    expect(await lane.hub.refuse('acknowledgePacket', await acknowledgement(999n, true))).toBe(
      'PACKET_UNKNOWN',
    );
    expect(await lane.hub.refuse('acknowledgePacket', await acknowledgement(0n, true))).toBe(
      'PACKET_UNKNOWN',
    );
  });

  it('settles a run of acknowledgements, each by itself', async () => {
    const sent = [await send(), await send(), await send()];
    const [first, second, third] = sent;
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('nothing sent');
    await lane.hub.call('acknowledgePacket', await acknowledgement(first.sequence, true));
    const held = await balance();
    const block = await lane.show({
      acknowledged: [
        [first.sequence, true],
        [second.sequence, false],
        [third.sequence, true],
      ],
    });
    const { range, siblings } = runOf(block, 0, first.sequence, 3);
    const error = packetFrom(second.sequence, second.timeoutSeconds, second.value);
    const items = encodeAcknowledgementItems([
      { sequence: first.sequence, success: true },
      { sequence: second.sequence, success: false, packet: error },
      { sequence: third.sequence, success: true },
    ]);
    const args = [placeOf(block, {}), range, block.checkpoint.stateRoot, items, siblings];
    const lie = encodeAcknowledgementItems([
      { sequence: first.sequence, success: true },
      { sequence: second.sequence, success: true },
      { sequence: third.sequence, success: true },
    ]);
    expect(
      await lane.hub.refuse('acknowledgePackets', [args[0], range, args[2], lie, siblings]),
    ).toBe('PROOF_ROOT_MISMATCH');
    const cut = items.subarray(0, items.length - 1);
    expect(
      await lane.hub.refuse('acknowledgePackets', [args[0], range, args[2], cut, siblings]),
    ).toBe('CODEC_TRUNCATED');
    const over = Uint8Array.from([...items, 0]);
    expect(
      await lane.hub.refuse('acknowledgePackets', [args[0], range, args[2], over, siblings]),
    ).toBe('CODEC_TRAILING');
    expect(
      await lane.hub.refuse('acknowledgePackets', [
        args[0],
        encodeRange(0, 3, 0),
        args[2],
        '0x',
        siblings,
      ]),
    ).toBe('BATCH_EMPTY');
    const [codes] = await lane.hub.ask('acknowledgePackets', args);
    expect(codes.map(nameOfCode)).toEqual(['PACKET_ALREADY_SETTLED', '0x00000000', '0x00000000']);
    await lane.hub.call('acknowledgePackets', args);
    expect(await balance()).toBe(held + 100n);
    const before = await lane.hub.storage();
    await lane.hub.call('acknowledgePackets', args);
    expect(await lane.hub.storage()).toBe(before);
  });

  it('refunds a packet the main chain had not received at its timeout, and not a millisecond before (D2, D4)', async () => {
    const sent = await send();
    const held = await balance();
    await passTime(sent.timeoutSeconds - 10n);
    expect(await lane.hub.refuse('timeoutPacket', await absence(sent))).toBe(
      'PACKET_NOT_TIMED_OUT',
    );
    const early = await absence(sent, { timeoutSeconds: sent.timeoutSeconds - 3000n });
    expect(await lane.hub.refuse('timeoutPacket', early)).toBe('PACKET_COMMITMENT');
    await passTime(sent.timeoutSeconds + 1n);
    const args = await absence(sent);
    await lane.hub.call('timeoutPacket', args, lane.users[7]);
    expect(await balance()).toBe(held + 100n);
    expect(await lane.hub.refuse('timeoutPacket', args)).toBe('PACKET_ALREADY_SETTLED');
    const late = await acknowledgement(sent.sequence, true);
    expect(await lane.hub.refuse('acknowledgePacket', late)).toBe('PACKET_ALREADY_SETTLED');
  });

  it('refuses a timeout of a packet that was received, by any proof (A8, A12, D4)', async () => {
    const sent = await send();
    const other = await send();
    await lane.show({ acknowledged: [[sent.sequence, true]] });
    await passTime(other.timeoutSeconds + 5n);
    const foreign = await absence(other);
    const place = placeOf(await lane.show(), {
      sequence: sent.sequence,
      timeoutSeconds: sent.timeoutSeconds,
    });
    expect(
      await lane.hub.refuse('timeoutPacket', [place, foreign[1], sent.value, foreign[3]]),
    ).toMatch(/^PROOF_/);
    const block = await lane.show();
    const presence = encodePresence(lane.main.prove(receiptPath(ETHEREUM_CLIENT, sent.sequence)));
    const where = placeOf(block, { sequence: sent.sequence, timeoutSeconds: sent.timeoutSeconds });
    for (const disguise of [
      Uint8Array.from([0, ...presence]),
      Uint8Array.from([
        1,
        ...lane.hash.sha256(Buffer.from(receiptPath(ETHEREUM_CLIENT, sent.sequence), 'latin1')),
        ...lane.hash.sha256(Uint8Array.of(2)),
        ...presence,
      ]),
      Uint8Array.from([1, ...new Uint8Array(64), ...presence]),
      Uint8Array.from([2, ...presence]),
      Uint8Array.of(0, 0, 1, 0),
      Uint8Array.of(1),
    ]) {
      expect(
        await lane.hub.refuse('timeoutPacket', [
          where,
          block.checkpoint.outboxRoot,
          sent.value,
          disguise,
        ]),
      ).toMatch(/^PROOF_/);
    }
    await lane.hub.call('timeoutPacket', await absence(other));
  });

  it('retires for good, past pause and freeze, and sends a retirement that was not booked again', async () => {
    await lane.govern('freezeResource', [id(), '0x0102']);
    await lane.hub.call('guardPause', [], lane.users[0]);
    expect(await lane.hub.refuse('sendHolding', await sendArguments(), owner)).toBe(
      'RESOURCE_FROZEN',
    );
    const held = await balance();
    const all = await supply();
    const receipt = await lane.hub.call('retire', [id(), 40n, 'Plant 7', 'cover of June'], owner);
    const sent = sentBy(receipt);
    expect(await balance()).toBe(held - 40n);
    expect(await supply()).toBe(all - 40n);
    expect(decode(retirementPayloadCodec, sent.value, 'retirement').purpose).toBe('cover of June');
    const packet = packetFrom(sent.sequence, sent.timeoutSeconds, sent.value, 'retirement');
    const [commitment] = await lane.hub.ask('commitmentOf', [sent.sequence]);
    expect(commitment).toBe(
      `0x${Buffer.from(packetCommitment(packet, lane.hash)).toString('hex')}`,
    );
    const terms = { timeoutSeconds: sent.timeoutSeconds };
    const asTransfer = await acknowledgement(sent.sequence, false, sent.value, terms);
    expect(await lane.hub.refuse('acknowledgePacket', asTransfer)).toBe('PACKET_COMMITMENT');
    expect(await lane.hub.refuse('resend', [sent.sequence, sent.value])).toBe('RESEND_UNKNOWN');
    const refused = await acknowledgement(sent.sequence, false, sent.value, {
      ...terms,
      flags: PLACE_FLAG.retirement,
    });
    await lane.hub.call('acknowledgePacket', refused);
    expect(await balance()).toBe(held - 40n);
    const again = sentBy(await lane.hub.call('resend', [sent.sequence, sent.value], lane.users[8]));
    expect(again.sequence).toBe(sent.sequence + 1n);
    expect(again.value).toEqual(sent.value);
    expect(await lane.hub.refuse('resend', [sent.sequence, sent.value])).toBe('RESEND_UNKNOWN');
    for (const [args, code] of [
      [[id(), 0n, '', ''], 'QUANTITY_ZERO'],
      [[id(), START * 2n, '', ''], 'HOLDING_INSUFFICIENT'],
      [[lane.hash.sha256(Uint8Array.of(5)), 1n, '', ''], 'RESOURCE_UNKNOWN'],
      [[id(), 1n, 'x'.repeat(129), ''], 'CODEC_BOUND'],
    ] as const) {
      expect(await lane.hub.refuse('retire', args, owner)).toBe(code);
    }
    await lane.govern('unfreezeResource', [id(), '0x03']);
  });

  it('keeps the outflow of a window under its limit, and gives back what a refund did not use (F4)', async () => {
    await lane.govern('setLane', [false, 10n, 250n, 86_400]);
    expect(await lane.hub.refuse('sendHolding', await sendArguments({ quantity: 9n }), owner)).toBe(
      'LANE_LEAST_QUANTITY',
    );
    const first = await send();
    await send();
    expect(await lane.hub.refuse('sendHolding', await sendArguments(), owner)).toBe('LANE_LIMIT');
    const terms = { timeoutSeconds: first.timeoutSeconds };
    await lane.hub.call(
      'acknowledgePacket',
      await acknowledgement(first.sequence, false, first.value, terms),
    );
    await send();
    expect(await lane.hub.refuse('sendHolding', await sendArguments(), owner)).toBe('LANE_LIMIT');
    await lane.govern('setLane', [true, 0n, 0n, 0]);
    expect(await lane.hub.refuse('sendHolding', await sendArguments(), owner)).toBe('LANE_PAUSED');
    await lane.govern('setLane', [false, 0n, 0n, 0]);
    await send();
  });
});
