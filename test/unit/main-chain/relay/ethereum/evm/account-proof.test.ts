import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ProvenAccount,
  verifyAccountProof,
} from '../../../../../../main-chain/relay/ethereum/evm/account-proof.ts';
import {
  decodeRlp,
  encodeRlp,
  encodeRlpInteger,
  type RlpItem,
} from '../../../../../../main-chain/relay/ethereum/evm/rlp.ts';
import {
  createTrieReader,
  EMPTY_TRIE_ROOT,
} from '../../../../../../main-chain/relay/ethereum/evm/trie-proof.ts';
import { nobleHash, toHex } from '../../../../../../schemas/hash.ts';
import { buildTrie, type TrieEntry } from '../../../../../fakes/ethereum-trie.ts';
import {
  hexBytes,
  hexWord,
  type Json,
  type ProofJson,
  proofNodes,
  publicVectors,
  readPublic,
  readVector,
  WITHOUT_PUBLIC_VECTORS,
} from '../../../../../fakes/ethereum-vectors.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';

interface Recorded {
  readonly proofs: readonly {
    readonly note: string;
    readonly stateRoot: string;
    readonly proof: ProofJson;
  }[];
}
const recorded = ['clique-1-signer.json', 'geth-dev.json'].flatMap(
  (file) => readVector<Recorded>(file).proofs,
);
const folder = publicVectors();

function verify(stateRoot: Uint8Array, proof: ProofJson, nodes = proofNodes(proof)): ProvenAccount {
  const slots = proof.storageProof.map(({ key }) => hexWord(key));
  return verifyAccountProof(stateRoot, hexBytes(proof.address), slots, nodes, nobleHash);
}

/** What the node answered is what the proof shows. */
function expectProven(stateRoot: string, proof: ProofJson): void {
  const { account, words } = verify(hexBytes(stateRoot), proof);
  expect(account?.nonce ?? 0n).toBe(BigInt(proof.nonce));
  expect(account?.balance ?? 0n).toBe(BigInt(proof.balance));
  if (account !== undefined) {
    expect(`0x${toHex(account.codeHash)}`).toBe(proof.codeHash);
    expect(`0x${toHex(account.storageRoot)}`).toBe(proof.storageHash);
  }
  expect(words.map(toHex)).toEqual(proof.storageProof.map(({ value }) => toHex(hexWord(value))));
}

/** A genuine proof with one thing done to it is refused with exactly these codes. */
function expectMutationsRefused(stateRoot: string, proof: ProofJson): void {
  const root = hexBytes(stateRoot);
  const nodes = proofNodes(proof);
  const codeOf = (list: Uint8Array[]) => refusalCode(() => verify(root, proof, list));
  nodes.forEach((node, at) => {
    for (const byte of [0, 1, node.length >> 1, node.length - 1]) {
      const flipped = node.map((value, place) => (place === byte ? value ^ 1 : value));
      expect(codeOf(nodes.with(at, flipped))).toBe('TRIE_NODE_HASH');
    }
    expect(codeOf(nodes.with(at, node.subarray(0, -1)))).toBe('TRIE_NODE_HASH');
    expect(codeOf(nodes.with(at, Uint8Array.of(...node, 0)))).toBe('TRIE_NODE_HASH');
    const last = at === nodes.length - 1;
    expect(codeOf(nodes.toSpliced(at, 1))).toBe(last ? 'TRIE_NODE_MISSING' : 'TRIE_NODE_HASH');
    expect(codeOf(nodes.toSpliced(at, 0, node))).toBe(last ? 'TRIE_NODE_LEFT' : 'TRIE_NODE_HASH');
    if (!last) {
      const swapped = nodes.with(at, nodes[at + 1] ?? node).with(at + 1, node);
      expect(codeOf(swapped)).toBe('TRIE_NODE_HASH');
    }
  });
  expect(codeOf([...nodes, nodes[0] ?? root])).toBe('TRIE_NODE_LEFT');
  const other = root.map((byte, place) => (place === 31 ? byte ^ 1 : byte));
  expect(refusalCode(() => verify(other, proof))).toBe('TRIE_NODE_HASH');
}

describe('EIP-1186 proofs of a clique network and a geth development chain', () => {
  it.each(recorded)('show what the node answered: $note', ({ stateRoot, proof }) => {
    expectProven(stateRoot, proof);
  });

  it.each(recorded)(
    'A2 A5 A12: refuse every node flipped, cut, removed, doubled or moved, and another root: $note',
    ({ stateRoot, proof }) => expectMutationsRefused(stateRoot, proof),
  );

  it('A6 A12: refuse a genuine proof offered for another slot or address', () => {
    const { stateRoot, proof } = recorded[0] ?? expect.unreachable();
    const [slot] = proof.storageProof;
    const one = { ...proof, storageProof: slot === undefined ? [] : [slot] };
    const nodes = proofNodes(one);
    const codeOf = (asked: ProofJson) =>
      refusalCode(() => verify(hexBytes(stateRoot), asked, nodes));
    expect(codeOf(one)).toBe('nothing thrown');
    for (const key of ['0x77', '0x1', '0xffff']) {
      expect(codeOf({ ...one, storageProof: [{ key, value: '0x0', proof: [] }] })).toMatch(
        /^TRIE_NODE_(HASH|LEFT|MISSING)$/,
      );
    }
    expect(codeOf({ ...one, address: `0x${'12'.repeat(20)}` })).toBe('TRIE_NODE_LEFT');
  });
});

describe.skipIf(folder === undefined)(`genuine EIP-1186 proofs ${WITHOUT_PUBLIC_VECTORS}`, () => {
  interface Mainnet {
    readonly header: Json;
    readonly proofs:
      | readonly { readonly proof?: ProofJson }[]
      | Readonly<Record<string, ProofJson>>;
  }
  const mainnet =
    folder === undefined ? undefined : readPublic<Mainnet>(folder, 'proofs/mainnet-21925176.json');
  const genuine =
    mainnet === undefined
      ? []
      : (Object.values(mainnet.proofs).map((each) => each.proof ?? each) as ProofJson[]);
  interface Listed {
    readonly proofs: readonly {
      readonly stateRoot: string;
      readonly proof: ProofJson;
      readonly block: string;
    }[];
  }
  const listed =
    folder === undefined ? [] : readPublic<Listed>(folder, 'proofs/ethereumjs.json').proofs;

  it.each(genuine)(
    'of mainnet block 21925176 hold and no change of them does: $address',
    (proof) => {
      const root = String(mainnet?.header['stateRoot']);
      expectProven(root, proof);
      expectMutationsRefused(root, proof);
    },
  );

  it.each(listed)(
    'of $block hold and no change of them does: $proof.address',
    ({ stateRoot, proof }) => {
      expectProven(stateRoot, proof);
      expectMutationsRefused(stateRoot, proof);
    },
  );
});

const hashed = (seed: number) => nobleHash.sha256(encodeRlpInteger(BigInt(seed + 1)));

describe('the trie reader', () => {
  it('A8: agrees with a trie of any size about every key, present and absent', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(5000), { maxLength: 40 }),
        fc.array(fc.nat(5000), { minLength: 1, maxLength: 6 }),
        (present, asked) => {
          const entries = present.map(
            (seed): TrieEntry => [hashed(seed), encodeRlp(encodeRlpInteger(BigInt(seed + 1)))],
          );
          const trie = buildTrie(entries);
          const keys = [...asked, ...present.slice(0, 2)].map(hashed);
          const nodes: Uint8Array[] = [];
          for (const node of keys.flatMap((key) => trie.prove(key))) {
            if (!nodes.some((each) => toHex(each) === toHex(node))) nodes.push(node);
          }
          const reader = createTrieReader(nodes, nobleHash);
          for (const key of keys) {
            const entry = entries.find(([each]) => toHex(each) === toHex(key));
            expect(reader.get(trie.root, key)).toEqual(entry?.[1]);
          }
          reader.end();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads embedded nodes, which are shorter than a hash', () => {
    const key = (last: number) =>
      Uint8Array.from({ length: 32 }, (_, at) => (at === 31 ? last : 7));
    const trie = buildTrie([
      [key(1), Uint8Array.of(1)],
      [key(2), Uint8Array.of(2)],
    ]);
    const nodes = trie.prove(key(1));
    expect(nodes).toHaveLength(1);
    const reader = createTrieReader(nodes, nobleHash);
    expect(reader.get(trie.root, key(1))).toEqual(Uint8Array.of(1));
    expect(reader.get(trie.root, key(2))).toEqual(Uint8Array.of(2));
    expect(reader.get(trie.root, key(3))).toBeUndefined();
    reader.end();
  });

  it('A7 A8: shows every key absent from the empty trie with no node at all', () => {
    const reader = createTrieReader([], nobleHash);
    expect(reader.get(EMPTY_TRIE_ROOT, hashed(1))).toBeUndefined();
    reader.end();
    const withNode = createTrieReader([Uint8Array.of(0x80)], nobleHash);
    expect(withNode.get(EMPTY_TRIE_ROOT, hashed(1))).toBeUndefined();
    expect(refusalCode(() => withNode.end())).toBe('TRIE_NODE_LEFT');
  });

  it('A11: refuses more nodes than allowed and a node above the bound', () => {
    const many = Array.from({ length: 4097 }, () => Uint8Array.of(0x80));
    expect(refusalCode(() => createTrieReader(many, nobleHash))).toBe('TRIE_COUNT');
    const long = createTrieReader([new Uint8Array(577)], nobleHash);
    expect(refusalCode(() => long.get(hashed(1), hashed(2)))).toBe('RLP_BOUND');
  });
});

describe('A1 A10 A15: nodes no Ethereum trie contains, though their hash is right', () => {
  const key = new Uint8Array(32).fill(0x11);
  const empty = new Uint8Array(0);
  const value = Uint8Array.of(5);
  const branch = (children: Readonly<Record<number, RlpItem>>, last: RlpItem = empty): RlpItem => [
    ...Array.from({ length: 16 }, (_, at) => children[at] ?? empty),
    last,
  ];
  const path = (flag: number, nibbles: readonly number[]) => {
    const all = [flag, ...(flag % 2 === 0 ? [0] : []), ...nibbles];
    return Uint8Array.from(
      { length: all.length / 2 },
      (_, at) => (all[2 * at] ?? 0) * 16 + (all[2 * at + 1] ?? 0),
    );
  };
  const ones = (count: number) => Array.from({ length: count }, () => 1);
  const leaf = (count: number): RlpItem => [path(count % 2 === 1 ? 3 : 2, ones(count)), value];
  const long = (item: RlpItem) => nobleHash.keccak256(encodeRlp(item));
  const other = new Uint8Array(32).fill(9);
  const read = (...nodes: RlpItem[]) => {
    const bytes = nodes.map(encodeRlp);
    const root = nobleHash.keccak256(bytes[0] ?? empty);
    return () => createTrieReader(bytes, nobleHash).get(root, key);
  };

  it('reads the sound forms the wrong ones below are made of', () => {
    expect(read(leaf(64))()).toEqual(value);
    expect(read([path(2, ones(64).with(63, 2)), value])()).toBeUndefined();
    expect(read(branch({ 1: long(leaf(63)), 2: other }), leaf(63))()).toEqual(value);
    expect(read(branch({ 3: other, 2: other }))()).toBeUndefined();
    const below = branch({ 1: long(leaf(61)), 4: other });
    expect(read([path(0, ones(2)), long(below)], below, leaf(61))()).toEqual(value);
    expect(read([path(0, [1, 2]), long(below)])()).toBeUndefined();
  });

  const below = branch({ 1: long(leaf(61)), 4: other });
  it.each<[string, () => unknown, string]>([
    ['a string as node', read(value), 'RLP_TYPE'],
    ['a list of three', read([empty, empty, empty]), 'TRIE_NODE_SHAPE'],
    ['an empty list', read([]), 'TRIE_NODE_SHAPE'],
    ['a branch of one child', read(branch({ 1: other })), 'TRIE_NODE_SHAPE'],
    ['a branch with a value', read(branch({ 1: other, 2: other }, value)), 'TRIE_NODE_SHAPE'],
    ['a child that is no hash', read(branch({ 1: value, 2: other })), 'TRIE_NODE_SHAPE'],
    ['a child of 33 bytes', read(branch({ 1: new Uint8Array(33), 2: other })), 'TRIE_NODE_SHAPE'],
    [
      'an embedded node that should be hashed',
      read(branch({ 1: [path(3, ones(63)), value], 2: other })),
      'TRIE_NODE_SHAPE',
    ],
    ['a leaf whose key is too short', read(leaf(62)), 'TRIE_NODE_SHAPE'],
    ['a leaf whose key is too long', read(leaf(66)), 'TRIE_NODE_SHAPE'],
    ['a leaf with an empty value', read([path(2, ones(64)), empty]), 'TRIE_NODE_SHAPE'],
    ['a leaf with a list as value', read([path(2, ones(64)), [value]]), 'RLP_TYPE'],
    ['an unknown flag', read([path(4, ones(64)), value]), 'TRIE_NODE_SHAPE'],
    [
      'padding that is not zero',
      read([Uint8Array.of(0x21, ...new Uint8Array(32).fill(0x11)), value]),
      'TRIE_NODE_SHAPE',
    ],
    ['an empty path', read([empty, value]), 'TRIE_NODE_SHAPE'],
    ['an extension by nothing', read([path(0, []), other]), 'TRIE_NODE_SHAPE'],
    ['an extension by a whole key', read([path(0, ones(64)), other]), 'TRIE_NODE_SHAPE'],
    ['an extension to nothing', read([path(0, ones(2)), empty]), 'TRIE_NODE_SHAPE'],
    [
      'an extension to a leaf',
      read([path(0, ones(2)), long(leaf(62))], leaf(62)),
      'TRIE_NODE_SHAPE',
    ],
    [
      'an extension to an extension',
      read(
        [path(0, ones(2)), long([path(0, ones(2)), long(below)])],
        [path(0, ones(2)), long(below)],
      ),
      'TRIE_NODE_SHAPE',
    ],
  ])('refuses %s', (_name, work, code) => {
    expect(refusalCode(work)).toBe(code);
  });

  it('refuses a short node that is named by its hash instead of standing in its parent', () => {
    const short: RlpItem = [path(3, ones(1)), value];
    expect(encodeRlp(short).length).toBeLessThan(32);
    const extended = (child: RlpItem): RlpItem => [path(1, ones(61)), child];
    const named = branch({ 1: long(short), 2: other });
    expect(refusalCode(read(extended(long(named)), named, short))).toBe('TRIE_NODE_SHAPE');
  });

  it('refuses storage values and accounts that are not in their one form', () => {
    const address = new Uint8Array(20).fill(3);
    const slot = new Uint8Array(32);
    const codeHash = nobleHash.keccak256(Uint8Array.of(1));
    const world = (account: (root: Uint8Array) => RlpItem, stored: RlpItem) => {
      const storage = buildTrie([[nobleHash.keccak256(slot), encodeRlp(stored)]]);
      const accounts = buildTrie([
        [nobleHash.keccak256(address), encodeRlp(account(storage.root))],
      ]);
      const nodes = [
        ...accounts.prove(nobleHash.keccak256(address)),
        ...storage.prove(nobleHash.keccak256(slot)),
      ];
      return refusalCode(() =>
        verifyAccountProof(accounts.root, address, [slot], nodes, nobleHash),
      );
    };
    const sound = (root: Uint8Array): RlpItem => [value, empty, root, codeHash];
    expect(world(sound, value)).toBe('nothing thrown');
    expect(world(sound, empty)).toBe('EVM_SLOT_VALUE');
    expect(world(sound, Uint8Array.of(0, 5))).toBe('EVM_SLOT_VALUE');
    expect(world(sound, new Uint8Array(33).fill(1))).toBe('EVM_SLOT_VALUE');
    expect(world(sound, [value])).toBe('RLP_TYPE');
    expect(world((root) => [value, empty, root], value)).toBe('RLP_COUNT');
    expect(world((root) => [value, empty, root, codeHash, empty], value)).toBe('RLP_COUNT');
    expect(world((root) => [Uint8Array.of(0), empty, root, codeHash], value)).toBe('RLP_LENGTH');
    expect(world((root) => [value, empty, root, codeHash.subarray(1)], value)).toBe('RLP_LENGTH');
    expect(decodeRlp(encodeRlp(sound(slot)))).toHaveLength(4);
  });
});
