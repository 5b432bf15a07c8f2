/**
 * The file that proves one anchored record: JSON a person can read around the one binary that is
 * judged, as a transfer's proof file is. docs/protocol.md#anchored-records
 */
import { encode } from '../../../schemas/codec/codec.ts';
import { toHex } from '../../../schemas/hash.ts';
import { formatAccountId } from '../../../schemas/ids.ts';
import { proofError } from './errors.ts';
import { MAX_PROOF_FILE, parseEvidenceFile, requireSummary } from './proof-file.ts';
import type { VerifierPorts } from './verify-anchor.ts';
import {
  decodeRecordProof,
  type ProvenRecord,
  type RecordProof,
  recordProofCodec,
  verifyRecord,
} from './verify-records.ts';

/** What `format` says in the file of one record. */
export const RECORD_FORMAT = 'tieline-record/1';

/** The readable part, all text: CAIP-10 owner, decimal integers, hex root. */
type RecordSummary = Readonly<
  Record<'name' | 'index' | 'count' | 'root' | 'owner' | 'height' | 'timeMs', string>
>;

/** The summary of a proven record, in its fixed order of fields. */
export function summariseRecord(proven: ProvenRecord): RecordSummary {
  return {
    name: proven.name,
    index: proven.index.toString(),
    count: proven.count.toString(),
    root: toHex(proven.root),
    owner: formatAccountId(proven.chainId, proven.owner),
    height: proven.height.toString(),
    timeMs: proven.timeMs.toString(),
  };
}

/** The text of the file. */
export function formatRecordFile(proof: RecordProof, proven: ProvenRecord): string {
  const bytes = encode(recordProofCodec, proof);
  const file = { format: RECORD_FORMAT, record: summariseRecord(proven), proof: toHex(bytes) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** The proof in a file's text, and what the file says of it; not judged yet. @throws PROOF_FORMAT PROOF_NO_ANCHOR */
export function parseRecordFile(text: string): {
  readonly proof: RecordProof;
  readonly summary: unknown;
} {
  const { bytes, summary } = parseEvidenceFile(text, RECORD_FORMAT, ['record'], MAX_PROOF_FILE);
  return { proof: decodeRecordProof(bytes), summary };
}

/**
 * Judges a file against SHA256 of the record's content and an anchor from elsewhere; without one
 * nothing is judged. @throws PROOF_NO_ANCHOR PROOF_SUMMARY and as parseRecordFile and verifyRecord
 */
export function verifyRecordFile(
  text: string,
  contentHash: Uint8Array,
  anchor: Uint8Array | undefined,
  ports: VerifierPorts,
): ProvenRecord {
  const { proof, summary } = parseRecordFile(text);
  if (anchor === undefined) throw proofError('PROOF_NO_ANCHOR');
  const proven = verifyRecord(proof, contentHash, anchor, ports);
  requireSummary(summary, summariseRecord(proven));
  return proven;
}
