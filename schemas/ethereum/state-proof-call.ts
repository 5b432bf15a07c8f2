/**
 * A state proof of one key in the order the Ethereum contracts hash it: from the leaf up. The same
 * hashes as docs/protocol.md#state-proof in another order, nothing is computed here.
 * docs/protocol.md#ethereum-state-proof
 */
import { Reader } from '../codec/reader.ts';
import { Writer } from '../codec/writer.ts';
import { concatBytes } from '../hash.ts';
import { treeError } from '../tree/errors.ts';
import { HASH_LENGTH } from '../tree/sparse-hash.ts';
import { PROOF_OP } from '../tree/sparse-proof.ts';

/** Deepest place of a leaf the contracts go down to; a tree of 2^64 keys is far from it. */
const MAX_CALL_DEPTH = 250;

interface Branch {
  /** From the root down; `undefined` is an empty sibling. */
  readonly siblings: readonly (Uint8Array | undefined)[];
  readonly end: number;
  /** path(32) ‖ value hash(32) of the leaf that stands there instead. */
  readonly foreign: Uint8Array;
}

/** depth(1) ‖ s(1) ‖ counts(s) ‖ siblings. @throws PROOF_OPCODE PROOF_TOO_DEEP PROOF_CLAIM_MISMATCH PROOF_TRUNCATED */
export function encodePresence(proof: Uint8Array): Uint8Array {
  const branch = readBranch(proof);
  if (branch.end !== PROOF_OP.claimed) throw treeError('PROOF_CLAIM_MISMATCH');
  return encodeBranch(branch.siblings);
}

/** 0, or 1 ‖ path(32) ‖ value hash(32) of the other leaf; then as a presence. @throws as encodePresence */
export function encodeAbsence(proof: Uint8Array): Uint8Array {
  const { siblings, end, foreign } = readBranch(proof);
  if (end === PROOF_OP.claimed) throw treeError('PROOF_CLAIM_MISMATCH');
  const kind = end === PROOF_OP.empty ? 0 : 1;
  return concatBytes(Uint8Array.of(kind), foreign, encodeBranch(siblings));
}

function readBranch(proof: Uint8Array): Branch {
  const reader = new Reader(proof, 'state proof');
  const siblings: (Uint8Array | undefined)[] = [];
  for (;;) {
    const op = reader.u8('op');
    switch (op) {
      case PROOF_OP.sibling:
        siblings.push(reader.fixed(HASH_LENGTH, 'sibling'));
        break;
      case PROOF_OP.lone:
        siblings.push(undefined);
        break;
      case PROOF_OP.claimed:
      case PROOF_OP.empty:
        return { siblings, end: op, foreign: new Uint8Array(0) };
      case PROOF_OP.foreign:
        return { siblings, end: op, foreign: reader.fixed(2 * HASH_LENGTH, 'foreign') };
      default:
        throw treeError('PROOF_OPCODE', { depth: siblings.length });
    }
    if (siblings.length > MAX_CALL_DEPTH) throw treeError('PROOF_TOO_DEEP');
  }
}

/** Counts of siblings between the empty ones, deepest first. */
function encodeBranch(siblings: readonly (Uint8Array | undefined)[]): Uint8Array {
  const counts = [0];
  const hashes: Uint8Array[] = [];
  for (const sibling of [...siblings].reverse()) {
    if (sibling === undefined) counts.push(0);
    else {
      hashes.push(sibling);
      counts.push((counts.pop() ?? 0) + 1);
    }
  }
  const header = new Writer().u8(siblings.length).u8(counts.length);
  for (const count of counts) header.u8(count);
  return concatBytes(header.finish(), ...hashes);
}
