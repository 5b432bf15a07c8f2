/* Anchored records on a chain in memory, and the evidence for them. */
import { buildRecordTree } from '../../../../../hub/records/record-tree.ts';
import { anchoredRecordsCodec } from '../../../../../main-chain/ledger/records/anchor-records.ts';
import type {
  RecordProof,
  RecordsEvidence,
} from '../../../../../main-chain/relay/evidence/verify-records.ts';
import { decode, encode } from '../../../../../schemas/codec/codec.ts';
import { nobleHash } from '../../../../../schemas/hash.ts';
import { recordLeafHash, recordsRoot } from '../../../../../schemas/tree/record-tree.ts';
import { genesisCodec } from '../../../../../schemas/wire/genesis.ts';
import { recordsKey } from '../../../../../schemas/wire/state-keys.ts';
import { FakeChain } from '../../../../fakes/chain.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';

export const ANCHORER = 30;

/** Names, salts and contents of `count` records. */
export function sampleRecords(count: number) {
  return Array.from({ length: count }, (_, at) => {
    const content = new TextEncoder().encode(`reading ${at}`);
    const contentHash = nobleHash.sha256(content);
    return { name: `${at + 1}`, salt: new Uint8Array(16).fill(at), content, contentHash };
  });
}

/** A chain that has anchored `count` records, their evidence and the proof of each. */
export function anchoredChain(count: number) {
  const chain = new FakeChain({ nowMs: 1_700_000_000_000n }, { name: 'records', kind: 'main' });
  const records = sampleRecords(count);
  const tree = buildRecordTree(
    records.map((record) => recordLeafHash(record, nobleHash)),
    nobleHash,
  );
  chain.run(ANCHORER, { type: 'anchorRecords', top: tree.top, count });
  const evidence = evidenceOf(chain, tree.top, count);
  const prove = (index: number): RecordProof => {
    const { name = '', salt = new Uint8Array(16) } = records[index] ?? {};
    return { evidence, index, name, salt, siblings: tree.siblings(index) };
  };
  return { chain, records, tree, evidence, prove, anchor: chain.rules.genesisHash };
}

/** The evidence of what the chain's newest state holds. */
export function evidenceOf(chain: FakeChain, top: Uint8Array, count: number): RecordsEvidence {
  const owner = testAddress(ANCHORER);
  const key = recordsKey(owner, recordsRoot(top, count, nobleHash));
  return {
    genesisHash: chain.rules.genesisHash,
    genesis: encode(genesisCodec, chain.rules.genesis),
    certificates: [chain.certificate()],
    owner,
    top,
    anchored: decode(anchoredRecordsCodec, chain.get(key) ?? new Uint8Array(0), 'records'),
    stateProof: chain.tree.prove([key]),
  };
}
