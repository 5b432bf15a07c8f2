/**
 * What all clients of Ethereum networks share on the wire: the contract that is the counterparty, header
 * bytes, and proofs of its storage. docs/protocol.md#ethereum-contract
 */
import { bytes, type Codec, fixed, list, type StructOf, struct } from '../../codec/codec.ts';

const contractFields = { address: fixed(20), codeHash: fixed(32) };
/** `codeHash`: keccak256 of the code at `address`, which fixes where its storage keeps what. */
export type Contract = StructOf<typeof contractFields>;
export const contractCodec: Codec<Contract> = struct(contractFields);

/** Longest header in RLP: 128 clique signers in the extra data. */
export const MAX_HEADER = 4096;
export const headerCodec: Codec<Uint8Array> = bytes(MAX_HEADER);

/** Longest trie node: a branch of sixteen hashes and no value. */
export const MAX_TRIE_NODE = 576;
/** Most nodes of one proof. */
export const MAX_TRIE_NODES = 4096;
/** EIP-1186 nodes of an account and its slots, each once, in the order they are first needed. */
export const storageProofCodec: Codec<readonly Uint8Array[]> = list(
  bytes(MAX_TRIE_NODE),
  MAX_TRIE_NODES,
);
