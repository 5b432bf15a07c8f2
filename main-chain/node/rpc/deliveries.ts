/**
 * `deliveries`: what the chain sends to one client, as segments that the client's chain can check
 * under the newest certificate. Whole heights are answered: as many as hold at most `maxItems` items
 * together, and always the first; a height with more comes in several segments of at most 256 each.
 * docs/protocol.md#node-api
 */
import { buildOutbox, type Outbox } from '../../../schemas/tree/outbox.ts';
import { MAX_BATCH, type Segment } from '../../../schemas/wire/message.ts';
import { outboxRootKey } from '../../../schemas/wire/state-keys.ts';
import type { Chain } from '../chain.ts';
import type { BlockStore } from '../store/block-store.ts';
import type { Dispatch } from '../store/records.ts';
import type { Handler, NodeParts } from './handler.ts';

/** Most segments of one answer. */
const MAX_SEGMENTS = 64;
/** Outbox trees kept: relayers of several clients ask for the same heights. */
const CACHED_OUTBOXES = 64;
const NO_PROOF = new Uint8Array(0);

export function deliveriesHandler({ chain, store, certifier }: NodeParts): Handler<'deliveries'> {
  const outboxOf = cachedOutboxes(chain, store);
  return async ({ client, fromHeight, maxItems }) => {
    const { height } = certifier.head;
    const certificate = height === 0n ? undefined : store.certificate(height);
    const answer = { height, nextHeight: height + 1n, certificate, segments: [] as Segment[] };
    if (fromHeight > height || maxItems === 0) return { ...answer, nextHeight: fromHeight };
    let items = 0;
    for await (const { height: at, dispatch } of store.dispatches(client, fromHeight, height)) {
      const size = dispatch.acknowledgements.length + dispatch.packets.length;
      const spans = spansOf(size, Math.min(maxItems, MAX_BATCH));
      const full = items + size > maxItems || answer.segments.length + spans.length > MAX_SEGMENTS;
      if (full && answer.segments.length > 0) return { ...answer, nextHeight: at };
      const rootProof = at === height ? NO_PROOF : proveOutboxRoot(chain, at, height);
      // A root that has left the ring can no longer be proven; its packets have other ways.
      if (rootProof === undefined) continue;
      for (const span of spans) {
        answer.segments.push(segmentOf(at, dispatch, span, outboxOf(at), rootProof));
      }
      items += size;
    }
    return answer;
  };
}

/** A run of a client's items in one block. */
interface Span {
  readonly from: number;
  readonly length: number;
}

/** Runs of at most `most` items, or of 256 where there would be too many runs. */
function spansOf(size: number, most: number): Span[] {
  const step = Math.ceil(size / most) > MAX_SEGMENTS ? MAX_BATCH : most;
  const spans: Span[] = [];
  for (let from = 0; from < size; from += step) {
    spans.push({ from, length: Math.min(step, size - from) });
  }
  return spans;
}

function segmentOf(
  outboxHeight: bigint,
  { start, acknowledgements, packets }: Dispatch,
  { from, length }: Span,
  outbox: Outbox,
  rootProof: Uint8Array,
): Segment {
  const past = acknowledgements.length;
  return {
    outboxHeight,
    start: start + from,
    acknowledgements: acknowledgements.slice(from, from + length),
    packets: packets.slice(Math.max(0, from - past), Math.max(0, from + length - past)),
    rangeProof: outbox.prove(start + from, length),
    rootProof,
  };
}

/** The state proof of an older outbox root at `height`, or undefined where the state has none. */
function proveOutboxRoot(
  chain: Chain,
  outboxHeight: bigint,
  height: bigint,
): Uint8Array | undefined {
  const key = outboxRootKey(outboxHeight);
  if (chain.valueAt(key, height) === undefined) return undefined;
  return chain.tree.prove([key], height);
}

function cachedOutboxes(chain: Chain, store: BlockStore): (height: bigint) => Outbox {
  const cache = new Map<bigint, Outbox>();
  return (height) => {
    const known = cache.get(height);
    if (known !== undefined) return known;
    const outbox = buildOutbox(store.outbox(height), chain.deps.hash);
    cache.set(height, outbox);
    const [oldest] = cache.keys();
    if (cache.size > CACHED_OUTBOXES && oldest !== undefined) cache.delete(oldest);
    return outbox;
  };
}
