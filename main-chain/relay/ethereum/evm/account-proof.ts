/**
 * EIP-1186: an account and its storage slots under a state root, inclusion and absence, from one
 * list of trie nodes (trie-proof.ts). docs/protocol.md#ethereum-proofs
 */
import type { HashPort } from '../../../../schemas/ports.ts';
import { ethereumError } from '../errors.ts';
import { decodeRlp, rlpBytes, rlpInteger, rlpList } from './rlp.ts';
import { createTrieReader, type TrieReader } from './trie-proof.ts';

/** An account as its leaf holds it. */
export interface Account {
  readonly nonce: bigint;
  readonly balance: bigint;
  readonly storageRoot: Uint8Array;
  readonly codeHash: Uint8Array;
}

/** What a proof shows of an address: its account, and a 32-byte word per slot asked for (zero where absent). */
export interface ProvenAccount {
  readonly account: Account | undefined;
  readonly words: readonly Uint8Array[];
}

/**
 * Reads the account at `address` and the 32-byte slots `slots` in this order; the slots of an absent
 * account are absent and need no nodes. @throws TRIE_* RLP_* EVM_SLOT_VALUE
 */
export function verifyAccountProof(
  stateRoot: Uint8Array,
  address: Uint8Array,
  slots: readonly Uint8Array[],
  nodes: readonly Uint8Array[],
  hash: HashPort,
): ProvenAccount {
  const reader = createTrieReader(nodes, hash);
  const account = readAccount(reader, stateRoot, hash.keccak256(address));
  const words = slots.map((slot) =>
    account === undefined
      ? new Uint8Array(32)
      : readWord(reader, account.storageRoot, hash.keccak256(slot)),
  );
  reader.end();
  return { account, words };
}

function readAccount(reader: TrieReader, root: Uint8Array, key: Uint8Array): Account | undefined {
  const leaf = reader.get(root, key);
  if (leaf === undefined) return undefined;
  const items = rlpList(decodeRlp(leaf), 4);
  return {
    nonce: rlpInteger(items[0], 8),
    balance: rlpInteger(items[1], 32),
    storageRoot: rlpBytes(items[2], 32),
    codeHash: rlpBytes(items[3], 32),
  };
}

function readWord(reader: TrieReader, root: Uint8Array, key: Uint8Array): Uint8Array {
  const word = new Uint8Array(32);
  const leaf = reader.get(root, key);
  if (leaf === undefined) return word;
  const value = rlpBytes(decodeRlp(leaf));
  if (value.length === 0 || value.length > 32 || value[0] === 0) {
    throw ethereumError('EVM_SLOT_VALUE', { length: value.length });
  }
  word.set(value, 32 - value.length);
  return word;
}
