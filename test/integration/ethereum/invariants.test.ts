/*
 * Random lives of a lane against a model: whatever order deliveries, sends, ends, transfers and
 * retirements come in, supply on the EVM is what came in less what went out, and is the sum of holdings.
 */

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodePacketItems } from '../../../schemas/ethereum/outbox-call.ts';
import { encodePresence } from '../../../schemas/ethereum/state-proof-call.ts';
import { acknowledgementPath, type Packet } from '../../../schemas/wire/packet.ts';
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
import { ETHEREUM_CLIENT } from '../../fakes/ethereum/main-chain.ts';
import { describeWithAnvil } from '../../fakes/ethereum/with-anvil.ts';

const USERS = 4;
const TIMEOUT = 1_800_080_000n;

type Step =
  | { readonly type: 'receive'; readonly to: number; readonly quantities: readonly number[] }
  | { readonly type: 'again' }
  | { readonly type: 'send'; readonly from: number; readonly quantity: number }
  | { readonly type: 'end'; readonly which: number; readonly success: boolean }
  | { readonly type: 'move'; readonly from: number; readonly to: number; readonly quantity: number }
  | { readonly type: 'retire'; readonly from: number; readonly quantity: number };

const user = fc.nat({ max: USERS - 1 });
const quantity = fc.integer({ min: 1, max: 500 });
const steps = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('receive' as const),
      to: user,
      quantities: fc.array(fc.nat({ max: 900 }), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ type: fc.constant('again' as const) }),
    fc.record({ type: fc.constant('send' as const), from: user, quantity }),
    fc.record({
      type: fc.constant('end' as const),
      which: fc.nat({ max: 3 }),
      success: fc.boolean(),
    }),
    fc.record({ type: fc.constant('move' as const), from: user, to: user, quantity }),
    fc.record({ type: fc.constant('retire' as const), from: user, quantity }),
  ),
  { minLength: 10, maxLength: 25 },
);

interface Pending {
  readonly sequence: bigint;
  readonly timeoutSeconds: bigint;
  readonly value: string;
  readonly from: number;
  readonly quantity: bigint;
}

describeWithAnvil('a lane on an EVM under random use', () => {
  let lane: Lane;
  beforeAll(async () => {
    lane = await openLane();
  });
  afterAll(() => lane?.close());

  it('never holds more than came in less what went out, and never counts a packet twice (F1, D1, D10)', async () => {
    const held: bigint[] = Array(USERS).fill(0n);
    const pending: Pending[] = [];
    let sequence = 0n;
    let last: unknown[] | undefined;
    const id = () => BigInt(`0x${Buffer.from(resourceId(lane.hash)).toString('hex')}`);
    const account = (at: number) => lane.users[at] ?? '';

    async function receive(to: number, quantities: readonly number[]) {
      const packets = quantities.map((each): Packet => {
        sequence += 1n;
        const value = transferValue(lane.hash, account(to), {
          quantity: BigInt(each),
          origin: ORIGIN,
        });
        return packetTo(sequence, TIMEOUT, value);
      });
      const first = packets[0]?.sequence ?? 0n;
      const block = await lane.show({ packets });
      const { range, siblings } = runOf(block, 1, first, packets.length);
      const [slot] = await lane.hub.ask('slotOf', [block.checkpoint.height]);
      const place = placeOf(block, {
        slot: Number(slot),
        sequence: first,
        timeoutSeconds: TIMEOUT,
      });
      last = [
        place,
        range,
        block.checkpoint.stateRoot,
        encodePacketItems(packets, TIMEOUT),
        siblings,
      ];
      await lane.hub.call('receivePackets', last);
      for (const each of quantities) held[to] = (held[to] ?? 0n) + BigInt(each);
    }
    /** Calls, or sees the refusal the model expects. */
    async function attempt(
      fits: boolean,
      name: string,
      args: unknown[],
      from: number,
    ): Promise<Receipt | undefined> {
      if (fits) return lane.hub.call(name, args, account(from));
      const refusal = await lane.hub.refuse(name, args, account(from));
      expect(['HOLDING_INSUFFICIENT', 'RESOURCE_UNKNOWN']).toContain(refusal);
      return undefined;
    }
    async function run(step: Step) {
      switch (step.type) {
        case 'receive':
          return receive(step.to, step.quantities);
        case 'again':
          if (last !== undefined) await lane.hub.call('receivePackets', last);
          return;
        case 'send': {
          const timeout = (await lane.now()) + 3600n;
          const amount = BigInt(step.quantity);
          const args = [
            resourceId(lane.hash),
            amount,
            account(9),
            timeout,
            timeout,
            OTHER_CHAIN,
            '',
          ];
          const receipt = await attempt(
            (held[step.from] ?? 0n) >= amount,
            'sendHolding',
            args,
            step.from,
          );
          const sent = receipt?.events.find(({ name }) => name === 'PacketSent')?.args;
          if (sent === undefined) return;
          held[step.from] = (held[step.from] ?? 0n) - amount;
          pending.push({
            sequence: sent['sequence'],
            timeoutSeconds: timeout,
            value: sent['value'],
            from: step.from,
            quantity: amount,
          });
          return;
        }
        case 'end': {
          const [packet] = pending.splice(step.which % Math.max(1, pending.length), 1);
          if (packet === undefined) return;
          const block = await lane.show({ acknowledged: [[packet.sequence, step.success]] });
          const proof = encodePresence(
            lane.main.prove(acknowledgementPath(ETHEREUM_CLIENT, packet.sequence)),
          );
          const place = placeOf(block, {
            sequence: packet.sequence,
            timeoutSeconds: packet.timeoutSeconds,
          });
          const args = [
            place,
            block.checkpoint.outboxRoot,
            step.success ? '0x' : packet.value,
            proof,
          ];
          await lane.hub.call('acknowledgePacket', args);
          expect(await lane.hub.refuse('acknowledgePacket', args)).toBe('PACKET_ALREADY_SETTLED');
          if (!step.success) held[packet.from] = (held[packet.from] ?? 0n) + packet.quantity;
          return;
        }
        case 'move': {
          const amount = BigInt(step.quantity);
          const args = [account(step.from), account(step.to), id(), amount, '0x'];
          const receipt = await attempt(
            (held[step.from] ?? 0n) >= amount,
            'safeTransferFrom',
            args,
            step.from,
          );
          if (receipt === undefined) return;
          held[step.from] = (held[step.from] ?? 0n) - amount;
          held[step.to] = (held[step.to] ?? 0n) + amount;
          return;
        }
        case 'retire': {
          const amount = BigInt(step.quantity);
          const args = [resourceId(lane.hash), amount, 'b', 'p'];
          const receipt = await attempt(
            (held[step.from] ?? 0n) >= amount,
            'retire',
            args,
            step.from,
          );
          if (receipt !== undefined) held[step.from] = (held[step.from] ?? 0n) - amount;
          return;
        }
      }
    }
    await fc.assert(
      fc.asyncProperty(steps, async (life) => {
        for (const step of life) await run(step);
        const balances = await Promise.all(
          held.map((_, at) => lane.hub.ask('balanceOf', [account(at), id()])),
        );
        expect(balances.map(([each]) => each)).toEqual(held);
        const [supply] = await lane.hub.ask('totalSupply', [id()]);
        expect(supply).toBe(held.reduce((sum, each) => sum + each, 0n));
      }),
      { seed: 5, numRuns: 8, endOnFailure: true },
    );
  }, 120_000);
});
