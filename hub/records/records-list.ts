/**
 * The list of an anchored set, kept by its owner: name, salt and leaf of every record in order, and the
 * proof that their root was anchored, once it was. docs/protocol.md#anchored-records
 */
import { randomBytes } from 'node:crypto';
import { parseEvidenceFile } from '../../main-chain/relay/evidence/proof-file.ts';
import type { VerifierPorts } from '../../main-chain/relay/evidence/verify-anchor.ts';
import {
  decodeRecordsEvidence,
  type ProvenRecord,
  type ProvenRecords,
  type RecordProof,
  type RecordsEvidence,
  recordsEvidenceCodec,
  verifyRecords,
} from '../../main-chain/relay/evidence/verify-records.ts';
import { encode } from '../../schemas/codec/codec.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { isTielineError } from '../../schemas/errors.ts';
import { equalBytes, toHex } from '../../schemas/hash.ts';
import type { HashPort } from '../../schemas/ports.ts';
import { RECORD_SALT, recordLeafHash } from '../../schemas/tree/record-tree.ts';
import { recordsFileError } from './errors.ts';
import { requireNames, type SourceRecord } from './read-records.ts';
import { buildRecordTree, type RecordTree } from './record-tree.ts';

/** What `format` says in a list. */
export const RECORDS_FORMAT = 'tieline-records/1';
/** Longest list in characters. */
const MAX_LIST = 268_435_456;

/** One record: its salt(16) is random, its leaf(32) commits to salt, name and content. */
export interface ListedRecord {
  readonly name: string;
  readonly salt: Uint8Array;
  readonly leaf: Uint8Array;
}

/** A list; no evidence: it was not anchored yet, as far as it knows. */
export interface RecordsList {
  readonly records: readonly ListedRecord[];
  readonly evidence: RecordsEvidence | undefined;
}

/** A list whose records are proven to be those that were anchored, and the tree over them. */
export interface ProvenList {
  readonly proven: ProvenRecords;
  readonly evidence: RecordsEvidence;
  readonly tree: RecordTree;
}

/** A new list of records, each with a salt of its own. */
export function listRecords(sources: readonly SourceRecord[], hash: HashPort): RecordsList {
  const records = sources.map(({ name, contentHash }) => {
    const salt = Uint8Array.from(randomBytes(RECORD_SALT));
    return { name, salt, leaf: recordLeafHash({ salt, name, contentHash }, hash) };
  });
  return { records, evidence: undefined };
}

/** The text of a list, one record a line. @throws RECORDS_COUNT */
export function formatList({ records, evidence }: RecordsList): string {
  const lines = records.map(({ name, salt, leaf }) =>
    JSON.stringify({ name, salt: toHex(salt), leaf: toHex(leaf) }),
  );
  const proof = evidence === undefined ? '' : toHex(encode(recordsEvidenceCodec, evidence));
  const length = lines.reduce((sum, line) => sum + line.length + 6, proof.length + 128);
  if (length > MAX_LIST) throw recordsFileError('RECORDS_COUNT', { characters: length });
  return `{\n  "format": "${RECORDS_FORMAT}",\n  "records": [\n    ${lines.join(',\n    ')}\n  ],\n  "proof": "${proof}"\n}\n`;
}

/** Reads a list; nothing is judged. @throws PROOF_FORMAT PROOF_NO_ANCHOR RECORDS_NAME RECORDS_COUNT */
export function parseList(text: string): RecordsList {
  const { bytes, summary } = parseEvidenceFile(text, RECORDS_FORMAT, ['records'], MAX_LIST);
  if (!Array.isArray(summary)) throw recordsFileError('RECORDS_LIST', { records: 'no list' });
  const records = summary.map(parseEntry);
  requireNames(records);
  return { records, evidence: bytes.length === 0 ? undefined : decodeRecordsEvidence(bytes) };
}

/**
 * Shows that the list, every entry at its place, is what was anchored, against an anchor from elsewhere.
 * @throws RECORDS_PENDING RECORDS_LIST PROOF_*
 */
export function verifyList(
  { records, evidence }: RecordsList,
  anchor: Uint8Array,
  ports: VerifierPorts,
): ProvenList {
  if (evidence === undefined) throw recordsFileError('RECORDS_PENDING');
  const proven = verifyRecords(evidence, anchor, ports);
  const leaves = records.map(({ leaf }) => leaf);
  const tree = buildRecordTree(leaves, ports.hash);
  if (proven.count !== leaves.length || !equalBytes(proven.top, tree.top))
    throw recordsFileError('RECORDS_LIST', { records: leaves.length, anchored: proven.count });
  return { proven, evidence, tree };
}

/** The proof of one record of a proven list. @throws RECORD_UNKNOWN */
export function proveRecord(
  { records }: RecordsList,
  { proven, evidence, tree }: ProvenList,
  wanted: string,
): { readonly proof: RecordProof; readonly proven: ProvenRecord } {
  const index = records.findIndex(({ name }) => name === wanted);
  const record = records[index];
  if (record === undefined) throw recordsFileError('RECORD_UNKNOWN', { record: wanted });
  const { name, salt } = record;
  const proof = { evidence, index, name, salt, siblings: tree.siblings(index) };
  return { proof, proven: { ...proven, name, index } };
}

function parseEntry(entry: unknown, at: number): ListedRecord {
  const { name, salt, leaf, ...more } = Object(entry) as Readonly<Record<string, unknown>>;
  const isText = [name, salt, leaf].every((part) => typeof part === 'string');
  if (!isText || Object.keys(more).length > 0) throw recordsFileError('RECORDS_LIST', { at });
  try {
    return {
      name: `${name}`,
      salt: parseHex(`${salt}`, RECORD_SALT),
      leaf: parseHex(`${leaf}`, 32),
    };
  } catch (error) {
    if (!isTielineError(error)) throw error;
    throw recordsFileError('RECORDS_LIST', { at }, error);
  }
}
