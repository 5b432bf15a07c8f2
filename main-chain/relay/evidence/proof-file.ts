/**
 * The proof file: JSON a person can read around the one binary that is judged. The summary is checked
 * against what the binary proves; an anchor inside the file is refused. docs/protocol.md#offline-proof
 */
import { parseHex } from '../../../schemas/codec/hex.ts';
import { toHex } from '../../../schemas/hash.ts';
import { formatAccountId, formatAssetId } from '../../../schemas/ids.ts';
import { proofError } from './errors.ts';
import type { VerifierPorts } from './verify-anchor.ts';
import { under } from './verify-facts.ts';
import { type ProvenTransfer, verifyTransferProof } from './verify-transfer-proof.ts';

/** What `format` says in every proof file. */
export const PROOF_FORMAT = 'tieline-proof/1';
/** Largest proof file in characters. */
export const MAX_PROOF_FILE = 16_777_216;

const ANCHOR_FIELDS = ['anchor', 'trust', 'genesis', 'genesisHash', 'checkpoint', 'digest'];

/** The readable part, all text: CAIP-19 resource, CAIP-10 accounts, decimal integers. */
export type TransferSummary = Readonly<
  Record<
    | 'outcome'
    | 'resource'
    | 'kind'
    | 'quantity'
    | 'sender'
    | 'receiver'
    | 'source'
    | 'destination'
    | 'main'
    | 'packet',
    string
  >
>;

/** The summary of a proven transfer, in its fixed order of fields. */
export function summarise(proven: ProvenTransfer): TransferSummary {
  return {
    outcome: proven.outcome,
    resource: formatAssetId(proven.origin.home, proven.resourceId),
    kind: proven.origin.kind,
    quantity: proven.quantity.toString(),
    sender: formatAccountId(proven.sourceChainId, proven.sender),
    receiver: formatAccountId(proven.destinationChainId, proven.receiver),
    source: proven.sourceChainId,
    destination: proven.destinationChainId,
    main: proven.mainChainId,
    packet: `${proven.packet.client}/${proven.packet.sequence}`,
  };
}

/** The text of a proof file. */
export function formatProofFile(bytes: Uint8Array, proven: ProvenTransfer): string {
  const file = { format: PROOF_FORMAT, transfer: summarise(proven), proof: toHex(bytes) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** The bytes of a proof file's text, not judged yet. @throws PROOF_FORMAT PROOF_NO_ANCHOR */
export function parseProofFile(text: string): ParsedFile {
  return parseEvidenceFile(text, PROOF_FORMAT, 'transfer', MAX_PROOF_FILE);
}

/** The bytes that are judged, and what the file says of them in a field of its own. */
export interface ParsedFile {
  readonly bytes: Uint8Array;
  readonly summary: unknown;
}

/**
 * JSON of at most `most` characters with exactly `format`, the field `said` and `proof` in hex.
 * @throws PROOF_FORMAT PROOF_NO_ANCHOR
 */
export function parseEvidenceFile(
  text: string,
  wanted: string,
  said: string,
  most: number,
): ParsedFile {
  if (text.length > most) throw proofError('PROOF_FORMAT', { characters: text.length });
  const file = parseRecord(text);
  for (const field of Object.keys(file)) {
    if (ANCHOR_FIELDS.includes(field)) throw proofError('PROOF_NO_ANCHOR', { field });
    if (!['format', said, 'proof'].includes(field))
      throw proofError('PROOF_FORMAT', { field: field.slice(0, 64) });
  }
  const { format, proof } = file;
  if (format !== wanted || typeof proof !== 'string') throw proofError('PROOF_FORMAT');
  return { bytes: under('PROOF_FORMAT', () => parseHex(proof)), summary: file[said] };
}

/** Refuses a file that says something else than it proves. @throws PROOF_SUMMARY PROOF_FORMAT */
export function requireSummary(said: unknown, proven: Readonly<Record<string, string>>): void {
  const entries = (record: object) => JSON.stringify(Object.entries(record).sort());
  if (entries(requireRecord(said)) !== entries(proven)) throw proofError('PROOF_SUMMARY');
}

/**
 * Judges a proof file against an anchor from elsewhere (see verifyTransferProof); without one nothing
 * is judged. @throws PROOF_SUMMARY PROOF_NO_ANCHOR PROOF_* as verifyTransferProof
 */
export function verifyProofFile(
  text: string,
  anchor: Uint8Array | undefined,
  ports: VerifierPorts,
): ProvenTransfer {
  const { bytes, summary } = parseProofFile(text);
  if (anchor === undefined) throw proofError('PROOF_NO_ANCHOR');
  const proven = verifyTransferProof(bytes, anchor, ports);
  requireSummary(summary, summarise(proven));
  return proven;
}

function parseRecord(text: string): Readonly<Record<string, unknown>> {
  try {
    return requireRecord(JSON.parse(text));
  } catch (cause) {
    // The parser's message quotes the file: the code says enough.
    throw proofError('PROOF_FORMAT', {}, cause);
  }
}

function requireRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw proofError('PROOF_FORMAT');
}
