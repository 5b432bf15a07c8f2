/**
 * What goes when a block leaves the window an operator keeps: all its records but the certificates of
 * set changes, which clients follow for ever. State is never pruned here. docs/architecture.md#kept-blocks
 */
import type { StoreWrite } from '../../host/store.ts';
import { AREA, dispatchKey, heightKey, recordKey } from './record-keys.ts';
import type { BlockResults, TransactionPlace } from './records.ts';

/** What a store says of its blocks. */
interface StoredBlocks {
  results(height: bigint): Pick<BlockResults, 'transactionIds'> | undefined;
  place(id: Uint8Array): Pick<TransactionPlace, 'height'> | undefined;
  outbox(height: bigint): readonly { readonly client: string }[];
}

/** Heights deleted with one commit at most: a window made smaller on a long chain is reached step by step. */
const MAX_HEIGHTS = 16;

/** The deletions for heights `from` up to and with `to`, sixteen of them at most, and where to go on. */
export function pruneWrites(
  store: StoredBlocks,
  from: bigint,
  to: bigint,
): { readonly writes: StoreWrite[]; readonly next: bigint } {
  const writes: StoreWrite[] = [];
  let next = from;
  for (let left = MAX_HEIGHTS; left > 0 && next <= to; left--) {
    for (const key of keysOf(store, next)) writes.push({ key, value: undefined });
    next += 1n;
  }
  return { writes, next };
}

function keysOf(store: StoredBlocks, height: bigint): Uint8Array[] {
  const keys = [heightKey(AREA.header, height), heightKey(AREA.certificate, height)];
  const ids = store.results(height)?.transactionIds ?? [];
  if (ids.length > 0) {
    keys.push(heightKey(AREA.transactions, height), heightKey(AREA.results, height));
  }
  // A refused transaction may have come again: then the index names a later block.
  const indexed = ids.filter((id) => store.place(id)?.height === height);
  keys.push(...indexed.map((id) => recordKey(AREA.transaction, id)));
  const clients = new Set(store.outbox(height).map(({ client }) => client));
  if (clients.size > 0) keys.push(heightKey(AREA.outbox, height));
  for (const client of clients) keys.push(dispatchKey(client, height));
  return keys;
}
