/** The steps conformance cases are made of: send as a user, carry as a relayer, look at holdings. */
import { isTielineError } from '../../schemas/errors.ts';
import type { ChainAdapter, LandedTransaction, RelayOutcome } from '../chain-adapter.ts';
import type { ClientFact } from '../chain-facts.ts';
import type { DeliverBundle } from '../evidence.ts';
import {
  type ConformanceEnd,
  ConformanceFailure,
  type ConformancePair,
  requireEqual,
  requireThat,
} from './conformance-pair.ts';

const WAIT_MS = 500;
const PATIENCE_MS = 20_000;

/** A packet that was sent: its sequence and the height it left at. */
export interface SentPacket {
  readonly sequence: bigint;
  readonly height: bigint;
}

/** Which way something goes. */
export interface Direction {
  readonly source: ConformanceEnd;
  readonly target: ConformanceEnd;
}

export const outward = ({ side, main }: ConformancePair): Direction => ({
  source: side,
  target: main,
});
export const homeward = ({ side, main }: ConformancePair): Direction => ({
  source: main,
  target: side,
});
const opposite = ({ source, target }: Direction): Direction => ({ source: target, target: source });

/** Asks again at each new head until there is an answer. @throws ConformanceFailure */
export async function untilAnswer<T>(
  chain: ChainAdapter,
  what: string,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (let height = 0n; performance.now() < giveUpAt; ) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    ({ height } = await chain.wait(height, WAIT_MS));
  }
  throw new ConformanceFailure(`${what} has not come about in ${PATIENCE_MS} ms`);
}

/** The code a call is refused with. @throws ConformanceFailure where it succeeds */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isTielineError(error)) return error.code;
    throw error;
  }
  throw new ConformanceFailure('What had to be refused was done');
}

export async function clientOf({ adapter, client }: ConformanceEnd): Promise<ClientFact> {
  const [fact] = await adapter.facts('client', [{ client }]);
  requireThat(fact !== undefined, `The client ${client} is not there`);
  return fact;
}

export async function holdingOf(
  pair: ConformancePair,
  { adapter }: ConformanceEnd,
  owner: Uint8Array,
): Promise<bigint> {
  const [quantity] = await adapter.facts('holding', [{ resourceId: pair.resourceId, owner }]);
  return quantity ?? 0n;
}

/** The owner sends a quantity; resolves when it has landed. */
export async function send(
  pair: ConformancePair,
  { source, target }: Direction,
  quantity: bigint,
  options: { readonly receiver?: Uint8Array; readonly lifetimeSeconds?: bigint } = {},
): Promise<SentPacket> {
  const { owner, resourceId } = pair;
  const { timeMs } = await source.adapter.wait(0n, 0);
  const deadlineSeconds = timeMs / 1000n + (options.lifetimeSeconds ?? 600n);
  const prepared = await source.adapter.prepare(owner.address, {
    type: 'send',
    client: source.client,
    resourceId,
    quantity,
    receiver: options.receiver ?? owner.address,
    destination: target.adapter.description.chainId,
    timeoutSeconds: deadlineSeconds,
    deadlineSeconds,
    memo: '',
  });
  const [offered] = await source.adapter.submit([owner.sign(prepared)]);
  requireEqual(offered?.code ?? 'nothing', '', 'The code of an honest transaction');
  const id = offered?.id ?? new Uint8Array(32);
  const landed: LandedTransaction = await untilAnswer(source.adapter, 'A transaction', () =>
    source.adapter.lookup(id),
  );
  requireEqual(landed.result.code, '', 'The result of an honest transaction');
  const event = landed.result.events.find(({ type }) => type === 'packetSent');
  requireThat(event !== undefined, 'A send must say which packet it sent');
  return { sequence: event.sequence, height: landed.height };
}

/** What the source has for the target from a height on, once it is certified. */
export async function deliveryFrom(
  { source, target }: Direction,
  height: bigint,
): Promise<DeliverBundle> {
  return untilAnswer(source.adapter, 'Evidence of a delivery', async () => {
    const bundle = await source.adapter.evidence({
      task: 'deliver',
      client: source.client,
      fromHeight: height,
      maxItems: 256,
      trusted: await clientOf(target),
    });
    return bundle?.task === 'deliver' && bundle.parts.length > 0 ? bundle : undefined;
  });
}

/** Codes of all items, after checking that every transaction was executed. */
export function itemCodes(outcomes: readonly RelayOutcome[]): readonly string[] {
  requireThat(outcomes.length > 0, 'A bundle with something in it makes at least one transaction');
  for (const { code } of outcomes) requireEqual(code, '', 'The result of a relayed bundle');
  return outcomes.flatMap(({ items, count }) => {
    requireEqual(items.length, count, 'The number of item codes');
    return [...items];
  });
}

/** Carries what was sent at a height, and checks that every item was taken. */
export async function carry(direction: Direction, height: bigint): Promise<DeliverBundle> {
  const bundle = await deliveryFrom(direction, height);
  const codes = itemCodes(await direction.target.adapter.relay(direction.target.client, bundle));
  requireThat(codes.includes(''), `Nothing of a delivery was taken: ${codes.join(' ')}`);
  return bundle;
}

/** Carries the acknowledgement of a packet back, from what the target wrote after `height`. */
export async function carryBack(
  direction: Direction,
  sequence: bigint,
  height: bigint,
): Promise<void> {
  const back = opposite(direction);
  const bundle = await deliveryFrom(back, height);
  const acknowledged = bundle.parts.flatMap(({ acknowledgements }) =>
    acknowledgements.map(({ packet }) => packet.sequence),
  );
  requireThat(
    acknowledged.includes(sequence),
    'The acknowledgement of a received packet must be among the deliveries',
  );
  itemCodes(await back.target.adapter.relay(back.target.client, bundle));
  requireEqual(await isPending(direction, sequence), false, 'Pending after its acknowledgement');
}

/** Whether the source still waits for the end of a packet. */
export async function isPending({ source }: Direction, sequence: bigint): Promise<boolean> {
  const [pending] = await source.adapter.facts('pending', [{ client: source.client, sequence }]);
  return pending ?? false;
}

/** Whether the target has the packet. */
export async function isReceived({ target }: Direction, sequence: bigint): Promise<boolean> {
  const [received] = await target.adapter.facts('received', [{ client: target.client, sequence }]);
  return received ?? false;
}

/** Carries everything the source has sent from a height on, whatever was carried before. */
export async function carryRest({ source, target }: Direction, height: bigint): Promise<void> {
  const head = await source.adapter.wait(0n, 0);
  for (let fromHeight = height; fromHeight <= head.height; ) {
    const trusted = await clientOf(target);
    const { client } = source;
    const request = { task: 'deliver', client, fromHeight, maxItems: 256, trusted } as const;
    const bundle = await source.adapter.evidence(request);
    if (bundle?.task !== 'deliver' || bundle.nextHeight <= fromHeight) return;
    if (bundle.parts.length > 0) itemCodes(await target.adapter.relay(target.client, bundle));
    fromHeight = bundle.nextHeight;
  }
}
