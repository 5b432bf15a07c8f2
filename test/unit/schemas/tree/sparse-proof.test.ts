import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nobleHash, ZERO_HASH } from '../../../../schemas/hash.ts';
import {
  type SparseClaim,
  sparseLeafHash,
  sparseNodeHash,
} from '../../../../schemas/tree/sparse-hash.ts';
import {
  MAX_SPARSE_CLAIMS,
  MAX_SPARSE_PROOF,
  PROOF_OP,
  verifySparseProof,
} from '../../../../schemas/tree/sparse-proof.ts';
import { buildSparseTree } from '../../../../schemas/tree/sparse-tree.ts';
import { refusalCode } from '../../../fakes/refusal.ts';
import {
  ascii,
  claimsOf,
  countingHash,
  craftedHash,
  entriesOf,
  keyAt,
  proofOf,
} from './tree-samples.ts';

const { empty, claimed, foreign, fork, sibling, lone } = PROOF_OP;
const VALUE = ascii('v');
const entries = entriesOf(40);
const tree = buildSparseTree(entries, nobleHash);
const present = entries[7]?.key ?? ascii('');
const presentValue = entries[7]?.value ?? ascii('');
const absent = ascii('no such meter');

const verdict = (
  root: Uint8Array,
  claims: readonly SparseClaim[],
  proof: Uint8Array,
  hash = nobleHash,
) => refusalCode(() => verifySparseProof(root, claims, proof, hash));

describe('a sparse proof', () => {
  it('holds for any mix of present and absent keys and any order of the claims', () => {
    const text = fc.string({ minLength: 1, maxLength: 4, unit: 'binary-ascii' });
    fc.assert(
      fc.property(
        fc.uniqueArray(text, { minLength: 1, maxLength: 60 }),
        fc.uniqueArray(text, { minLength: 1, maxLength: 20 }),
        (names, asked) => {
          const held = names.map((name) => ({ key: ascii(name), value: ascii(`is ${name}`) }));
          const built = buildSparseTree(held, nobleHash);
          const keys = [...new Set([...asked, ...names.slice(0, 5)])].map(ascii);
          const claims = claimsOf(held, keys);
          const proof = built.prove(keys);
          verifySparseProof(built.root, claims, proof, nobleHash);
          verifySparseProof(built.root, claims.toReversed(), proof, nobleHash);
          expect(built.prove(keys.toReversed())).toEqual(proof);
        },
      ),
      { seed: 11, numRuns: 60 },
    );
  });

  it('is refused when any claim is changed to something else', () => {
    const keys = [present, absent, ascii('another')];
    const claims = claimsOf(entries, keys);
    const proof = tree.prove(keys);
    for (const [at, claim] of claims.entries()) {
      const other = claim.value === undefined ? VALUE : undefined;
      const turned = claims.with(at, { key: claim.key, value: other });
      expect(verdict(tree.root, turned, proof)).toBe('PROOF_CLAIM_MISMATCH');
      const renamed = claims.with(at, { key: ascii(`other ${at}`), value: claim.value });
      expect(verdict(tree.root, renamed, proof)).toMatch(/^PROOF_/);
    }
    const revalued = claims.with(0, { key: present, value: VALUE });
    expect(verdict(tree.root, revalued, proof)).toBe('PROOF_ROOT_MISMATCH');
  });

  it('A12 a proof of presence is none of absence, and a proof under one root none under another', () => {
    const presence = tree.prove([present]);
    const absence = tree.prove([absent]);
    expect(verdict(tree.root, [{ key: present, value: undefined }], presence)).toBe(
      'PROOF_CLAIM_MISMATCH',
    );
    expect(verdict(tree.root, [{ key: absent, value: VALUE }], absence)).toBe(
      'PROOF_CLAIM_MISMATCH',
    );
    const later = buildSparseTree(entries.slice(1), nobleHash);
    expect(verdict(later.root, [{ key: present, value: presentValue }], presence)).toBe(
      'PROOF_ROOT_MISMATCH',
    );
  });

  it('A1 an inner node offered as a leaf, or a leaf as an inner node, does not reach the root', () => {
    const one = { path: nobleHash.sha256(ascii('a')), valueHash: nobleHash.sha256(VALUE) };
    const two = buildSparseTree(entries.slice(0, 2), nobleHash);
    const [left, right] = [nobleHash.sha256(ascii('l')), nobleHash.sha256(ascii('r'))];
    const innerRoot = sparseNodeHash(left, right, nobleHash);
    const asLeaf = proofOf(foreign, left, right);
    expect(verdict(innerRoot, [{ key: absent, value: undefined }], asLeaf)).toBe(
      'PROOF_ROOT_MISMATCH',
    );
    const leafRoot = sparseLeafHash(one, nobleHash);
    const asInner = proofOf(sibling, one.path, foreign, one.path, one.valueHash);
    expect(verdict(leafRoot, [{ key: absent, value: undefined }], asInner)).toMatch(
      /^PROOF_(ROOT_MISMATCH|FOREIGN_LEAF)$/,
    );
    // A 64-byte value that is the preimage of the root node.
    const preimage = proofOf(left, right);
    expect(verdict(innerRoot, [{ key: present, value: preimage }], proofOf(claimed))).toBe(
      'PROOF_ROOT_MISMATCH',
    );
    expect(verdict(two.root, [{ key: present, value: preimage }], proofOf(claimed))).toBe(
      'PROOF_ROOT_MISMATCH',
    );
  });

  it('A2 no bit of a proof can be changed: every byte is covered', () => {
    const keys = [present, absent, ascii('x'), ascii('y'), entries[3]?.key ?? absent];
    const claims = claimsOf(entries, keys);
    const proof = tree.prove(keys);
    for (let bit = 0; bit < proof.length * 8; bit++) {
      const forged = proof.slice();
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verdict(tree.root, claims, forged)).toMatch(/^PROOF_/);
    }
  });

  it('A5 left-over bytes, a missing byte, a key named twice and no key at all are refused', () => {
    const claims = claimsOf(entries, [present, absent]);
    const proof = tree.prove([present, absent]);
    expect(verdict(tree.root, claims, proofOf(proof, 0))).toBe('PROOF_TRAILING');
    expect(verdict(tree.root, claims, proofOf(proof, proof))).toBe('PROOF_TRAILING');
    for (let length = 0; length < proof.length; length++) {
      expect(verdict(tree.root, claims, proof.subarray(0, length))).toBe('PROOF_TRUNCATED');
    }
    const twice = [...claims, { key: present.slice(), value: presentValue }];
    expect(verdict(tree.root, twice, proof)).toBe('PROOF_DUPLICATE_KEY');
    expect(verdict(tree.root, [], proof)).toBe('PROOF_EMPTY_CLAIMS');
    expect(refusalCode(() => tree.prove([]))).toBe('PROOF_EMPTY_CLAIMS');
    expect(refusalCode(() => tree.prove([present, present]))).toBe('PROOF_DUPLICATE_KEY');
  });

  it('A7 a zero root proves nothing, neither presence nor absence', () => {
    const nothing = [{ key: absent, value: undefined }];
    expect(verdict(ZERO_HASH, nothing, proofOf(empty))).toBe('PROOF_EMPTY_ROOT');
    expect(verdict(ZERO_HASH, nothing, proofOf())).toBe('PROOF_EMPTY_ROOT');
    expect(verdict(new Uint8Array(0), nothing, proofOf(empty))).toBe('PROOF_ROOT_LENGTH');
    expect(verdict(new Uint8Array(33), nothing, proofOf(empty))).toBe('PROOF_ROOT_LENGTH');
    const none = buildSparseTree([], nobleHash);
    expect(none.root).toEqual(ZERO_HASH);
    expect(refusalCode(() => none.prove([absent]))).toBe('PROOF_EMPTY_ROOT');
  });

  it('A9 an empty key and an empty value are refused: absence has no value that could be written', () => {
    const proof = tree.prove([present]);
    expect(verdict(tree.root, [{ key: new Uint8Array(0), value: VALUE }], proof)).toBe(
      'PROOF_EMPTY_KEY',
    );
    expect(verdict(tree.root, [{ key: present, value: new Uint8Array(0) }], proof)).toBe(
      'PROOF_EMPTY_VALUE',
    );
    expect(refusalCode(() => tree.prove([new Uint8Array(0)]))).toBe('PROOF_EMPTY_KEY');
  });
});

describe('an absence proof', () => {
  const [keyA, keyB, keyC] = [keyAt('000'), keyAt('001'), keyAt('1')];
  const held = [keyA, keyB, keyC].map((key) => ({ key, value: VALUE }));
  const small = buildSparseTree(held, craftedHash);
  const check = (key: Uint8Array, proof: Uint8Array) =>
    verdict(small.root, [{ key, value: undefined }], proof, craftedHash);
  const leafOf = (key: Uint8Array) => proofOf(foreign, key, craftedHash.sha256(VALUE));
  const hashOf = (key: Uint8Array) =>
    sparseLeafHash({ path: key, valueHash: craftedHash.sha256(VALUE) }, craftedHash);

  it('shows the empty child or the foreign leaf at the key’s place', () => {
    const besideC = keyAt('11');
    expect(small.prove([besideC])[33]).toBe(foreign);
    expect(check(besideC, small.prove([besideC]))).toBe('nothing thrown');
    const underEmpty = keyAt('01');
    expect(check(underEmpty, small.prove([underEmpty]))).toBe('nothing thrown');
    expect(small.prove([underEmpty]).at(-1)).toBe(empty);
  });

  it('A8 is refused for a key that is present, whatever it shows in its place', () => {
    const inner = sparseNodeHash(hashOf(keyA), hashOf(keyB), craftedHash);
    const left = sparseNodeHash(inner, ZERO_HASH, craftedHash);
    expect(check(keyC, proofOf(sibling, left, empty))).toBe('PROOF_ROOT_MISMATCH');
    expect(check(keyC, proofOf(sibling, left, leafOf(keyC)))).toBe('PROOF_FOREIGN_LEAF');
    expect(check(keyC, proofOf(sibling, left, leafOf(keyA)))).toBe('PROOF_FOREIGN_LEAF');
    expect(check(keyC, proofOf(sibling, left, claimed))).toBe('PROOF_CLAIM_MISMATCH');
    expect(check(keyA, proofOf(sibling, hashOf(keyC), empty))).toBe('PROOF_ROOT_MISMATCH');
    const tail = proofOf(sibling, hashOf(keyB), empty);
    expect(check(keyA, proofOf(sibling, hashOf(keyC), lone, tail))).toBe('PROOF_ROOT_MISMATCH');
  });

  it('A8 is refused with a leaf that does not lie under the place it is shown at', () => {
    const proof = proofOf(sibling, hashOf(keyC), lone, sibling, hashOf(keyB), leafOf(keyB));
    expect(check(keyAt('0001'), proof)).toBe('PROOF_FOREIGN_LEAF');
    const deep = keyAt('000000001');
    const other = keyAt('000000010');
    expect(
      check(deep, proofOf(lone, lone, lone, lone, lone, lone, lone, lone, leafOf(other))),
    ).toBe('PROOF_FOREIGN_LEAF');
  });

  it('A8 is refused where two present claims are shown as one leaf, or absent ones as a leaf of theirs', () => {
    const both = [keyA, keyB].map((key) => ({ key, value: VALUE }));
    const proof = proofOf(sibling, hashOf(keyC), claimed);
    expect(verdict(small.root, both, proof, craftedHash)).toBe('PROOF_CLAIM_MISMATCH');
    const hidden = [
      { key: keyC, value: undefined },
      { key: keyAt('11'), value: undefined },
    ];
    expect(
      verdict(small.root, hidden, proofOf(sibling, hashOf(keyA), leafOf(keyC)), craftedHash),
    ).toBe('PROOF_FOREIGN_LEAF');
  });

  it('refuses an inner node that holds fewer than two leaves', () => {
    const leaf = hashOf(keyA);
    const lonely = sparseNodeHash(leaf, ZERO_HASH, craftedHash);
    const claim = [{ key: keyA, value: VALUE }];
    expect(verdict(lonely, claim, proofOf(lone, claimed), craftedHash)).toBe('PROOF_NOT_COMPACT');
    const beside = [{ key: keyB, value: undefined }];
    expect(verdict(lonely, beside, proofOf(lone, leafOf(keyA)), craftedHash)).toBe(
      'PROOF_NOT_COMPACT',
    );
    const hollow = sparseNodeHash(ZERO_HASH, ZERO_HASH, craftedHash);
    expect(verdict(hollow, beside, proofOf(lone, empty), craftedHash)).toBe('PROOF_NOT_COMPACT');
    const forked = [
      { key: keyA, value: VALUE },
      { key: keyC, value: undefined },
    ];
    expect(verdict(lonely, forked, proofOf(fork, claimed, empty), craftedHash)).toBe(
      'PROOF_NOT_COMPACT',
    );
    const mirrored = [
      { key: keyA, value: undefined },
      { key: keyC, value: VALUE },
    ];
    expect(verdict(lonely, mirrored, proofOf(fork, empty, claimed), craftedHash)).toBe(
      'PROOF_NOT_COMPACT',
    );
    const none = mirrored.map(({ key }) => ({ key, value: undefined }));
    expect(verdict(lonely, none, proofOf(fork, empty, empty), craftedHash)).toBe(
      'PROOF_NOT_COMPACT',
    );
  });

  it('has one encoding: a fork, a sibling and a lone node may not stand in for one another', () => {
    const two = [
      { key: keyA, value: VALUE },
      { key: keyC, value: VALUE },
    ];
    expect(verdict(small.root, two, proofOf(sibling, hashOf(keyA), claimed), craftedHash)).toBe(
      'PROOF_OPCODE',
    );
    expect(verdict(small.root, two, proofOf(lone, claimed), craftedHash)).toBe('PROOF_OPCODE');
    const single = [{ key: keyC, value: VALUE }];
    expect(verdict(small.root, single, proofOf(fork, claimed, claimed), craftedHash)).toBe(
      'PROOF_OPCODE',
    );
    for (const op of [6, 7, 64, 255]) {
      expect(verdict(small.root, single, proofOf(op), craftedHash)).toBe('PROOF_OPCODE');
    }
    expect(verdict(small.root, single, proofOf(sibling, ZERO_HASH, claimed), craftedHash)).toBe(
      'PROOF_SIBLING',
    );
  });
});

describe('a hostile sparse proof', () => {
  it('A11 a megabyte, or more than the claims can need, is refused before anything is hashed', () => {
    const hash = countingHash();
    const claims = Array.from({ length: 100 }, (_, at) => ({ key: ascii(`k${at}`), value: VALUE }));
    const mega = new Uint8Array(2 ** 20).fill(lone);
    expect(verdict(tree.root, claims, mega, hash)).toBe('PROOF_TOO_LARGE');
    expect(verdict(tree.root, claims, new Uint8Array(MAX_SPARSE_PROOF + 1), hash)).toBe(
      'PROOF_TOO_LARGE',
    );
    expect(verdict(tree.root, claims.slice(0, 1), new Uint8Array(8514), hash)).toBe(
      'PROOF_TOO_LARGE',
    );
    const many = Array.from({ length: MAX_SPARSE_CLAIMS + 1 }, (_, at) => ({
      key: ascii(`k${at}`),
      value: VALUE,
    }));
    expect(verdict(tree.root, many, proofOf(claimed), hash)).toBe('PROOF_TOO_MANY_CLAIMS');
    expect(refusalCode(() => tree.prove(many.map(({ key }) => key)))).toBe('PROOF_TOO_MANY_CLAIMS');
    expect(hash.calls).toBe(0);
  });

  it('A11 nesting below 256 levels is refused without hashing a node', () => {
    const hash = countingHash();
    const claim = [{ key: present, value: presentValue }];
    const deep = proofOf(new Uint8Array(257).fill(lone), claimed);
    expect(verdict(tree.root, claim, deep, hash)).toBe('PROOF_TOO_DEEP');
    const paths = hash.calls;
    expect(paths).toBe(2);
    const siblings = Array.from({ length: 257 }, () => proofOf(sibling, nobleHash.sha256(VALUE)));
    expect(verdict(tree.root, claim, proofOf(...siblings, claimed))).toBe('PROOF_TOO_DEEP');
  });

  it('takes the deepest tree there is: two keys that share 255 bits', () => {
    const first = keyAt('1'.repeat(256));
    const second = keyAt('1'.repeat(255));
    const held = [first, second].map((key) => ({ key, value: VALUE }));
    const deep = buildSparseTree(held, craftedHash);
    const between = keyAt('1'.repeat(100));
    const keys = [first, second, between];
    const proof = deep.prove(keys);
    verifySparseProof(deep.root, claimsOf(held, keys), proof, craftedHash);
    expect(deep.prove([first]).length).toBe(255 + 33 + 1);
  });

  it('is answered with a code whatever its bytes are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 255 })), {
          maxLength: 400,
        }),
        fc.array(fc.integer({ min: 0, max: 39 }), { minLength: 1, maxLength: 4 }),
        (bytes, picks) => {
          const keys = [...new Set(picks)].map((at) => entries[at]?.key ?? absent);
          const claims = claimsOf(entries, keys);
          expect(verdict(tree.root, claims, Uint8Array.from(bytes))).toMatch(/^PROOF_/);
        },
      ),
      { seed: 12, numRuns: 500 },
    );
  });

  it('a set of keys whose proof would be over the bound is refused by the prover', () => {
    // Only sizes count here, so nodes need no real hash. Each of 1,024 keys has eight siblings of its own.
    const hash = {
      ...craftedHash,
      sha256Pairs: (_: Uint8Array, output: Uint8Array) => void output.fill(1),
    };
    const deep = Array.from({ length: 1024 }, (_, at) => keyAt(at.toString(2).padStart(10, '0')));
    const side = deep.flatMap((key) => {
      const bits = [...key.subarray(0, 2)]
        .map((byte) => byte.toString(2).padStart(8, '0'))
        .join('');
      return [200, 210, 220, 230, 240, 245, 250, 255].map((depth) =>
        keyAt(`${bits}${'0'.repeat(depth - 16)}1`),
      );
    });
    const big = buildSparseTree(
      [...deep, ...side].map((key) => ({ key, value: VALUE })),
      hash,
    );
    expect(refusalCode(() => big.prove(deep))).toBe('PROOF_TOO_LARGE');
  });
});
