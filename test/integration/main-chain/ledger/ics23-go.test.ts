/* Our ICS-23 proofs and our published ProofSpec before the library every IBC chain uses (github.com/cosmos/ics23/go). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportIcs23Proof } from '../../../../hub/proof/export-ics23-proof.ts';
import { parseHex } from '../../../../schemas/codec/hex.ts';
import { binaryBytes } from '../../../../schemas/hash.ts';
import { blockHashKey, GENESIS_KEY } from '../../../../schemas/wire/state-keys.ts';
import { openLocalNode } from '../../../fakes/local-node.ts';
import { type JudgedClaim, openJudge } from '../../../interop/ics23-judge.ts';
import {
  absentKey,
  attacks,
  type Ics23Tree,
  ics23Tree,
  numberedTree,
} from '../../../unit/main-chain/ledger/ics23/ics23-samples.ts';
import { ascii } from '../../../unit/schemas/tree/tree-samples.ts';

const opened = await openJudge();
const judge = 'missing' in opened ? undefined : opened;
if ('missing' in opened) console.warn(`SKIPPED: ${opened.missing}`);

const claimOf = (tree: Ics23Tree, key: string): JudgedClaim => ({
  root: tree.root,
  key: binaryBytes(key),
  value: tree.contents.get(key),
  proof: tree.prove(key),
});

describe.skipIf(judge === undefined)('the Go library', () => {
  const verdicts = async (claims: readonly JudgedClaim[]) => (await judge?.(claims)) ?? [];

  it('accepts presence and absence, also at both ends and beside a single leaf', async () => {
    const claims = [1, 2, 3, 24, 300].flatMap((count) => {
      const tree = numberedTree(count);
      const absent = [
        absentKey(tree, (before) => before === undefined),
        absentKey(tree, (_, after) => after === undefined),
        ...Array.from({ length: 20 }, (_, at) => `absent ${at}`),
      ];
      return [...tree.order, ...absent].map((key) => claimOf(tree, key));
    });
    expect(await verdicts(claims)).toEqual(claims.map(() => true));
  });

  it('accepts every exported proof of random trees', async () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12, unit: 'binary-ascii' }), {
      minLength: 1,
      maxLength: 40,
    });
    const claims = fc
      .sample(fc.tuple(names, names), { numRuns: 60, seed: 23 })
      .flatMap(([present, asked]) => {
        const tree = ics23Tree(new Map(present.map((key) => [key, ascii(`value of ${key}`)])));
        return [...present, ...asked].map((key) => claimOf(tree, key));
      });
    expect(claims.length).toBeGreaterThan(500);
    expect(await verdicts(claims)).toEqual(claims.map(() => true));
  });

  it('accepts what a running node exports, at the newest and at an older height', async () => {
    const local = await openLocalNode();
    try {
      const { height: older } = await local.call('wait', { after: 1n, waitMs: 10_000 });
      const { height: newer } = await local.call('wait', { after: older, waitMs: 10_000 });
      const gone = blockHashKey(older - 1n);
      const claims: JudgedClaim[] = [];
      for (const height of [older, newer, undefined])
        for (const key of ['validators/current', GENESIS_KEY, gone, 'no/such/key']) {
          const { root, value, proof, ...rest } = await exportIcs23Proof(
            local.call,
            binaryBytes(key),
            height,
            local.ports,
          );
          claims.push({
            root: parseHex(root),
            key: parseHex(rest.key),
            value: value === null ? undefined : parseHex(value),
            proof: parseHex(proof),
          });
        }
      expect(claims.map(({ value }) => value !== undefined)).toEqual([
        true,
        true,
        true,
        false,
        true,
        true,
        false,
        false,
        true,
        true,
        false,
        false,
      ]);
      expect(await verdicts(claims)).toEqual(claims.map(() => true));
    } finally {
      await local.remove();
    }
  });

  it('refuses a genuine proof under another root, key or value', async () => {
    const tree = numberedTree(24);
    const present = claimOf(tree, 'key 3');
    const claims = [
      { ...present, root: numberedTree(23).root },
      { ...present, key: ascii('key 4') },
      { ...present, value: ascii('value 4') },
    ];
    expect(await verdicts(claims)).toEqual([false, false, false]);
  });

  it('refuses the attacks A8, A10 and A11 that our own verifier refuses', async () => {
    const all = attacks().filter(({ isMadeUpRoot }) => isMadeUpRoot !== true);
    const answers = await verdicts(all);
    expect(all.filter((_, at) => answers[at] !== false).map(({ name }) => name)).toEqual([]);
  });

  it('A10 is laxer than our verifier where a root is made up, and refuses under a real one', async () => {
    const all = attacks().filter(({ isMadeUpRoot }) => isMadeUpRoot === true);
    expect(await verdicts(all)).toEqual(all.map(() => true));
    const [key, value] = ['key', ascii('value')];
    const alone = ics23Tree(new Map([[key, value]]));
    const beside = ics23Tree(new Map([[key, value], ...numberedTree(5).contents]));
    const real = [alone, beside].flatMap(({ root }) => all.map((each) => ({ ...each, root })));
    expect(await verdicts(real)).toEqual(real.map(() => false));
  });
});
