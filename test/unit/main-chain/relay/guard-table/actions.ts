/* One network with everything under way, and for each action of the guard table a message that would run. */

import { readQuantity, readU64 } from '../../../../../main-chain/ledger/state.ts';
import { checkpointOf } from '../../../../../schemas/wire/block.ts';
import { checkpointUpdates } from '../../../../../schemas/wire/clients/client-material.ts';
import type { Message, MessageOf } from '../../../../../schemas/wire/message.ts';
import { settledBelowKey, supplyKey } from '../../../../../schemas/wire/state-keys.ts';
import { certify, type FakeChain } from '../../../../fakes/chain.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import {
  ALICE,
  BOB,
  carryAll,
  createNetwork,
  govern,
  ISSUER,
  issueAndRegister,
  issueMessage,
  KIND,
  type Link,
  type Network,
  OPERATOR,
  RELAYER,
  sendMessage,
  sentPackets,
  timeoutMessage,
} from '../network.ts';

const AGENT = 50;
const STRANGER = 77;
const MAIN_ISSUER = 21;
/** More than the issuer of Jiangsu may have in circulation. */
const OVER_CAP = 2_000_000n;
const SEED = 1;

/** A message that runs where no guard stops it, and the lane a guard of it would stand at. */
export interface GuardedAction {
  readonly chain: FakeChain;
  readonly client: string;
  /** The resource it is about. */
  readonly resourceId: Uint8Array;
  readonly sender: number;
  readonly message: Message;
}

export interface Stage {
  readonly network: Network;
  readonly actions: ReadonlyMap<string, GuardedAction>;
}

/** What `from` sent in one block, proven under its newest. */
function bring(
  from: FakeChain,
  fromClient: string,
  toClient: string,
  sentAt: bigint,
): MessageOf<'deliver'> {
  const segments = from
    .segments(fromClient, sentAt)
    .filter(({ outboxHeight }) => outboxHeight === sentAt);
  if (segments.length === 0) throw new Error(`nothing was sent at ${sentAt}`);
  return {
    type: 'deliver',
    client: toClient,
    updates: checkpointUpdates(from.certificate()),
    height: from.height,
    segments,
  };
}

/** Runs a message and says at which height. */
function runAt(chain: FakeChain, sender: number, message: Message): bigint {
  chain.run(sender, message);
  return chain.height;
}

const up = ({ side, sideClient, mainClient }: Link, at: bigint) =>
  bring(side, sideClient, mainClient, at);
const down = ({ main }: Network, { sideClient, mainClient }: Link, at: bigint) =>
  bring(main, mainClient, sideClient, at);

const retirement = (resourceId: Uint8Array): Message => ({
  type: 'retire',
  resourceId,
  quantity: 10n,
  beneficiary: '',
  purpose: '',
});

/** A statement above the issuer's cap comes back from the main chain: the message that sends it again. */
function keptStatement(network: Network): Message {
  const { side, sideClient } = network.a;
  side.run(ISSUER, issueMessage(network, OVER_CAP, {}, { seed: 3 }));
  const [packet] = sentPackets(side, sideClient);
  if (packet === undefined) throw new Error('no statement was sent');
  carryAll(network);
  return { type: 'resend', client: sideClient, sequence: packet.sequence };
}

/** A resource at home on the main chain, and the message that issues more of it. */
function issuingOnMain(network: Network): Message {
  const { main } = network;
  const home = main.rules.chainId;
  const grant = { issuer: testAddress(MAIN_ISSUER), kinds: [KIND], home, cap: 1000n };
  const validity = { validFromSeconds: 0n, validUntilSeconds: 4_000_000_000n };
  govern(main, { type: 'registerIssuer', ...grant, ...validity });
  const statement = (index: bigint) =>
    issueMessage(network, 10n, { index }, { issuer: MAIN_ISSUER, home });
  main.run(MAIN_ISSUER, statement(1n));
  return statement(2n);
}

/** Everything an action of the table needs is under way and none of it done; all quantities are 10. */
export function setTheStage(): Stage {
  const admitted = [OPERATOR, AGENT, ISSUER, MAIN_ISSUER, ALICE, BOB, RELAYER].map(testAddress);
  const rules = { admission: 'list', admitted } as const;
  const network = createNetwork({ sides: rules, main: rules });
  const { main, a, b, clock } = network;
  const { side } = a;
  const resourceId = issueAndRegister(network, 1000n, SEED);
  const send = (to: FakeChain, changes: Partial<MessageOf<'send'>> = {}) =>
    sendMessage(network, a, to, resourceId, 10n, changes);
  const back = () => sendMessage(network, b, side, resourceId, 10n);
  side.run(ALICE, { ...send(main), quantity: 200n, receiver: testAddress(ALICE) });
  side.run(ALICE, { ...send(b.side), quantity: 200n });
  carryAll(network);

  const kept = keptStatement(network);
  const issueOnMain = issuingOnMain(network);

  const refused = runAt(side, ALICE, send(b.side, { receiver: testAddress(STRANGER) }));
  const forwarded = runAt(main, RELAYER, up(a, refused));
  const answered = runAt(b.side, RELAYER, down(network, b, forwarded));
  const refund = runAt(main, RELAYER, up(b, answered));

  const sent = runAt(side, ALICE, send(b.side));
  const onward = runAt(main, RELAYER, up(a, sent));
  const received = runAt(b.side, RELAYER, down(network, b, onward));

  const returned = runAt(main, RELAYER, up(b, runAt(b.side, BOB, back())));
  const soon = clock.nowMs / 1000n + 5n;
  side.run(ALICE, send(b.side, { timeoutSeconds: soon, deadlineSeconds: soon }));
  const late = sentPackets(side, a.sideClient);

  const toMain = runAt(side, ALICE, send(main));
  const toBob = runAt(side, ALICE, send(b.side));
  const retired = runAt(side, ALICE, retirement(resourceId));
  const issued = runAt(side, ISSUER, issueMessage(network, 10n, { index: 2n }, { seed: SEED }));
  const lock = { type: 'lock', resourceId, quantity: 10n } as const;
  const expirySeconds = clock.nowMs / 1000n + 86_400n;
  const locking: Message = { ...lock, agent: testAddress(AGENT), expirySeconds };
  const lockId = side.run(ALICE, locking).events[0]?.subject;
  if (lockId === undefined) throw new Error('nothing was locked');
  clock.nowMs += 10_000n;

  const overdue = timeoutMessage(main, a.sideClient, late);
  for (const chain of [side, b.side, main]) chain.block();
  const shown = {
    client: a.mainClient,
    updates: checkpointUpdates(side.certificate()),
    height: side.height,
  } as const;
  const mark = settledBelowKey(a.sideClient);
  const supplies = [
    { resourceId, quantity: readQuantity(side.context().state, supplyKey(resourceId)) },
  ];
  const first = main.certificate();
  const twin = { ...checkpointOf(main.header()), stateRoot: new Uint8Array(32).fill(7) };
  const second = certify(twin, main.rules.genesisHash, main.keys);
  const receiver = testAddress(BOB);
  const onSide = { chain: side, client: a.sideClient };
  const overA = { chain: main, client: a.mainClient };
  const overB = { chain: main, client: b.mainClient };
  const byRelayer = (message: Message) => ({ sender: RELAYER, message });
  const byAlice = (message: Message) => ({ sender: ALICE, message });
  const actions = new Map<string, Omit<GuardedAction, 'resourceId'>>([
    ['send', { ...onSide, ...byAlice(send(b.side)) }],
    ['send from main', { ...overB, ...byAlice({ ...send(b.side), client: b.mainClient }) }],
    ['receive', { ...onSide, ...byRelayer(down(network, a, returned)) }],
    ['receive on main', { ...overA, ...byRelayer(up(a, toMain)) }],
    ['receive to send on', { ...overA, ...byRelayer(up(a, toBob)) }],
    ['send on', { ...overB, ...byRelayer(up(a, toBob)) }],
    ['acknowledge on main', { ...overB, ...byRelayer(up(b, received)) }],
    ['refund', { ...onSide, ...byRelayer(down(network, a, refund)) }],
    ['time out', { ...onSide, ...byRelayer(overdue) }],
    ['retire', { ...onSide, ...byAlice(retirement(resourceId)) }],
    ['retire on main', { ...overA, ...byAlice(retirement(resourceId)) }],
    ['book retirement', { ...overA, ...byRelayer(up(a, retired)) }],
    ['issue', { ...onSide, sender: ISSUER, message: issueMessage(network, 10n, { index: 3n }) }],
    ['issue on main', { ...overA, sender: MAIN_ISSUER, message: issueOnMain }],
    ['resend', { ...onSide, ...byAlice(kept) }],
    ['register supply', { ...overA, ...byRelayer(up(a, issued)) }],
    [
      'settle',
      {
        ...overA,
        ...byRelayer({
          ...shown,
          type: 'settle',
          settledBelow: readU64(side.context().state, mark),
          proof: side.tree.prove([mark]),
        }),
      },
    ],
    [
      'prove supply',
      {
        ...overA,
        ...byRelayer({
          ...shown,
          type: 'proveSupply',
          supplies,
          proof: side.tree.prove([supplyKey(resourceId)]),
        }),
      },
    ],
    ['transfer', { ...onSide, ...byAlice({ ...lock, type: 'transfer', receiver }) }],
    ['lock', { ...onSide, ...byAlice({ ...locking, quantity: 9n }) }],
    ['unlock', { ...onSide, sender: AGENT, message: { type: 'unlock', lockId, receiver } }],
    [
      'update',
      {
        ...onSide,
        ...byAlice({ type: 'update', client: a.sideClient, updates: checkpointUpdates(first) }),
      },
    ],
    [
      'misbehaviour',
      {
        ...onSide,
        ...byAlice({
          type: 'misbehaviour',
          client: a.sideClient,
          evidence: { type: 'checkpoint', first, second },
        }),
      },
    ],
  ]);
  const about = ({ message }: Pick<GuardedAction, 'message'>) =>
    message.type === 'issue' ? message.statement.statement.resourceId : resourceId;
  return {
    network,
    actions: new Map(
      [...actions].map(([name, action]) => [name, { ...action, resourceId: about(action) }]),
    ),
  };
}
