/** Builds Merkle Patricia tries and proofs, as a node would answer `eth_getProof`. */
import {
  encodeRlp,
  encodeRlpInteger,
  type RlpItem,
} from '../../main-chain/relay/ethereum/evm/rlp.ts';
import { EMPTY_TRIE_ROOT } from '../../main-chain/relay/ethereum/evm/trie-proof.ts';
import { nobleHash, toHex } from '../../schemas/hash.ts';

/** Key (hashed already) and value. */
export type TrieEntry = readonly [Uint8Array, Uint8Array];

export interface Trie {
  readonly root: Uint8Array;
  /** Nodes from the root towards `key`. */
  prove(key: Uint8Array): Uint8Array[];
}

type Nibbles = readonly number[];
type Entry = readonly [Nibbles, Uint8Array];

/** The trie of entries with keys of equal length. */
export function buildTrie(entries: readonly TrieEntry[]): Trie {
  const items = entries.map(([key, value]): Entry => [nibblesOf(key), value]);
  if (items.length === 0) return { root: EMPTY_TRIE_ROOT, prove: () => [] };
  const root = encodeRlp(nodeOf(items, 0));
  return {
    root: nobleHash.keccak256(root),
    prove(key) {
      const path: Uint8Array[] = [root];
      follow(items, 0, nibblesOf(key), path);
      return path;
    },
  };
}

/** Appends the nodes below depth `at` that are named by hash. */
function follow(items: readonly Entry[], at: number, key: Nibbles, path: Uint8Array[]): void {
  if (items.length === 1) return;
  const shared = sharedFrom(items, at);
  const to = at + (shared.length === 0 ? 1 : shared.length);
  const rest = items.filter(([nibbles]) => startsAlike(nibbles, key, at, to));
  if (rest.length === 0) return;
  const bytes = encodeRlp(nodeOf(rest, to));
  if (bytes.length >= 32) path.push(bytes);
  follow(rest, to, key, path);
}

function nodeOf(items: readonly Entry[], at: number): RlpItem {
  const [first] = items;
  if (first === undefined) return new Uint8Array(0);
  if (items.length === 1) return [compact(first[0].slice(at), true), first[1]];
  const shared = sharedFrom(items, at);
  if (shared.length > 0) return [compact(shared, false), reference(items, at + shared.length)];
  const children = Array.from({ length: 16 }, (_, nibble) => {
    const below = items.filter(([nibbles]) => nibbles[at] === nibble);
    return below.length === 0 ? new Uint8Array(0) : reference(below, at + 1);
  });
  return [...children, new Uint8Array(0)];
}

function reference(items: readonly Entry[], at: number): RlpItem {
  const node = nodeOf(items, at);
  const bytes = encodeRlp(node);
  return bytes.length < 32 ? node : nobleHash.keccak256(bytes);
}

function sharedFrom(items: readonly Entry[], at: number): Nibbles {
  const first = items[0]?.[0] ?? [];
  let to = at;
  while (to < first.length && items.every(([nibbles]) => nibbles[to] === first[to])) to += 1;
  return first.slice(at, to);
}

function startsAlike(left: Nibbles, right: Nibbles, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (left[at] !== right[at]) return false;
  return true;
}

function nibblesOf(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte) => [byte >> 4, byte & 15]);
}

function compact(nibbles: Nibbles, isLeaf: boolean): Uint8Array {
  const odd = nibbles.length % 2 === 1;
  const all = [(isLeaf ? 2 : 0) + (odd ? 1 : 0), ...(odd ? [] : [0]), ...nibbles];
  return Uint8Array.from(
    { length: all.length / 2 },
    (_, at) => (all[2 * at] ?? 0) * 16 + (all[2 * at + 1] ?? 0),
  );
}

/** A world state: some accounts, and a contract with storage. */
export interface World {
  readonly stateRoot: Uint8Array;
  /** One list of nodes for the contract and these slots. */
  prove(slots: readonly Uint8Array[], address?: Uint8Array): Uint8Array[];
}

/** The state in which `address` has this code and these slots (32-byte slot to integer). */
export function buildWorld(
  address: Uint8Array,
  codeHash: Uint8Array,
  storage: readonly (readonly [Uint8Array, bigint])[],
  others: readonly Uint8Array[] = [],
): World {
  const slots = buildTrie(
    storage.map(([slot, value]) => [nobleHash.keccak256(slot), encodeRlp(encodeRlpInteger(value))]),
  );
  const account = (root: Uint8Array, code: Uint8Array) =>
    encodeRlp([encodeRlpInteger(1n), new Uint8Array(0), root, code]);
  const accounts = buildTrie([
    [nobleHash.keccak256(address), account(slots.root, codeHash)],
    ...others.map(
      (each): TrieEntry => [nobleHash.keccak256(each), account(EMPTY_TRIE_ROOT, codeHash)],
    ),
  ]);
  return {
    stateRoot: accounts.root,
    prove(wanted, of = address) {
      const nodes = [
        ...accounts.prove(nobleHash.keccak256(of)),
        ...wanted.flatMap((slot) => slots.prove(nobleHash.keccak256(slot))),
      ];
      const seen = new Set<string>();
      return nodes.filter((node) => {
        const name = toHex(node);
        if (seen.has(name)) return false;
        seen.add(name);
        return true;
      });
    },
  };
}
