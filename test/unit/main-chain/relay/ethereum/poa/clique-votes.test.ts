import { describe, expect, it } from 'vitest';
import { applyHeaders } from '../../../../../../main-chain/relay/ethereum/poa/apply-header.ts';
import { toHex } from '../../../../../../schemas/hash.ts';
import {
  cliqueGenesis,
  type Placed,
  sealBlock,
  setOf,
  signerOf,
} from '../../../../../fakes/clique-network.ts';
import { readVector } from '../../../../../fakes/ethereum-vectors.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';
import { clientOf, ports } from './poa-network.ts';

interface Case {
  readonly name: string;
  readonly epoch: number;
  readonly signers: readonly string[];
  readonly blocks: readonly {
    readonly signer: string;
    readonly voted?: string;
    readonly authorizes?: boolean;
    readonly checkpoint?: readonly string[];
  }[];
  readonly result?: readonly string[];
  readonly failure?: string;
}

const { cases } = readVector<{ cases: readonly Case[] }>('clique-votes.json');

/** Seals the blocks of a case one after another, each in its turn by the set the client then has. */
function run(each: Case): readonly string[] {
  const epoch = BigInt(each.epoch);
  let parent: Placed = cliqueGenesis(each.signers);
  let { rules, snapshot } = clientOf(parent, { epoch });
  for (const block of each.blocks) {
    parent = sealBlock(
      parent,
      {
        set: snapshot.signers,
        signer: block.signer,
        ...(block.voted !== undefined && {
          vote: { subject: signerOf(block.voted).address, authorizes: block.authorizes === true },
        }),
        ...(block.checkpoint !== undefined && { listed: setOf(block.checkpoint) }),
      },
      epoch,
    );
    const [applied] = applyHeaders(snapshot, [parent.bytes], rules, ports);
    snapshot = applied?.snapshot ?? snapshot;
  }
  return snapshot.signers.map(toHex);
}

describe('C3: the test cases of EIP-225', () => {
  it.each(cases.filter(({ result }) => result?.length !== 0))('$name', (each) => {
    const { result, failure } = each;
    if (result === undefined) expect(refusalCode(() => run(each))).toBe(failure);
    else expect(run(each)).toEqual(setOf(result).map(toHex));
  });

  it('B5: but a set that votes itself empty is not followed', () => {
    const empty = cases.find(({ result }) => result?.length === 0);
    expect(empty?.name).toBe('one signer drops itself');
    expect(refusalCode(() => run(empty ?? expect.unreachable()))).toBe('CLIQUE_SET');
  });
});
