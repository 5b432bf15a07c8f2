/**
 * What goes when a block leaves the window an operator keeps: all its records but the certificates of
 * set changes, which clients follow for ever. State is never pruned here. docs/architecture.md#kept-blocks
 */
import { encode, u64 } from '../../../schemas/codec/codec.ts';
import type { StoreWrite } from '../../host/store.ts';
import { AREA, dispatchKey, heightKey, recordKey } from './record-keys.ts';
import type { BlockResults, TransactionPlace } from './records.ts';

/** What a store says of its blocks. */
interface StoredBlocks {
  firstHeight(): bigint;
  results(height: bigint): Pick<BlockResults, 'transactionIds'> | undefined;
  place(id: Uint8Array): Pick<TransactionPlace, 'height'> | undefined;
  outbox(height: bigint): readonly { readonly client: string }[];
}

/** Heights deleted with one commit at most: a window made smaller on a long chain is reached step by step. */
const MAX_HEIGHTS = 16n;

/** The writes by which blocks up to and with `last` go, sixteen of them at most. */
export function pruneWrites(store: StoredBlocks, last: bigint): StoreWrite[] {
  const first = store.firstHeight();
  const end = first + MAX_HEIGHTS <= last ? first + MAX_HEIGHTS : last + 1n;
  if (end <= first) return [];
  const writes: StoreWrite[] = [
    { key: recordKey(AREA.kept, new Uint8Array(0)), value: encode(u64, end) },
  ];
  for (let height = first; height < end; height += 1n) {
    for (const key of keysOf(store, height)) writes.push({ key, value: undefined });
  }
  return writes;
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
