/* The checkpoint client: what moves its head, what freezes it, what it refuses. */

import { describe, expect, it } from 'vitest';
import {
  CONSENSUS_STATES,
  consensusStateCodec,
  readClient,
  readConsensus,
  storeHead,
} from '../../../../../main-chain/relay/clients/client-state.ts';
import { ZERO_HASH } from '../../../../../schemas/hash.ts';
import { checkpointOf } from '../../../../../schemas/wire/block.ts';
import type { Certificate, Checkpoint } from '../../../../../schemas/wire/checkpoint.ts';
import { checkpointUpdates } from '../../../../../schemas/wire/clients/client-material.ts';
import { consensusKey } from '../../../../../schemas/wire/state-keys.ts';
import {
  type Attempt,
  certify,
  eventsOf,
  FakeChain,
  setHashOf,
  type ValidatorKey,
  validatorKeys,
} from '../../../../fakes/chain.ts';
import {
  ALICE,
  clientSpec,
  createNetwork,
  delivery,
  govern,
  issueAndRegister,
  type Network,
  RELAYER,
  sendMessage,
} from '../network.ts';

const CLIENT = 'side-jiangsu';
const DAY_MS = 86_400_000n;

/** A checkpoint of Jiangsu above the head the main chain knows, one second later. */
function next(network: Network, changes: Partial<Checkpoint> = {}): Checkpoint {
  const { a, clock } = network;
  const head = checkpointOf(a.side.header());
  return { ...head, height: head.height + 1n, timeMs: clock.nowMs + 500n, ...changes };
}

function attempt(network: Network, ...updates: readonly Certificate[]): Attempt {
  return network.main.attempt(RELAYER, {
    type: 'update',
    client: CLIENT,
    updates: checkpointUpdates(...updates),
  });
}

function tryNext(
  network: Network,
  changes: Partial<Checkpoint>,
  keys: readonly ValidatorKey[] = network.a.side.keys,
): Attempt {
  const point = next(network, changes);
  return attempt(network, certify(point, network.a.side.rules.genesisHash, keys));
}

function refused({ result, changed }: Attempt): string {
  expect(changed).toEqual([]);
  expect(result.events).toEqual([]);
  return result.code;
}

describe('moving the head', () => {
  it('accepts a later checkpoint and stores what it can prove', () => {
    const network = createNetwork();
    const point = next(network);
    const update = certify(point, network.a.side.rules.genesisHash, network.a.side.keys);
    const result = network.main.run(RELAYER, {
      type: 'update',
      client: CLIENT,
      updates: checkpointUpdates(update),
    });
    expect(result.events.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['clientUpdated', point.height],
    ]);
    const { stateRoot, outboxRoot, timeMs } = point;
    const context = network.main.context();
    expect(readConsensus(context.state, CLIENT, point.height)).toEqual({
      stateRoot,
      outboxRoot,
      timeMs,
    });
  });

  it('A7: refuses zero roots and proves nothing before the first update', () => {
    const network = createNetwork();
    expect(refused(tryNext(network, { stateRoot: ZERO_HASH }))).toBe('CHECKPOINT_ROOT_ZERO');
    expect(refused(tryNext(network, { outboxRoot: ZERO_HASH }))).toBe('CHECKPOINT_ROOT_ZERO');
    const fresh = new FakeChain(network.clock, { name: 'fresh', kind: 'shard' });
    govern(network.main, clientSpec(fresh, 'side-fresh', 'main-of-fresh'));
    const message = {
      type: 'settle',
      client: 'side-fresh',
      updates: checkpointUpdates(),
      height: 0n,
      settledBelow: 5n,
      proof: new Uint8Array(),
    } as const;
    expect(refused(network.main.attempt(RELAYER, message))).toBe('CLIENT_UNINITIALISED');
  });

  it('C1, C12: refuses a checkpoint at or past the trusting period, and one beyond the drift', () => {
    const network = createNetwork();
    const { clock } = network;
    expect(refused(tryNext(network, { timeMs: clock.nowMs + 62_000n }))).toBe('CHECKPOINT_DRIFT');
    expect(tryNext(network, { timeMs: clock.nowMs + 61_000n }).result.code).toBe('');
  });

  it('C1: refuses a first checkpoint past the trusting period', () => {
    const { main, clock } = createNetwork();
    const keys = validatorKeys('fresh', 1);
    const fresh = new FakeChain(clock, { name: 'fresh', kind: 'shard' }, keys);
    govern(main, clientSpec(fresh, 'side-fresh', 'main-of-fresh'));
    fresh.block();
    const point = { ...checkpointOf(fresh.header()), timeMs: clock.nowMs + 1000n - 7n * DAY_MS };
    const code = (timeMs: bigint) => {
      const updates = checkpointUpdates(
        certify({ ...point, timeMs }, fresh.rules.genesisHash, keys),
      );
      return main.attempt(RELAYER, { type: 'update', client: 'side-fresh', updates }).result.code;
    };
    expect(code(point.timeMs)).toBe('CHECKPOINT_EXPIRED');
    expect(code(point.timeMs + 1n)).toBe('');
  });

  it('C2: an older or unknown height never moves the head', () => {
    const network = createNetwork();
    const { main, a } = network;
    const before = readClient(main.context().state, CLIENT);
    const skipped = a.side.certificate(1n);
    const { result, changed } = attempt(network, skipped);
    expect([result.code, changed]).toEqual(['', []]);
    expect(readClient(main.context().state, CLIENT)).toEqual(before);
  });

  it('C3: refuses a set the head has not announced, and the old set once it is replaced', () => {
    const network = createNetwork();
    const { main, a } = network;
    const genesis = a.side.rules.genesisHash;
    const attacker = validatorKeys('attacker', 1);
    const newSet = validatorKeys('rotated', 3);
    const jump = { validatorSetHash: setHashOf(newSet), nextValidatorSetHash: setHashOf(newSet) };
    expect(refused(tryNext(network, jump, newSet))).toBe('CERTIFICATE_SET');
    const shrunk = {
      validatorSetHash: setHashOf(attacker),
      nextValidatorSetHash: setHashOf(attacker),
    };
    expect(refused(tryNext(network, shrunk, attacker))).toBe('CERTIFICATE_SET');
    const announced = next(network, { nextValidatorSetHash: setHashOf(newSet) });
    const rotated = next(network, {
      ...jump,
      height: announced.height + 1n,
      timeMs: announced.timeMs + 1n,
    });
    const first = certify(announced, genesis, a.side.keys);
    const updates = checkpointUpdates(first, certify(rotated, genesis, newSet));
    const stale = { ...announced, height: announced.height + 2n, timeMs: announced.timeMs + 2n };
    const late = certify(
      { ...stale, nextValidatorSetHash: stale.validatorSetHash },
      genesis,
      a.side.keys,
    );
    main.run(RELAYER, { type: 'update', client: CLIENT, updates: checkpointUpdates(first) });
    expect(refused(attempt(network, late))).toBe('CERTIFICATE_SET');
    main.run(RELAYER, { type: 'update', client: CLIENT, updates });
    expect(refused(attempt(network, late))).toBe('CERTIFICATE_SET');
  });

  it('C5: refuses a time that is not later than the head’s', () => {
    const network = createNetwork();
    const head = readClient(network.main.context().state, CLIENT);
    if (head === undefined) throw new Error('no client');
    for (const timeMs of [head.latestTimeMs, head.latestTimeMs - 1n]) {
      expect(refused(tryNext(network, { timeMs }))).toBe('CHECKPOINT_TIME');
    }
  });

  it('B8: refuses a certificate signed for another chain', () => {
    const network = createNetwork();
    const { a, b } = network;
    const certificate = certify(next(network), b.side.rules.genesisHash, a.side.keys);
    expect(refused(attempt(network, certificate))).toBe('CERTIFICATE_SIGNATURE');
  });

  it('keeps the newest 1,024 consensus states and forgets the one before', () => {
    const network = createNetwork();
    const context = network.main.context();
    let state = readClient(context.state, CLIENT);
    if (state === undefined) throw new Error('no client');
    const base = state.latestHeight;
    for (let step = 1n; step <= CONSENSUS_STATES; step++) {
      const point = next(network, { height: base + step, timeMs: state.latestTimeMs + 1n });
      const { height, timeMs, stateRoot, outboxRoot } = point;
      state = storeHead(context.state, CLIENT, state, {
        height,
        timeMs,
        trust: state.trust,
        codec: consensusStateCodec,
        consensus: { stateRoot, outboxRoot, timeMs },
      });
    }
    expect(context.state.get(consensusKey(CLIENT, base))).toBeUndefined();
    expect(context.state.get(consensusKey(CLIENT, base + 1n))).toBeDefined();
    expect(state.consensusCount).toBe(CONSENSUS_STATES + 1n);
  });
});

describe('equivocation', () => {
  it('C4: the same checkpoint again is a no-op, another one at its height freezes', () => {
    const network = createNetwork();
    const { main, a } = network;
    const head = checkpointOf(a.side.header());
    const known = readClient(main.context().state, CLIENT);
    expect(known?.latestHeight).toBeLessThan(head.height);
    main.run(RELAYER, {
      type: 'update',
      client: CLIENT,
      updates: checkpointUpdates(a.side.certificate()),
    });
    const again = attempt(network, a.side.certificate());
    expect([again.result.code, again.changed]).toEqual(['', []]);
    const genesis = a.side.rules.genesisHash;
    for (const changes of [
      { stateRoot: new Uint8Array(32).fill(3) },
      { outboxRoot: new Uint8Array(32).fill(3) },
      { timeMs: head.timeMs + 1n },
      { nextValidatorSetHash: new Uint8Array(32).fill(3) },
    ]) {
      const other = certify({ ...head, ...changes }, genesis, a.side.keys);
      const { result } = attempt(network, other, certify(next(network), genesis, a.side.keys));
      expect(result.events.map(({ type }) => type)).toEqual(['clientFrozen']);
      const weak = attempt(network, { ...other, signatures: [] });
      expect(refused(weak)).toBe('CERTIFICATE_QUORUM');
    }
  });

  it('C4: two certificates of one height freeze by message, and a frozen client does nothing more', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { main, a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 5n));
    const genesis = a.side.rules.genesisHash;
    const one = next(network);
    const first = certify(one, genesis, a.side.keys);
    const second = certify({ ...one, timeMs: one.timeMs + 1n }, genesis, a.side.keys);
    const result = main.run(RELAYER, {
      type: 'misbehaviour',
      client: CLIENT,
      evidence: { type: 'checkpoint', first, second },
    });
    expect(eventsOf([result], 'clientFrozen')).toHaveLength(1);
    expect(refused(attempt(network, first))).toBe('CLIENT_FROZEN');
    const message = delivery(a.side, a.sideClient, a.mainClient);
    if (message === undefined) throw new Error('nothing to deliver');
    expect(refused(main.attempt(RELAYER, message))).toBe('CLIENT_FROZEN');
    const quiet = { ...message, updates: checkpointUpdates() };
    expect(refused(main.attempt(RELAYER, quiet))).toBe('CLIENT_FROZEN');
  });

  it('C4: a delivery whose update proves equivocation keeps the freeze and refuses each item', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { main, a, b } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 5n));
    const message = delivery(a.side, a.sideClient, a.mainClient);
    if (message === undefined) throw new Error('nothing to deliver');
    main.run(RELAYER, {
      type: 'update',
      client: CLIENT,
      updates: checkpointUpdates(a.side.certificate()),
    });
    const head = checkpointOf(a.side.header());
    const lie = { ...head, stateRoot: new Uint8Array(32).fill(3) };
    const updates = checkpointUpdates(certify(lie, a.side.rules.genesisHash, a.side.keys));
    const result = main.run(RELAYER, { ...message, updates });
    expect(result.items).toEqual(['CLIENT_FROZEN']);
    expect(result.events.map(({ type }) => type)).toEqual(['clientFrozen']);
  });

  it('C7: no false freeze by one header twice, other heights, another chain or unproven headers', () => {
    const network = createNetwork();
    const { main, a, b } = network;
    const genesis = a.side.rules.genesisHash;
    const one = next(network);
    const other = { ...one, timeMs: one.timeMs + 1n };
    const sign = (point: Checkpoint, keys = a.side.keys, hash = genesis) =>
      certify(point, hash, keys);
    const report = (first: Certificate, second: Certificate) =>
      refused(
        main.attempt(RELAYER, {
          type: 'misbehaviour',
          client: CLIENT,
          evidence: { type: 'checkpoint', first, second },
        }),
      );
    expect(report(sign(one), sign(one))).toBe('MISBEHAVIOUR_NONE');
    expect(report(sign(one), sign({ ...other, height: one.height + 1n }))).toBe(
      'MISBEHAVIOUR_NONE',
    );
    expect(report(sign(one), { ...sign(other), signatures: [] })).toBe('CERTIFICATE_QUORUM');
    expect(report(sign(one), sign(other, a.side.keys, b.side.rules.genesisHash))).toBe(
      'CERTIFICATE_SIGNATURE',
    );
    const foreign = { ...other, validatorSetHash: setHashOf(b.side.keys) };
    expect(report(sign(one), sign(foreign, b.side.keys))).toBe('CERTIFICATE_SET');
    const stale = { ...other, timeMs: network.clock.nowMs - 8n * DAY_MS };
    expect(report(sign(one), sign(stale))).toBe('CHECKPOINT_EXPIRED');
  });
});

describe('using the client', () => {
  it('C6: refuses an expired client everywhere', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main, clock } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 5n));
    const message = delivery(a.side, a.sideClient, a.mainClient);
    if (message === undefined) throw new Error('nothing to deliver');
    clock.nowMs += 7n * DAY_MS;
    expect(refused(tryNext(network, {}))).toBe('CLIENT_EXPIRED');
    expect(refused(main.attempt(RELAYER, message))).toBe('CLIENT_EXPIRED');
    const send = sendMessage(network, a, b.side, id, 5n);
    expect(refused(a.side.attempt(ALICE, send))).toBe('CLIENT_EXPIRED');
  });

  it('C6: refuses a client that does not exist or was never initialised', () => {
    const network = createNetwork();
    const { main, clock } = network;
    const updates = checkpointUpdates(network.a.side.certificate());
    const unknown = main.attempt(RELAYER, { type: 'update', client: 'side-nowhere', updates });
    expect(refused(unknown)).toBe('CLIENT_UNKNOWN');
    const fresh = new FakeChain(clock, { name: 'fresh', kind: 'shard' });
    govern(fresh, clientSpec(main, 'main-of-fresh', 'side-fresh'));
    const message = {
      ...sendMessage(network, network.a, main, new Uint8Array(32), 1n),
      client: 'main-of-fresh',
    };
    expect(refused(fresh.attempt(ALICE, message))).toBe('CLIENT_UNINITIALISED');
  });

  it('refuses a client that fits no chain, trusts too short or too long, or exists', () => {
    const network = createNetwork();
    const { main, a, clock } = network;
    const other = new FakeChain(clock, { name: 'other', kind: 'shard' });
    const spec = clientSpec(other, 'side-other', 'main-of-other');
    const code = (changes: Partial<typeof spec>) => govern(main, { ...spec, ...changes }).code;
    expect(code({ chainId: a.side.rules.chainId })).toBe('CLIENT_SPEC');
    expect(code({ start: { type: 'checkpoint', validatorSetHash: ZERO_HASH, height: 0n } })).toBe(
      'CLIENT_SPEC',
    );
    expect(code(clientSpec(main, 'side-self', 'side-self'))).toBe('CLIENT_SPEC');
    expect(code({ chainId: 'eip155:1' })).toBe('CLIENT_UNSUPPORTED');
    expect(code({ trustingPeriodSeconds: 259_199n })).toBe('CLIENT_TRUSTING_PERIOD');
    expect(code({ trustingPeriodSeconds: 315_360_001n })).toBe('CLIENT_TRUSTING_PERIOD');
    expect(code({ client: 'No' })).toBe('ID_CLIENT');
    expect(code({ counterpartyClient: 'no/path' })).toBe('ID_CLIENT');
    expect(code({ client: a.mainClient })).toBe('CLIENT_EXISTS');
    expect(code({})).toBe('');
    expect(govern(a.side, clientSpec(other, 'main-second', 'side-second')).code).toBe(
      'CLIENT_EXISTS',
    );
  });

  it('refuses an update without certificates', () => {
    expect(refused(attempt(createNetwork()))).toBe('BATCH_EMPTY');
  });
});
