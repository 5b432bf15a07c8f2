/*
 * Walks a stored chain from its genesis and lets through only what its validators certified: every
 * header's certificate, the roots of transactions, results and outbox, the hash that chains headers,
 * and at the end all state leaves against the newest certified root. docs/protocol.md#block
 */
import { verifyCertificate } from '../../../main-chain/relay/checkpoint/verify-certificate.ts';
import { encode, encodeEach } from '../../../schemas/codec/codec.ts';
import { binaryString, equalBytes } from '../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../schemas/ports.ts';
import { blockTreeRoot } from '../../../schemas/tree/block-tree.ts';
import { buildOutbox, type OutboxItem } from '../../../schemas/tree/outbox.ts';
import { buildSparseTree, type SparseEntry } from '../../../schemas/tree/sparse-tree.ts';
import { type BlockHeader, blockHash, checkpointOf } from '../../../schemas/wire/block.ts';
import { checkpointCodec } from '../../../schemas/wire/checkpoint.ts';
import { type TransactionResult, transactionResultCodec } from '../../../schemas/wire/event.ts';
import { type Genesis, genesisHash } from '../../../schemas/wire/genesis.ts';
import { type Packet, packetCommitment } from '../../../schemas/wire/packet.ts';
import { blockHashKey } from '../../../schemas/wire/state-keys.ts';
import { validatorSetHash } from '../../../schemas/wire/validator-set.ts';
import type { ChainRecords, RawBlock } from './chain-records.ts';
import { recountError } from './errors.ts';

/** An outbox item; packets with what the commitment commits to. */
export interface SentItem extends OutboxItem {
  readonly packet: Packet | undefined;
}

export interface ProvenBlock {
  readonly height: bigint;
  readonly timeMs: bigint;
  readonly transactions: readonly {
    readonly bytes: Uint8Array;
    readonly result: TransactionResult;
  }[];
  readonly sent: readonly SentItem[];
}

/** What is left when all blocks have been visited. */
export interface ProvenEnd {
  readonly blocks: number;
  /** The newest state, proven by the newest certificate: state key (binary string) → value. */
  readonly state: ReadonlyMap<string, Uint8Array>;
  /** Transactions of the newest block, which nothing proves yet: not visited. */
  readonly unproven: number;
}

export interface VerifyDeps {
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
}

/** Visits every proven block in order. @throws RECOUNT_PROOF RECOUNT_STORE */
export async function verifyChain(
  alias: string,
  genesis: Genesis,
  records: ChainRecords,
  { hash, signatures }: VerifyDeps,
  visit: (block: ProvenBlock) => void,
): Promise<ProvenEnd> {
  const chain = genesisHash(genesis, hash);
  let parent = chain;
  let set = validatorSetHash(genesis.validators, hash);
  let next = set;
  let height = 0n;
  let newest: { readonly raw: RawBlock; readonly proven: ProvenBlock } | undefined;
  for await (const block of records.blocks()) {
    height += 1n;
    const { header } = block;
    const demand = (what: string, holds: boolean): void => {
      if (!holds) throw recountError('RECOUNT_PROOF', { chain: alias, height, what });
    };
    demand('height', header.height === height);
    demand('parent hash', equalBytes(header.parentHash, parent));
    const isMember = (of: Uint8Array): boolean => equalBytes(header.validatorSetHash, of);
    // An announced set takes over some blocks later; until then the old one signs.
    demand('validator set', isMember(set) || isMember(next));
    verifyFinality(block, chain, demand, { hash, signatures });
    if (newest !== undefined) visit(newest.proven);
    newest = { raw: block, proven: provenBlock(block, records, hash, demand) };
    parent = blockHash(header, chain, hash);
    set = header.validatorSetHash;
    next = header.nextValidatorSetHash;
  }
  if (newest === undefined) throw recountError('RECOUNT_STORE', { chain: alias, place: 'area h' });
  // Its certificate proves state and outbox; transactions and results only the next block would.
  visit({ ...newest.proven, transactions: [] });
  const state = await provenState(alias, newest.raw.header, records, hash);
  const unproven = newest.proven.transactions.length;
  return { blocks: Number(height), state, unproven };
}

type Demand = (what: string, holds: boolean) => void;

/** The certificate is of this very header and signed by its set. */
function verifyFinality(
  { header, certificate }: RawBlock,
  chain: Uint8Array,
  demand: Demand,
  { hash, signatures }: VerifyDeps,
): void {
  demand('no certificate', certificate !== undefined);
  if (certificate === undefined) return;
  const said = encode(checkpointCodec, certificate.checkpoint);
  demand(
    'certificate of another block',
    equalBytes(said, encode(checkpointCodec, checkpointOf(header))),
  );
  try {
    verifyCertificate(certificate, chain, hash, signatures);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    demand(`certificate ${code}`, false);
  }
}

function provenBlock(
  { header, transactions, results, outbox }: RawBlock,
  records: ChainRecords,
  hash: HashPort,
  demand: Demand,
): ProvenBlock {
  const { height, timeMs } = header;
  const told = results?.results ?? [];
  demand('transactions', equalBytes(header.transactionsRoot, blockTreeRoot(transactions, hash)));
  const encoded = encodeEach(transactionResultCodec, told);
  demand('results', equalBytes(header.resultsRoot, blockTreeRoot(encoded, hash)));
  demand('count of results', told.length === transactions.length);
  demand('outbox', equalBytes(header.outboxRoot, buildOutbox(outbox, hash).root));
  const packets = packetsOf(outbox, height, records);
  const sent = outbox.map((item): SentItem => {
    if (item.kind === 0) return { ...item, packet: undefined };
    const packet = packets.get(`${item.client}/${item.sequence}`);
    const commitment = packet && packetCommitment(packet, hash);
    demand('packet', commitment !== undefined && equalBytes(commitment, item.commitment));
    return { ...item, packet };
  });
  return {
    height,
    timeMs,
    sent,
    transactions: transactions.flatMap((bytes, index) => {
      const result = told[index];
      return result === undefined ? [] : [{ bytes, result }];
    }),
  };
}

function packetsOf(
  outbox: readonly OutboxItem[],
  height: bigint,
  records: ChainRecords,
): Map<string, Packet> {
  const clients = new Set(outbox.filter(({ kind }) => kind === 1).map(({ client }) => client));
  const packets = new Map<string, Packet>();
  for (const client of clients) {
    for (const packet of records.packets(client, height)) {
      packets.set(`${packet.sourceClient}/${packet.sequence}`, packet);
    }
  }
  return packets;
}

/** All leaves under the newest certified root; they hold the hash that proves all headers before. */
async function provenState(
  alias: string,
  { height, stateRoot, parentHash }: BlockHeader,
  records: ChainRecords,
  hash: HashPort,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const demand = (what: string, holds: boolean): void => {
    if (!holds) throw recountError('RECOUNT_PROOF', { chain: alias, height, what });
  };
  const entries: SparseEntry[] = [];
  for await (const leaf of records.leaves()) entries.push(leaf);
  demand('state', equalBytes(buildSparseTree(entries, hash).root, stateRoot));
  const state = new Map(entries.map(({ key, value }) => [binaryString(key), value]));
  const before = state.get(blockHashKey(height - 1n));
  demand('hash of the block before', before !== undefined && equalBytes(before, parentHash));
  return state;
}
