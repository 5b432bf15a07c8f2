import { describe, expect, it } from 'vitest';
import { createApplication } from '../../../../../main-chain/ledger/application.ts';
import type { ExecutionContext } from '../../../../../main-chain/ledger/context.ts';
import { encode } from '../../../../../schemas/codec/codec.ts';
import { type Action, actionCodec } from '../../../../../schemas/wire/action.ts';
import { admittedKey } from '../../../../../schemas/wire/state-keys.ts';
import { run, seedResource } from '../../../../fakes/ledger-chain.ts';
import { later, testAddress, testContext } from '../../../../fakes/ledger-context.ts';

type Context = ReturnType<typeof testContext>;
const newcomer = testAddress(77);

function open(context: Context, action: Action, nonce = 0n): Uint8Array {
  const message = {
    type: 'propose',
    action: encode(actionCodec, action),
    expirySeconds: now(context) + 1000n + nonce,
  } as const;
  const result = run(context, 1, nonce, message);
  expect(result.code).toBe('');
  return result.events[0]?.subject ?? new Uint8Array();
}
const now = (context: ExecutionContext) => context.timeMs / 1000n;

describe('proposals', () => {
  it('are carried out by anyone once a quorum of organisations has voted, and only once', () => {
    const context = testContext({ admission: 'list' });
    const proposalId = open(context, { type: 'admit', address: newcomer });
    expect(run(context, 50, 0n, { type: 'execute', proposalId }).code).toBe('PROPOSAL_QUORUM');
    expect(run(context, 1, 1n, { type: 'vote', proposalId, choice: 'for' }).code).toBe('');
    expect(run(context, 50, 1n, { type: 'execute', proposalId }).code).toBe('PROPOSAL_QUORUM');
    expect(run(context, 2, 0n, { type: 'vote', proposalId, choice: 'for' }).code).toBe('');
    expect(run(context, 50, 2n, { type: 'execute', proposalId }).code).toBe('');
    expect(context.state.get(admittedKey(newcomer))).toBeDefined();
    expect(run(context, 50, 3n, { type: 'execute', proposalId }).code).toBe('PROPOSAL_UNKNOWN');
  });

  it('take a vote back, refuse strangers, double opening, bad expiry and unknown bytes (F5)', () => {
    const context = testContext();
    const action = encode(actionCodec, { type: 'admit', address: newcomer });
    const proposalId = open(context, { type: 'admit', address: newcomer });
    run(context, 2, 0n, { type: 'vote', proposalId, choice: 'for' });
    run(context, 2, 1n, { type: 'vote', proposalId, choice: 'against' });
    expect(run(context, 2, 2n, { type: 'execute', proposalId }).code).toBe('PROPOSAL_QUORUM');
    expect(run(context, 50, 0n, { type: 'vote', proposalId, choice: 'for' }).code).toBe(
      'PROPOSAL_FORBIDDEN',
    );
    const propose = (nonce: bigint, bytes: Uint8Array, expirySeconds: bigint, n = 1) =>
      run(context, n, nonce, { type: 'propose', action: bytes, expirySeconds }).code;
    expect(propose(1n, action, now(context) + 1000n)).toBe('PROPOSAL_EXISTS');
    expect(propose(2n, action, now(context))).toBe('PROPOSAL_EXPIRED');
    expect(propose(3n, action, now(context) + 7_776_001n)).toBe('PROPOSAL_EXPIRED');
    expect(propose(4n, Uint8Array.of(99), now(context) + 10n)).toBe('CODEC_VALUE');
    expect(
      propose(
        5n,
        encode(actionCodec, { type: 'revokeIssuer', issuer: newcomer }),
        now(context) + 10n,
      ),
    ).toBe('ACTION_UNSUPPORTED');
    expect(propose(1n, action, now(context) + 10n, 50)).toBe('PROPOSAL_FORBIDDEN');
    expect(
      run(later(context, 1000n), 2, 3n, { type: 'vote', proposalId, choice: 'for' }).code,
    ).toBe('PROPOSAL_EXPIRED');
  });

  it('wait their delay where they widen trust or limits, and not where they narrow them', () => {
    const lane = {
      client: 'main-0',
      leastQuantity: 0n,
      outflowLimit: 0n,
      windowSeconds: 0n,
      leastRemainingSeconds: 0n,
    };
    const waiting: Action[] = [
      { type: 'setLane', paused: false, ...lane },
      {
        type: 'registerIssuer',
        issuer: newcomer,
        kinds: ['x'],
        home: 'eip155:1',
        cap: 1n,
        validFromSeconds: 0n,
        validUntilSeconds: 1n,
      },
    ];
    const prompt: Action[] = [
      { type: 'setLane', paused: true, ...lane },
      { type: 'revokeIssuer', issuer: newcomer },
    ];
    const ran: string[] = [];
    const note = (_: ExecutionContext, action: Action) => void ran.push(action.type);
    const application = createApplication(
      {},
      { setLane: note, registerIssuer: note, revokeIssuer: note },
      { setLane: (_, { paused }) => paused },
    );
    for (const [list, code] of [
      [waiting, 'PROPOSAL_DELAY'],
      [prompt, ''],
    ] as const) {
      for (const action of list) {
        const context = testContext({ proposalDelaySeconds: 50n, quorum: 1 });
        const propose = {
          type: 'propose',
          action: encode(actionCodec, action),
          expirySeconds: now(context) + 100n,
        } as const;
        const proposalId =
          run(context, 1, 0n, propose, application).events[0]?.subject ?? new Uint8Array();
        expect(run(context, 50, 0n, { type: 'execute', proposalId }, application).code).toBe(code);
        if (code !== '')
          expect(
            run(later(context, 50n), 50, 1n, { type: 'execute', proposalId }, application).code,
          ).toBe('');
      }
    }
    expect(ran).toEqual(['setLane', 'registerIssuer', 'setLane', 'revokeIssuer']);
  });

  it('admit and expel, freeze and unfreeze; a frozen resource does not move', () => {
    const context = testContext({ quorum: 1 });
    const resourceId = seedResource(context, 10n);
    let nonce = 0n;
    const enact = (action: Action): string => {
      const proposalId = open(context, action, nonce);
      const { code } = run(context, 1, nonce + 1n, { type: 'execute', proposalId });
      nonce += 2n;
      return code;
    };
    expect(enact({ type: 'expel', address: newcomer })).toBe('MEMBER_UNKNOWN');
    expect(enact({ type: 'admit', address: newcomer })).toBe('');
    expect(enact({ type: 'admit', address: newcomer })).toBe('MEMBER_EXISTS');
    expect(enact({ type: 'expel', address: newcomer })).toBe('');
    expect(enact({ type: 'unfreezeResource', resourceId, caseOrder: 'order 1' })).toBe(
      'RESOURCE_NOT_FROZEN',
    );
    expect(enact({ type: 'freezeResource', resourceId, caseOrder: 'order 2' })).toBe('');
    expect(
      run(context, 30, 0n, { type: 'transfer', resourceId, quantity: 1n, receiver: newcomer }).code,
    ).toBe('RESOURCE_FROZEN');
    expect(enact({ type: 'freezeResource', resourceId, caseOrder: 'order 3' })).toBe(
      'RESOURCE_FROZEN',
    );
    expect(enact({ type: 'unfreezeResource', resourceId, caseOrder: 'order 4' })).toBe('');
    expect(enact({ type: 'freezeResource', resourceId: newcomerId, caseOrder: 'order 5' })).toBe(
      'RESOURCE_UNKNOWN',
    );
  });
});

const newcomerId = new Uint8Array(32).fill(1);
