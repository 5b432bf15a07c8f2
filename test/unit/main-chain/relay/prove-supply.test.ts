/* Proof of supply: more on a chain than the books allow raises an alarm and pauses its lane. */

import { describe, expect, it } from 'vitest';
import { readLaneRecord } from '../../../../main-chain/relay/guards.ts';
import { Writer } from '../../../../schemas/codec/writer.ts';
import { checkpointOf } from '../../../../schemas/wire/block.ts';
import { checkpointUpdates } from '../../../../schemas/wire/clients/client-material.ts';
import type { MessageOf } from '../../../../schemas/wire/message.ts';
import { supplyKey } from '../../../../schemas/wire/state-keys.ts';
import { certify } from '../../../fakes/chain.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  createNetwork,
  govern,
  ISSUER,
  issueAndRegister,
  issueMessage,
  type Link,
  laneRules,
  type Network,
  RELAYER,
  sendMessage,
} from './network.ts';

/** What a chain's newest state says it holds; `claimed` where the relayer says something else. */
function proof(
  { side, mainClient }: Link,
  resourceIds: readonly Uint8Array[],
  claimed?: bigint,
): MessageOf<'proveSupply'> {
  const supplies = resourceIds.map((resourceId) => {
    const stored = side.get(supplyKey(resourceId));
    const quantity = claimed ?? (stored === undefined ? 0n : numberOf(stored));
    return { resourceId, quantity };
  });
  return {
    type: 'proveSupply',
    client: mainClient,
    updates: checkpointUpdates(side.certificate()),
    height: side.height,
    supplies,
    proof: side.tree.prove(resourceIds.map(supplyKey)),
  };
}

const numberOf = (bytes: Uint8Array): bigint =>
  bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

/** Anhui under hostile validators claims to hold `quantity`. */
function forged(
  { clock }: Network,
  { side, mainClient }: Link,
  resourceId: Uint8Array,
  quantity: bigint,
): MessageOf<'proveSupply'> {
  const key = supplyKey(resourceId);
  const value = new Writer().u128(quantity).finish();
  const height = side.height + 1n;
  side.tree.commit(height, new Map([[key, value]]));
  clock.nowMs += 1000n;
  const checkpoint = {
    ...checkpointOf(side.header()),
    height,
    timeMs: clock.nowMs,
    stateRoot: side.tree.root,
  };
  return {
    type: 'proveSupply',
    client: mainClient,
    updates: checkpointUpdates(certify(checkpoint, side.rules.genesisHash, side.keys)),
    height,
    supplies: [{ resourceId, quantity }],
    proof: side.tree.prove([key]),
  };
}

function moved(): { network: Network; id: Uint8Array } {
  const network = createNetwork();
  const id = issueAndRegister(network);
  const { a, b } = network;
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 300n));
  return { network, id };
}

describe('a proof of supply', () => {
  it('agrees with the books at every stage of an honest transfer', () => {
    const { network, id } = moved();
    const { main, a, b } = network;
    const honest = (link: Link) => {
      const { result } = main.attempt(RELAYER, proof(link, [id]));
      expect(result.events.some(({ type }) => type === 'supplyAlarm')).toBe(false);
      return [result.code, ...result.items];
    };
    const stages = [
      () => carryUp(network, a),
      () => carryDown(network, b),
      () => carryUp(network, b),
      () => carryDown(network, a),
      () =>
        b.side.run(BOB, {
          type: 'retire',
          resourceId: id,
          quantity: 1n,
          beneficiary: '',
          purpose: '',
        }),
      () => carryUp(network, b),
    ];
    for (const stage of stages) {
      stage();
      for (const link of [a, b]) {
        link.side.block();
        expect(honest(link)).toEqual(['', '']);
      }
    }
  });

  it('of more than location and in transit allow raises an alarm and pauses that lane alone', () => {
    const { network, id } = moved();
    const { main, a, b } = network;
    carryAll(network);
    const result = main.run(ALICE, forged(network, b, id, 301n));
    expect(result.items).toEqual(['LOCATION_EXCEEDED']);
    expect(result.events.map(({ type }) => type)).toEqual([
      'clientUpdated',
      'supplyAlarm',
      'lanePaused',
    ]);
    expect(result.events[1]).toMatchObject({ client: b.mainClient, quantity: 1n });
    const paused = (link: Link) =>
      readLaneRecord(main.context().state, link.mainClient).rules.paused;
    expect([paused(b), paused(a)]).toEqual([true, false]);
    a.side.run(ALICE, sendMessage(network, a, b.side, id, 1n));
    const failed = carryUp(network, a)?.events.find(({ type }) => type === 'packetFailed');
    expect(failed?.code).toBe('LANE_PAUSED');
    expect(govern(main, laneRules(b.mainClient)).code).toBe('');
    expect(paused(b)).toBe(false);
  });

  it('raises the alarm again without a second pause event while the lane is paused', () => {
    const { network, id } = moved();
    const { main, b } = network;
    carryAll(network);
    govern(main, laneRules(b.mainClient, { paused: true, leastQuantity: 5n }));
    const result = main.run(ALICE, forged(network, b, id, 999n));
    expect(result.events.map(({ type }) => type)).toEqual(['clientUpdated', 'supplyAlarm']);
    expect(readLaneRecord(main.context().state, b.mainClient).rules.leastQuantity).toBe(5n);
  });

  it('raises no alarm for what its home has issued and not registered yet', () => {
    const { network, id } = moved();
    const { main, a } = network;
    carryAll(network);
    const more = issueMessage(network, 50n, { index: 2n });
    const other = issueMessage(network, 5n, {}, { seed: 2 });
    a.side.block([ISSUER, more], [ISSUER, other]);
    const result = main.run(RELAYER, proof(a, [id, other.resourceId]));
    expect(result.items).toEqual(['LOCATION_LATER', 'LOCATION_LATER']);
    expect(result.events.map(({ type }) => type)).toEqual(['clientUpdated']);
  });

  it('A12: is refused when it claims another quantity than the state holds, or none', () => {
    const { network, id } = moved();
    const { main, b } = network;
    carryAll(network);
    const codes = [1n, 299n, 301n, 0n].map((claimed) => {
      const { result, changed } = main.attempt(RELAYER, proof(b, [id], claimed));
      expect(changed).toEqual([]);
      return result.code;
    });
    expect(codes).toEqual([
      'PROOF_ROOT_MISMATCH',
      'PROOF_ROOT_MISMATCH',
      'PROOF_ROOT_MISMATCH',
      'PROOF_CLAIM_MISMATCH',
    ]);
  });

  it('older than what has come in since is refused: a liar raises no false alarm with it', () => {
    const { network, id } = moved();
    const { main, a, b } = network;
    carryAll(network);
    b.side.block();
    const old = proof(b, [id]);
    b.side.run(BOB, sendMessage(network, b, a.side, id, 300n));
    carryAll(network);
    const { result, changed } = main.attempt(RELAYER, old);
    expect([result.code, changed]).toEqual(['SUPPLY_STALE', []]);
  });

  it('is a matter of the main chain, over a client that can be used, and of at least one resource', () => {
    const { network, id } = moved();
    const { main, a, b } = network;
    const message = proof(b, [id]);
    const codes = [
      main.attempt(RELAYER, { ...message, supplies: [] }).result.code,
      a.side.attempt(RELAYER, { ...message, client: a.sideClient }).result.code,
      main.attempt(RELAYER, { ...message, client: 'side-none' }).result.code,
      main.attempt(RELAYER, { ...message, updates: checkpointUpdates(), height: 999n }).result.code,
    ];
    expect(codes).toEqual(['BATCH_EMPTY', 'CHAIN_KIND', 'CLIENT_UNKNOWN', 'CONSENSUS_UNKNOWN']);
  });

  it('keeps the freeze when its update proves equivocation', () => {
    const { network, id } = moved();
    const { main, b } = network;
    main.run(RELAYER, {
      type: 'update',
      client: b.mainClient,
      updates: checkpointUpdates(b.side.certificate()),
    });
    const message = proof(b, [id]);
    const twin = { ...checkpointOf(b.side.header()), stateRoot: new Uint8Array(32).fill(7) };
    const updates = checkpointUpdates(certify(twin, b.side.rules.genesisHash, b.side.keys));
    const { items, events } = main.run(RELAYER, { ...message, updates });
    expect(items).toEqual(['CLIENT_FROZEN']);
    expect(events.map(({ type }) => type)).toEqual(['clientFrozen']);
  });
});
