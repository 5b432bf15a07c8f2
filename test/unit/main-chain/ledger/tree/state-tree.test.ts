import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATE_HISTORY, StateTree } from '../../../../../main-chain/ledger/tree/state-tree.ts';
import {
  binaryBytes,
  binaryString,
  nobleHash,
  toHex,
  ZERO_HASH,
} from '../../../../../schemas/hash.ts';
import type { HashPort } from '../../../../../schemas/ports.ts';
import { verifySparseProof } from '../../../../../schemas/tree/sparse-proof.ts';
import { buildSparseTree } from '../../../../../schemas/tree/sparse-tree.ts';
import { refusalCode } from '../../../../fakes/refusal.ts';
import { ascii, craftedHash, keyAt } from '../../../schemas/tree/tree-samples.ts';

type Changes = Map<string, Uint8Array | null>;
type Contents = ReadonlyMap<string, Uint8Array>;

const changesOf = (entries: Record<string, string | null>): Changes =>
  new Map(
    Object.entries(entries).map(([key, value]) => [key, value === null ? null : ascii(value)]),
  );

/** What a plain map holds after the changes. */
function applied(contents: Contents, changes: Changes): Contents {
  const next = new Map(contents);
  for (const [key, value] of changes) {
    if (value === null) next.delete(key);
    else next.set(key, value);
  }
  return next;
}

const referenceOf = (contents: Contents, hash: HashPort) =>
  buildSparseTree(
    Array.from(contents, ([key, value]) => ({ key: binaryBytes(key), value })),
    hash,
  );

const leavesOf = (contents: Contents, hash: HashPort) =>
  Array.from(contents, ([key, value]) => ({
    path: hash.sha256(binaryBytes(key)),
    valueHash: hash.sha256(value),
  }));

/** Commits the batches one height after another and compares each height with the reference tree. */
function compareWithReference(batches: readonly Changes[], hash: HashPort, history: number): void {
  const tree = new StateTree(hash, { history });
  const heights: { contents: Contents; keys: string[] }[] = [];
  let contents: Contents = new Map();
  for (const [at, changes] of batches.entries()) {
    contents = applied(contents, changes);
    const reference = referenceOf(contents, hash);
    expect(toHex(tree.commit(BigInt(at), changes))).toBe(toHex(reference.root));
    expect(tree.leafCount).toBe(contents.size);
    for (const key of changes.keys()) {
      expect(tree.has(hash.sha256(binaryBytes(key)))).toBe(contents.has(key));
    }
    heights.push({ contents, keys: [...changes.keys()].slice(0, 12) });
  }
  const rebuilt = StateTree.build(7n, leavesOf(contents, hash), hash);
  expect(toHex(rebuilt.root)).toBe(toHex(tree.root));
  for (const [at, { contents: held, keys }] of heights.entries()) {
    if (at < heights.length - history) {
      expect(refusalCode(() => tree.rootAt(BigInt(at)))).toBe('STATE_HEIGHT_PRUNED');
      continue;
    }
    const reference = referenceOf(held, hash);
    expect(toHex(tree.rootAt(BigInt(at)))).toBe(toHex(reference.root));
    if (held.size === 0 || keys.length === 0) continue;
    const proof = tree.prove(keys, BigInt(at));
    expect(proof).toEqual(reference.prove(keys.map(binaryBytes)));
    const claims = keys.map((key) => ({ key: binaryBytes(key), value: held.get(key) }));
    verifySparseProof(reference.root, claims, proof, hash);
  }
}

const value = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3 }).map((at) => ascii(`value ${at}`)) },
  { weight: 2, arbitrary: fc.constant(null) },
);
const batchOf = (key: fc.Arbitrary<string>) =>
  fc.array(fc.tuple(key, value), { maxLength: 24 }).map((entries): Changes => new Map(entries));

describe('the state tree', () => {
  it('equals the reference tree after any batches, at every height it remembers', () => {
    const key = fc.integer({ min: 0, max: 60 }).map((at) => `holding/${at}`);
    fc.assert(
      fc.property(fc.array(batchOf(key), { minLength: 1, maxLength: 12 }), (batches) =>
        compareWithReference(batches, nobleHash, 4),
      ),
      { seed: 21, numRuns: 60 },
    );
  });

  it('equals the reference tree where keys share hundreds of bits', () => {
    const depths = [0, 1, 7, 8, 9, 31, 32, 33, 100, 254, 255];
    const key = fc
      .tuple(fc.constantFrom(...depths), fc.boolean(), fc.boolean())
      .map(([depth, first, turn]) => {
        const stem = (first ? '1' : '0').repeat(depth);
        return binaryString(keyAt(turn ? `${stem}1` : `${stem}${first ? '0' : '1'}`));
      });
    fc.assert(
      fc.property(fc.array(batchOf(key), { minLength: 1, maxLength: 8 }), (batches) =>
        compareWithReference(batches, craftedHash, 3),
      ),
      { seed: 22, numRuns: 60 },
    );
  });

  it('equals the reference tree in batches of a thousand', () => {
    const batches = [0, 1, 2].map((round): Changes => {
      const changes: Changes = new Map();
      for (let at = 0; at < 1000; at++) {
        const removed = round > 0 && at % 3 === round;
        changes.set(`holding/${at * (round + 1)}`, removed ? null : ascii(`${round} ${at}`));
      }
      return changes;
    });
    compareWithReference(batches, nobleHash, 3);
  });

  it('is unchanged by removing an absent key or setting the value a key has', () => {
    const tree = new StateTree(nobleHash);
    const root = tree.commit(1n, changesOf({ a: '1', b: '2' }));
    const nodes = tree.nodeCount;
    expect(tree.commit(2n, changesOf({ c: null, a: '1' }))).toEqual(root);
    expect(tree.commit(3n, new Map())).toEqual(root);
    expect(tree.nodeCount).toBe(nodes);
    expect(tree.leafCount).toBe(2);
  });

  it('is empty again, with the zero root, when everything was removed', () => {
    const tree = new StateTree(nobleHash);
    expect(tree.root).toEqual(ZERO_HASH);
    tree.commit(1n, changesOf({ a: '1', b: '2', c: '3' }));
    expect(tree.commit(2n, changesOf({ a: null, b: null, c: null }))).toEqual(ZERO_HASH);
    expect(tree.leafCount).toBe(0);
    expect(refusalCode(() => tree.prove(['a']))).toBe('PROOF_EMPTY_ROOT');
    const proof = tree.prove(['a'], 1n);
    verifySparseProof(tree.rootAt(1n), [{ key: ascii('a'), value: ascii('1') }], proof, nobleHash);
  });

  it('uses no more nodes after a thousand blocks than a fresh tree and its history need', () => {
    const tree = new StateTree(nobleHash, { history: 4 });
    let peak = 0;
    for (let height = 0; height < 1000; height++) {
      const changes: Changes = new Map();
      for (let at = 0; at < 8; at++) changes.set(`k${(height * 8 + at) % 64}`, ascii(`${height}`));
      changes.set(`extra${height}`, ascii('1'));
      changes.set(`extra${height - 1}`, null);
      tree.commit(BigInt(height), changes);
      if (height < 100) peak = Math.max(peak, tree.nodeCount);
    }
    expect(tree.leafCount).toBe(65);
    expect(tree.nodeCount).toBeLessThan(peak * 1.5);
    const bytes = tree.byteLength;
    for (let height = 1000; height < 1005; height++) tree.commit(BigInt(height), new Map());
    expect(tree.byteLength).toBe(bytes);
    // A quiet history leaves one tree: 65 leaves and the inner nodes above them.
    expect(tree.nodeCount).toBeLessThan(65 * 3.5);
  });
});

describe('the history of the state tree', () => {
  it('A7 ends at 64 heights: an older, a later or a never set height is refused with the range', () => {
    const tree = new StateTree(nobleHash);
    expect(refusalCode(() => tree.rootAt(0n))).toBe('STATE_HEIGHT_PRUNED');
    for (let height = 1n; height <= 70n; height++) {
      tree.commit(height, changesOf({ a: `at ${height}` }));
    }
    expect(STATE_HISTORY).toBe(64);
    expect(tree.height).toBe(70n);
    const claim = { key: ascii('a'), value: ascii('at 7') };
    verifySparseProof(tree.rootAt(7n), [claim], tree.prove(['a'], 7n), nobleHash);
    for (const height of [0n, 6n, 71n, -1n, 1n << 64n]) {
      expect(() => tree.prove(['a'], height)).toThrowError(
        expect.objectContaining({
          code: 'STATE_HEIGHT_PRUNED',
          data: { height, oldest: 7n, latest: 70n },
        }),
      );
    }
    expect(tree.prove(['a'])).toEqual(tree.prove(['a'], 70n));
  });

  it('A12 a proof of one height does not hold at another', () => {
    const tree = new StateTree(nobleHash);
    tree.commit(1n, changesOf({ a: '1', b: '2' }));
    tree.commit(2n, changesOf({ b: '3' }));
    const claims = [{ key: ascii('a'), value: ascii('1') }];
    const verdict = refusalCode(() =>
      verifySparseProof(tree.rootAt(2n), claims, tree.prove(['a'], 1n), nobleHash),
    );
    expect(verdict).toBe('PROOF_ROOT_MISMATCH');
  });

  it('takes heights one after another', () => {
    const tree = new StateTree(nobleHash);
    const root = tree.commit(5n, changesOf({ a: '1' }));
    for (const height of [4n, 5n, 7n]) {
      expect(refusalCode(() => tree.commit(height, changesOf({ b: '2' })))).toBe(
        'STATE_HEIGHT_ORDER',
      );
    }
    expect(tree.root).toEqual(root);
    expect(tree.height).toBe(5n);
  });
});

describe('a state key', () => {
  it('A9 and its value may not be empty, nor hold what is no byte; nothing of the block is applied', () => {
    const tree = new StateTree(nobleHash);
    const root = tree.commit(1n, changesOf({ a: '1' }));
    const bad: [Record<string, string | null>, string][] = [
      [{ b: '2', '': '3' }, 'PROOF_EMPTY_KEY'],
      [{ b: '2', '': null }, 'PROOF_EMPTY_KEY'],
      [{ b: '2', c: '' }, 'PROOF_EMPTY_VALUE'],
      [{ b: '2', 'c\u0141': '3' }, 'STATE_KEY_BINARY'],
    ];
    for (const [changes, code] of bad) {
      expect(refusalCode(() => tree.commit(2n, changesOf(changes)))).toBe(code);
    }
    expect(tree.root).toEqual(root);
    expect(tree.leafCount).toBe(1);
    expect(refusalCode(() => tree.prove(['\u0141']))).toBe('STATE_KEY_BINARY');
    expect(tree.commit(2n, changesOf({ b: '2' }))).not.toEqual(root);
  });

  it('is told from one that shares its path only by a broken hash, which is refused', () => {
    const broken: HashPort = { ...nobleHash, sha256: () => nobleHash.sha256(ascii('same')) };
    const tree = new StateTree(broken);
    expect(refusalCode(() => tree.commit(1n, changesOf({ a: '1', b: '2' })))).toBe(
      'TREE_DUPLICATE_KEY',
    );
  });
});

describe('a rebuilt state tree', () => {
  const contents: Contents = new Map(
    Array.from({ length: 500 }, (_, at) => [`holding/${at}`, ascii(`value ${at}`)]),
  );
  const leaves = leavesOf(contents, nobleHash);
  const byPath = leaves.toSorted((left, right) => (toHex(left.path) < toHex(right.path) ? -1 : 1));
  const root = referenceOf(contents, nobleHash).root;

  it('has the same root from leaves in any order and in any pieces, and goes on from there', () => {
    expect(StateTree.build(9n, leaves, nobleHash).root).toEqual(root);
    expect(StateTree.build(9n, byPath, nobleHash).root).toEqual(root);
    const tree = new StateTree(nobleHash);
    for (let at = 0; at < leaves.length; at += 90) tree.load(9n, leaves.slice(at, at + 90));
    expect(tree.root).toEqual(root);
    expect(tree.leafCount).toBe(500);
    expect(tree.height).toBe(9n);
    const next = changesOf({ 'holding/3': null, 'holding/4': 'x' });
    const expected = referenceOf(applied(contents, next), nobleHash).root;
    expect(tree.commit(10n, next)).toEqual(expected);
    expect(tree.rootAt(9n)).toEqual(root);
  });

  it('keeps no node that no height shows', () => {
    const inPieces = new StateTree(nobleHash);
    for (let at = 0; at < leaves.length; at += 10) inPieces.load(9n, leaves.slice(at, at + 10));
    expect(inPieces.nodeCount).toBe(StateTree.build(9n, leaves, nobleHash).nodeCount);
  });

  it('A5 refuses a leaf given twice, in one piece or in two', () => {
    const twice = [...leaves, ...leaves.slice(3, 4)];
    expect(refusalCode(() => StateTree.build(9n, twice, nobleHash))).toBe('TREE_DUPLICATE_KEY');
    const tree = StateTree.build(9n, leaves, nobleHash);
    expect(refusalCode(() => tree.load(9n, leaves.slice(3, 4)))).toBe('TREE_DUPLICATE_KEY');
  });

  it('is closed to more leaves after its first commit, and to those of another height', () => {
    const tree = StateTree.build(9n, leaves, nobleHash);
    expect(refusalCode(() => tree.load(8n, []))).toBe('STATE_HEIGHT_ORDER');
    tree.commit(10n, new Map());
    expect(refusalCode(() => tree.load(10n, []))).toBe('STATE_HEIGHT_ORDER');
    expect(tree.root).toEqual(root);
  });

  it('takes more leaves and more changes than one batch holds', () => {
    const small = { batchChanges: 8 };
    for (const count of [7, 8, 9, 16, 83]) {
      const keys = Array.from({ length: count }, (_, at) => `many ${at}`);
      const many = new Map(keys.map((key) => [key, binaryBytes(key)]));
      const tree = new StateTree(nobleHash, small);
      tree.commit(1n, many);
      expect(tree.leafCount).toBe(count);
      const rebuilt = StateTree.build(1n, leavesOf(many, nobleHash), nobleHash, small);
      const whole = StateTree.build(1n, leavesOf(many, nobleHash), nobleHash);
      expect([rebuilt.leafCount, rebuilt.root]).toEqual([count, tree.root]);
      expect(whole.root).toEqual(tree.root);
      tree.commit(2n, new Map(keys.slice(1).map((key) => [key, null])));
      expect(tree.leafCount).toBe(1);
    }
  });
});
