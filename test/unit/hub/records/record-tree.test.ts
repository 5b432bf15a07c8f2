/* The tree merkletreejs builds for us, against the definition in docs/protocol.md and the library's known faults. */
import { createHash } from 'node:crypto';
import { MerkleTree } from 'merkletreejs';
import { describe, expect, it } from 'vitest';
import { buildRecordTree, MAX_RECORDS } from '../../../../hub/records/record-tree.ts';
import { concatBytes, domainTag, nobleHash, toHex } from '../../../../schemas/hash.ts';
import {
  recordLeafHash,
  recordNodeHash,
  recordsRoot,
  recordsTopOf,
} from '../../../../schemas/tree/record-tree.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const sourceOf = (at: number) => ({
  salt: new Uint8Array(16).fill(at),
  name: `record ${at}`,
  contentHash: nobleHash.sha256(Uint8Array.of(at)),
});
const leafOf = (at: number) => recordLeafHash(sourceOf(at), nobleHash);
const leavesOf = (count: number) => Array.from({ length: count }, (_, at) => leafOf(at));
const node = (left: Uint8Array, right: Uint8Array) =>
  nobleHash.sha256(concatBytes(domainTag('tieline/rnode/v1'), left, right));

/** The definition, in its own words: split at the largest power of two below the count. */
function topOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (leaves.length === 1 && first !== undefined) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return node(topOf(leaves.slice(0, split)), topOf(leaves.slice(split)));
}
const climbed = (at: number, index: number, count: number, siblings: Uint8Array) =>
  toHex(recordsTopOf(sourceOf(at), index, count, siblings, nobleHash));

describe('the tree over anchored records', () => {
  it('is the one of the definition, and proves every record of it, for 1 to 70 records', () => {
    for (let count = 1; count <= 70; count++) {
      const leaves = leavesOf(count);
      const tree = buildRecordTree(leaves, nobleHash);
      expect(toHex(tree.top)).toBe(toHex(topOf(leaves)));
      for (let at = 0; at < count; at++)
        expect(climbed(at, at, count, tree.siblings(at))).toBe(toHex(tree.top));
    }
  });

  it('A4 leads nowhere from another index, and refuses an index outside the count', () => {
    const tree = buildRecordTree(leavesOf(8), nobleHash);
    for (let index = 0; index < 8; index++)
      if (index !== 3) expect(climbed(3, index, 8, tree.siblings(3))).not.toBe(toHex(tree.top));
    for (const [index, count] of [
      [8, 8],
      [0, 0],
      [-1, 8],
      [2.5, 8],
    ] as const)
      expect(refusalCode(() => climbed(3, index, count, tree.siblings(3)))).toBe('PROOF_INDEX');
  });

  it('A4 gives a set another root under every other count, also where paths are equally long', () => {
    const { top } = buildRecordTree(leavesOf(7), nobleHash);
    const roots = [1, 2, 6, 7, 8, 7 * 256, 2 ** 31].map((count) =>
      toHex(recordsRoot(top, count, nobleHash)),
    );
    expect(new Set(roots).size).toBe(roots.length);
  });

  it('A5 refuses a path with a sibling too few or too many', () => {
    const siblings = buildRecordTree(leavesOf(5), nobleHash).siblings(2);
    const longer = concatBytes(siblings, new Uint8Array(32));
    expect(refusalCode(() => climbed(2, 2, 5, siblings.subarray(32)))).toBe('PROOF_TRUNCATED');
    expect(refusalCode(() => climbed(2, 2, 5, longer))).toBe('PROOF_TRAILING');
    expect(refusalCode(() => climbed(2, 2, 5, siblings.subarray(1)))).toBe('PROOF_TRUNCATED');
  });

  it('A3 doubles no last leaf: records with the last one, two or four given again have another top', () => {
    const untagged = (data: unknown) => createHash('sha256').update(`${data}`).digest();
    for (const [count, again] of [
      [3, 1],
      [5, 1],
      [6, 2],
      [12, 4],
    ] as const) {
      const leaves = leavesOf(count);
      const more = [...leaves, ...leaves.slice(-again)];
      expect(toHex(buildRecordTree(more, nobleHash).top)).not.toBe(
        toHex(buildRecordTree(leaves, nobleHash).top),
      );
      // What the library does when it is left to itself with that option: the very fault.
      const faulty = (rows: readonly Uint8Array[]) =>
        new MerkleTree(
          rows.map((row) => Buffer.from(row)),
          untagged,
          { duplicateOdd: true },
        );
      expect(faulty(more).getHexRoot()).toBe(faulty(leaves).getHexRoot());
    }
  });

  it('is bound to the order of the records', () => {
    const leaves = leavesOf(6);
    const top = toHex(buildRecordTree(leaves, nobleHash).top);
    expect(toHex(buildRecordTree(leaves.toReversed(), nobleHash).top)).not.toBe(top);
    const [first = leafOf(0), second = leafOf(1), ...rest] = leaves;
    expect(toHex(buildRecordTree([second, first, ...rest], nobleHash).top)).not.toBe(top);
  });

  it('A1 keeps leaves and nodes apart: a row of nodes given as leaves has the top but not the root', () => {
    const leaves = leavesOf(4);
    const { top } = buildRecordTree(leaves, nobleHash);
    const nodes = [0, 2].map((at) => recordNodeHash(leafOf(at), leafOf(at + 1), nobleHash));
    expect(toHex(buildRecordTree(nodes, nobleHash).top)).toBe(toHex(top));
    expect(toHex(recordsRoot(top, 2, nobleHash))).not.toBe(toHex(recordsRoot(top, 4, nobleHash)));
    // And no record has a node for its leaf: the tags differ, and so do the lengths of the preimages.
    const asContent = { ...sourceOf(0), contentHash: concatBytes(leafOf(0), leafOf(1)) };
    expect(toHex(recordLeafHash(asContent, nobleHash))).not.toBe(toHex(nodes[0] ?? leafOf(0)));
  });

  it('A13 frames name and content: bytes moved from one to the other give another leaf', () => {
    const hashOf = (text: string) => nobleHash.sha256(new TextEncoder().encode(text));
    const [left, right] = [
      { ...sourceOf(0), name: 'meter 1', contentHash: hashOf('2 kWh') },
      { ...sourceOf(0), name: 'meter 12', contentHash: hashOf(' kWh') },
    ].map((source) => toHex(recordLeafHash(source, nobleHash)));
    expect(left).not.toBe(right);
  });

  it('proves two records of one content under two names, each by itself', () => {
    const contentHash = nobleHash.sha256(new Uint8Array(0));
    const sources = ['a', 'b'].map((name) => ({ salt: new Uint8Array(16), name, contentHash }));
    const tree = buildRecordTree(
      sources.map((source) => recordLeafHash(source, nobleHash)),
      nobleHash,
    );
    for (const [at, source] of sources.entries()) {
      const reached = recordsTopOf(source, at, 2, tree.siblings(at), nobleHash);
      expect(toHex(reached)).toBe(toHex(tree.top));
    }
  });

  it('refuses an empty list and one beyond its bound', () => {
    expect(refusalCode(() => buildRecordTree([], nobleHash))).toBe('RECORDS_COUNT');
    const leaf = leafOf(0);
    const many = Array.from({ length: MAX_RECORDS + 1 }, () => leaf);
    expect(refusalCode(() => buildRecordTree(many, nobleHash))).toBe('RECORDS_COUNT');
  });
});
