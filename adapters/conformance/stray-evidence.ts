/** Evidence that is not the counterparty's, or not what it says, must be refused and change nothing. */
import type { DeliverBundle } from '../evidence.ts';
import {
  type ConformanceCase,
  type ConformancePair,
  requireEqual,
  requireThat,
} from './conformance-pair.ts';
import {
  clientOf,
  deliveryFrom,
  holdingOf,
  isReceived,
  outward,
  send,
} from './conformance-steps.ts';

/** Relays a tampered bundle and checks that it is refused whole and that nothing moved. */
async function requireRefused(
  pair: ConformancePair,
  sequence: bigint,
  bundle: DeliverBundle,
): Promise<void> {
  const { target } = outward(pair);
  const before = await clientOf(target);
  const holding = await holdingOf(pair, target, pair.owner.address);
  for (const { code } of await target.adapter.relay(target.client, bundle))
    requireThat(code !== '', 'What is not proven must be refused');
  const after = await clientOf(target);
  requireEqual(after.latestHeight, before.latestHeight, 'The height of the client');
  requireEqual(after.frozen, false, 'Whether the client is frozen');
  requireEqual(await holdingOf(pair, target, pair.owner.address), holding, 'The holding');
  requireEqual(await isReceived(outward(pair), sequence), false, 'Whether the packet is received');
}

async function freshDelivery(pair: ConformancePair) {
  const { height, sequence } = await send(pair, outward(pair), 1n);
  return { sequence, bundle: await deliveryFrom(outward(pair), height) };
}

const wrongChain: ConformanceCase = {
  name: 'refuses evidence of another chain (B8)',
  async run(pair) {
    const { bundle, sequence } = await freshDelivery(pair);
    const trusted = await clientOf(pair.main);
    const stray = await pair.stranger.adapter.evidence({
      task: 'update',
      trusted: { ...trusted, latestHeight: 1n << 60n },
    });
    requireThat(stray !== undefined, 'The stranger can prove its own blocks');
    await requireRefused(pair, sequence, {
      ...bundle,
      height: stray.height,
      updates: stray.updates,
    });
    const before = await clientOf(pair.main);
    await pair.main.adapter.relay(pair.main.client, stray);
    const after = await clientOf(pair.main);
    requireEqual(after.latestHeight, before.latestHeight, 'The height after a stray update');
    requireEqual(after.frozen, false, 'Whether a stray update freezes the client');
  },
};

const otherQuantity: ConformanceCase = {
  name: 'refuses a packet whose payload is not the proven one (D9)',
  async run(pair) {
    const { bundle, sequence } = await freshDelivery(pair);
    const parts = bundle.parts.map((part) => ({
      ...part,
      packets: part.packets.map((packet) => ({
        ...packet,
        payloads: packet.payloads.map((payload) => {
          const value = Uint8Array.from(payload.value);
          value[48] = (value[48] ?? 0) ^ 1;
          return { ...payload, value };
        }),
      })),
    }));
    await requireRefused(pair, sequence, { ...bundle, parts });
  },
};

const otherHeight: ConformanceCase = {
  name: 'refuses a proof under a height it does not belong to (A6)',
  async run(pair) {
    const { bundle, sequence } = await freshDelivery(pair);
    await requireRefused(pair, sequence, { ...bundle, height: bundle.height + 1000n });
  },
};

/** Cases about evidence that must not be believed. */
export const strayEvidence: readonly ConformanceCase[] = [wrongChain, otherQuantity, otherHeight];
