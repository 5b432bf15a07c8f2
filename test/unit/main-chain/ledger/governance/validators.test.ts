/* Changes of the validator set: who may join, one at a time, active only after its certificate. */
import { describe, expect, it } from 'vitest';
import {
  currentValidators,
  nextValidators,
  readValidatorChange,
} from '../../../../../main-chain/ledger/governance/validators.ts';
import { nobleSignature } from '../../../../../main-chain/ledger/noble-signature.ts';
import { nobleHash } from '../../../../../schemas/hash.ts';
import type { Action } from '../../../../../schemas/wire/action.ts';
import { checkpointOf } from '../../../../../schemas/wire/block.ts';
import type { Certificate } from '../../../../../schemas/wire/checkpoint.ts';
import type { Genesis } from '../../../../../schemas/wire/genesis.ts';
import { possessionDigest } from '../../../../../schemas/wire/validator-set.ts';
import {
  certify,
  FakeChain,
  setHashOf,
  type ValidatorKey,
  validatorKeys,
  validatorsOf,
} from '../../../../fakes/chain.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import { govern, OPERATOR } from '../../relay/network.ts';
import { announce, rotate, setValidatorsAction } from '../../relay/rotation.ts';

const OLD = validatorKeys('old', 3);
const NEW = validatorKeys('new', 4);

function open(changes: Partial<Genesis> = {}): FakeChain {
  const clock = { nowMs: 1_800_000_000_000n };
  const chain = new FakeChain(clock, { name: 'test', kind: 'shard', ...changes }, OLD);
  chain.block();
  return chain;
}

/** The code of a change that must leave the sets as they are. */
function refusal(chain: FakeChain, action: Action): string {
  const sets = [currentValidators(chain), nextValidators(chain), readValidatorChange(chain)];
  const { code } = govern(chain, action);
  expect([currentValidators(chain), nextValidators(chain), readValidatorChange(chain)]).toEqual(
    sets,
  );
  return code;
}

/** The code of an activation that must change nothing. */
function activation(chain: FakeChain, certificate: Certificate): string {
  const { result, changed } = chain.attempt(OPERATOR, { type: 'activate', certificate });
  if (result.code !== '') expect(changed).toEqual([]);
  return result.code;
}

const setsOf = (chain: FakeChain, height = chain.height) => {
  const { validatorSetHash, nextValidatorSetHash } = chain.header(height);
  return [validatorSetHash, nextValidatorSetHash];
};
const [old, fresh] = [setHashOf(OLD), setHashOf(NEW)];

describe('announcing a set', () => {
  it('names it in the header from the announcing block on, while the old set signs', () => {
    const chain = open();
    expect(announce(chain, NEW).code).toBe('');
    expect(setsOf(chain)).toEqual([old, fresh]);
    chain.block();
    expect(setsOf(chain)).toEqual([old, fresh]);
  });

  it('B5: refuses an empty set', () => {
    expect(refusal(open(), { type: 'setValidators', validators: [], possessions: [] })).toBe(
      'VALIDATOR_SET_EMPTY',
    );
  });

  it('B3: refuses a member without power and a sum of 2^63', () => {
    const chain = open();
    const weigh = (power: bigint) =>
      setValidatorsAction(chain, [...NEW.slice(0, 3), { ...NEW[3], power } as ValidatorKey]);
    expect(refusal(chain, weigh(0n))).toBe('VALIDATOR_POWER');
    expect(refusal(chain, weigh((1n << 63n) - 3n))).toBe('VALIDATOR_POWER');
    expect(refusal(chain, weigh((1n << 64n) - 1n))).toBe('VALIDATOR_POWER');
    expect(govern(chain, weigh((1n << 63n) - 4n)).code).toBe('');
  });

  it('B6: refuses a member twice or out of order', () => {
    const chain = open();
    const [one, two] = NEW;
    if (one === undefined || two === undefined) throw new Error('no keys');
    expect(refusal(chain, setValidatorsAction(chain, [one, one]))).toBe('VALIDATOR_SET_ORDER');
    expect(refusal(chain, setValidatorsAction(chain, [two, one]))).toBe('VALIDATOR_SET_ORDER');
  });

  it('refuses the set that signs already', () => {
    const chain = open();
    expect(refusal(chain, setValidatorsAction(chain, OLD, []))).toBe('VALIDATOR_CHANGE_SAME');
  });

  it('refuses a second change until the first is active', () => {
    const chain = open();
    announce(chain, NEW);
    const other = setValidatorsAction(chain, validatorKeys('other', 2));
    expect(refusal(chain, other)).toBe('VALIDATOR_CHANGE_PENDING');
    const certificate = chain.certificate();
    const early = chain.block([OPERATOR, { type: 'activate', certificate }]);
    expect(early[0]?.code).toBe('');
    expect(readValidatorChange(chain)?.active).toBe(chain.height + 1n);
    expect(govern(chain, other).code).toBe('');
  });

  it('B5: in production refuses a set of one and a member that certifies alone, elsewhere not', () => {
    const [one, two, three] = NEW;
    if (one === undefined || two === undefined || three === undefined) throw new Error('no keys');
    const heavy = [{ ...one, power: 5n }, two, three];
    const even = [{ ...one, power: 4n }, two, three];
    const production = open({ profile: 'production' });
    for (const keys of [[one], heavy]) {
      const action = setValidatorsAction(production, keys);
      expect(refusal(production, action)).toBe('VALIDATOR_PRODUCTION');
      expect(announce(open(), keys).code).toBe('');
    }
    expect(announce(production, even).code).toBe('');
  });
});

describe('proof of possession', () => {
  it('lets a member that signs already join the next set without one', () => {
    const chain = open();
    const keys = [...OLD.slice(0, 2), ...NEW.slice(0, 1)].sort((left, right) =>
      Buffer.compare(left.address, right.address),
    );
    const kept = keys.flatMap((key, index) => (OLD.includes(key) ? [index] : []));
    expect(refusal(chain, setValidatorsAction(chain, keys))).toBe('VALIDATOR_POSSESSION');
    expect(announce(chain, keys, kept).code).toBe('');
  });

  it('refuses a missing one, one too many, one of another place, and one by another key', () => {
    const chain = open();
    const good = setValidatorsAction(chain, NEW);
    const [first, second] = good.possessions;
    if (first === undefined || second === undefined) throw new Error('no proofs');
    const rest = good.possessions.slice(2);
    for (const possessions of [
      [],
      good.possessions.slice(1),
      [...good.possessions, first],
      [second, first, ...rest],
      [first, { ...second, signature: first.signature }, ...rest],
      [first, { ...second, index: 9 }, ...rest],
    ]) {
      expect(refusal(chain, { ...good, possessions })).toBe('VALIDATOR_POSSESSION');
    }
  });

  it('B8: refuses one for another set, another chain, or made as a checkpoint signature', () => {
    const chain = open();
    const good = setValidatorsAction(chain, NEW);
    const heavier = NEW.map((key, at) => (at === 0 ? { ...key, power: 2n } : key));
    const foreign = new Uint8Array(32).fill(9);
    const signed = (digest: Uint8Array) =>
      NEW.map(({ secret }, index) => ({ index, signature: nobleSignature.sign(digest, secret) }));
    const point = certify(checkpointOf(blockOf(chain)), chain.rules.genesisHash, NEW);
    for (const possessions of [
      setValidatorsAction(chain, heavier).possessions,
      signed(possessionDigest(validatorsOf(NEW), foreign, nobleHash)),
      point.signatures,
    ]) {
      expect(refusal(chain, { ...good, possessions })).toBe('VALIDATOR_POSSESSION');
    }
  });
});

const blockOf = (chain: FakeChain) => {
  chain.block();
  return chain.header();
};

describe('activation', () => {
  it('makes the set sign one block after the block that holds its certificate', () => {
    const chain = open();
    announce(chain, NEW);
    const announced = chain.height;
    const { events } = chain.run(OPERATOR, {
      type: 'activate',
      certificate: chain.certificate(announced),
    });
    expect(events).toMatchObject([
      { type: 'validatorsChanged', sequence: announced + 2n, subject: fresh },
    ]);
    expect(setsOf(chain)).toEqual([old, fresh]);
    chain.block();
    expect(setsOf(chain)).toEqual([fresh, fresh]);
    expect(currentValidators(chain)).toEqual(validatorsOf(NEW));
    expect([nextValidators(chain), readValidatorChange(chain)]).toEqual([undefined, undefined]);
  });

  it('a set change whose certificate is withheld leaves the old set signing and nothing stuck', () => {
    const chain = open();
    announce(chain, NEW);
    for (let step = 0; step < 50; step++) chain.block();
    expect(setsOf(chain)).toEqual([old, fresh]);
    expect(govern(chain, { type: 'admit', address: testAddress(77) }).code).toBe('');
    expect(activation(chain, chain.certificate())).toBe('');
    chain.run(OPERATOR, { type: 'activate', certificate: chain.certificate() });
    chain.block();
    expect(setsOf(chain)).toEqual([fresh, fresh]);
  });

  it('refuses a certificate where no change waits, before, between and after', () => {
    const chain = open();
    chain.block();
    expect(activation(chain, chain.certificate())).toBe('VALIDATOR_CHANGE_NONE');
    announce(chain, NEW);
    const certificate = chain.certificate();
    chain.run(OPERATOR, { type: 'activate', certificate });
    expect(activation(chain, certificate)).toBe('VALIDATOR_CHANGE_NONE');
    chain.block();
    expect(activation(chain, certificate)).toBe('VALIDATOR_CHANGE_NONE');
  });

  it('refuses a certificate from before the announcement, of this very block, or of other sets', () => {
    const chain = open();
    chain.block();
    const early = chain.certificate();
    announce(chain, NEW);
    const { genesisHash } = chain.rules;
    const head = checkpointOf(chain.header());
    const forge = (changes: Partial<typeof head>, keys = OLD) =>
      activation(chain, certify({ ...head, ...changes }, genesisHash, keys));
    expect(activation(chain, early)).toBe('VALIDATOR_CHANGE_CERTIFICATE');
    expect(forge({ height: head.height + 1n })).toBe('VALIDATOR_CHANGE_CERTIFICATE');
    expect(forge({ nextValidatorSetHash: old })).toBe('VALIDATOR_CHANGE_CERTIFICATE');
    expect(forge({ validatorSetHash: fresh }, NEW)).toBe('VALIDATOR_CHANGE_CERTIFICATE');
    expect(forge({})).toBe('');
  });

  it('the certificate of an earlier change between the same sets does not serve again', () => {
    const chain = open();
    const first = rotate(chain, NEW);
    rotate(chain, OLD);
    const replayed = chain.certificate(first);
    announce(chain, NEW);
    expect(activation(chain, replayed)).toBe('VALIDATOR_CHANGE_CERTIFICATE');
    expect(activation(chain, chain.certificate())).toBe('');
  });

  it('B4, B7, B8: refuses exactly two thirds, a bad signature beside a quorum, and another chain', () => {
    const chain = open();
    announce(chain, NEW);
    const good = chain.certificate();
    expect(activation(chain, chain.certificate(chain.height, [0, 1]))).toBe('CERTIFICATE_QUORUM');
    const [one, two, three] = good.signatures;
    if (one === undefined || two === undefined || three === undefined) throw new Error('no keys');
    const signatures = [one, two, { ...three, signature: one.signature }];
    expect(activation(chain, { ...good, signatures })).toBe('CERTIFICATE_SIGNATURE');
    const foreign = certify(good.checkpoint, new Uint8Array(32).fill(1), OLD);
    expect(activation(chain, foreign)).toBe('CERTIFICATE_SIGNATURE');
    const own = { ...good, validators: validatorsOf(NEW) };
    expect(activation(chain, own)).toBe('CERTIFICATE_SET_HASH');
  });
});
