/* Trees, their ICS-23 proofs, and what a liar would make of them; judged by our verifier and by the Go library. */
import { exportIcs23 } from '../../../../../main-chain/ledger/ics23/export-ics23.ts';
import { StateTree } from '../../../../../main-chain/ledger/tree/state-tree.ts';
import {
  binaryBytes,
  compareBytes,
  concatBytes,
  nobleHash,
  toHex,
  ZERO_HASH,
} from '../../../../../schemas/hash.ts';
import { LEAF_TAG } from '../../../../../schemas/tree/sparse-hash.ts';
import { ascii } from '../../../schemas/tree/tree-samples.ts';

export interface Ics23Tree {
  readonly root: Uint8Array;
  readonly contents: ReadonlyMap<string, Uint8Array>;
  /** Keys by their places, left to right. */
  readonly order: readonly string[];
  prove(key: string): Uint8Array;
}

export function ics23Tree(contents: ReadonlyMap<string, Uint8Array>): Ics23Tree {
  const tree = new StateTree(nobleHash);
  tree.commit(1n, contents);
  const byPath = new Map(
    Array.from(contents, ([key, value]) => [
      toHex(nobleHash.sha256(binaryBytes(key))),
      { key: binaryBytes(key), value },
    ]),
  );
  const pathOf = (key: string) => nobleHash.sha256(binaryBytes(key));
  return {
    root: tree.root,
    contents,
    order: [...contents.keys()].sort((left, right) => compareBytes(pathOf(left), pathOf(right))),
    prove: (key) =>
      exportIcs23(tree.view(), binaryBytes(key), (path) => byPath.get(toHex(path)), nobleHash),
  };
}

/** `count` keys `key 0 …` with values of their own. */
export const numberedTree = (count: number): Ics23Tree =>
  ics23Tree(new Map(Array.from({ length: count }, (_, at) => [`key ${at}`, ascii(`value ${at}`)])));

/** The first of many absent keys whose place `accept` takes, between the keys before and after it. */
export function absentKey(
  tree: Ics23Tree,
  accept: (before: string | undefined, after: string | undefined) => boolean,
): string {
  const pathOf = (key: string) => nobleHash.sha256(binaryBytes(key));
  for (let at = 0; at < 100_000; at++) {
    const key = `absent ${at}`;
    const path = pathOf(key);
    const index = tree.order.findIndex((each) => compareBytes(path, pathOf(each)) < 0);
    const after = index < 0 ? undefined : tree.order[index];
    const before = index < 0 ? tree.order.at(-1) : tree.order[index - 1];
    if (accept(before, after)) return key;
  }
  throw new Error('no such key');
}

/** Protobuf by hand: a field of bytes, and one of a small number. */
export const bytesField = (field: number, bytes: Uint8Array): Uint8Array => {
  const length: number[] = [];
  let left = bytes.length;
  for (; left > 0x7f; left >>= 7) length.push((left & 0x7f) | 0x80);
  return concatBytes(Uint8Array.of((field << 3) | 2, ...length, left), bytes);
};
export const numberField = (field: number, value: number): Uint8Array =>
  Uint8Array.of(field << 3, value);

/** The content of the one outer field of a proof: an `ExistenceProof`, or a `NonExistenceProof`. */
export function inside(proof: Uint8Array): Uint8Array {
  const first = (proof[1] ?? 0) < 0x80 ? 2 : (proof[2] ?? 0) < 0x80 ? 3 : 4;
  return proof.subarray(first);
}

export const absence = (key: string, left?: Uint8Array, right?: Uint8Array): Uint8Array =>
  bytesField(
    2,
    concatBytes(
      bytesField(1, binaryBytes(key)),
      ...(left ? [bytesField(2, inside(left))] : []),
      ...(right ? [bytesField(3, inside(right))] : []),
    ),
  );

export interface LeafParts {
  readonly hash?: number;
  readonly prehashKey?: number;
  readonly prehashValue?: number;
  readonly length?: number;
  readonly prefix?: Uint8Array;
}
export const leafOp = (parts: LeafParts = {}): Uint8Array => {
  const { hash = 1, prehashKey = 1, prehashValue = 1, length = 0, prefix = LEAF_TAG } = parts;
  return concatBytes(
    ...[hash, prehashKey, prehashValue, length].map((value, at) =>
      value === 0 ? new Uint8Array(0) : numberField(at + 1, value),
    ),
    bytesField(5, prefix),
  );
};
export const innerOp = (prefix: Uint8Array, suffix: Uint8Array, hash = 1): Uint8Array =>
  concatBytes(
    numberField(1, hash),
    ...(prefix.length > 0 ? [bytesField(2, prefix)] : []),
    ...(suffix.length > 0 ? [bytesField(3, suffix)] : []),
  );
export const existence = (
  key: Uint8Array,
  value: Uint8Array,
  leaf: Uint8Array,
  path: readonly Uint8Array[],
): Uint8Array =>
  bytesField(
    1,
    concatBytes(
      bytesField(1, key),
      bytesField(2, value),
      bytesField(3, leaf),
      ...path.map((each) => bytesField(4, each)),
    ),
  );

/** A claim that must be refused, and with which of our codes. */
export interface Attack {
  readonly name: string;
  readonly root: Uint8Array;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
  readonly proof: Uint8Array;
  readonly code: string;
  /**
   * The Go library finds nothing against the ProofSpec in it: its root is made up, and no tree of
   * ours has it, since a node's preimage is 64 bytes and a leaf's 80.
   */
  readonly isMadeUpRoot?: true;
}

const NONE = new Uint8Array(0);

/** Attacks both the Go library and our verifier refuse. */
export function attacks(): readonly Attack[] {
  return [...absenceAttacks(), ...operationAttacks(), ...sizeAttacks()];
}

function absenceAttacks(): readonly Attack[] {
  const tree = numberedTree(24);
  const { root, order } = tree;
  const at = (index: number) => order.at(index) ?? '';
  const hidden = at(10);
  const middle = absentKey(tree, (before, after) => before === at(11) && after === at(12));
  const lowest = absentKey(tree, (before) => before === undefined);
  const highest = absentKey(tree, (_, after) => after === undefined);
  const deny = (
    name: string,
    key: string,
    code: string,
    left?: string,
    right?: string,
  ): Attack => ({
    name: `A8 ${name}`,
    root,
    key: binaryBytes(key),
    value: undefined,
    proof: absence(
      key,
      left === undefined ? undefined : tree.prove(left),
      right === undefined ? undefined : tree.prove(right),
    ),
    code,
  });
  const NEIGHBOURS = 'ICS23_NEIGHBOURS';
  return [
    deny('an absence with both sides missing', middle, NEIGHBOURS),
    deny('leaves that are no neighbours, hiding a present key', hidden, NEIGHBOURS, at(9), at(11)),
    deny('leaves that are no neighbours, around an absent key', middle, NEIGHBOURS, at(10), at(13)),
    deny('a present key called left-most', at(3), NEIGHBOURS, undefined, at(4)),
    deny('a present key called right-most', at(20), NEIGHBOURS, at(19)),
    deny('an absent key called left-most', middle, NEIGHBOURS, undefined, at(12)),
    deny('an absent key called right-most', middle, NEIGHBOURS, at(11)),
    deny('a key equal to its left neighbour', hidden, NEIGHBOURS, hidden, at(11)),
    deny('a key equal to its right neighbour', hidden, NEIGHBOURS, at(9), hidden),
    deny('the left-most leaf denied with itself', at(0), NEIGHBOURS, undefined, at(0)),
    deny('neighbours in the wrong order', middle, NEIGHBOURS, at(12), at(11)),
    deny('the outermost leaf on the wrong side, left', lowest, NEIGHBOURS, at(0)),
    deny('the outermost leaf on the wrong side, right', highest, NEIGHBOURS, undefined, at(-1)),
    {
      ...deny('an empty tree', middle, 'PROOF_EMPTY_ROOT', at(11), at(12)),
      root: ZERO_HASH,
    },
    {
      ...deny('an absence in a tree of another root', middle, 'ICS23_ROOT', at(11), at(12)),
      root: numberedTree(23).root,
    },
    {
      ...deny('a proof of presence as one of absence (A12)', hidden, 'ICS23_CLAIM'),
      proof: tree.prove(hidden),
    },
    {
      ...deny('a proof of absence as one of presence (A12)', middle, 'ICS23_CLAIM'),
      value: ascii('value'),
      proof: tree.prove(middle),
    },
    {
      ...deny('another value under a present key', hidden, 'ICS23_CLAIM'),
      value: ascii('forged'),
      proof: tree.prove(hidden),
    },
  ];
}

/** Operations that are not of the spec, each under the very root it hashes to. */
function operationAttacks(): readonly Attack[] {
  const { sha256 } = nobleHash;
  const [key, value] = [ascii('key'), ascii('value')];
  const leaf = sha256(concatBytes(LEAF_TAG, sha256(key), sha256(value)));
  const sibling = new Uint8Array(32).fill(7);
  const up = (hash: Uint8Array) => sha256(concatBytes(hash, sibling));
  const attack = (name: string, root: Uint8Array, proof: Uint8Array): Attack => ({
    name: `A10 ${name}`,
    root,
    key,
    value,
    proof,
    code: root.length === 32 ? 'ICS23_SPEC' : 'PROOF_ROOT_LENGTH',
  });
  const odd = (name: string, parts: LeafParts, hash: Uint8Array): Attack =>
    attack(name, hash, existence(key, value, leafOp(parts), []));
  const joined = (...parts: Uint8Array[]) => sha256(concatBytes(LEAF_TAG, ...parts));
  const inner = (name: string, prefix: Uint8Array, suffix: Uint8Array): Attack =>
    attack(
      name,
      sha256(concatBytes(prefix, leaf, suffix)),
      existence(key, value, leafOp(), [innerOp(prefix, suffix)]),
    );
  const both = concatBytes(sibling, sibling);
  const path = (step: Uint8Array) => existence(key, value, leafOp(), [step]);
  const [hashedKey, hashedValue] = [sha256(key), sha256(value)];
  const framed = [32, hashedKey, 32, hashedValue].map((part) =>
    typeof part === 'number' ? Uint8Array.of(part) : part,
  );
  const unhashed = concatBytes(LEAF_TAG, hashedKey, hashedValue);
  const madeUp = [
    odd(
      'a tag with more behind it',
      { prefix: concatBytes(LEAF_TAG, sibling) },
      joined(sibling, hashedKey, hashedValue),
    ),
    inner('an inner operation with both children set (A2)', sibling, sibling),
    inner('an inner operation of one child alone', NONE, NONE),
    inner('an inner prefix shorter than a child', sibling.subarray(1), NONE),
    inner('an inner suffix of two children', NONE, both),
  ];
  return [
    odd('a key that is not prehashed', { prehashKey: 0 }, joined(key, hashedValue)),
    odd('a value that is not prehashed', { prehashValue: 0 }, joined(hashedKey, value)),
    odd('a length before key and value', { length: 1 }, joined(...framed)),
    odd('a leaf without its tag', { prefix: NONE }, sha256(unhashed.subarray(16))),
    odd('an unhashed leaf', { hash: 0 }, unhashed),
    inner('an inner prefix as long as prefix and child', both, NONE),
    inner('a leaf as an inner node (A1): a key that is itself a leaf', LEAF_TAG, hashedValue),
    attack('an unhashed inner node', concatBytes(leaf, sibling), path(innerOp(NONE, sibling, 0))),
    attack('an inner node of another hash', up(leaf), path(innerOp(NONE, sibling, 2))),
    ...madeUp.map((each) => ({ ...each, isMadeUpRoot: true as const })),
  ];
}

function sizeAttacks(): readonly Attack[] {
  const { sha256 } = nobleHash;
  const [key, value] = [ascii('key'), ascii('value')];
  const leaf = sha256(concatBytes(LEAF_TAG, sha256(key), sha256(value)));
  const sibling = new Uint8Array(32).fill(7);
  let deep = leaf;
  for (let level = 0; level < 257; level++) deep = sha256(concatBytes(deep, sibling));
  const step = innerOp(NONE, sibling);
  const nested = (levels: number): Uint8Array => {
    let bytes = existence(key, value, leafOp(), []);
    for (let level = 0; level < levels; level++) bytes = bytesField(3, bytesField(1, bytes));
    return bytes;
  };
  const attack = (name: string, root: Uint8Array, proof: Uint8Array, code: string): Attack => ({
    name: `A11 ${name}`,
    root,
    key,
    value,
    proof,
    code,
  });
  return [
    attack(
      '257 inner operations',
      deep,
      existence(
        key,
        value,
        leafOp(),
        Array.from({ length: 257 }, () => step),
      ),
      'ICS23_TOO_LARGE',
    ),
    attack(
      'a proof of megabytes',
      leaf,
      concatBytes(existence(key, value, leafOp(), []), new Uint8Array(3_000_000)),
      'ICS23_TOO_LARGE',
    ),
    attack('batches nested 200 deep', leaf, nested(200), 'ICS23_FORMAT'),
  ];
}
