/** Codes of the trees: why a proof, or the content of a tree, was refused. */
import { createErrors } from '../errors.ts';

export const treeError = createErrors({
  PROOF_EMPTY_ROOT: {
    status: 400,
    retry: 'never',
    message: 'A zero root proves nothing',
  },
  PROOF_ROOT_LENGTH: {
    status: 400,
    retry: 'never',
    message: 'A root is not 32 bytes long',
  },
  PROOF_EMPTY_CLAIMS: {
    status: 400,
    retry: 'never',
    message: 'A proof must speak of at least one key or item',
  },
  PROOF_TOO_MANY_CLAIMS: {
    status: 400,
    retry: 'never',
    message: 'A proof speaks of more keys or items than allowed',
  },
  PROOF_TOO_LARGE: {
    status: 413,
    retry: 'never',
    message: 'A proof is longer than its claims can need',
  },
  PROOF_EMPTY_KEY: {
    status: 400,
    retry: 'never',
    message: 'A key may not be empty',
  },
  PROOF_EMPTY_VALUE: {
    status: 400,
    retry: 'never',
    message: 'A value may not be empty: only an absent key has none',
  },
  PROOF_DUPLICATE_KEY: {
    status: 400,
    retry: 'never',
    message: 'A key or item is named twice',
  },
  PROOF_TRUNCATED: {
    status: 400,
    retry: 'never',
    message: 'The proof ends before the tree it describes',
  },
  PROOF_TRAILING: {
    status: 400,
    retry: 'never',
    message: 'Bytes of the proof are left over',
  },
  PROOF_TOO_DEEP: {
    status: 400,
    retry: 'never',
    message: 'The proof goes deeper than 256 levels',
  },
  PROOF_OPCODE: {
    status: 400,
    retry: 'never',
    message: 'The proof holds an opcode that may not stand at this place',
  },
  PROOF_SIBLING: {
    status: 400,
    retry: 'never',
    message: 'A sibling hash is zero where an empty child has its own opcode',
  },
  PROOF_NOT_COMPACT: {
    status: 400,
    retry: 'never',
    message: 'An inner node holds fewer than two leaves',
  },
  PROOF_FOREIGN_LEAF: {
    status: 400,
    retry: 'never',
    message: 'A leaf shown for absence does not lie at its place, or is a claimed key itself',
  },
  PROOF_CLAIM_MISMATCH: {
    status: 400,
    retry: 'never',
    message: 'The proof shows a key as present that is claimed absent, or the other way round',
  },
  PROOF_ROOT_MISMATCH: {
    status: 400,
    retry: 'never',
    message: 'The claims and the proof do not lead to the trusted root',
  },
  PROOF_INDEX: {
    status: 400,
    retry: 'never',
    message: 'An index or range does not lie inside the tree',
  },
  PROOF_ORDER: {
    status: 400,
    retry: 'never',
    message: 'The items are not in strictly ascending order',
  },
  PROOF_ITEM: {
    status: 400,
    retry: 'never',
    message: 'A field of an outbox item is outside its range',
  },
  TREE_DUPLICATE_KEY: {
    status: 400,
    retry: 'never',
    message: 'A tree may hold each key once',
  },
});
