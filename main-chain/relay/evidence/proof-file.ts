/**
 * The proof file: JSON a person can read around the one binary that is judged. The summary is checked
 * against what the binary proves; an anchor inside the file is refused. docs/protocol.md#offline-proof
 */
import { parseHex } from '../../../schemas/codec/hex.ts';
import { toHex } from '../../../schemas/hash.ts';
import { formatAccountId, formatAssetId } from '../../../schemas/ids.ts';
import { proofError } from './errors.ts';
import type { Proven } from './proven.ts';
import type { VerifierPorts } from './verify-anchor.ts';
import { under } from './verify-facts.ts';
import { verifyTransferProof } from './verify-transfer-proof.ts';

/** What `format` says in every proof file. */
export const PROOF_FORMAT = 'tieline-proof/1';
/** Largest proof file in characters. */
export const MAX_PROOF_FILE = 16_777_216;

const SUMMARIES = ['transfer', 'supply', 'retirement'] as const;
const ANCHOR_FIELDS = ['anchor', 'trust', 'genesis', 'genesisHash', 'checkpoint', 'digest'];

/** The readable part, all text: CAIP-19 resource, CAIP-10 accounts, decimal integers. */
export type ProofSummary = Readonly<Record<string, string>>;

/** The summary of what was proven, in its fixed order of fields. */
export function summarise(proven: Proven): ProofSummary {
  const { outcome, origin, resourceId, quantity, mainChainId, sourceChainId, packet } = proven;
  return {
    outcome,
    resource: formatAssetId(origin.home, resourceId),
    kind: origin.kind,
    quantity: quantity.toString(),
    ...summariseMeaning(proven),
    main: mainChainId,
    packet: `${packet.client}/${packet.sequence}`,
    source: sourceChainId,
  };
}

function summariseMeaning(proven: Proven): ProofSummary {
  const { sourceChainId, destinationChainId } = proven;
  switch (proven.type) {
    case 'transfer':
      return {
        sender: formatAccountId(sourceChainId, proven.sender),
        receiver: formatAccountId(destinationChainId, proven.receiver),
        destination: destinationChainId,
      };
    case 'supply':
      return {
        issuer: formatAccountId(sourceChainId, proven.origin.issuer),
        statement: proven.statement.index.toString(),
        unit: proven.statement.unit,
      };
    case 'retirement':
      return {
        owner: formatAccountId(sourceChainId, proven.owner),
        beneficiary: proven.beneficiary,
        purpose: proven.purpose,
      };
  }
}

/** The text of a proof file. */
export function formatProofFile(bytes: Uint8Array, proven: Proven): string {
  const summary = { [proven.type]: summarise(proven) };
  const file = { format: PROOF_FORMAT, ...summary, proof: toHex(bytes) };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** The bytes of a proof file's text, not judged yet; `said` names what its summary is of. @throws PROOF_FORMAT PROOF_NO_ANCHOR */
export function parseProofFile(text: string): ParsedFile<Proven['type']> {
  return parseEvidenceFile(text, PROOF_FORMAT, SUMMARIES, MAX_PROOF_FILE);
}

/** The bytes that are judged, and what the file says of them in a field of its own. */
export interface ParsedFile<F extends string = string> {
  readonly bytes: Uint8Array;
  /** The field's name. */
  readonly said: F;
  readonly summary: unknown;
}

/**
 * JSON of at most `most` characters with exactly `format`, one field of `said` and `proof` in hex.
 * @throws PROOF_FORMAT PROOF_NO_ANCHOR
 */
export function parseEvidenceFile<F extends string>(
  text: string,
  wanted: string,
  said: readonly F[],
  most: number,
): ParsedFile<F> {
  if (text.length > most) throw proofError('PROOF_FORMAT', { characters: text.length });
  const file = parseRecord(text);
  for (const field of Object.keys(file)) {
    if (ANCHOR_FIELDS.includes(field)) throw proofError('PROOF_NO_ANCHOR', { field });
    if (!['format', ...said, 'proof'].includes(field))
      throw proofError('PROOF_FORMAT', { field: field.slice(0, 64) });
  }
  const { format, proof } = file;
  const [field, ...more] = said.filter((each) => each in file);
  if (format !== wanted || typeof proof !== 'string' || field === undefined || more.length > 0)
    throw proofError('PROOF_FORMAT');
  return { bytes: under('PROOF_FORMAT', () => parseHex(proof)), said: field, summary: file[field] };
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
): Proven {
  const { bytes, said, summary } = parseProofFile(text);
  if (anchor === undefined) throw proofError('PROOF_NO_ANCHOR');
  const proven = verifyTransferProof(bytes, anchor, ports);
  if (said !== proven.type) throw proofError('PROOF_SUMMARY');
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
