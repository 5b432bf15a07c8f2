import { describe, expect, it } from 'vitest';
import { parseHex } from '../../../../schemas/codec/hex.ts';
import { concatBytes, nobleHash, toHex, ZERO_HASH } from '../../../../schemas/hash.ts';
import {
  blockTreeRoot,
  MAX_BLOCK_ITEMS,
  proveBlockItem,
  verifyBlockItem,
} from '../../../../schemas/tree/block-tree.ts';
import { refusalCode } from '../../../fakes/refusal.ts';
import { ascii, countingHash, proofOf } from './tree-samples.ts';

/** The inputs and roots of the Certificate Transparency reference tests (RFC 6962 trees of 0 to 8 items). */
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const itemsOf = (count: number) => Array.from({ length: count }, (_, at) => ascii(`item ${at}`));

const verdict = (
  root: Uint8Array,
  index: number,
  count: number,
  item: Uint8Array,
  proof: Uint8Array,
  hash = nobleHash,
) => refusalCode(() => verifyBlockItem(root, index, count, item, proof, hash));

describe('the block tree', () => {
  it('gives the roots of the Certificate Transparency reference trees', () => {
    const items = INPUTS.map((hex) => parseHex(hex));
    for (const [count, root] of ROOTS.entries()) {
      expect(toHex(blockTreeRoot(items.slice(0, count), nobleHash))).toBe(root);
    }
  });

  it('proves every item of every size', () => {
    for (let count = 1; count <= 20; count++) {
      const items = itemsOf(count);
      const root = blockTreeRoot(items, nobleHash);
      for (const [index, item] of items.entries()) {
        verifyBlockItem(
          root,
          index,
          count,
          item,
          proveBlockItem(items, index, nobleHash),
          nobleHash,
        );
      }
    }
  });

  it('A1 an inner node is no item and an item is no inner node', () => {
    const items = itemsOf(4);
    const root = blockTreeRoot(items, nobleHash);
    const leaf = (item: Uint8Array) => nobleHash.sha256(proofOf(0, item));
    const [one, two, three, four] = items.map(leaf);
    if (!one || !two || !three || !four) throw new Error('four items');
    const right = nobleHash.sha256(proofOf(1, three, four));
    // The children of a node as a 64- or 65-byte item of a smaller tree.
    expect(verdict(root, 0, 2, concatBytes(one, two), right)).toBe('PROOF_ROOT_MISMATCH');
    expect(verdict(root, 0, 2, proofOf(1, one, two), right)).toBe('PROOF_ROOT_MISMATCH');
    // An item whose bytes are a node's preimage.
    const fake = [proofOf(1, one, two), ascii('x')];
    expect(blockTreeRoot(fake, nobleHash)).not.toEqual(
      blockTreeRoot([...items.slice(0, 2), ascii('x')], nobleHash),
    );
  });

  it('A3 a list with its last items repeated has another root', () => {
    for (let count = 1; count <= 9; count++) {
      const items = itemsOf(count);
      const root = toHex(blockTreeRoot(items, nobleHash));
      for (let repeated = 1; repeated <= count; repeated++) {
        const longer = [...items, ...items.slice(count - repeated)];
        expect(toHex(blockTreeRoot(longer, nobleHash))).not.toBe(root);
      }
    }
    const items = itemsOf(3);
    const root = blockTreeRoot(items, nobleHash);
    const proof = proveBlockItem([...items, ...items.slice(2)], 3, nobleHash);
    expect(verdict(root, 3, 4, items[2] ?? ascii(''), proof)).toBe('PROOF_ROOT_MISMATCH');
  });

  it('A4 an index or count that is not the proof’s own is refused', () => {
    const items = itemsOf(7);
    const root = blockTreeRoot(items, nobleHash);
    const item = items[2] ?? ascii('');
    const proof = proveBlockItem(items, 2, nobleHash);
    for (const [index, count] of [
      [7, 7],
      [0, 0],
      [-1, 7],
      [1.5, 7],
      [2, Number.NaN],
      [2, 2],
      [2, MAX_BLOCK_ITEMS + 1],
    ] as const) {
      expect(verdict(root, index, count, item, proof)).toBe('PROOF_INDEX');
    }
    for (let count = 3; count <= 16; count++) {
      for (let index = 0; index < count; index++) {
        const sound = index === 2 && count >= 5 && count <= 8;
        const expected = sound ? /nothing thrown/ : /^PROOF_(ROOT_MISMATCH|TRUNCATED|TRAILING)$/;
        expect(verdict(root, index, count, item, proof)).toMatch(expected);
      }
    }
    expect(verdict(root, 0, 1, item, proof)).toBe('PROOF_TRAILING');
    expect(refusalCode(() => proveBlockItem(items, 7, nobleHash))).toBe('PROOF_INDEX');
    expect(refusalCode(() => proveBlockItem([], 0, nobleHash))).toBe('PROOF_INDEX');
  });

  it('A5 left-over and missing siblings are refused before hashing', () => {
    const hash = countingHash();
    const items = itemsOf(7);
    const root = blockTreeRoot(items, nobleHash);
    const item = items[6] ?? ascii('');
    const proof = proveBlockItem(items, 6, nobleHash);
    expect(verdict(root, 6, 7, item, proofOf(proof, ZERO_HASH), hash)).toBe('PROOF_TRAILING');
    expect(verdict(root, 6, 7, item, new Uint8Array(2 ** 20), hash)).toBe('PROOF_TRAILING');
    expect(verdict(root, 6, 7, item, proof.subarray(1), hash)).toBe('PROOF_TRUNCATED');
    expect(hash.calls).toBe(0);
    for (let at = 0; at < proof.length; at++) {
      const forged = proof.with(at, (proof[at] ?? 0) ^ 128);
      expect(verdict(root, 6, 7, item, forged)).toBe('PROOF_ROOT_MISMATCH');
    }
  });

  it('A7 a zero root proves nothing', () => {
    expect(verdict(ZERO_HASH, 0, 1, ascii('item 0'), new Uint8Array(0))).toBe('PROOF_EMPTY_ROOT');
    expect(verdict(new Uint8Array(0), 0, 1, ascii('item 0'), new Uint8Array(0))).toBe(
      'PROOF_ROOT_LENGTH',
    );
  });
});
