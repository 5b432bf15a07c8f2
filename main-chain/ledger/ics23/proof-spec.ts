/**
 * The ICS-23 `ProofSpec` of the state tree, as docs/ics23-proof-spec.json publishes it, and the
 * numbers of the messages in cosmos.ics23.v1 this tree needs. docs/protocol.md#ics23
 */
import { LEAF_TAG, MAX_DEPTH } from '../../../schemas/tree/sparse-hash.ts';

/** `HashOp` and `LengthOp` of cosmos.ics23.v1. */
export const SHA256_OP = 1;
const NO_PREFIX = 0;

/** Hand this to the counterparty's client; numbers are those of cosmos.ics23.v1, bytes are bytes. */
export const ICS23_PROOF_SPEC = {
  leafSpec: {
    hash: SHA256_OP,
    prehashKey: SHA256_OP,
    prehashValue: SHA256_OP,
    length: NO_PREFIX,
    prefix: LEAF_TAG,
  },
  innerSpec: {
    childOrder: [0, 1],
    childSize: 32,
    minPrefixLength: 0,
    maxPrefixLength: 0,
    emptyChild: new Uint8Array(32),
    hash: SHA256_OP,
  },
  maxDepth: MAX_DEPTH,
  minDepth: 0,
  prehashKeyBeforeComparison: true,
} as const;

/** Longest key and value a proof may show, in bytes; the node's own bounds of a query. */
export const MAX_ICS23_KEY = 256;
export const MAX_ICS23_VALUE = 1_048_576;

/** One shown leaf: its key and value, and its siblings from the leaf up. */
export interface ShownLeaf {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly path: readonly Sibling[];
}

/** A sibling(32) on the way up; `side` is the side the shown leaf lies on, 0 left, 1 right. */
export interface Sibling {
  readonly side: 0 | 1;
  readonly hash: Uint8Array;
}

/** What a `CommitmentProof` of this tree can say. */
export type Ics23Proof =
  | { readonly type: 'existence'; readonly leaf: ShownLeaf }
  | {
      readonly type: 'nonExistence';
      readonly key: Uint8Array;
      /** The neighbours there are; an outermost key has one. */
      readonly left: ShownLeaf | undefined;
      readonly right: ShownLeaf | undefined;
    };
