import { describe, expect, it } from 'vitest';
import { evmConsensusCodec } from '../../../../../../main-chain/relay/ethereum/evm/evm-consensus.ts';
import { createPoaState } from '../../../../../../main-chain/relay/ethereum/poa/poa-client.ts';
import { poaStateCodec } from '../../../../../../main-chain/relay/ethereum/poa/poa-state.ts';
import { decode, encode } from '../../../../../../schemas/codec/codec.ts';
import { concatBytes, toHex, ZERO_HASH } from '../../../../../../schemas/hash.ts';
import {
  poaStartCodec,
  poaUpdateCodec,
} from '../../../../../../schemas/wire/clients/ethereum-poa.ts';
import {
  cliqueGenesis,
  type Draft,
  type Placed,
  sealBlock,
  sealChain,
  setOf,
  signerOf,
} from '../../../../../fakes/clique-network.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';
import { clientOf, clockAfter, consensusOf, ports, specOf, update } from './poa-network.ts';

const names = ['A', 'B', 'C', 'D'];
const set = setOf(names);
const genesis = cliqueGenesis(names);
const order = ['A', 'B', 'C', 'D', 'A', 'B', 'C', 'D', 'A', 'B'];
const chain = sealChain(genesis, set, order);

describe('an ethereum-poa client', () => {
  it('begins with the signers of the trusted epoch header and no root', () => {
    const state = clientOf(genesis);
    expect(state.snapshot.signers.map(toHex)).toEqual(set.map(toHex));
    expect(state.snapshot).toMatchObject({ number: 0n, recents: [], votes: [] });
  });

  it('keeps, takes and gives canonical bytes', () => {
    const spec = specOf(genesis);
    expect(decode(poaStartCodec, encode(poaStartCodec, spec), 'spec')).toEqual(spec);
    const outcome = update(clientOf(genesis), chain);
    const { state } = outcome;
    expect(decode(poaStateCodec, encode(poaStateCodec, state), 'state')).toEqual(state);
    const message = { headers: chain.map(({ bytes }) => bytes) };
    expect(decode(poaUpdateCodec, encode(poaUpdateCodec, message), 'update')).toEqual(message);
    const consensus = consensusOf(outcome);
    const bytes = encode(evmConsensusCodec, consensus);
    expect(bytes).toHaveLength(112);
    expect(decode(evmConsensusCodec, bytes, 'consensus')).toEqual(consensus);
  });

  it('accepts the highest block under three of four distinct signers, and goes on from there', () => {
    const first = update(clientOf(genesis), chain.slice(0, 5));
    expect(consensusOf(first)).toMatchObject({
      height: 2n,
      timeMs: (chain[1]?.timestamp ?? 0n) * 1000n,
    });
    const second = update(first.state, chain.slice(2));
    expect(consensusOf(second).height).toBe(7n);
    const overlapping = update(first.state, chain);
    expect(overlapping).toEqual(second);
  });

  it('C4: takes headers it knows for a no-op', () => {
    const { state } = update(clientOf(genesis), chain);
    const again = update(state, chain.slice(0, 7));
    expect(again).toEqual({ state, verdict: { type: 'unchanged' } });
    expect(update(state, chain.slice(3, 5)).verdict).toEqual({ type: 'unchanged' });
  });

  it('C8: accepts nothing with fewer distinct signers on top than more than two thirds', () => {
    const state = clientOf(genesis);
    const two = [...chain.slice(0, 1), ...sealChain(chain[0] ?? genesis, set, ['B', 'C'])];
    expect(refusalCode(() => update(state, two))).toBe('CLIQUE_UNCONFIRMED');
    const again = sealChain(genesis, set, ['A', 'B', 'C', 'A', 'B', 'C', 'A']);
    // A, B and C alternate: each block has exactly these three on top, which is 3 of 4.
    expect(consensusOf(update(state, again)).height).toBe(4n);
  });

  it('C8: accepts nothing above the configured depth, however many have sealed', () => {
    const state = clientOf(genesis, { depth: 6 });
    expect(consensusOf(update(state, chain)).height).toBe(4n);
    expect(refusalCode(() => update(state, chain.slice(0, 6)))).toBe('CLIQUE_UNCONFIRMED');
    expect(consensusOf(update(state, chain.slice(0, 7))).height).toBe(1n);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    'B4: needs strictly more than two thirds of %i signers on top',
    (count) => {
      const many = Array.from({ length: count }, (_, at) => `signer ${at}`);
      const start = cliqueGenesis(many);
      const needed = Math.floor((2 * count) / 3) + 1;
      const sealers = Array.from({ length: needed + 1 }, (_, at) => many[at % count] ?? '');
      const blocks = sealChain(start, setOf(many), sealers);
      const state = clientOf(start, { depth: 1 });
      expect(refusalCode(() => update(state, blocks.slice(0, -1)))).toBe('CLIQUE_UNCONFIRMED');
      expect(consensusOf(update(state, blocks)).height).toBe(1n);
    },
  );

  it('B6: counts no signer who has joined on top, and follows the set as it grows', () => {
    const vote = { subject: signerOf('E').address, authorizes: true };
    let head: Placed = genesis;
    const blocks: Placed[] = [];
    const add = (draft: Draft) => {
      head = sealBlock(head, draft);
      blocks.push(head);
    };
    for (const signer of ['A', 'B', 'C']) add({ set, signer, vote });
    const grown = setOf([...names, 'E']);
    add({ set: grown, signer: 'E' });
    add({ set: grown, signer: 'D' });
    const state = clientOf(genesis, { depth: 1 });
    // On block 1 stand B, C, E and D, of whom E does not count: three of four. On block 2: C, D.
    expect(consensusOf(update(state, blocks)).height).toBe(1n);
    for (const signer of ['A', 'B', 'C']) add({ set: grown, signer });
    // On block 3, with five signers after it: E, D, A, B, C. On block 4: D, A, B, C, which is four of five.
    const later = update(state, blocks);
    expect(consensusOf(later).height).toBe(4n);
    expect(later.state.snapshot.signers.map(toHex)).toEqual(grown.map(toHex));
  });

  const second = (change: Partial<Draft>) => [
    ...chain.slice(0, 1),
    sealBlock(chain[0] ?? genesis, { set, signer: 'B', ...change }),
  ];
  const highS = (seal: Uint8Array) => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
    const s = order - BigInt(`0x${toHex(seal.subarray(32, 64))}`);
    const text = s.toString(16).padStart(64, '0');
    const bytes = Uint8Array.from({ length: 32 }, (_, at) =>
      Number.parseInt(text.slice(at * 2, at * 2 + 2), 16),
    );
    return concatBytes(seal.subarray(0, 32), bytes, Uint8Array.of((seal[64] ?? 0) ^ 1));
  };
  const zeros = (length: number) => new Uint8Array(length);

  it.each<[string, string, Partial<Draft>]>([
    ['B6: a seal of a stranger', 'CLIQUE_SIGNER', { signer: 'Z', difficulty: 1n }],
    ['B1 B2: the high-s twin of a good seal', 'CLIQUE_SEAL', { seal: highS }],
    ['B2: a seal of zeros', 'CLIQUE_SEAL', { seal: () => zeros(65) }],
    [
      'B2: a seal with v 27',
      'CLIQUE_SEAL',
      { seal: (seal) => concatBytes(seal.subarray(0, 64), Uint8Array.of(27 + (seal[64] ?? 0))) },
    ],
    ['B1: a seal of one who has sealed the block before', 'CLIQUE_RECENT', { signer: 'A' }],
    [
      'the difficulty of another turn',
      'CLIQUE_DIFFICULTY',
      {
        difficulty:
          set.findIndex((each) => toHex(each) === toHex(signerOf('B').address)) === 2 ? 1n : 2n,
      },
    ],
    ['a difficulty that is none', 'CLIQUE_FIELD', { difficulty: 3n }],
    ['C5: the time of the block before', 'CLIQUE_FIELD', { timestamp: chain[0]?.timestamp ?? 0n }],
    [
      'C5: a time before the period is over',
      'CLIQUE_FIELD',
      { timestamp: (chain[0]?.timestamp ?? 0n) + 4n },
    ],
    [
      'a vote that is none',
      'CLIQUE_FIELD',
      { fields: { 14: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1) } },
    ],
    ['a mix hash', 'CLIQUE_FIELD', { fields: { 13: zeros(32).fill(1) } }],
    ['uncles', 'CLIQUE_FIELD', { fields: { 1: zeros(32) } }],
    [
      'more gas than its limit',
      'CLIQUE_FIELD',
      { fields: { 9: Uint8Array.of(1), 10: Uint8Array.of(2) } },
    ],
    ['a signer list between epochs', 'CLIQUE_EXTRA', { listed: set }],
    ['no vanity', 'CLIQUE_EXTRA', { fields: { 12: zeros(31) } }],
    ['a piece of an address', 'CLIQUE_EXTRA', { fields: { 12: zeros(33) } }],
    ['C2: another number', 'CLIQUE_PARENT', { fields: { 8: Uint8Array.of(3) } }],
    ['C2: another parent', 'CLIQUE_PARENT', { fields: { 0: zeros(32) } }],
    ['the fields of Shanghai', 'EVM_HEADER_FORK', { fields: { 16: zeros(32) } }],
  ])('refuses a header with %s, and stays as it was', (_name, code, change) => {
    const state = clientOf(genesis);
    const before = toHex(encode(poaStateCodec, state));
    expect(refusalCode(() => update(state, second(change), clockAfter(chain[0] ?? genesis)))).toBe(
      code,
    );
    expect(toHex(encode(poaStateCodec, state))).toBe(before);
  });

  it('C1: refuses headers ahead of this chain’s clock and confirmed ones past the trusting period', () => {
    const state = clientOf(genesis);
    const last = chain.at(-1) ?? genesis;
    const at = (seconds: bigint) =>
      refusalCode(() => update(state, chain, clockAfter(last, seconds)));
    expect(at(-15n)).toBe('nothing thrown');
    expect(at(-16n)).toBe('EVM_HEADER_DRIFT');
    const confirmedAgo = 3n * 5n;
    expect(at(864_000n - confirmedAgo - 1n)).toBe('nothing thrown');
    expect(at(864_000n - confirmedAgo)).toBe('EVM_HEADER_EXPIRED');
  });

  it('A7: refuses a confirmed header whose state root is zero', () => {
    const odd = sealBlock(genesis, { set, signer: 'A', stateRoot: ZERO_HASH });
    const blocks = [odd, ...sealChain(odd, set, ['B', 'C', 'D'])];
    expect(refusalCode(() => update(clientOf(genesis), blocks))).toBe('EVM_STATE_ROOT');
  });

  it('A5 A11: refuses an update without headers or with more than 256', () => {
    const state = clientOf(genesis);
    expect(refusalCode(() => update(state, []))).toBe('CLIQUE_COUNT');
    const many = Array.from({ length: 257 }, () => chain[0] ?? genesis);
    expect(refusalCode(() => update(state, many))).toBe('CLIQUE_COUNT');
  });

  it('C8: refuses a branch that leaves the chain below the newest confirmed block', () => {
    const { state } = update(clientOf(genesis), chain);
    const fork = sealChain(chain[4] ?? genesis, set, ['C', 'B', 'D', 'A', 'C', 'B', 'D']);
    expect(refusalCode(() => update(state, fork))).toBe('CLIQUE_PARENT');
  });

  it('C8: follows another branch above the newest confirmed block as if it had never seen the first', () => {
    const { state } = update(clientOf(genesis), chain);
    const fork = sealChain(chain[6] ?? genesis, set, ['A', 'D', 'B', 'C', 'A', 'D']);
    expect(consensusOf(update(state, fork)).height).toBe(10n);
  });
});

describe('at an epoch', () => {
  const epoch = 3n;
  const start = clientOf(genesis, { epoch });
  const two = chain.slice(0, 2);
  const third = (change: Partial<Draft>) => [
    ...two,
    sealBlock(two[1] ?? genesis, { set, signer: 'C', ...change }, epoch),
  ];

  it('a header repeats the signer set exactly', () => {
    const good = third({});
    const on = sealChain(good[2] ?? genesis, set, ['D', 'A', 'B'], epoch);
    expect(consensusOf(update(start, [...good, ...on.slice(0, 2)])).height).toBe(2n);
  });

  it.each<[string, string, Partial<Draft>]>([
    ['C3: a signer missing from its list', 'CLIQUE_SIGNERS', { listed: set.slice(1) }],
    ['C3: a signer more in its list', 'CLIQUE_SIGNERS', { listed: setOf([...names, 'E']) }],
    ['C3: one attacker in its list', 'CLIQUE_SIGNERS', { listed: setOf(['Z']) }],
    ['no list', 'CLIQUE_EXTRA', { listed: [] }],
    ['an unsorted list', 'CLIQUE_EXTRA', { listed: set.toReversed() }],
    ['B6: one signer twice in its list', 'CLIQUE_EXTRA', { listed: [...set.slice(0, 1), ...set] }],
    ['a vote', 'CLIQUE_FIELD', { vote: { subject: signerOf('E').address, authorizes: true } }],
    ['a subject', 'CLIQUE_FIELD', { vote: { subject: signerOf('E').address, authorizes: false } }],
  ])('refuses a header with %s', (_name, code, change) => {
    expect(refusalCode(() => update(start, third(change)))).toBe(code);
  });

  it('makes a client from a later epoch header, whose sealer is a recent signer', () => {
    const at = third({})[2] ?? genesis;
    const client = clientOf(at, { epoch });
    expect(client.snapshot.recents).toEqual([{ number: 3n, signer: signerOf('C').address }]);
    const same = sealBlock(at, { set, signer: 'C' }, epoch);
    expect(refusalCode(() => update(client, [same]))).toBe('CLIQUE_RECENT');
  });

  it.each<[string, string, () => unknown]>([
    [
      'a header that is no epoch header',
      'CLIQUE_RULES',
      () => clientOf(chain[0] ?? genesis, { epoch }),
    ],
    ['C11: an epoch of zero', 'CLIQUE_RULES', () => clientOf(genesis, { epoch: 0n })],
    ['C11: no depth', 'CLIQUE_RULES', () => clientOf(genesis, { depth: 0 })],
    ['C11: a depth no update can reach', 'CLIQUE_RULES', () => clientOf(genesis, { depth: 129 })],
    ['C11: a period of zero', 'CLIQUE_RULES', () => clientOf(genesis, { periodSeconds: 0n })],
    [
      'B5: no least number of signers',
      'CLIQUE_RULES',
      () => clientOf(genesis, { leastSigners: 0 }),
    ],
    [
      'B5: fewer signers than the least',
      'CLIQUE_SET',
      () => clientOf(genesis, { leastSigners: 5 }),
    ],
    [
      'B9: the genesis of another network',
      'CLIQUE_RULES',
      () => createPoaState(specOf(genesis), ZERO_HASH, ports),
    ],
    [
      'C11: no contract',
      'EVM_CONTRACT',
      () =>
        createPoaState(
          { ...specOf(genesis), contract: { ...specOf(genesis).contract, codeHash: ZERO_HASH } },
          genesis.hash,
          ports,
        ),
    ],
    [
      'B9: an epoch header sealed by none of those it lists',
      'CLIQUE_SIGNER',
      () =>
        clientOf(
          sealBlock(two[1] ?? genesis, { set, signer: 'Z', listed: set, difficulty: 1n }, epoch),
          { epoch },
        ),
    ],
  ])('refuses to be made with %s', (_name, code, work) => {
    expect(refusalCode(work)).toBe(code);
  });
});

describe('the signer set', () => {
  it('C3: may not shrink below the least the client was made with', () => {
    const state = clientOf(genesis, { leastSigners: 4 });
    const vote = { subject: signerOf('D').address, authorizes: false };
    let head: Placed = genesis;
    const blocks = ['A', 'B', 'C'].map((signer) => {
      head = sealBlock(head, { set, signer, vote });
      return head;
    });
    expect(refusalCode(() => update(state, blocks.slice(0, 2)))).toBe('CLIQUE_UNCONFIRMED');
    expect(refusalCode(() => update(state, blocks))).toBe('CLIQUE_SET');
  });

  it('A11: keeps at most 1,024 open votes', () => {
    const state = clientOf(genesis);
    const signer = signerOf('D').address;
    const votes = Array.from({ length: 1024 }, (_, at) => ({
      signer,
      subject: Uint8Array.from({ length: 20 }, (_, place) =>
        place < 2 ? (at >> (place * 8)) & 255 : 77,
      ),
      authorizes: true,
    }));
    const full = { ...state, snapshot: { ...state.snapshot, votes } };
    const plain = sealBlock(genesis, { set, signer: 'A' });
    expect(refusalCode(() => update(full, [plain]))).toBe('CLIQUE_UNCONFIRMED');
    const vote = { subject: signerOf('E').address, authorizes: true };
    expect(refusalCode(() => update(full, [sealBlock(genesis, { set, signer: 'A', vote })]))).toBe(
      'CLIQUE_VOTES',
    );
  });
});
