/**
 * The one file that uses merkletreejs. It has known faults (no domain tags, odd leaves doubled, sorted
 * pairs that forget their order, broken multiproofs), so it only builds rows here: leaves come salted
 * and tagged, nodes are tagged by us, nothing is sorted or doubled, and it never verifies.
 * docs/protocol.md#anchored-records
 */
import { MerkleTree } from 'merkletreejs';
import { concatBytes } from '../../schemas/hash.ts';
import type { HashPort } from '../../schemas/ports.ts';
import { recordNodeHash } from '../../schemas/tree/record-tree.ts';
import { recordsFileError } from './errors.ts';

/** Most records of one list. */
export const MAX_RECORDS = 1_048_576;

const HASH_LENGTH = 32;

/** A tree over leaves(32 each) in their order. */
export interface RecordTree {
  readonly top: Uint8Array;
  /** The siblings(32 each) from the leaf at `index` up. */
  siblings(index: number): Uint8Array;
}

/** @throws RECORDS_COUNT */
export function buildRecordTree(leaves: readonly Uint8Array[], hash: HashPort): RecordTree {
  if (leaves.length === 0 || leaves.length > MAX_RECORDS)
    throw recordsFileError('RECORDS_COUNT', { records: leaves.length });
  const join = (pair: Buffer): Buffer =>
    Buffer.from(recordNodeHash(pair.subarray(0, HASH_LENGTH), pair.subarray(HASH_LENGTH), hash));
  const rows = leaves.map((leaf) => Buffer.from(leaf));
  const tree = new MerkleTree(rows, join as (pair: unknown) => Buffer, {
    duplicateOdd: false,
    sort: false,
    hashLeaves: false,
    isBitcoinTree: false,
  });
  return {
    top: Uint8Array.from(tree.getRoot()),
    siblings: (index) =>
      concatBytes(...tree.getProof(rows[index] ?? '', index).map(({ data }) => data)),
  };
}
