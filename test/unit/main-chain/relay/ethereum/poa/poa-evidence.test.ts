import { describe, expect, it } from 'vitest';
import type { EvmConsensus } from '../../../../../../main-chain/relay/ethereum/evm/evm-consensus.ts';
import { judgePoaEvidence } from '../../../../../../main-chain/relay/ethereum/poa/poa-evidence.ts';
import { decode, encode } from '../../../../../../schemas/codec/codec.ts';
import {
  type PoaEvidence,
  poaEvidenceCodec,
} from '../../../../../../schemas/wire/clients/ethereum-poa.ts';
import {
  cliqueGenesis,
  type Placed,
  sealBlock,
  sealChain,
  setOf,
} from '../../../../../fakes/clique-network.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';
import { clientOf, clockAfter, consensusOf, ports, update } from './poa-network.ts';

const names = ['A', 'B', 'C', 'D'];
const set = setOf(names);
const genesis = cliqueGenesis(names);
const chain = sealChain(genesis, set, ['A', 'B', 'C', 'D', 'A', 'B', 'C', 'D', 'A', 'B', 'C', 'D']);
const blockAt = (height: number): Placed => chain[height - 1] ?? genesis;

/** Heights 2, 5 and 9 accepted. */
const stored = new Map<bigint, EvmConsensus>();
const snapshots = [clientOf(genesis)];
for (const to of [5, 8, 12]) {
  const outcome = update(snapshots.at(-1) ?? expect.unreachable(), chain.slice(0, to));
  const consensus = consensusOf(outcome);
  stored.set(consensus.height, consensus);
  snapshots.push(outcome.state);
}
const state = snapshots.at(-1) ?? expect.unreachable();
const at5 = snapshots[2]?.snapshot ?? expect.unreachable();
const clock = clockAfter(blockAt(12));

const bytesOf = (blocks: readonly Placed[]) => blocks.map(({ bytes }) => bytes);
const judge = (change: Partial<PoaEvidence>, now = clock) =>
  judgePoaEvidence(
    state,
    { height: 5n, snapshot: at5, first: [], second: [], ...change },
    (height) => stored.get(height),
    now,
    ports,
  );

/** After block 5 (sealed by A): another block 6, and on. */
const stateRoot = new Uint8Array(32).fill(6);
const forkOf = (first: string, others: readonly string[]) => {
  const block = sealBlock(blockAt(5), { set, signer: first, stateRoot });
  return [block, ...sealChain(block, set, others)];
};

describe('evidence against a clique network', () => {
  it('stands for heights 2, 5 and 9', () => {
    expect([...stored.keys()]).toEqual([2n, 5n, 9n]);
    expect(at5.number).toBe(5n);
  });

  it('C4: two seals of one signer at one height freeze the client', () => {
    const first = bytesOf(chain.slice(5, 7));
    expect(judge({ first, second: bytesOf(forkOf('B', [])) })).toEqual({
      type: 'equivocated',
      height: 6n,
    });
    expect(judge({ first: bytesOf(forkOf('B', ['C'])), second: first })).toEqual({
      type: 'equivocated',
      height: 6n,
    });
    // C6, B7 and D8 against B6, C7 and D8.
    const later = bytesOf(forkOf('C', ['B', 'D']));
    const accepted = bytesOf(chain.slice(5, 8));
    expect(judge({ first: accepted, second: later })).toEqual({ type: 'equivocated', height: 8n });
  });

  it('C8: a confirmed branch beside an accepted block is a reorganisation past acceptance', () => {
    const fork = bytesOf(forkOf('C', ['D', 'B', 'A', 'C', 'D', 'B']));
    expect(judge({ first: fork })).toEqual({ type: 'reorganised', height: 5n });
    expect(judge({ second: fork })).toEqual({ type: 'reorganised', height: 5n });
    // Block 9 of the branch is confirmed by three distinct signers and two blocks; one less is not enough.
    expect(refusalCode(() => judge({ first: fork.slice(0, -1) }))).toBe('CLIQUE_EVIDENCE');
  });

  it.each<[string, string, () => unknown]>([
    ['nothing', 'CLIQUE_EVIDENCE', () => judge({})],
    [
      'one branch twice',
      'CLIQUE_EVIDENCE',
      () => judge({ first: bytesOf(chain.slice(5)), second: bytesOf(chain.slice(5)) }),
    ],
    [
      'the accepted chain alone',
      'CLIQUE_EVIDENCE',
      () => judge({ first: bytesOf(chain.slice(5)) }),
    ],
    [
      'two blocks of one height by two signers',
      'CLIQUE_EVIDENCE',
      () => judge({ first: bytesOf(chain.slice(5, 6)), second: bytesOf(forkOf('C', [])) }),
    ],
    [
      'two seals of one signer at different heights',
      'CLIQUE_EVIDENCE',
      () => judge({ first: bytesOf(chain.slice(5, 6)), second: bytesOf(forkOf('C', ['B'])) }),
    ],
    [
      'a fork nobody has confirmed',
      'CLIQUE_EVIDENCE',
      () => judge({ first: bytesOf(forkOf('C', ['D', 'B'])) }),
    ],
  ])('C7: freezes nothing for %s', (_name, code, work) => {
    expect(refusalCode(work)).toBe(code);
  });

  it('C7: freezes nothing for the seals of the same signers on another chain', () => {
    const other = sealChain(cliqueGenesis(names, 1_700_000_000n), set, [
      'A',
      'B',
      'C',
      'D',
      'A',
      'B',
    ]);
    const first = bytesOf(chain.slice(5, 6));
    expect(refusalCode(() => judge({ first, second: bytesOf(other.slice(5)) }))).toBe(
      'CLIQUE_PARENT',
    );
  });

  it('C7: freezes nothing for headers that are not proven', () => {
    const first = bytesOf(chain.slice(5, 6));
    const stranger = sealBlock(blockAt(5), { set, signer: 'Z', difficulty: 1n });
    expect(refusalCode(() => judge({ first, second: [stranger.bytes] }))).toBe('CLIQUE_SIGNER');
    const broken = sealBlock(blockAt(5), { set, signer: 'B', seal: () => new Uint8Array(65) });
    expect(refusalCode(() => judge({ first, second: [broken.bytes] }))).toBe('CLIQUE_SEAL');
  });

  it('B9: takes no signer set but the one it has committed to itself', () => {
    const first = bytesOf(forkOf('B', []));
    const second = bytesOf(chain.slice(5, 6));
    const forged = { ...at5, signers: setOf(['Z']) };
    expect(refusalCode(() => judge({ first, second, snapshot: forged }))).toBe('CLIQUE_SNAPSHOT');
    expect(refusalCode(() => judge({ first, second, height: 9n }))).toBe('CLIQUE_SNAPSHOT');
    expect(refusalCode(() => judge({ first, second, height: 6n }))).toBe('CLIQUE_SNAPSHOT');
    const forgotten = { ...at5, recents: [] };
    expect(refusalCode(() => judge({ first, second, snapshot: forgotten }))).toBe(
      'CLIQUE_SNAPSHOT',
    );
  });

  it('C1: is refused once the block it hangs from is past the trusting period', () => {
    const evidence = { first: bytesOf(forkOf('B', [])), second: bytesOf(chain.slice(5, 6)) };
    expect(judge(evidence, clockAfter(blockAt(5), 863_999n)).type).toBe('equivocated');
    expect(refusalCode(() => judge(evidence, clockAfter(blockAt(5), 864_000n)))).toBe(
      'EVM_HEADER_EXPIRED',
    );
  });

  it('A11: has at most 256 headers a branch', () => {
    const many = Array.from({ length: 257 }, () => blockAt(6).bytes);
    expect(refusalCode(() => judge({ first: many }))).toBe('CLIQUE_COUNT');
  });

  it('travels as canonical bytes', () => {
    const evidence: PoaEvidence = {
      height: 5n,
      snapshot: at5,
      first: bytesOf(chain.slice(5, 7)),
      second: [],
    };
    const bytes = encode(poaEvidenceCodec, evidence);
    expect(decode(poaEvidenceCodec, bytes, 'evidence')).toEqual(evidence);
  });
});
