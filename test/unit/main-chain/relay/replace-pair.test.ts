/*
 * After a reorganisation: the pair is closed for good at both ends, a successor goes on, orphaned
 * packets end as governance found, and the difference is written off.
 */

import { describe, expect, it } from 'vitest';
import { readRoute } from '../../../../main-chain/relay/routes.ts';
import { encode } from '../../../../schemas/codec/codec.ts';
import { type Action, type ActionOf, actionCodec } from '../../../../schemas/wire/action.ts';
import { checkpointOf } from '../../../../schemas/wire/block.ts';
import { checkpointUpdates } from '../../../../schemas/wire/clients/client-material.ts';
import type { Message } from '../../../../schemas/wire/message.ts';
import {
  commitmentPath,
  type Packet,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../../schemas/wire/packet.ts';
import { certify, type FakeChain, setHashOf } from '../../../fakes/chain.ts';
import { testAddress } from '../../../fakes/ledger-context.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  createNetwork,
  delivery,
  forgeDelivery,
  govern,
  held,
  issueAndRegister,
  type Link,
  laneRules,
  ledgerOf,
  type Network,
  OPERATOR,
  RELAYER,
  refresh,
  sendMessage,
  sentPackets,
  timeoutMessage,
} from './network.ts';

type Left = Pick<ActionOf<'replacePair'>, 'orphans' | 'writeOffs'>;
const NOTHING: Left = { orphans: [], writeOffs: [] };

const successorOf = ({ side, sideClient, mainClient }: Link): Link => ({
  side,
  sideClient: `${sideClient}-2`,
  mainClient: `${mainClient}-2`,
});

function succession(
  of: FakeChain,
  client: string,
  counterpartyClient: string,
  left: Left = NOTHING,
): ActionOf<'replacePair'> {
  return {
    type: 'replacePair',
    client,
    successor: `${client}-2`,
    counterpartyClient: `${counterpartyClient}-2`,
    trustingPeriodSeconds: 604_800n,
    maxClockDriftSeconds: 60n,
    start: { type: 'checkpoint', validatorSetHash: setHashOf(of.keys), height: of.height },
    ...left,
  };
}

function enact(chain: FakeChain, action: Action) {
  const before = new Map(chain.values);
  const result = govern(chain, action);
  if (result.code !== '')
    expect(othersThanGovernance(chain.values)).toEqual(othersThanGovernance(before));
  return result;
}

function othersThanGovernance(values: ReadonlyMap<string, Uint8Array>): readonly string[] {
  return [...values]
    .filter(([key]) => !/^(account|proposal|blockHash)\//.test(key))
    .map(([key, value]) => `${key}=${value.join(',')}`)
    .sort();
}

/** Jiangsu accepts from its lost history what main sent to it; a transfer each way is under way. */
function reorganised() {
  const network = createNetwork();
  const id = issueAndRegister(network);
  const { main, a, b } = network;
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
  carryAll(network);
  b.side.run(BOB, sendMessage(network, b, a.side, id, 20n));
  carryUp(network, b);
  const [lost] = sentPackets(main, a.mainClient);
  b.side.run(BOB, sendMessage(network, b, a.side, id, 7n));
  carryUp(network, b);
  const [pending] = sentPackets(main, a.mainClient);
  if (lost === undefined || pending === undefined) throw new Error('nothing was sent');
  const acknowledgement = SUCCESS_ACKNOWLEDGEMENT;
  const acknowledgements = [{ packet: lost, acknowledgement }];
  main.run(
    RELAYER,
    forgeDelivery(network, a.side, a.sideClient, a.mainClient, { acknowledgements }),
  );
  carryDown(network, b);
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 11n));
  const [orphan] = sentPackets(a.side, a.sideClient);
  if (orphan === undefined) throw new Error('nothing was sent');
  return { network, id, pending, orphan };
}

function close({ main, a }: Network): void {
  const closed = govern(main, { type: 'closeClient', client: a.mainClient });
  expect(closed.events.map(({ type }) => type)).toContain('clientClosed');
  expect(govern(a.side, { type: 'closeClient', client: a.sideClient }).code).toBe('');
}

const codeOn = (chain: FakeChain, message: Message, sender = RELAYER): string => {
  const { result, changed } = chain.attempt(sender, message);
  expect(changed).toEqual([]);
  return result.code;
};

describe('a closed pair', () => {
  it('C8: processes nothing more at either end, for good', () => {
    const { network, id, pending } = reorganised();
    const { main, a, b } = network;
    const up = delivery(a.side, a.sideClient, a.mainClient, 1n);
    const down = delivery(main, a.mainClient, a.sideClient, 1n);
    if (up === undefined || down === undefined) throw new Error('nothing was sent');
    close(network);
    const certificate = a.side.certificate();
    const twin = { ...checkpointOf(a.side.header()), stateRoot: new Uint8Array(32).fill(7) };
    const client = a.mainClient;
    const height = a.side.height;
    const proof = a.side.tree.prove(['chain/genesis']);
    const supplies = [{ resourceId: id, quantity: 1n }];
    const messages: Message[] = [
      up,
      { type: 'update', client, updates: checkpointUpdates(certificate) },
      timeoutMessage(a.side, client, [pending]),
      {
        type: 'settle',
        client,
        updates: checkpointUpdates(certificate),
        height,
        settledBelow: 1n,
        proof,
      },
      {
        type: 'misbehaviour',
        client,
        evidence: {
          type: 'checkpoint',
          first: certificate,
          second: certify(twin, a.side.rules.genesisHash, a.side.keys),
        },
      },
      {
        type: 'proveSupply',
        client,
        updates: checkpointUpdates(certificate),
        height,
        supplies,
        proof,
      },
    ];
    expect(messages.map((message) => codeOn(main, message))).toEqual(
      messages.map(() => 'CLIENT_CLOSED'),
    );
    expect(codeOn(a.side, down)).toBe('CLIENT_CLOSED');
    const send = sendMessage(network, a, b.side, id, 1n);
    expect(codeOn(a.side, send, ALICE)).toBe('CLIENT_CLOSED');
    const retire = { type: 'retire', resourceId: id, quantity: 1n, beneficiary: '', purpose: '' };
    expect(codeOn(a.side, retire as Message, ALICE)).toBe('CLIENT_CLOSED');
    b.side.run(BOB, sendMessage(network, b, a.side, id, 1n));
    const failed = carryUp(network, b)?.events.find(({ type }) => type === 'packetFailed');
    expect(failed?.code).toBe('CLIENT_CLOSED');
    for (const again of ['closeClient', 'replaceClient'] as const) {
      const action =
        again === 'closeClient'
          ? { type: again, client }
          : { ...succession(a.side, client, a.sideClient), type: again };
      expect(enact(main, action as Action).code).toBe('CLIENT_CLOSED');
    }
  });
});

describe('replacing a pair', () => {
  it('goes on over new ids from sequence 1, with the location, the rules and the limits of the lane', () => {
    const { network, id, pending, orphan } = reorganised();
    const { main, a, b } = network;
    govern(main, laneRules(a.mainClient, { leastQuantity: 2n }));
    close(network);
    const left: Left = {
      orphans: [{ packet: pending, ending: 'refunded' }],
      writeOffs: [{ resourceId: id, quantity: 20n }],
    };
    const ended = enact(main, succession(a.side, a.mainClient, a.sideClient, left));
    expect(ended.events.map(({ type, code }) => code || type)).toEqual([
      'clientCreated',
      'PACKET_ORPHANED',
      'PACKET_ERROR_ACKNOWLEDGED',
      'locationWrittenOff',
      'replacePair',
    ]);
    const sideLeft: Left = { orphans: [{ packet: orphan, ending: 'refunded' }], writeOffs: [] };
    expect(enact(a.side, succession(main, a.sideClient, a.mainClient, sideLeft)).code).toBe('');
    const next = { ...network, a: successorOf(a) };
    carryDown(next, b);
    expect(held(b.side, id, BOB)).toBe(280n);
    expect(held(a.side, id, ALICE)).toBe(700n);
    expect(ledgerOf(next, id)).toMatchObject({ registered: 980n, atA: 700n, atB: 280n, toA: 0n });
    expect(readRoute(main.context().state, a.side.rules.chainId)?.client).toBe(next.a.mainClient);
    a.side.block();
    main.block();
    refresh(next, next.a);
    a.side.run(ALICE, sendMessage(next, next.a, b.side, id, 100n));
    expect(sentPackets(a.side, next.a.sideClient).map(({ sequence }) => sequence)).toEqual([1n]);
    carryAll(next);
    b.side.run(BOB, sendMessage(next, b, a.side, id, 1n));
    const failed = carryUp(next, b)?.events.find(({ type }) => type === 'packetFailed');
    expect(failed?.code).toBe('LANE_LEAST_QUANTITY');
    carryAll(next);
    b.side.run(BOB, sendMessage(next, b, a.side, id, 50n, { receiver: testAddress(ALICE) }));
    carryAll(next);
    expect(ledgerOf(next, id)).toMatchObject({ registered: 980n, atA: 650n, atB: 330n });
    expect(held(a.side, id, ALICE)).toBe(650n);
  });

  it('makes one successor of a closed pair, of the same chain, and only of a closed one', () => {
    const { network } = reorganised();
    const { main, a } = network;
    const action = succession(a.side, a.mainClient, a.sideClient);
    expect(enact(main, action).code).toBe('CLIENT_NOT_CLOSED');
    close(network);
    expect(enact(main, { ...action, successor: network.b.mainClient }).code).toBe('CLIENT_EXISTS');
    expect(enact(main, { ...action, trustingPeriodSeconds: 1n }).code).toBe(
      'CLIENT_TRUSTING_PERIOD',
    );
    expect(enact(main, { ...action, client: 'side-none' }).code).toBe('CLIENT_UNKNOWN');
    expect(enact(main, action).code).toBe('');
    expect(enact(main, { ...action, successor: 'side-third' }).code).toBe('CLIENT_EXISTS');
  });

  it('sends a retirement left behind again over the successor', () => {
    const { network, id } = reorganised();
    const { main, a } = network;
    a.side.run(ALICE, {
      type: 'retire',
      resourceId: id,
      quantity: 5n,
      beneficiary: 'x',
      purpose: '',
    });
    const [packet] = sentPackets(a.side, a.sideClient);
    if (packet === undefined) throw new Error('nothing was sent');
    close(network);
    const left: Left = { orphans: [{ packet, ending: 'refunded' }], writeOffs: [] };
    expect(enact(main, succession(a.side, a.mainClient, a.sideClient)).code).toBe('');
    expect(enact(a.side, succession(main, a.sideClient, a.mainClient, left)).code).toBe('');
    const next = { ...network, a: successorOf(a) };
    a.side.block();
    main.block();
    refresh(next, next.a);
    a.side.run(RELAYER, { type: 'resend', client: a.sideClient, sequence: packet.sequence });
    carryAll(next);
    expect(ledgerOf(next, id).retired).toBe(5n);
  });
});

describe('orphans and write-offs', () => {
  it('are only of a closed pair, pending, and the very packets that were sent', () => {
    const { network, id, pending, orphan } = reorganised();
    const { main, a } = network;
    const settle = (orphans: Left['orphans'], writeOffs: Left['writeOffs'] = []) =>
      enact(main, { type: 'settleOrphans', client: a.mainClient, orphans, writeOffs }).code;
    expect(settle([{ packet: pending, ending: 'delivered' }])).toBe('CLIENT_NOT_CLOSED');
    close(network);
    const ended = (packet: Packet) => settle([{ packet, ending: 'refunded' }]);
    expect(ended({ ...pending, timeoutSeconds: 1n })).toBe('PACKET_COMMITMENT');
    expect(ended({ ...pending, sequence: 99n })).toBe('PACKET_UNKNOWN');
    expect(ended(orphan)).toBe('PACKET_CLIENTS');
    const { atA } = ledgerOf(network, id);
    expect(settle([], [{ resourceId: id, quantity: atA + 1n }])).toBe('LOCATION_EXCEEDED');
    expect(settle([], [{ resourceId: id, quantity: 0n }])).toBe('QUANTITY_ZERO');
    expect(settle([{ packet: pending, ending: 'delivered' }])).toBe('');
    expect(ended(pending)).toBe('PACKET_ALREADY_SETTLED');
    expect(main.get(commitmentPath(a.mainClient, pending.sequence))).toBeUndefined();
    expect(ledgerOf(network, id)).toMatchObject({ atA: atA + 7n, toA: 0n });
    const writeOffs = [{ resourceId: id, quantity: 1n }];
    const action = { type: 'settleOrphans', client: a.sideClient, orphans: [], writeOffs } as const;
    expect(enact(a.side, action).code).toBe('CHAIN_KIND');
  });

  it('carry nothing out when one of them is wrong', () => {
    const { network, id, pending } = reorganised();
    const { main, a } = network;
    close(network);
    const action: Action = {
      type: 'settleOrphans',
      client: a.mainClient,
      orphans: [{ packet: pending, ending: 'refunded' }],
      writeOffs: [{ resourceId: id, quantity: 10_000n }],
    };
    expect(enact(main, action).code).toBe('LOCATION_EXCEEDED');
    expect(main.get(commitmentPath(a.mainClient, pending.sequence))).toBeDefined();
  });

  it('are decided by a quorum: one signature alone moves nothing', () => {
    const { network, pending } = reorganised();
    const { main, a } = network;
    close(network);
    const action: Action = {
      type: 'settleOrphans',
      client: a.mainClient,
      orphans: [{ packet: pending, ending: 'delivered' }],
      writeOffs: [],
    };
    const expirySeconds = main.context().timeMs / 1000n + 3600n;
    const message: Message = {
      type: 'propose',
      action: encode(actionCodec, action),
      expirySeconds,
    };
    expect(codeOn(main, message, ALICE)).toBe('PROPOSAL_FORBIDDEN');
    expect(main.attempt(OPERATOR, message).result.code).toBe('');
  });
});
