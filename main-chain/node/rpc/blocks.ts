/** `block`, `events` and `transaction`: what committed blocks held and did. docs/protocol.md#node-api */
import { Writer } from '../../../schemas/codec/writer.ts';
import type { BlockStore } from '../store/block-store.ts';
import type { BlockResults } from '../store/records.ts';
import type { Handler, NodeParts } from './handler.ts';

/** Most blocks and about the most bytes of one `events` answer. */
const MAX_EVENT_BLOCKS = 256;
const MAX_EVENT_BYTES = 4 * 1024 * 1024;
/** Blocks whose decoded results are kept for look-ups. */
const CACHED_BLOCKS = 16;

export function blockHandler({ chain, store }: NodeParts): Handler<'block'> {
  return ({ height }) => {
    const header = height > chain.committed.height ? undefined : store.header(height);
    if (header === undefined) return { block: undefined };
    const results = store.results(height)?.results ?? [];
    return { block: { header, transactions: store.transactions(height), results } };
  };
}

/** Results are stored as they are answered, so they are copied, not decoded. */
export function eventsHandler({ chain, store }: NodeParts): Handler<'events'> {
  return async ({ fromHeight, maxBlocks }) => {
    const newest = chain.committed.height;
    const wanted = Math.min(maxBlocks, MAX_EVENT_BLOCKS);
    const body = new Writer();
    let blocks = 0;
    let nextHeight = newest >= fromHeight && wanted > 0 ? newest + 1n : fromHeight;
    let bytes = 0;
    if (nextHeight > fromHeight) {
      for await (const found of store.resultsFrom(fromHeight, newest)) {
        if (blocks === wanted || bytes >= MAX_EVENT_BYTES) {
          nextHeight = found.height;
          break;
        }
        body.u64(found.height).fixed(found.bytes, found.bytes.length);
        bytes += found.bytes.length;
        blocks += 1;
      }
    }
    const list = body.finish();
    return new Writer().u16(blocks).fixed(list, list.length).u64(nextHeight).finish();
  };
}

export function transactionHandler({ chain, store }: NodeParts): Handler<'transaction'> {
  const resultsOf = cachedResults(store);
  return ({ id }) => {
    const place = store.place(id);
    if (place === undefined || place.height > chain.committed.height) return { found: undefined };
    const block = resultsOf(place.height);
    const result = block?.results[place.index];
    if (block === undefined || result === undefined) return { found: undefined };
    return { found: { ...place, timeMs: block.timeMs, result } };
  };
}

function cachedResults(store: BlockStore): (height: bigint) => BlockResults | undefined {
  const cache = new Map<bigint, BlockResults>();
  return (height) => {
    const known = cache.get(height);
    if (known !== undefined) return known;
    const results = store.results(height);
    if (results === undefined) return undefined;
    cache.set(height, results);
    const [oldest] = cache.keys();
    if (cache.size > CACHED_BLOCKS && oldest !== undefined) cache.delete(oldest);
    return results;
  };
}
