import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { parseHex } from '../../../../schemas/codec/hex.ts';
import { nobleHash, toHex } from '../../../../schemas/hash.ts';
import {
  type Checkpoint,
  checkpointDigest,
  checkpointDomain,
} from '../../../../schemas/wire/checkpoint.ts';
import { type Genesis, verifyGenesis } from '../../../../schemas/wire/genesis.ts';
import { validatorSetHash, verifyValidatorSet } from '../../../../schemas/wire/validator-set.ts';
import { testAddress, testGenesis } from '../../../fakes/ledger-context.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

interface Vector {
  genesisHash: string;
  checkpoint: Record<keyof Checkpoint, string>;
  domainSeparator: string;
  digest: string;
  secretKey: string;
  address: string;
  signature: string;
  validatorSet: { members: [string, string][]; hash: string };
}
const vector: Vector = JSON.parse(
  readFileSync(new URL('../../../vectors/checkpoint/eip712.json', import.meta.url), 'utf8'),
);
const checkpoint: Checkpoint = {
  height: BigInt(vector.checkpoint.height),
  stateRoot: parseHex(vector.checkpoint.stateRoot),
  outboxRoot: parseHex(vector.checkpoint.outboxRoot),
  timeMs: BigInt(vector.checkpoint.timeMs),
  validatorSetHash: parseHex(vector.checkpoint.validatorSetHash),
  nextValidatorSetHash: parseHex(vector.checkpoint.nextValidatorSetHash),
};
const genesisHash = parseHex(vector.genesisHash);

describe('checkpoint', () => {
  it('has the EIP-712 digest an Ethereum library computes', () => {
    expect(toHex(checkpointDomain(genesisHash, nobleHash))).toBe(vector.domainSeparator);
    const digest = checkpointDigest(checkpoint, genesisHash, nobleHash);
    expect(toHex(digest)).toBe(vector.digest);
    const secretKey = parseHex(vector.secretKey);
    expect(toHex(nobleSignature.sign(digest, secretKey))).toBe(vector.signature);
    expect(
      toHex(nobleSignature.recoverAddress(digest, parseHex(vector.signature)) ?? new Uint8Array()),
    ).toBe(vector.address);
  });

  it('changes its digest with every field and with the chain (B8)', () => {
    const digests = new Set([toHex(checkpointDigest(checkpoint, genesisHash, nobleHash))]);
    const other = new Uint8Array(32).fill(0x77);
    for (const field of [
      'stateRoot',
      'outboxRoot',
      'validatorSetHash',
      'nextValidatorSetHash',
    ] as const) {
      digests.add(
        toHex(checkpointDigest({ ...checkpoint, [field]: other }, genesisHash, nobleHash)),
      );
    }
    digests.add(toHex(checkpointDigest({ ...checkpoint, height: 1n }, genesisHash, nobleHash)));
    digests.add(toHex(checkpointDigest({ ...checkpoint, timeMs: 1n }, genesisHash, nobleHash)));
    digests.add(toHex(checkpointDigest(checkpoint, other, nobleHash)));
    expect(digests.size).toBe(8);
  });
});

describe('validator set', () => {
  const members = vector.validatorSet.members.map(([address, power]) => ({
    address: parseHex(address),
    power: BigInt(power),
  }));

  it('hashes as solidityPacked does and sums its power', () => {
    expect(toHex(validatorSetHash(members, nobleHash))).toBe(vector.validatorSet.hash);
    expect(verifyValidatorSet(members)).toBe(8n);
  });

  it('refuses an empty set, a repeated or unsorted address, no power and overflow (B3, B5, B6)', () => {
    const [first, second] = members as [(typeof members)[0], (typeof members)[0]];
    expect(refusalCode(() => verifyValidatorSet([]))).toBe('VALIDATOR_SET_EMPTY');
    expect(refusalCode(() => verifyValidatorSet([first, first]))).toBe('VALIDATOR_SET_ORDER');
    expect(refusalCode(() => verifyValidatorSet([second, first]))).toBe('VALIDATOR_SET_ORDER');
    expect(refusalCode(() => verifyValidatorSet([{ ...first, power: 0n }]))).toBe(
      'VALIDATOR_POWER',
    );
    const half = 1n << 62n;
    expect(
      refusalCode(() =>
        verifyValidatorSet([
          { ...first, power: half },
          { ...second, power: half },
        ]),
      ),
    ).toBe('VALIDATOR_POWER');
  });
});

describe('genesis', () => {
  it('refuses a quorum of zero or above the members, and in production no delay, k < 2 or one validator (B5, C11)', () => {
    const production: Partial<Genesis> = {
      profile: 'production',
      proposalDelaySeconds: 86_400n,
      validators: [100, 101]
        .map((n) => ({ address: testAddress(n), power: 1n }))
        .sort((a, b) => (toHex(a.address) < toHex(b.address) ? -1 : 1)),
    };
    const code = (changes: Partial<Genesis>) =>
      refusalCode(() => verifyGenesis(testGenesis(changes)));
    expect(code({})).toBe('nothing thrown');
    expect(code({ quorum: 0 })).toBe('GENESIS_QUORUM');
    expect(code({ quorum: 4 })).toBe('GENESIS_QUORUM');
    const twice = [1, 1].map((n) => ({ name: 'the same', address: testAddress(n) }));
    expect(code({ organisations: twice })).toBe('GENESIS_MEMBERS');
    expect(code(production)).toBe('nothing thrown');
    expect(code({ ...production, proposalDelaySeconds: 86_399n })).toBe('GENESIS_PRODUCTION');
    expect(code({ ...production, quorum: 1 })).toBe('GENESIS_PRODUCTION');
    expect(code({ ...production, validators: [{ address: testAddress(100), power: 1n }] })).toBe(
      'GENESIS_PRODUCTION',
    );
  });
});
