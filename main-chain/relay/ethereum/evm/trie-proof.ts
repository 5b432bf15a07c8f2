/**
 * Merkle Patricia proofs of 32-byte keys (Ethereum's secure tries): inclusion and absence, of many
 * keys in several tries under one list of nodes. docs/protocol.md#ethereum-proofs
 *
 * The nodes stand in the order in which walking the keys first needs them, each once; a node shared
 * by later keys is not repeated. So there is one proof for one question, nothing in it is unused, and
 * what `eth_getProof` answers for a single key is such a list as it stands.
 */
import { equalBytes, toHex } from '../../../../schemas/hash.ts';
import type { HashPort } from '../../../../schemas/ports.ts';
import { MAX_TRIE_NODE, MAX_TRIE_NODES } from '../../../../schemas/wire/clients/evm-contract.ts';
import { ethereumError } from '../errors.ts';
import { decodeRlp, encodeRlp, type RlpItem, rlpBytes, rlpList } from './rlp.ts';

/** Root of a trie without keys: keccak256 of the RLP of empty bytes. */
export const EMPTY_TRIE_ROOT: Uint8Array = Uint8Array.from([
  0x56, 0xe8, 0x1f, 0x17, 0x1b, 0xcc, 0x55, 0xa6, 0xff, 0x83, 0x45, 0xe6, 0x92, 0xc0, 0xf8, 0x6e,
  0x5b, 0x48, 0xe0, 0x1b, 0x99, 0x6c, 0xad, 0xc0, 0x01, 0x62, 0x2f, 0xb5, 0xe3, 0x63, 0xb4, 0x21,
]);

const HASH = 32;
const PATH = 64;
const BRANCH = 17;

type Node = readonly RlpItem[];

/** Reads keys of tries from one list of nodes. */
export interface TrieReader {
  /** The value under a 32-byte key, or undefined where it is proven absent. @throws TRIE_* RLP_* */
  get(root: Uint8Array, key: Uint8Array): Uint8Array | undefined;
  /** Says that every key was asked for. @throws TRIE_NODE_LEFT when nodes are left over */
  end(): void;
}

/** @throws TRIE_COUNT */
export function createTrieReader(nodes: readonly Uint8Array[], hash: HashPort): TrieReader {
  if (nodes.length > MAX_TRIE_NODES) throw ethereumError('TRIE_COUNT', { nodes: nodes.length });
  const seen = new Map<string, Node>();
  let used = 0;
  const named = (name: Uint8Array, isRoot: boolean): Node => {
    const known = seen.get(toHex(name));
    if (known !== undefined) return known;
    const node = openNode(nodes[used], name, isRoot, hash);
    seen.set(toHex(name), node);
    used += 1;
    return node;
  };
  return {
    get: (root, key) => (equalBytes(root, EMPTY_TRIE_ROOT) ? undefined : walk(named, root, key)),
    end() {
      if (used !== nodes.length)
        throw ethereumError('TRIE_NODE_LEFT', { left: nodes.length - used });
    },
  };
}

function openNode(
  bytes: Uint8Array | undefined,
  name: Uint8Array,
  isRoot: boolean,
  hash: HashPort,
): Node {
  if (bytes === undefined) throw ethereumError('TRIE_NODE_MISSING');
  if (bytes.length > MAX_TRIE_NODE) throw ethereumError('RLP_BOUND', { length: bytes.length });
  if (!equalBytes(hash.keccak256(bytes), name)) throw ethereumError('TRIE_NODE_HASH');
  // A shorter node is never named by hash: it stands inside its parent.
  if (bytes.length < HASH && !isRoot) throw ethereumError('TRIE_NODE_SHAPE');
  return rlpList(decodeRlp(bytes));
}

type NodeByName = (name: Uint8Array, isRoot: boolean) => Node;

function walk(named: NodeByName, root: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  const path = nibblesOf(key);
  let node = named(root, true);
  let at = 0;
  let needsBranch = false;
  for (;;) {
    if (node.length === BRANCH) {
      checkBranch(node, at);
      const child = node[path[at] ?? 0];
      if (child === undefined || isEmpty(child)) return undefined;
      node = childNode(named, child);
      at += 1;
      needsBranch = false;
      continue;
    }
    if (node.length !== 2 || needsBranch) throw ethereumError('TRIE_NODE_SHAPE');
    const { part, isLeaf } = compactPath(rlpBytes(node[0]));
    const matches = part.every((nibble, index) => path[at + index] === nibble);
    const end = at + part.length;
    if (isLeaf) {
      const value = rlpBytes(node[1]);
      if (end !== PATH || value.length === 0) throw ethereumError('TRIE_NODE_SHAPE');
      return matches ? value : undefined;
    }
    if (part.length === 0 || end >= PATH) throw ethereumError('TRIE_NODE_SHAPE');
    if (!matches) return undefined;
    node = childNode(named, node[1] as RlpItem);
    at = end;
    needsBranch = true;
  }
}

/** Keys are all 32 bytes, so no key ends at a branch; a branch has two children at least. */
function checkBranch(node: Node, at: number): void {
  let children = 0;
  for (let index = 0; index < 16; index++) if (!isEmpty(node[index] as RlpItem)) children += 1;
  if (children < 2 || !isEmpty(node[16] as RlpItem) || at >= PATH) {
    throw ethereumError('TRIE_NODE_SHAPE');
  }
}

function childNode(named: NodeByName, child: RlpItem): Node {
  if (child instanceof Uint8Array) {
    if (child.length !== HASH) throw ethereumError('TRIE_NODE_SHAPE');
    return named(child, false);
  }
  if (encodeRlp(child).length >= HASH) throw ethereumError('TRIE_NODE_SHAPE');
  return child;
}

function isEmpty(item: RlpItem): boolean {
  return item instanceof Uint8Array && item.length === 0;
}

function nibblesOf(bytes: Uint8Array): number[] {
  const out: number[] = [];
  for (const byte of bytes) out.push(byte >> 4, byte & 15);
  return out;
}

/** Hex-prefix coding (yellow paper, appendix C). */
function compactPath(bytes: Uint8Array): {
  readonly part: readonly number[];
  readonly isLeaf: boolean;
} {
  const nibbles = nibblesOf(bytes);
  const [flag, padding] = nibbles;
  if (flag === undefined || flag > 3 || ((flag & 1) === 0 && padding !== 0)) {
    throw ethereumError('TRIE_NODE_SHAPE');
  }
  return { part: nibbles.slice((flag & 1) === 1 ? 1 : 2), isLeaf: (flag & 2) === 2 };
}
