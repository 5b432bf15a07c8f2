import { describe, expect, it } from 'vitest';
import { concatBytes, nobleHash, toHex, ZERO_HASH } from '../../../../schemas/hash.ts';
import {
  LEAF_TAG,
  pathBit,
  sharesPrefix,
  sparseLeafHash,
  sparsePath,
  sparseValueHash,
} from '../../../../schemas/tree/sparse-hash.ts';
import { buildSparseTree } from '../../../../schemas/tree/sparse-tree.ts';
import { refusalCode } from '../../../fakes/refusal.ts';
import { sparseVectors } from './sparse-vectors.ts';
import { ascii, craftedHash, entriesOf, keyAt } from './tree-samples.ts';

const VECTORS = new URL('../../../vectors/tree/sparse.json', import.meta.url);
const sha = nobleHash.sha256;

describe('the sparse tree', () => {
  it('hashes a leaf over the tag, the key’s digest and the value’s digest', () => {
    const [key, value] = [ascii('k'), ascii('v')];
    const preimage = concatBytes(ascii('tieline/leaf/v1\0'), sha(key), sha(value));
    expect(preimage.length).toBe(80);
    expect(LEAF_TAG).toEqual(ascii('tieline/leaf/v1\0'));
    const tree = buildSparseTree([{ key, value }], nobleHash);
    expect(tree.root).toEqual(sha(preimage));
    const leaf = {
      path: sparsePath(key, nobleHash),
      valueHash: sparseValueHash(value, nobleHash),
    };
    expect(sparseLeafHash(leaf, nobleHash)).toEqual(sha(preimage));
  });

  it('puts each leaf at the shallowest depth where it is alone, most significant bit first', () => {
    const value = ascii('v');
    const leaf = (key: Uint8Array) =>
      sparseLeafHash({ path: key, valueHash: sha(value) }, nobleHash);
    const [first, second, third] = [keyAt('000'), keyAt('001'), keyAt('1')];
    const tree = buildSparseTree(
      [third, first, second].map((key) => ({ key, value })),
      craftedHash,
    );
    const pair = sha(concatBytes(leaf(first), leaf(second)));
    const left = sha(concatBytes(pair, ZERO_HASH));
    expect(tree.root).toEqual(sha(concatBytes(left, leaf(third))));
  });

  it('has a root that does not depend on the order of its entries', () => {
    const entries = entriesOf(100);
    const root = buildSparseTree(entries, nobleHash).root;
    expect(buildSparseTree(entries.toReversed(), nobleHash).root).toEqual(root);
    expect(buildSparseTree(entries.slice(1), nobleHash).root).not.toEqual(root);
  });

  it('A9 refuses an empty key, an empty value and a key given twice', () => {
    const nothing = new Uint8Array(0);
    const build = (key: Uint8Array, value: Uint8Array) =>
      refusalCode(() => buildSparseTree([...entriesOf(3), { key, value }], nobleHash));
    expect(build(nothing, ascii('v'))).toBe('PROOF_EMPTY_KEY');
    expect(build(ascii('k'), nothing)).toBe('PROOF_EMPTY_VALUE');
    expect(build(ascii('meter-1'), ascii('v'))).toBe('TREE_DUPLICATE_KEY');
  });

  it('reads path bits and common prefixes across byte borders', () => {
    const path = keyAt('0000000110000000011');
    expect([6, 7, 8, 9, 17, 18, 19].map((depth) => pathBit(path, depth))).toEqual([
      0, 1, 1, 0, 1, 1, 0,
    ]);
    const other = keyAt('000000011000000001');
    expect([0, 8, 17, 18, 19, 256].map((depth) => sharesPrefix(path, other, depth))).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  it('gives the roots and proofs of the golden vectors', async () => {
    await expect(`${JSON.stringify(sparseVectors(), null, 2)}\n`).toMatchFileSnapshot(
      VECTORS.pathname,
    );
  });

  it('gives the roots worked out by hand for the smallest golden trees', () => {
    const [none, one] = sparseVectors().trees;
    expect(none?.root).toBe('00'.repeat(32));
    const leaf = concatBytes(
      ascii('tieline/leaf/v1\0'),
      sha(ascii('meter-0')),
      sha(ascii('value of meter-0')),
    );
    expect(one?.root).toBe(toHex(sha(leaf)));
  });
});
