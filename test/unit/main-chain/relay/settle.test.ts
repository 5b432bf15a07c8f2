/* Pruning by proven settledBelow. */

import { describe, expect, it } from 'vitest';
import { readU64 } from '../../../../main-chain/ledger/state.ts';
import { Writer } from '../../../../schemas/codec/writer.ts';
import { checkpointOf } from '../../../../schemas/wire/block.ts';
import { checkpointUpdates } from '../../../../schemas/wire/clients/client-material.ts';
import type { MessageOf } from '../../../../schemas/wire/message.ts';
import { acknowledgementPath, receiptPath } from '../../../../schemas/wire/packet.ts';
import {
  forwardKey,
  prunedBelowKey,
  settledBelowKey,
} from '../../../../schemas/wire/state-keys.ts';
import { certify, type FakeChain } from '../../../fakes/chain.ts';
import {
  ALICE,
  carryAll,
  createNetwork,
  delivery,
  issueAndRegister,
  type Link,
  type Network,
  RELAYER,
  sendMessage,
} from './network.ts';

/** Three transfers from Jiangsu to Anhui, all settled: sequences 1 (supply) to 4. */
function settled(): Network {
  const network = createNetwork();
  const id = issueAndRegister(network);
  const { a, b } = network;
  const send = sendMessage(network, a, b.side, id, 1n);
  a.side.block([ALICE, send], [ALICE, send], [ALICE, send]);
  carryAll(network);
  return network;
}

function settleMessage(of: FakeChain, ofClient: string, client: string): MessageOf<'settle'> {
  const settledBelow = readU64(of.context().state, settledBelowKey(ofClient));
  return {
    type: 'settle',
    client,
    updates: checkpointUpdates(of.certificate()),
    height: of.height,
    settledBelow,
    proof: of.tree.prove([settledBelowKey(ofClient)]),
  };
}

const settleUp = ({ side, sideClient, mainClient }: Link): MessageOf<'settle'> =>
  settleMessage(side, sideClient, mainClient);

describe('settle', () => {
  it('deletes receipts and acknowledgements below the mark and refuses those sequences for ever', () => {
    const network = settled();
    const { main, a } = network;
    const message = settleUp(a);
    expect(message.settledBelow).toBe(5n);
    const result = main.run(RELAYER, message);
    expect(result.events.at(-1)).toMatchObject({ type: 'pruned', sequence: 5n });
    expect(readU64(main.context().state, prunedBelowKey(a.mainClient))).toBe(5n);
    for (let sequence = 1n; sequence < 5n; sequence++) {
      expect(main.get(receiptPath(a.mainClient, sequence))).toBeUndefined();
      expect(main.get(acknowledgementPath(a.mainClient, sequence))).toBeUndefined();
    }
    const again = delivery(a.side, a.sideClient, a.mainClient, 1n);
    if (again === undefined) throw new Error('nothing');
    const replay = main.attempt(RELAYER, again);
    expect(new Set(replay.result.items)).toEqual(new Set(['PACKET_PRUNED']));
    expect(replay.changed).toEqual([]);
    const second = main.attempt(RELAYER, settleUp(a));
    expect([second.result.code, second.changed]).toEqual(['SETTLE_NOTHING', []]);
  });

  it('takes the forward records of ended forwards with it', () => {
    const { main, b } = settled();
    expect(main.get(forwardKey(b.mainClient, 1n))).toBeDefined();
    b.side.values.set(settledBelowKey(b.sideClient), new Writer().u64(2n).finish());
    b.side.tree.commit(
      b.side.height + 1n,
      new Map([[settledBelowKey(b.sideClient), new Writer().u64(2n).finish()]]),
    );
    const header = b.side.header();
    const checkpoint = {
      ...checkpointOf(header),
      height: header.height + 1n,
      timeMs: header.timeMs + 1n,
      stateRoot: b.side.tree.root,
    };
    const forged = settleMessage(b.side, b.sideClient, b.mainClient);
    main.run(RELAYER, {
      ...forged,
      height: checkpoint.height,
      updates: checkpointUpdates(certify(checkpoint, b.side.rules.genesisHash, b.side.keys)),
    });
    for (let sequence = 1n; sequence < 4n; sequence++) {
      expect(main.get(forwardKey(b.mainClient, sequence))).toBeUndefined();
    }
  });

  it('A12: refuses a mark that is not the proven one', () => {
    const { main, a } = settled();
    const message = settleUp(a);
    for (const settledBelow of [message.settledBelow + 1n, 0n]) {
      const { result, changed } = main.attempt(RELAYER, { ...message, settledBelow });
      expect([result.code, changed]).toEqual(['PROOF_ROOT_MISMATCH', []]);
    }
  });

  it('prunes nothing when its update freezes the client', () => {
    const { main, a } = settled();
    const head = checkpointOf(a.side.header());
    main.run(RELAYER, {
      type: 'update',
      client: a.mainClient,
      updates: checkpointUpdates(a.side.certificate()),
    });
    const lie = certify(
      { ...head, timeMs: head.timeMs + 1n },
      a.side.rules.genesisHash,
      a.side.keys,
    );
    const result = main.run(RELAYER, { ...settleUp(a), updates: checkpointUpdates(lie) });
    expect(result.events.map(({ type }) => type)).toEqual(['clientFrozen']);
    const proof = new Uint8Array();
    const late = {
      type: 'timeout',
      client: a.mainClient,
      updates: checkpointUpdates(),
      height: 1n,
      packets: [],
      proof,
    } as const;
    expect(main.attempt(RELAYER, late).result.code).toBe('BATCH_EMPTY');
  });
});
