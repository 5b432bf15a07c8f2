import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PacketFact } from '../../../../../../main-chain/relay/clients/client.ts';
import {
  COMMITMENTS_SLOT,
  mappingSlot,
  RESOURCES_SLOT,
  STATUSES_SLOT,
  verifyContract,
  wordOf,
} from '../../../../../../main-chain/relay/ethereum/evm/contract.ts';
import {
  slotOf,
  verifyContractFacts,
} from '../../../../../../main-chain/relay/ethereum/evm/contract-facts.ts';
import { EMPTY_TRIE_ROOT } from '../../../../../../main-chain/relay/ethereum/evm/trie-proof.ts';
import { nobleHash, ZERO_HASH } from '../../../../../../schemas/hash.ts';
import type { Contract } from '../../../../../../schemas/wire/clients/evm-contract.ts';
import {
  acknowledgementCommitment,
  ERROR_ACKNOWLEDGEMENT,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../../../../schemas/wire/packet.ts';
import { buildWorld, type World } from '../../../../../fakes/ethereum-trie.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';

type KeptFact = Exclude<PacketFact, { type: 'settledBelow' }>;

const contract: Contract = {
  address: new Uint8Array(20).fill(0xaa),
  codeHash: nobleHash.keccak256(Uint8Array.of(1, 2, 3)),
};
const commitmentOf = (sequence: bigint) => nobleHash.sha256(wordOf(sequence));
const success = acknowledgementCommitment([SUCCESS_ACKNOWLEDGEMENT], nobleHash);
const failure = acknowledgementCommitment([ERROR_ACKNOWLEDGEMENT], nobleHash);
const asInteger = (bytes: Uint8Array) =>
  bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const status = (word: bigint) => mappingSlot(wordOf(word), STATUSES_SLOT, nobleHash);
const commitmentSlot = (sequence: bigint) =>
  mappingSlot(wordOf(sequence), COMMITMENTS_SLOT, nobleHash);

const resourceId = new Uint8Array(32).fill(0x44);
const held = (5n << 64n) | 6n;

/** Sequence 1 succeeded, 2 failed, 3 has the bits nobody writes, 130 succeeded; 7 and 9 are committed. */
const world: World = buildWorld(
  contract.address,
  contract.codeHash,
  [
    [commitmentSlot(7n), asInteger(commitmentOf(7n))],
    [commitmentSlot(9n), asInteger(commitmentOf(9n))],
    [status(0n), (1n << 2n) | (2n << 4n) | (3n << 6n)],
    [status(1n), 1n << 4n],
    [mappingSlot(resourceId, RESOURCES_SLOT, nobleHash), (held << 128n) | (7n << 40n) | 0x101n],
  ],
  [new Uint8Array(20).fill(0xbb), new Uint8Array(20).fill(0xcc)],
);

function codeOf(facts: readonly KeptFact[], from: World = world, of: Contract = contract): string {
  const nodes = from.prove(
    facts.map((fact) => slotOf(fact, nobleHash)),
    of.address,
  );
  return refusalCode(() => verifyContractFacts(of, from.stateRoot, facts, nodes, nobleHash));
}

describe('packet facts in a contract’s storage', () => {
  const commitment = (sequence: bigint): KeptFact => ({
    type: 'commitment',
    sequence,
    commitment: commitmentOf(sequence),
  });

  it('hold where the contract says so, all under one proof', () => {
    const facts: KeptFact[] = [
      commitment(7n),
      commitment(9n),
      { type: 'acknowledged', sequence: 1n, commitment: success },
      { type: 'acknowledged', sequence: 2n, commitment: failure },
      { type: 'acknowledged', sequence: 130n, commitment: success },
      { type: 'received', sequence: 1n },
      { type: 'received', sequence: 2n },
      { type: 'notReceived', sequence: 4n },
      { type: 'notReceived', sequence: 999n },
      { type: 'supply', resourceId, quantity: held },
      { type: 'supply', resourceId: commitmentOf(1n), quantity: 0n },
    ];
    expect(codeOf(facts)).toBe('nothing thrown');
    for (const fact of facts) expect(codeOf([fact])).toBe('nothing thrown');
  });

  it.each<[string, KeptFact]>([
    ['a commitment nobody made', commitment(8n)],
    ['another commitment', { type: 'commitment', sequence: 7n, commitment: commitmentOf(9n) }],
    [
      'A7 A9: the zero commitment of a slot nobody wrote',
      { type: 'commitment', sequence: 8n, commitment: ZERO_HASH },
    ],
    ['the error of a success', { type: 'acknowledged', sequence: 1n, commitment: failure }],
    ['the success of an error', { type: 'acknowledged', sequence: 2n, commitment: success }],
    [
      'an acknowledgement of what was not received',
      { type: 'acknowledged', sequence: 4n, commitment: success },
    ],
    [
      'A7: an empty acknowledgement of what was not received',
      { type: 'acknowledged', sequence: 4n, commitment: new Uint8Array(0) },
    ],
    ['a receipt nobody wrote', { type: 'received', sequence: 4n }],
    ['a receipt in a word nobody wrote', { type: 'received', sequence: 999n }],
    ['D4: the absence of a receipt', { type: 'notReceived', sequence: 1n }],
    ['D4: the absence of a receipt with an error', { type: 'notReceived', sequence: 2n }],
    ['a status that is none as received', { type: 'received', sequence: 3n }],
    ['a status that is none as not received', { type: 'notReceived', sequence: 3n }],
    ['D9: another quantity than is held', { type: 'supply', resourceId, quantity: 6n }],
    [
      'D9: the quantity of another resource',
      { type: 'supply', resourceId: commitmentOf(1n), quantity: held },
    ],
  ])('A9 A12: refuses %s', (_name, fact) => {
    expect(codeOf([fact])).toBe('EVM_FACT');
    expect(codeOf([commitment(7n), fact])).toBe('EVM_FACT');
  });

  it('A5 A12: refuses facts under the proof of other facts, and nodes left over', () => {
    const nodes = world.prove([commitmentSlot(7n), status(0n)]);
    const check = (facts: KeptFact[]) =>
      refusalCode(() => verifyContractFacts(contract, world.stateRoot, facts, nodes, nobleHash));
    expect(check([commitment(7n), { type: 'received', sequence: 1n }])).toBe('nothing thrown');
    expect(check([commitment(7n)])).toBe('TRIE_NODE_LEFT');
    expect(check([{ type: 'received', sequence: 1n }, commitment(7n)])).toBe('TRIE_NODE_HASH');
    expect(check([])).toBe('TRIE_NODE_LEFT');
  });

  it('A12: takes neither an absent contract nor another contract or code for an answer', () => {
    const absent = { ...contract, address: new Uint8Array(20).fill(0xdd) };
    const facts: KeptFact[] = [{ type: 'notReceived', sequence: 5n }];
    const nodes = world.prove([], absent.address);
    expect(
      refusalCode(() => verifyContractFacts(absent, world.stateRoot, facts, nodes, nobleHash)),
    ).toBe('EVM_ACCOUNT_ABSENT');
    const foreign = world.prove([], new Uint8Array(20).fill(0xbb));
    expect(
      refusalCode(() => verifyContractFacts(contract, world.stateRoot, facts, foreign, nobleHash)),
    ).toMatch(/^TRIE_NODE_(HASH|MISSING)$/);
    expect(codeOf(facts, world, { ...contract, codeHash: commitmentOf(1n) })).toBe(
      'EVM_ACCOUNT_CODE',
    );
    expect(
      refusalCode(() => verifyContractFacts(contract, EMPTY_TRIE_ROOT, facts, [], nobleHash)),
    ).toBe('EVM_ACCOUNT_ABSENT');
  });

  it('says that the contract keeps no settledBelow', () => {
    const fact = { type: 'settledBelow', sequence: 0n } as const;
    expect(
      refusalCode(() => verifyContractFacts(contract, world.stateRoot, [fact], [], nobleHash)),
    ).toBe('EVM_FACT_KIND');
  });

  it('reads each sequence from its own two bits', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 700n }),
        fc.integer({ min: 1, max: 2 }),
        (sequence, bits) => {
          const one = buildWorld(contract.address, contract.codeHash, [
            [status(sequence / 128n), BigInt(bits) << ((sequence % 128n) * 2n)],
          ]);
          const commitment = bits === 1 ? success : failure;
          expect(codeOf([{ type: 'acknowledged', sequence, commitment }], one)).toBe(
            'nothing thrown',
          );
          for (const other of [sequence + 1n, sequence + 128n]) {
            expect(codeOf([{ type: 'notReceived', sequence: other }], one)).toBe('nothing thrown');
          }
          expect(codeOf([{ type: 'notReceived', sequence }], one)).toBe('EVM_FACT');
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a contract as counterparty', () => {
  it('C11: needs an address and code', () => {
    const codeFor = (change: Partial<Contract>) =>
      refusalCode(() => verifyContract({ ...contract, ...change }));
    expect(codeFor({})).toBe('nothing thrown');
    expect(codeFor({ address: new Uint8Array(20) })).toBe('EVM_CONTRACT');
    expect(codeFor({ codeHash: ZERO_HASH })).toBe('EVM_CONTRACT');
    expect(codeFor({ codeHash: nobleHash.keccak256(new Uint8Array(0)) })).toBe('EVM_CONTRACT');
  });
});
