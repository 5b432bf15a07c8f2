/** Turns an executed block into the writes of its one batch. docs/architecture.md#store-layout */
import { encode } from '../../../schemas/codec/codec.ts';
import {
  type BlockHeader,
  blockHeaderCodec,
  transactionsCodec,
} from '../../../schemas/wire/block.ts';
import { certificateCodec } from '../../../schemas/wire/checkpoint.ts';
import { VALIDATOR_CHANGE_KEY } from '../../../schemas/wire/state-keys.ts';
import { decodeTransaction } from '../../../schemas/wire/transaction.ts';
import type { StoreWrite } from '../../host/store.ts';
import type { OutboxEntry } from '../../ledger/execute-block.ts';
import { AREA, dispatchKey, heightKey, recordKey } from './record-keys.ts';
import {
  type Dispatch,
  dispatchCodec,
  encodeBlockResults,
  encodePlace,
  encodeStateLeaf,
  outboxItemsCodec,
} from './records.ts';

/** A block with all that executing it gave. */
export interface StoredBlock {
  readonly header: BlockHeader;
  readonly transactions: readonly Uint8Array[];
  readonly transactionIds: readonly Uint8Array[];
  readonly resultBytes: readonly Uint8Array[];
  readonly outbox: readonly OutboxEntry[];
  readonly changes: ReadonlyMap<string, Uint8Array | null>;
}

/** The writes of a block, applied together or not at all; `pathOf` hashes a state key. */
export function blockWrites(block: StoredBlock, pathOf: (key: string) => Uint8Array): StoreWrite[] {
  const { header, transactions, transactionIds, resultBytes, outbox } = block;
  const { height } = header;
  const writes: StoreWrite[] = [
    { key: heightKey(AREA.header, height), value: encode(blockHeaderCodec, header) },
  ];
  for (const [key, value] of block.changes) {
    writes.push({
      key: recordKey(AREA.state, pathOf(key)),
      value: value === null ? undefined : encodeStateLeaf(key, value),
    });
  }
  if (transactions.length > 0) {
    writes.push(
      { key: heightKey(AREA.transactions, height), value: encode(transactionsCodec, transactions) },
      {
        key: heightKey(AREA.results, height),
        value: encodeBlockResults(header.timeMs, transactionIds, resultBytes),
      },
    );
  }
  for (const [index, id] of transactionIds.entries()) {
    // A refused transaction may come again: the index names where it was executed last.
    writes.push({ key: recordKey(AREA.transaction, id), value: encodePlace(height, index) });
  }
  if (block.changes.has(VALIDATOR_CHANGE_KEY)) writes.push(...setChangesOf(block));
  if (outbox.length > 0) {
    const items = outbox.map(({ item }) => item);
    writes.push({ key: heightKey(AREA.outbox, height), value: encode(outboxItemsCodec, items) });
    for (const [client, dispatch] of dispatchesOf(outbox)) {
      writes.push({ key: dispatchKey(client, height), value: encode(dispatchCodec, dispatch) });
    }
  }
  return writes;
}

/** The certificates by which set changes of this block were announced, for clients that follow later. */
function setChangesOf({ transactions, resultBytes }: StoredBlock): StoreWrite[] {
  return transactions.flatMap((bytes, index) => {
    const isDone = resultBytes[index]?.subarray(0, 2).every((byte) => byte === 0);
    if (isDone !== true) return [];
    const { message } = decodeTransaction(bytes);
    if (message.type !== 'activate') return [];
    const { certificate } = message;
    const key = heightKey(AREA.setChange, certificate.checkpoint.height);
    return [{ key, value: encode(certificateCodec, certificate) }];
  });
}

/** Splits the outbox by client: its order keeps each client's items together. */
function dispatchesOf(outbox: readonly OutboxEntry[]): Map<string, Dispatch> {
  const dispatches = new Map<
    string,
    {
      start: number;
      acknowledgements: Dispatch['acknowledgements'][number][];
      packets: Dispatch['packets'][number][];
    }
  >();
  for (const [index, { item, outgoing }] of outbox.entries()) {
    let dispatch = dispatches.get(item.client);
    if (dispatch === undefined) {
      dispatch = { start: index, acknowledgements: [], packets: [] };
      dispatches.set(item.client, dispatch);
    }
    if (outgoing.kind === 'packet') dispatch.packets.push(outgoing.packet);
    else dispatch.acknowledgements.push(outgoing.acknowledged);
  }
  return dispatches;
}
