/**
 * Checks stored blocks at start, record by record, against what binds them: each header against its
 * child and its certificate, transactions, results and outbox against the header's roots, what was sent
 * against the outbox. What does not fit is named by height. docs/architecture.md#verification-at-start
 */
import { encode } from '../../../schemas/codec/codec.ts';
import { isTielineError } from '../../../schemas/errors.ts';
import { equalBytes } from '../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../schemas/ports.ts';
import { blockTreeRoot } from '../../../schemas/tree/block-tree.ts';
import { buildOutbox, type OutboxItem } from '../../../schemas/tree/outbox.ts';
import { type BlockHeader, blockHash, checkpointOf } from '../../../schemas/wire/block.ts';
import { checkpointDigest } from '../../../schemas/wire/checkpoint.ts';
import { transactionResultCodec } from '../../../schemas/wire/event.ts';
import { acknowledgementCommitment, packetCommitment } from '../../../schemas/wire/packet.ts';
import { transactionId } from '../../../schemas/wire/transaction.ts';
import { hostError } from '../../host/errors.ts';
import { verifyCertificate } from '../../relay/checkpoint/verify-certificate.ts';
import type { BlockStore } from './block-store.ts';
import type { AreaName } from './record-keys.ts';
import type { Dispatch, TransactionPlace } from './records.ts';

export interface VerifyDeps {
  readonly store: BlockStore;
  readonly genesisHash: Uint8Array;
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
}

/**
 * Checks the newest `count` blocks up to the head; of a store that keeps no more, all but the oldest.
 * @throws STORE_CORRUPT with the height and the record
 */
export async function verifyBlocks(count: number, deps: VerifyDeps): Promise<void> {
  const { store, genesisHash, hash } = deps;
  const head = await store.head();
  if (head === undefined) return;
  const wanted = head.height - BigInt(count) + 1n;
  const first = store.firstHeight();
  const least = first === 1n ? 1n : first + 1n;
  const from = wanted > least ? wanted : least;
  const before = from === 1n ? undefined : requireHeader(store, from - 1n);
  let parent = before === undefined ? genesisHash : blockHash(before, genesisHash, hash);
  for (let height = from; height <= head.height; height++) {
    const header = requireHeader(store, height);
    require(header.height === height && equalBytes(header.parentHash, parent), height, 'header');
    parent = blockHash(header, genesisHash, hash);
    verifyCertificateOf(header, deps);
    verifyTransactions(header, deps);
    await verifyOutbox(header, deps);
  }
}

function verifyCertificateOf(
  header: BlockHeader,
  { store, genesisHash, hash, signatures }: VerifyDeps,
): void {
  const { height } = header;
  const certificate = store.certificate(height);
  if (certificate === undefined) return;
  const expected = checkpointDigest(checkpointOf(header), genesisHash, hash);
  const found = checkpointDigest(certificate.checkpoint, genesisHash, hash);
  require(equalBytes(found, expected), height, 'certificate');
  try {
    verifyCertificate(certificate, genesisHash, hash, signatures);
  } catch (cause) {
    if (!isTielineError(cause)) throw cause;
    throw hostError('STORE_CORRUPT', { height, record: 'certificate' }, cause);
  }
}

function verifyTransactions(
  { height, timeMs, transactionsRoot, resultsRoot }: BlockHeader,
  { store, genesisHash, hash }: VerifyDeps,
): void {
  const transactions = store.transactions(height);
  require(equalBytes(blockTreeRoot(transactions, hash), transactionsRoot), height, 'transactions');
  const stored = store.results(height);
  const results = (stored?.results ?? []).map((result) => encode(transactionResultCodec, result));
  require(equalBytes(blockTreeRoot(results, hash), resultsRoot), height, 'results');
  require(stored === undefined || stored.timeMs === timeMs, height, 'results');
  const ids = stored?.transactionIds ?? [];
  require(ids.length === transactions.length, height, 'results');
  for (const [index, bytes] of transactions.entries()) {
    const id = transactionId(bytes, genesisHash, hash);
    require(ids[index] !== undefined && equalBytes(id, ids[index]), height, 'results');
    const place = store.place(id);
    const isHere = place?.height === height && place.index === index;
    require(isHere || isLater(place, id, height, store), height, 'transaction');
  }
}

/** A refused transaction may come again: then the index names where it was executed last. */
function isLater(
  place: TransactionPlace | undefined,
  id: Uint8Array,
  height: bigint,
  store: BlockStore,
): boolean {
  if (place === undefined || place.height <= height) return false;
  const found = store.results(place.height)?.transactionIds[place.index];
  return found !== undefined && equalBytes(found, id);
}

async function verifyOutbox(
  { height, outboxRoot }: BlockHeader,
  { store, hash }: VerifyDeps,
): Promise<void> {
  const items = store.outbox(height);
  require(equalBytes(buildOutbox(items, hash).root, outboxRoot), height, 'outbox');
  for (const client of new Set(items.map((item) => item.client))) {
    const own = items.filter((item) => item.client === client);
    let dispatch: Dispatch | undefined;
    for await (const each of store.dispatches(client, height, height)) dispatch = each.dispatch;
    const sent = dispatch === undefined ? [] : itemsOf(client, dispatch, hash);
    const fits =
      dispatch?.start === items.findIndex((item) => item.client === client) &&
      sent.length === own.length &&
      sent.every((item, index) => isSame(item, own[index]));
    require(fits, height, 'dispatch');
  }
}

/** The outbox items that what was sent to a client makes, in outbox order. */
function itemsOf(
  client: string,
  { acknowledgements, packets }: Dispatch,
  hash: HashPort,
): OutboxItem[] {
  return [
    ...acknowledgements.map(({ packet, acknowledgement }) => ({
      client,
      kind: 0 as const,
      sequence: packet.sequence,
      commitment: acknowledgementCommitment([acknowledgement], hash),
    })),
    ...packets.map((packet) => ({
      client,
      kind: 1 as const,
      sequence: packet.sequence,
      commitment: packetCommitment(packet, hash),
    })),
  ];
}

function isSame(left: OutboxItem, right: OutboxItem | undefined): boolean {
  return (
    left.kind === right?.kind &&
    left.sequence === right.sequence &&
    equalBytes(left.commitment, right.commitment)
  );
}

function requireHeader(store: BlockStore, height: bigint): BlockHeader {
  const header = store.header(height);
  if (header === undefined) throw hostError('STORE_CORRUPT', { height, record: 'header' });
  return header;
}

function require(holds: boolean, height: bigint, record: AreaName): void {
  if (!holds) throw hostError('STORE_CORRUPT', { height, record });
}
