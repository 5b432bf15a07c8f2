/* Anchored records judged offline: what a liar would hand to an auditor. */
import { describe, expect, it } from 'vitest';
import {
  formatRecordFile,
  verifyRecordFile,
} from '../../../../../main-chain/relay/evidence/record-file.ts';
import {
  decodeRecordProof,
  decodeRecordsEvidence,
  type RecordProof,
  type RecordsEvidence,
  recordProofCodec,
  recordsEvidenceCodec,
  verifyRecord,
  verifyRecords,
} from '../../../../../main-chain/relay/evidence/verify-records.ts';
import { encode } from '../../../../../schemas/codec/codec.ts';
import { isTielineError } from '../../../../../schemas/errors.ts';
import { concatBytes, nobleHash } from '../../../../../schemas/hash.ts';
import { recordLeafHash, recordNodeHash } from '../../../../../schemas/tree/record-tree.ts';
import { checkpointDigest } from '../../../../../schemas/wire/checkpoint.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import { refusalCode } from '../../../../fakes/refusal.ts';
import { PORTS } from './proof-builder.ts';
import { ANCHORER, anchoredChain, evidenceOf } from './records-samples.ts';

const { anchor, evidence, records, prove } = anchoredChain(5);
const contentHash = (index: number) => records[index]?.contentHash ?? new Uint8Array(32);
const judge = (index: number, changes: Partial<RecordProof> = {}, content = contentHash(index)) =>
  refusalCode(() => verifyRecord({ ...prove(index), ...changes }, content, anchor, PORTS));
const judgeSet = (changes: Partial<RecordsEvidence>, trust = anchor) =>
  refusalCode(() => verifyRecords({ ...evidence, ...changes }, trust, PORTS));

describe('the proof of an anchored record', () => {
  it('shows that each of 1 to 20 records was anchored, by whom, when and at which place', () => {
    for (let count = 1; count <= 20; count++) {
      const each = anchoredChain(count);
      for (const [index, record] of each.records.entries()) {
        const proven = verifyRecord(each.prove(index), record.contentHash, each.anchor, PORTS);
        expect(proven).toMatchObject({
          name: record.name,
          index,
          count,
          owner: testAddress(ANCHORER),
          chainId: each.chain.rules.chainId,
          height: each.chain.height,
          timeMs: each.chain.header().timeMs,
        });
      }
    }
  });

  it('hangs from genesis, or from a later checkpoint that knows of it', () => {
    expect(judgeSet({})).toBe('nothing thrown');
    const { chain, tree } = anchoredChain(5);
    const first = chain.certificate();
    chain.block();
    const newer = evidenceOf(chain, tree.top, 5);
    const both = { ...newer, certificates: [first, ...newer.certificates] };
    const digest = checkpointDigest(first.checkpoint, chain.rules.genesisHash, nobleHash);
    expect(verifyRecords(both, digest, PORTS).count).toBe(5);
    expect(judgeSet({}, new Uint8Array(32).fill(1))).toBe('PROOF_ANCHOR');
    expect(judgeSet({ genesisHash: new Uint8Array(32).fill(1) })).toBe('PROOF_GENESIS');
    expect(judgeSet({ certificates: [] })).toBe('PROOF_CERTIFICATE');
  });

  it('D9 refuses a record whose content, name or salt was altered with RECORD_ALTERED', () => {
    expect(judge(2)).toBe('nothing thrown');
    expect(judge(2, {}, contentHash(3))).toBe('RECORD_ALTERED');
    expect(judge(2, { name: '4' })).toBe('RECORD_ALTERED');
    expect(judge(2, { salt: new Uint8Array(16).fill(9) })).toBe('RECORD_ALTERED');
  });

  it('A4 refuses another index with RECORD_ALTERED, and one outside the count with RECORD_PLACE', () => {
    expect(judge(2, { index: 3 })).toBe('RECORD_ALTERED');
    for (const index of [5, 4_294_967_295]) expect(judge(2, { index })).toBe('RECORD_PLACE');
  });

  it('A5 refuses left-over, missing and altered siblings', () => {
    const { siblings } = prove(2);
    expect(judge(2, { siblings: concatBytes(siblings, siblings) })).toBe('RECORD_PLACE');
    expect(judge(2, { siblings: siblings.subarray(32) })).toBe('RECORD_PLACE');
    expect(judge(2, { siblings: siblings.toReversed() })).toBe('RECORD_ALTERED');
  });

  it('A4 refuses another count: it is part of the root', () => {
    for (const count of [0, 1, 4, 6, 8])
      expect(judgeSet({ anchored: { ...evidence.anchored, count } })).toBe('PROOF_STATE');
  });

  it('A1 refuses an inner node as a record, under a count that makes its row the leaves', () => {
    const four = anchoredChain(4);
    const [first, second] = four.records.map((record) => recordLeafHash(record, nobleHash));
    const node = recordNodeHash(first ?? anchor, second ?? anchor, nobleHash);
    // The path of that node: one sibling less, as in a tree of two.
    const proof = { ...four.prove(0), siblings: four.prove(0).siblings.subarray(32) };
    const ask = (count: number) => {
      const anchored = { ...four.evidence.anchored, count };
      const forged = { ...proof, evidence: { ...four.evidence, anchored } };
      return refusalCode(() => verifyRecord(forged, node, four.anchor, PORTS));
    };
    expect(ask(2)).toBe('PROOF_STATE');
    expect(ask(4)).toBe('RECORD_PLACE');
  });

  it('A3 refuses the last record a second time, at the place after it', () => {
    expect(judge(4, { index: 5 })).toBe('RECORD_PLACE');
  });

  it('refuses another owner, time, height and top with PROOF_STATE', () => {
    const { anchored } = evidence;
    expect(judgeSet({ owner: testAddress(31) })).toBe('PROOF_STATE');
    expect(judgeSet({ top: new Uint8Array(32).fill(1) })).toBe('PROOF_STATE');
    expect(judgeSet({ anchored: { ...anchored, timeMs: anchored.timeMs - 1n } })).toBe(
      'PROOF_STATE',
    );
    expect(judgeSet({ anchored: { ...anchored, height: anchored.height - 1n } })).toBe(
      'PROOF_STATE',
    );
  });

  it('A6 refuses the genuine evidence of another set', () => {
    const other = anchoredChain(6);
    const proof = { ...prove(2), evidence: other.evidence };
    const ask = (trust: Uint8Array) =>
      refusalCode(() => verifyRecord(proof, contentHash(2), trust, PORTS));
    expect(ask(other.anchor)).not.toBe('nothing thrown');
    expect(judgeSet({ stateProof: other.evidence.stateProof })).toBe('PROOF_STATE');
  });

  it('A14 refuses trailing and missing bytes with PROOF_FORMAT', () => {
    const [whole, part] = [
      encode(recordProofCodec, prove(1)),
      encode(recordsEvidenceCodec, evidence),
    ];
    for (const cut of [whole.subarray(1), whole.subarray(0, -1), concatBytes(whole, whole)])
      expect(refusalCode(() => decodeRecordProof(cut))).toBe('PROOF_FORMAT');
    expect(refusalCode(() => decodeRecordsEvidence(concatBytes(part, part)))).toBe('PROOF_FORMAT');
  });

  it('accepts no single changed byte', () => {
    const bytes = encode(recordProofCodec, prove(3));
    for (let at = 0; at < bytes.length; at++) {
      const forged = bytes.slice();
      forged[at] = (forged[at] ?? 0) ^ 1;
      expect(
        refusalCode(() => verifyRecord(decodeRecordProof(forged), contentHash(3), anchor, PORTS)),
        `byte ${at}`,
      ).not.toBe('nothing thrown');
    }
  });
});

describe('the file of one record', () => {
  const proven = verifyRecord(prove(0), contentHash(0), anchor, PORTS);
  const text = formatRecordFile(prove(0), proven);
  const ask = (file: string, trust: Uint8Array | undefined = anchor) =>
    refusalCode(() => verifyRecordFile(file, contentHash(0), trust, PORTS));

  it('is read back and judged', () => {
    expect(verifyRecordFile(text, contentHash(0), anchor, PORTS)).toEqual(proven);
  });

  it('B9 is judged against nothing but an anchor from elsewhere', () => {
    const without = () => verifyRecordFile(text, contentHash(0), undefined, PORTS);
    expect(refusalCode(without)).toBe('PROOF_NO_ANCHOR');
    expect(ask(JSON.stringify({ ...JSON.parse(text), anchor: '00' }))).toBe('PROOF_NO_ANCHOR');
  });

  it('D9 is refused when its summary says something else', () => {
    const { record, ...rest } = JSON.parse(text);
    for (const lie of [{ name: '9' }, { height: '1000' }, { note: 'more' }])
      expect(ask(JSON.stringify({ ...rest, record: { ...record, ...lie } }))).toBe('PROOF_SUMMARY');
    expect(ask(JSON.stringify({ ...rest, record: null }))).toBe('PROOF_FORMAT');
  });

  it('names the record that was altered', () => {
    try {
      verifyRecordFile(text, contentHash(1), anchor, PORTS);
      expect.unreachable();
    } catch (error) {
      expect(isTielineError(error, 'RECORD_ALTERED') && error.data).toEqual({ record: '1' });
    }
  });
});
