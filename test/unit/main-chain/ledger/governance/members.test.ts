/* Members change by proposal alone: organisations, keys, quorum, guardians. */
import { describe, expect, it } from 'vitest';
import { readMembers } from '../../../../../main-chain/ledger/governance/members.ts';
import { encode } from '../../../../../schemas/codec/codec.ts';
import { type Action, actionCodec } from '../../../../../schemas/wire/action.ts';
import type { Genesis } from '../../../../../schemas/wire/genesis.ts';
import { run } from '../../../../fakes/ledger-chain.ts';
import { later, snapshot, testAddress, testContext } from '../../../../fakes/ledger-context.ts';

type Context = ReturnType<typeof testContext>;
const DELAY = 100n;

function organisations(...keys: readonly number[]): Genesis['organisations'] {
  return keys.map((n) => ({ name: `organisation ${n}`, address: testAddress(n) }));
}

/** One chain and the next nonce of each key. */
function chain(changes: Partial<Genesis> = {}) {
  const nonces = new Map<number, bigint>();
  let context: Context = testContext({ proposalDelaySeconds: DELAY, ...changes });
  const send = (key: number, message: Parameters<typeof run>[3]) => {
    const nonce = nonces.get(key) ?? 0n;
    nonces.set(key, nonce + 1n);
    return run(context, key, nonce, message);
  };
  return {
    send,
    pass: (seconds: bigint) => {
      context = later(context, seconds);
    },
    propose(key: number, action: Action): Uint8Array {
      const expirySeconds = context.timeMs / 1000n + 100_000n;
      const message = {
        type: 'propose',
        action: encode(actionCodec, action),
        expirySeconds,
      } as const;
      const { code, events } = send(key, message);
      expect(code).toBe('');
      return events[0]?.subject ?? new Uint8Array();
    },
    vote: (key: number, proposalId: Uint8Array) =>
      send(key, { type: 'vote', proposalId, choice: 'for' }).code,
    /** The code of carrying it out; a refusal changes nothing but the nonce. */
    execute(proposalId: Uint8Array): string {
      const rest = () => snapshot(context.state).filter(([key]) => !key.startsWith('account/'));
      const before = rest();
      const { code } = send(50, { type: 'execute', proposalId });
      if (code !== '') expect(rest()).toEqual(before);
      return code;
    },
    members: () => readMembers(context),
  };
}

function setMembers(keys: readonly number[], quorum = 2, guardians = [9]): Action {
  return {
    type: 'setMembers',
    organisations: organisations(...keys),
    quorum,
    guardians: guardians.map(testAddress),
  };
}

describe('members', () => {
  it('F5: one operator alone rotates no key, and two do only after the delay', () => {
    const { propose, vote, execute, pass, members } = chain();
    const id = propose(1, setMembers([4, 2, 3]));
    expect(vote(1, id)).toBe('');
    pass(DELAY);
    expect(execute(id)).toBe('PROPOSAL_QUORUM');
    expect(vote(4, id)).toBe('PROPOSAL_FORBIDDEN');
    const other = propose(1, setMembers([4, 2, 3], 1));
    expect(vote(2, other)).toBe('');
    expect(execute(other)).toBe('PROPOSAL_DELAY');
    expect(members().organisations).toEqual(organisations(1, 2, 3));
    expect(vote(2, id)).toBe('');
    expect(execute(id)).toBe('');
    expect(members().organisations).toEqual(organisations(4, 2, 3));
  });

  it('count votes of current organisations only: a removed one and a rotated key weigh nothing', () => {
    const { propose, vote, execute, pass } = chain();
    const pending = propose(1, { type: 'admit', address: testAddress(77) });
    const change = propose(2, setMembers([4, 2, 3]));
    expect(vote(3, change)).toBe('');
    pass(DELAY);
    expect(execute(change)).toBe('');
    expect(vote(2, pending)).toBe('');
    expect(execute(pending)).toBe('PROPOSAL_QUORUM');
    expect(vote(1, pending)).toBe('PROPOSAL_FORBIDDEN');
    expect(vote(4, pending)).toBe('');
    expect(execute(pending)).toBe('');
  });

  it('keep their number, their names and addresses apart, and a quorum that can be reached', () => {
    const { propose, vote, execute, pass } = chain();
    const refused: [Action, string][] = [
      [setMembers([1, 2, 2]), 'GENESIS_MEMBERS'],
      [
        {
          type: 'setMembers',
          organisations: [1, 2].map((n) => ({ name: 'twin', address: testAddress(n) })),
          quorum: 2,
          guardians: [],
        },
        'GENESIS_MEMBERS',
      ],
      [setMembers([1, 2, 3], 0), 'GENESIS_QUORUM'],
      [setMembers([1, 2, 3], 4), 'GENESIS_QUORUM'],
      [setMembers([], 1), 'GENESIS_QUORUM'],
    ];
    const ids = refused.map(([action]) => propose(1, action));
    for (const id of ids) vote(2, id);
    pass(DELAY);
    expect(ids.map(execute)).toEqual(refused.map(([, code]) => code));
  });

  it('B5: a production chain never falls to a quorum of one', () => {
    const { propose, vote, execute, pass } = chain({ profile: 'production' });
    const id = propose(1, setMembers([1, 2, 3], 1));
    vote(2, id);
    pass(DELAY);
    expect(execute(id)).toBe('GENESIS_PRODUCTION');
  });
});
