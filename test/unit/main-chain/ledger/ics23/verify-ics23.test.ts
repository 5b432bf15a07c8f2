import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeIcs23,
  encodeIcs23,
} from '../../../../../main-chain/ledger/ics23/commitment-proof.ts';
import { exportIcs23 } from '../../../../../main-chain/ledger/ics23/export-ics23.ts';
import { verifyIcs23 } from '../../../../../main-chain/ledger/ics23/verify-ics23.ts';
import { StateTree } from '../../../../../main-chain/ledger/tree/state-tree.ts';
import { binaryBytes, concatBytes, nobleHash, toHex } from '../../../../../schemas/hash.ts';
import { refusalCode } from '../../../../fakes/refusal.ts';
import { ascii } from '../../../schemas/tree/tree-samples.ts';
import {
  absence,
  absentKey,
  attacks,
  bytesField,
  existence,
  ics23Tree,
  innerOp,
  inside,
  leafOp,
  numberedTree,
  numberField,
} from './ics23-samples.ts';

const judge = (root: Uint8Array, key: string, value: Uint8Array | undefined, proof: Uint8Array) =>
  refusalCode(() => verifyIcs23(root, binaryBytes(key), value, proof, nobleHash));
const ACCEPTED = 'nothing thrown';

describe('an ICS-23 proof of the state tree', () => {
  it('shows a present key, and only with its own value and under its own root', () => {
    const tree = numberedTree(9);
    for (const [key, value] of tree.contents) {
      const proof = tree.prove(key);
      expect(judge(tree.root, key, value, proof)).toBe(ACCEPTED);
      expect(judge(tree.root, key, ascii('other'), proof)).toBe('ICS23_CLAIM');
      expect(judge(tree.root, `${key}0`, value, proof)).toBe('ICS23_CLAIM');
      expect(judge(numberedTree(8).root, key, value, proof)).toBe('ICS23_ROOT');
    }
  });

  it('shows absence between neighbours, left of all and right of all', () => {
    const tree = numberedTree(9);
    const places = [
      absentKey(tree, (before, after) => before !== undefined && after !== undefined),
      absentKey(tree, (before) => before === undefined),
      absentKey(tree, (_, after) => after === undefined),
    ];
    const shown = places.map((key) => {
      const proof = tree.prove(key);
      expect(judge(tree.root, key, undefined, proof)).toBe(ACCEPTED);
      expect(judge(tree.root, key, ascii('there'), proof)).toBe('ICS23_CLAIM');
      const read = decodeIcs23(proof);
      return read.type === 'nonExistence' && [read.left !== undefined, read.right !== undefined];
    });
    expect(shown).toEqual([
      [true, true],
      [false, true],
      [true, false],
    ]);
  });

  it('works for a tree of a single leaf on both sides of it', () => {
    const tree = numberedTree(1);
    const [only = ''] = tree.order;
    expect(judge(tree.root, only, tree.contents.get(only), tree.prove(only))).toBe(ACCEPTED);
    for (const isLeft of [true, false]) {
      const key = absentKey(tree, (before) => (before === undefined) === isLeft);
      expect(judge(tree.root, key, undefined, tree.prove(key))).toBe(ACCEPTED);
      expect(judge(tree.root, only, undefined, tree.prove(key))).toBe('ICS23_CLAIM');
    }
  });

  it('does not exist for an empty tree', () => {
    const tree = new StateTree(nobleHash);
    const make = () => exportIcs23(tree.view(), ascii('key'), () => undefined, nobleHash);
    expect(refusalCode(make)).toBe('ICS23_EMPTY_STATE');
  });

  it('is not made where the store does not hold what the tree commits to', () => {
    const tree = new StateTree(nobleHash);
    tree.commit(1n, new Map([['key', ascii('value')]]));
    const entries = [
      undefined,
      { key: ascii('other'), value: ascii('value') },
      { key: ascii('key'), value: ascii('other') },
    ];
    for (const entry of entries) {
      const make = () => exportIcs23(tree.view(), ascii('key'), () => entry, nobleHash);
      expect(refusalCode(make)).toBe('ICS23_UNRESOLVED');
    }
  });

  it('verifies for every key, present or absent, of random trees', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12, unit: 'binary-ascii' }), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(names, names, (present, asked) => {
        const tree = ics23Tree(new Map(present.map((key) => [key, ascii(`value of ${key}`)])));
        for (const key of [...present, ...asked]) {
          const value = tree.contents.get(key);
          const proof = tree.prove(key);
          verifyIcs23(tree.root, binaryBytes(key), value, proof, nobleHash);
          expect(toHex(encodeIcs23(decodeIcs23(proof)))).toBe(toHex(proof));
        }
      }),
      { numRuns: 60, seed: 23 },
    );
  });

  it('is refused whichever of its bits is turned', () => {
    const tree = numberedTree(5);
    const absent = absentKey(tree, (before, after) => before !== undefined && after !== undefined);
    for (const key of ['key 2', absent]) {
      const proof = tree.prove(key);
      for (let bit = 0; bit < proof.length * 8; bit++) {
        const turned = proof.slice();
        turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(judge(tree.root, key, tree.contents.get(key), turned), `bit ${bit}`).not.toBe(
          ACCEPTED,
        );
      }
    }
  });
});

describe('a forged ICS-23 proof', () => {
  for (const { name, root, key, value, proof, code } of attacks()) {
    it(`${name} is refused with ${code}`, () => {
      expect(refusalCode(() => verifyIcs23(root, key, value, proof, nobleHash))).toBe(code);
    });
  }

  it('is attacked with every way to be wrong', () => {
    const codes = attacks().map(({ code }) => code);
    expect([...new Set(codes)].sort()).toEqual([
      'ICS23_CLAIM',
      'ICS23_FORMAT',
      'ICS23_NEIGHBOURS',
      'ICS23_ROOT',
      'ICS23_SPEC',
      'ICS23_TOO_LARGE',
      'PROOF_EMPTY_ROOT',
      'PROOF_ROOT_LENGTH',
    ]);
  });

  it('A6 an absence that names another key is refused, where the Go library does not look', () => {
    const tree = numberedTree(9);
    const between = (before: string | undefined, after: string | undefined) =>
      before === tree.order[3] && after === tree.order[4];
    const key = absentKey(tree, between);
    const named = absence(
      'another',
      tree.prove(tree.order[3] ?? ''),
      tree.prove(tree.order[4] ?? ''),
    );
    expect(judge(tree.root, key, undefined, named)).toBe('ICS23_CLAIM');
  });

  it('A12 a leaf that does not lie where its key says is refused, though it hashes to the root', () => {
    const { sha256 } = nobleHash;
    const [key, value] = [ascii('key'), ascii('value')];
    const leaf = sha256(concatBytes(ascii('tieline/leaf/v1\0'), sha256(key), sha256(value)));
    const sibling = new Uint8Array(32).fill(7);
    const isLeft = (sha256(key)[0] ?? 0) < 0x80;
    const [before, after] = isLeft ? [sibling, new Uint8Array(0)] : [new Uint8Array(0), sibling];
    const root = sha256(concatBytes(before, leaf, after));
    const proof = existence(key, value, leafOp(), [innerOp(before, after)]);
    expect(judge(root, 'key', value, proof)).toBe('ICS23_SPEC');
  });
});

describe('A14 a second encoding of an ICS-23 proof', () => {
  const tree = numberedTree(3);
  const proof = tree.prove('key 1');
  const value = tree.contents.get('key 1');
  const content = inside(proof);
  const absent = absentKey(tree, (before, after) => before !== undefined && after !== undefined);
  const encodings: Readonly<Record<string, Uint8Array>> = {
    'no bytes': new Uint8Array(0),
    'trailing bytes': concatBytes(proof, Uint8Array.of(0)),
    'an unknown field behind': concatBytes(proof, bytesField(9, ascii('more'))),
    'an unknown field inside': bytesField(1, concatBytes(content, bytesField(9, ascii('more')))),
    'a number field inside': bytesField(1, concatBytes(content, numberField(9, 1))),
    'a key given twice': bytesField(1, concatBytes(bytesField(1, ascii('key 1')), content)),
    'a proof given twice': concatBytes(proof, proof),
    'a batch of one': bytesField(3, bytesField(1, proof)),
    'a length longer than the bytes': proof.subarray(0, -1),
    'an over-long varint': concatBytes(
      Uint8Array.of(0x0a, 0x80 | (content.length & 0x7f), 0x80 | (content.length >> 7), 0),
      content,
    ),
    'a varint without end': Uint8Array.of(0x0a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01),
    'a field number in two bytes': concatBytes(Uint8Array.of(0x8a, 0), proof.subarray(1)),
    'an empty key': existence(new Uint8Array(0), ascii('value'), leafOp(), []),
    'an empty value (A9)': existence(ascii('key 1'), new Uint8Array(0), leafOp(), []),
    'an absence of no key': bytesField(2, new Uint8Array(0)),
  };
  for (const [name, bytes] of Object.entries(encodings)) {
    it(`${name} is refused with ICS23_FORMAT`, () => {
      expect(judge(tree.root, 'key 1', value, bytes)).toBe('ICS23_FORMAT');
    });
  }

  it('fields of an absence in another order are refused with ICS23_FORMAT', () => {
    const [left, right] = [tree.prove('key 0'), tree.prove('key 2')].map(inside);
    const fields = [bytesField(3, right ?? proof), bytesField(2, left ?? proof)];
    const bytes = bytesField(2, concatBytes(bytesField(1, binaryBytes(absent)), ...fields));
    expect(judge(tree.root, absent, undefined, bytes)).toBe('ICS23_FORMAT');
  });

  it('A11 a key longer than a state key can be is refused with ICS23_TOO_LARGE', () => {
    const key = new Uint8Array(257).fill(0x61);
    const bytes = existence(key, ascii('value'), leafOp(), []);
    expect(judge(tree.root, 'key 1', value, bytes)).toBe('ICS23_TOO_LARGE');
  });
});
