/** docs/protocol.md#governance: which action waits for the delay, held to what the chain does. */
import { describe, expect, it } from 'vitest';
import { executeTransaction } from '../../../main-chain/ledger/execute.ts';
import { chainApplication } from '../../../main-chain/relay/application.ts';
import { encode } from '../../../schemas/codec/codec.ts';
import { type Action, actionCodec } from '../../../schemas/wire/action.ts';
import type { Message } from '../../../schemas/wire/message.ts';
import { signed } from '../../fakes/ledger-chain.ts';
import { later, testContext } from '../../fakes/ledger-context.ts';
import { Samples, sampleAction } from '../schemas/wire/wire-samples.ts';
import { readText } from './project-files.ts';

const DELAY = 100n;
const NARROWING = ['registerIssuer', 'setLane', 'setLimit', 'setLodging'];

/** Action → its last cell: `yes`, `no` or `unless it narrows`. */
const waits = new Map(
  [
    ...readText('docs/protocol.md').matchAll(
      /^\| \d+ \| (\w+) \|.*\| (yes|no|unless it narrows) \|$/gm,
    ),
  ].map(([, action = '', cell = '']) => [action, cell]),
);
/** One action of each type the codec knows. */
function actions(): ReadonlyMap<Action['type'], Action> {
  const samples = new Samples(7);
  const found = new Map<Action['type'], Action>();
  for (let n = 0; n < 2000; n++) {
    const action = sampleAction(samples);
    if (encode(actionCodec, action).length < 32_768) found.set(action.type, action);
  }
  return found;
}

describe('the action table', () => {
  it('has every action of the codec and no other', () => {
    expect([...waits.keys()].sort()).toEqual([...actions().keys()].sort());
  });

  it('says which actions wait, as the chain has it', () => {
    const wrong: string[] = [];
    for (const [type, action] of actions()) {
      const answer = executed(action);
      const waited = answer === 'PROPOSAL_DELAY';
      const isKnown = answer !== 'ACTION_UNSUPPORTED';
      const isRight =
        isKnown && (NARROWING.includes(type) || waited === (waits.get(type) === 'yes'));
      if (!isRight) wrong.push(`${type} (${waits.get(type)}): ${answer}`);
    }
    expect(wrong).toEqual([]);
  });

  it('names the four actions that may narrow', () => {
    const narrowing = [...waits].filter(([, cell]) => cell === 'unless it narrows');
    expect(narrowing.map(([type]) => type).sort()).toEqual(NARROWING);
  });
});

/** The code of proposing an action and carrying it out at once, on a main chain that delays. */
function executed(action: Action): string {
  const context = testContext({ kind: 'main', quorum: 1, proposalDelaySeconds: DELAY });
  const send = (nonce: bigint, message: Message) =>
    executeTransaction(context, chainApplication, signed(context, 1, nonce, message), false);
  const proposed = send(0n, {
    type: 'propose',
    action: encode(actionCodec, action),
    expirySeconds: later(context, DELAY).timeMs / 1000n,
  });
  const proposalId = proposed.events[0]?.subject;
  if (proposalId === undefined) return proposed.code;
  return send(1n, { type: 'execute', proposalId }).code;
}
