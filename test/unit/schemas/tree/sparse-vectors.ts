/** Golden vectors of the sparse tree: trees with their entries, roots and proofs, as hex. */
import { nobleHash, toHex } from '../../../../schemas/hash.ts';
import { verifySparseProof } from '../../../../schemas/tree/sparse-proof.ts';
import { buildSparseTree } from '../../../../schemas/tree/sparse-tree.ts';
import { ascii, claimsOf, entriesOf } from './tree-samples.ts';

const SIZES = [0, 1, 2, 3, 7, 64, 300];
const QUESTIONS: readonly (readonly string[])[] = [
  ['meter-0'],
  ['absent-0'],
  ['meter-0', 'absent-0', 'absent-1'],
  ['meter-0', 'meter-1', 'meter-2', 'meter-5', 'absent-2', 'absent-3', 'absent-4', 'absent-5'],
];

/** Each proof is checked before it is written; a claim without value is proven absent. */
export function sparseVectors() {
  return {
    about:
      'Roots and proofs of the compact sparse Merkle tree of docs/protocol.md#state-tree. All bytes are hex; a claim whose value is null is proven absent.',
    made: 'by test/unit/schemas/tree/sparse-vectors.ts; write anew with `npx vitest run test/unit/schemas/tree -u`',
    trees: SIZES.map(treeVector),
  };
}

function treeVector(size: number) {
  const entries = entriesOf(size);
  const tree = buildSparseTree(entries, nobleHash);
  const proofs = QUESTIONS.filter(() => size > 0).map((names) => {
    const keys = names.map(ascii);
    const claims = claimsOf(entries, keys);
    const proof = tree.prove(keys);
    verifySparseProof(tree.root, claims, proof, nobleHash);
    return {
      claims: claims.map(({ key, value }) => ({
        key: toHex(key),
        value: value === undefined ? null : toHex(value),
      })),
      proof: toHex(proof),
    };
  });
  return {
    entries: entries.map(({ key, value }) => ({ key: toHex(key), value: toHex(value) })),
    root: toHex(tree.root),
    proofs,
  };
}
