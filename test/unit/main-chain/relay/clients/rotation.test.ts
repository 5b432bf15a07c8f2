/* A client follows changes of the validator set, many of them and after long silence, and only those. */
import { describe, expect, it } from 'vitest';
import { readClient } from '../../../../../main-chain/relay/clients/client-state.ts';
import { checkpointOf } from '../../../../../schemas/wire/block.ts';
import type { Certificate, Checkpoint } from '../../../../../schemas/wire/checkpoint.ts';
import {
  checkpointUpdates,
  MAX_UPDATES,
} from '../../../../../schemas/wire/clients/client-material.ts';
import { certify, setHashOf, type ValidatorKey, validatorKeys } from '../../../../fakes/chain.ts';
import {
  ALICE,
  createNetwork,
  delivery,
  issueAndRegister,
  type Network,
  RELAYER,
  sendMessage,
} from '../network.ts';
import { announce, rotate } from '../rotation.ts';

const CLIENT = 'side-jiangsu';
const ATTACKER = validatorKeys('attacker', 1);

/** The code of an update that changes nothing when it is refused. */
function update({ main }: Network, ...updates: readonly Certificate[]): string {
  const { result, changed } = main.attempt(RELAYER, {
    type: 'update',
    client: CLIENT,
    updates: checkpointUpdates(...updates),
  });
  if (result.code !== '') expect(changed).toEqual([]);
  return result.code;
}

function follow({ main }: Network, ...updates: readonly Certificate[]): void {
  main.run(RELAYER, { type: 'update', client: CLIENT, updates: checkpointUpdates(...updates) });
}

const head = ({ main }: Network) => readClient(main.context().state, CLIENT)?.trust;

/** A checkpoint above Jiangsu's newest block, signed by whoever is given. */
function forge(
  { a, clock }: Network,
  keys: readonly ValidatorKey[],
  changes: Partial<Checkpoint> = {},
  signers?: readonly number[],
): Certificate {
  const newest = checkpointOf(a.side.header());
  const point = {
    ...newest,
    height: newest.height + 1n,
    timeMs: clock.nowMs + 500n,
    validatorSetHash: setHashOf(keys),
    nextValidatorSetHash: setHashOf(keys),
    ...changes,
  };
  return certify(point, a.side.rules.genesisHash, keys, signers);
}

describe('a client whose counterparty changes its validators', () => {
  it('follows 120 changes after long silence, 16 a message, and then takes what was sent', () => {
    const network = createNetwork();
    const id = issueAndRegister(network);
    const { a, b, main } = network;
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 5n));
    const changes: Certificate[] = [];
    for (let step = 0; step < 120; step++)
      changes.push(
        a.side.certificate(rotate(a.side, validatorKeys(`set ${step}`, 1 + (step % 4)))),
      );
    for (let at = 0; at < changes.length; at += MAX_UPDATES)
      follow(network, ...changes.slice(at, at + MAX_UPDATES));
    expect(head(network)).toMatchObject({ nextValidatorSetHash: a.side.header().validatorSetHash });
    const message = delivery(a.side, a.sideClient, a.mainClient);
    if (message === undefined) throw new Error('nothing sent');
    expect(main.run(RELAYER, message).items).toEqual(['']);
  });

  it('C3: a change that is left out of many is noticed, wherever it was', () => {
    const network = createNetwork();
    const changes = Array.from({ length: 10 }, (_, step) =>
      network.a.side.certificate(rotate(network.a.side, validatorKeys(`set ${step}`, 2))),
    );
    for (let gap = 0; gap < changes.length - 1; gap++)
      expect(update(network, ...changes.filter((_, at) => at !== gap))).toBe('CERTIFICATE_SET');
    expect(update(network, ...changes)).toBe('');
  });

  it('C3: no jump over two sets, though each of them was announced', () => {
    const network = createNetwork();
    const { side } = network.a;
    const first = side.certificate(rotate(side, validatorKeys('one', 3)));
    rotate(side, validatorKeys('two', 3));
    expect(update(network, side.certificate())).toBe('CERTIFICATE_SET');
    expect(update(network, first, side.certificate())).toBe('CERTIFICATE_SET');
  });

  it('C3: once a change is announced the old set signs nothing more for the client', () => {
    const network = createNetwork();
    const { side } = network.a;
    announce(side, validatorKeys('one', 3));
    follow(network, side.certificate());
    side.block();
    expect(update(network, side.certificate())).toBe('CERTIFICATE_SET');
    side.run(1, { type: 'activate', certificate: side.certificate(side.height - 1n) });
    side.block();
    expect(update(network, side.certificate())).toBe('');
  });

  it('C3: a retired validator’s old keys move nothing and freeze nothing', () => {
    const network = createNetwork();
    const { side, mainClient: client } = network.a;
    const [first, second] = [validatorKeys('one', 3), validatorKeys('two', 3)];
    follow(network, side.certificate(rotate(side, first)));
    follow(network, side.certificate(rotate(side, second)), side.certificate());
    const retired = forge(network, side.keys);
    expect(update(network, retired)).toBe('CERTIFICATE_SET');
    expect(update(network, forge(network, first))).toBe('CERTIFICATE_SET');
    const other = forge(network, side.keys, { timeMs: retired.checkpoint.timeMs - 1n });
    const report = network.main.attempt(RELAYER, {
      type: 'misbehaviour',
      client,
      evidence: { type: 'checkpoint', first: retired, second: other },
    });
    expect([report.result.code, report.changed]).toEqual(['CERTIFICATE_SET', []]);
    expect(update(network, forge(network, second))).toBe('');
  });

  it('C3: a change to one attacker’s key needs more than two thirds of the set that signs', () => {
    const network = createNetwork();
    const { side } = network.a;
    const four = validatorKeys('four', 4);
    follow(network, side.certificate(rotate(side, four)), side.certificate());
    const shrink = { nextValidatorSetHash: setHashOf(ATTACKER) };
    expect(update(network, forge(network, four, shrink, [0, 1]))).toBe('CERTIFICATE_QUORUM');
    expect(update(network, forge(network, ATTACKER))).toBe('CERTIFICATE_SET');
    const posing = forge(network, ATTACKER, { validatorSetHash: setHashOf(four) });
    expect(update(network, posing)).toBe('CERTIFICATE_SET_HASH');
    const named = { ...posing, validators: forge(network, four).validators };
    expect(update(network, named)).toBe('CERTIFICATE_QUORUM');
  });

  it('C3: a change signed before the trusting period began is refused with all that follows it', () => {
    const network = createNetwork();
    const { side } = network.a;
    const change = side.certificate(rotate(side, validatorKeys('one', 2)));
    network.clock.nowMs += 7n * 86_400_000n;
    side.block();
    expect(update(network, change, side.certificate())).toBe('CLIENT_EXPIRED');
  });

  it('an announcement that was withheld from the client is made up for by any later one', () => {
    const network = createNetwork();
    const { side } = network.a;
    announce(side, validatorKeys('one', 2));
    for (let step = 0; step < 20; step++) side.block();
    const last = side.certificate();
    side.run(1, { type: 'activate', certificate: last });
    side.block();
    expect(update(network, last, side.certificate())).toBe('');
  });
});
