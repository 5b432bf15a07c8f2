/**
 * `npm run bench -- state [--json] [--leaves 1000,100000,1000000]`: what the state tree costs at each
 * size: a batch update, a proof of one and of a hundred keys, its check, memory, and a rebuild.
 * Blocks change as many leaves as a thirtieth of the tree, 4,096 at most: eight in ten set a key that
 * is there, one inserts, one removes. The tree holds its 64 heights of history while it is measured.
 */
import { performance } from 'node:perf_hooks';
import { loadNativeHash } from '../../main-chain/host/native-hash.ts';
import { STATE_HISTORY, StateTree } from '../../main-chain/ledger/tree/state-tree.ts';
import { binaryBytes, nobleHash } from '../../schemas/hash.ts';
import { sparsePath, sparseValueHash } from '../../schemas/tree/sparse-hash.ts';
import { verifySparseProof } from '../../schemas/tree/sparse-proof.ts';

interface Row {
  readonly leaves: number;
  readonly updateMicrosPerLeaf: number;
  readonly proveMicros: number;
  readonly verifyMicros: number;
  readonly proveHundredMicros: number;
  readonly verifyHundredMicros: number;
  readonly treeMiB: number;
  readonly rssMiB: number;
  readonly rebuildSeconds: number;
}

const BATCH = 4096;
/** Updates measured at least, so that small trees are measured warm too. */
const UPDATES = 50_000;
const PROOFS = 2000;

const hash = (await loadNativeHash()) ?? nobleHash;
const json = process.argv.includes('--json');
const sizes = option('--leaves', '1000,100000,1000000').split(',').map(Number);

function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
}

/** Seeded (mulberry32): every run measures the same trees. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const keyOf = (index: number): string => `holding/${String(index).padStart(40, '0')}`;

function contentOf(index: number, version: number): Uint8Array {
  const value = new Uint8Array(48);
  new DataView(value.buffer).setUint32(0, index);
  new DataView(value.buffer).setUint32(4, version);
  return value;
}

function* leavesOf(count: number) {
  for (let index = 0; index < count; index++) {
    const path = sparsePath(binaryBytes(keyOf(index)), hash);
    yield { path, valueHash: sparseValueHash(contentOf(index, 0), hash) };
  }
}

/** The changes of one block over keys `first …` of which `count` are there. */
function blockChanges(
  random: (below: number) => number,
  first: number,
  count: number,
  size: number,
) {
  const changes = new Map<string, Uint8Array | null>();
  const moved = Math.floor(size / 10);
  for (let at = 0; at < moved; at++) {
    changes.set(keyOf(first + at), null);
    changes.set(keyOf(first + count + at), contentOf(at, 1));
  }
  while (changes.size < size) {
    const index = first + moved + random(count - moved);
    changes.set(keyOf(index), contentOf(index, random(2 ** 31)));
  }
  return { changes, moved };
}

function micros(run: () => void, times: number): number {
  const start = performance.now();
  for (let at = 0; at < times; at++) run();
  return ((performance.now() - start) * 1000) / times;
}

function measure(leaves: number): Row {
  globalThis.gc?.();
  const started = performance.now();
  const tree = StateTree.build(0n, leavesOf(leaves), hash);
  const rebuildSeconds = (performance.now() - started) / 1000;
  const random = createRandom(leaves);
  const size = Math.min(BATCH, Math.ceil(leaves / 30));
  const measured = Math.max(32, Math.ceil(UPDATES / size));
  let first = 0;
  let updating = 0;
  for (let height = 1; height <= STATE_HISTORY + measured; height++) {
    const { changes, moved } = blockChanges(random, first, leaves, size);
    first += moved;
    const start = performance.now();
    tree.commit(BigInt(height), changes);
    if (height > STATE_HISTORY) updating += performance.now() - start;
  }
  const present = first + Math.floor(size / 10);
  const one = () => [keyOf(present + random(leaves - size))];
  const hundred = () =>
    Array.from({ length: 100 }, (_, at) => keyOf(present + at + 100 * random(2)));
  const single = measureProofs(tree, one, PROOFS);
  const many = measureProofs(tree, hundred, 100);
  globalThis.gc?.();
  return {
    leaves: tree.leafCount,
    updateMicrosPerLeaf: round((updating * 1000) / (size * measured)),
    proveMicros: single.prove,
    verifyMicros: single.verify,
    proveHundredMicros: many.prove,
    verifyHundredMicros: many.verify,
    treeMiB: round(tree.byteLength / 2 ** 20),
    rssMiB: round(process.memoryUsage().rss / 2 ** 20),
    rebuildSeconds: round(rebuildSeconds),
  };
}

/** Proves and checks absence: the keys are asked for in another area of the state. */
function measureProofs(tree: StateTree, pick: () => string[], times: number) {
  const questions = Array.from({ length: times }, pick).map((keys) =>
    keys.map((key) => `receipt/${key}`),
  );
  const proofs: Uint8Array[] = [];
  let at = 0;
  const prove = micros(() => void proofs.push(tree.prove(questions[at++] ?? [])), times);
  const root = tree.root;
  at = 0;
  const verify = micros(() => {
    const claims = (questions[at] ?? []).map((key) => ({
      key: binaryBytes(key),
      value: undefined,
    }));
    verifySparseProof(root, claims, proofs[at++] ?? new Uint8Array(0), hash);
  }, times);
  return { prove: round(prove), verify: round(verify) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

measure(2000);
const rows = sizes.map((leaves) => {
  const row = measure(leaves);
  if (!json) {
    console.log(
      `state/update leaves=${row.leaves}: ${row.updateMicrosPerLeaf} µs a leaf; proof ${row.proveMicros} µs, check ${row.verifyMicros} µs; ` +
        `of a hundred keys ${row.proveHundredMicros} and ${row.verifyHundredMicros} µs; tree ${row.treeMiB} MiB, process ${row.rssMiB} MiB, rebuilt in ${row.rebuildSeconds} s`,
    );
  }
  return row;
});
console.log(JSON.stringify({ hash: hash.name, rows }));
