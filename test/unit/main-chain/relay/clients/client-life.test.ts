/* The life of a client: expiry, freeze on equivocation by anyone's word, replacement, and what was stranded. */

import { describe, expect, it } from 'vitest';
import { readClient } from '../../../../../main-chain/relay/clients/client-state.ts';
import type { ActionOf } from '../../../../../schemas/wire/action.ts';
import { checkpointOf } from '../../../../../schemas/wire/block.ts';
import {
  type ClientStart,
  checkpointUpdates,
} from '../../../../../schemas/wire/clients/client-material.ts';
import type { Message, MessageOf } from '../../../../../schemas/wire/message.ts';
import { acknowledgementPath, commitmentPath } from '../../../../../schemas/wire/packet.ts';
import {
  certify,
  type FakeChain,
  setHashOf,
  type ValidatorKey,
  validatorKeys,
} from '../../../../fakes/chain.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  createNetwork,
  delivery,
  govern,
  held,
  issueAndRegister,
  type Link,
  ledgerOf,
  type Network,
  RELAYER,
  refresh,
  sendMessage,
  sentPackets,
  timeoutMessage,
} from '../network.ts';

const TRUSTING = 604_800n;

/** What a client trusts anew: the chain's own set, from its newest height on. */
function replacement(
  of: FakeChain,
  client: string,
  changes: Partial<ActionOf<'replaceClient'>> = {},
): ActionOf<'replaceClient'> {
  return {
    type: 'replaceClient',
    client,
    trustingPeriodSeconds: TRUSTING,
    maxClockDriftSeconds: 60n,
    start: startOf(of, of.keys),
    ...changes,
  };
}

function startOf(of: FakeChain, keys: readonly ValidatorKey[]): ClientStart {
  return { type: 'checkpoint', validatorSetHash: setHashOf(keys), height: of.height };
}

/** Two certificates of the newest height of a chain that signs both. */
function equivocation(of: FakeChain, client: string): MessageOf<'misbehaviour'> {
  const twin = { ...checkpointOf(of.header()), stateRoot: new Uint8Array(32).fill(7) };
  const second = certify(twin, of.rules.genesisHash, of.keys);
  return {
    type: 'misbehaviour',
    client,
    evidence: { type: 'checkpoint', first: of.certificate(), second },
  };
}

function frozen(network: Network, { side, mainClient }: Link): void {
  const result = network.main.run(ALICE, equivocation(side, mainClient));
  expect(result.events.map(({ type }) => type)).toEqual(['clientFrozen']);
}

/** The code of a message that leaves the state as it was. */
function refused(chain: FakeChain, message: Message): string {
  const { result, changed } = chain.attempt(RELAYER, message);
  expect(changed).toEqual([]);
  return result.code;
}

/** What would bring all the other chain has sent, from the first block on. */
function everything(from: FakeChain, fromClient: string, toClient: string): MessageOf<'deliver'> {
  const message = delivery(from, fromClient, toClient, 1n);
  if (message === undefined) throw new Error('nothing was sent');
  return message;
}

describe('a frozen client', () => {
  it('strands what is on its way; after replacement by proposal the acknowledgement settles it', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { main, a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 100n));
    carryUp(network, a);
    carryDown(network, b);
    frozen(network, b);
    const back = everything(b.side, b.sideClient, b.mainClient);
    expect(refused(main, back)).toBe('CLIENT_FROZEN');
    expect(ledgerOf(network, id)).toMatchObject({ atA: 900n, toB: 100n, atB: 0n });
    expect(govern(main, replacement(b.side, b.mainClient)).code).toBe('');
    b.side.block();
    main.run(RELAYER, everything(b.side, b.sideClient, b.mainClient));
    carryAll(network);
    expect(ledgerOf(network, id)).toMatchObject({ atA: 900n, toB: 0n, atB: 100n });
    expect(a.side.get(commitmentPath(a.sideClient, 2n))).toBeUndefined();
    expect(held(b.side, id, BOB)).toBe(100n);
  });

  it('is no timeout: silence refunds nothing until the new state proves it', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { main, a, b, clock } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 100n));
    carryUp(network, a);
    const packets = sentPackets(main, b.mainClient);
    frozen(network, b);
    clock.nowMs += 7_200_000n;
    const late = timeoutMessage(b.side, b.mainClient, packets);
    expect(refused(main, late)).toBe('CLIENT_FROZEN');
    expect(held(a.side, id, ALICE)).toBe(900n);
    expect(govern(main, replacement(b.side, b.mainClient)).code).toBe('');
    const result = main.run(RELAYER, timeoutMessage(b.side, b.mainClient, packets));
    expect(result.items).toEqual(['']);
    carryAll(network);
    expect(held(a.side, id, ALICE)).toBe(1000n);
  });

  it('takes no update, no second proof of misbehaviour, no sending', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { main, b, a } = network;
    frozen(network, b);
    b.side.block();
    const update: Message = {
      type: 'update',
      client: b.mainClient,
      updates: checkpointUpdates(b.side.certificate()),
    };
    expect(refused(main, update)).toBe('CLIENT_FROZEN');
    expect(refused(main, equivocation(b.side, b.mainClient))).toBe('CLIENT_FROZEN');
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 1n));
    const failed = carryUp(network, a)?.events.find(({ type }) => type === 'packetFailed');
    expect(failed?.code).toBe('CLIENT_FROZEN');
  });
});

describe('replacing a client', () => {
  it('is refused while it is active, for an unknown one and for a wrong set or period', () => {
    const network = createNetwork();
    const { main, b } = network;
    const codeOf = (action: ActionOf<'replaceClient'>) => govern(main, action).code;
    expect(codeOf(replacement(b.side, b.mainClient))).toBe('CLIENT_ACTIVE');
    expect(codeOf(replacement(b.side, 'side-none'))).toBe('CLIENT_UNKNOWN');
    frozen(network, b);
    const zero = { start: { ...startOf(b.side, []), validatorSetHash: new Uint8Array(32) } };
    expect(codeOf(replacement(b.side, b.mainClient, zero))).toBe('CLIENT_SPEC');
    const short = { trustingPeriodSeconds: 10n };
    expect(codeOf(replacement(b.side, b.mainClient, short))).toBe('CLIENT_TRUSTING_PERIOD');
    expect(readClient(main.context().state, b.mainClient)?.frozen).toBe(true);
  });

  it('forgets every state verified before: an old height proves nothing until it is certified anew', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { main, a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 100n));
    carryUp(network, a);
    carryDown(network, b);
    main.run(RELAYER, {
      type: 'update',
      client: b.mainClient,
      updates: checkpointUpdates(b.side.certificate()),
    });
    frozen(network, b);
    const stored = () =>
      [...main.values.keys()].filter((key) =>
        new RegExp(`^consensus(State|Ring)/${b.mainClient}/`).test(key),
      );
    expect(stored().length).toBeGreaterThan(2);
    expect(govern(main, replacement(b.side, b.mainClient)).code).toBe('');
    expect(stored()).toEqual([]);
    const old = { ...everything(b.side, b.sideClient, b.mainClient), updates: checkpointUpdates() };
    expect(refused(main, old)).toBe('CLIENT_UNINITIALISED');
    b.side.block();
    refresh(network, b);
    expect(refused(main, old)).toBe('CONSENSUS_UNKNOWN');
  });

  it('trusts the new set and no longer the one that equivocated', () => {
    const network = createNetwork();
    const { main, b } = network;
    frozen(network, b);
    const others = validatorKeys('successors', 1);
    const action = replacement(b.side, b.mainClient, { start: startOf(b.side, others) });
    expect(govern(main, action).code).toBe('');
    b.side.block();
    const update = (updates: MessageOf<'update'>['updates']): Message => ({
      type: 'update',
      client: b.mainClient,
      updates,
    });
    expect(refused(main, update(checkpointUpdates(b.side.certificate())))).toBe('CERTIFICATE_SET');
    const checkpoint = {
      ...checkpointOf(b.side.header()),
      validatorSetHash: setHashOf(others),
      nextValidatorSetHash: setHashOf(others),
    };
    main.run(
      RELAYER,
      update(checkpointUpdates(certify(checkpoint, b.side.rules.genesisHash, others))),
    );
  });

  it('keeps receipts and pruned marks: nothing is received twice after it', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { main, a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 100n));
    carryAll(network);
    frozen(network, a);
    expect(govern(main, replacement(a.side, a.mainClient)).code).toBe('');
    a.side.block();
    const replay = main.attempt(RELAYER, everything(a.side, a.sideClient, a.mainClient));
    expect(new Set(replay.result.items)).toEqual(new Set(['PACKET_ALREADY_RECEIVED']));
    expect(main.get(acknowledgementPath(a.mainClient, 2n))).toBeDefined();
    expect(ledgerOf(network, id)).toMatchObject({ atA: 900n, atB: 100n, registered: 1000n });
  });
});

describe('an expired client', () => {
  it('is not revived by any certificate, and goes on once it is replaced', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { main, a, b, clock } = network;
    b.side.block();
    const before = b.side.certificate();
    clock.nowMs += TRUSTING * 1000n + 60_000n;
    b.side.block();
    for (const certificate of [before, b.side.certificate()]) {
      const update: Message = {
        type: 'update',
        client: b.mainClient,
        updates: checkpointUpdates(certificate),
      };
      expect(refused(main, update)).toBe('CLIENT_EXPIRED');
    }
    for (const link of [a, b]) {
      expect(govern(main, replacement(link.side, link.mainClient)).code).toBe('');
      expect(govern(link.side, replacement(main, link.sideClient)).code).toBe('');
    }
    for (const link of [a, b]) {
      link.side.block();
      main.block();
      refresh(network, link);
    }
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 5n));
    carryAll(network);
    expect(held(b.side, id, BOB)).toBe(5n);
  });

  it('never expires while it is refreshed at a third of its trusting period', () => {
    const network = createNetwork();
    const { main, b, clock } = network;
    for (let third = 0; third < 9; third++) {
      clock.nowMs += (TRUSTING * 1000n) / 3n;
      b.side.block();
      main.block();
      refresh(network, b);
    }
    expect(readClient(main.context().state, b.mainClient)?.latestHeight).toBe(b.side.height - 1n);
  });
});
