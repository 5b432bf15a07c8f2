/* Evidence the chains have pruned: said as gone, while a file made before is still judged sound. */

import { describe, expect, it } from 'vitest';
import { requireUnpruned } from '../../../../hub/proof/require-unpruned.ts';
import { readU64 } from '../../../../main-chain/ledger/state.ts';
import { mainKeys } from '../../../../main-chain/relay/evidence/main-keys.ts';
import type { TransferProof } from '../../../../main-chain/relay/evidence/transfer-proof.ts';
import { checkpointUpdates } from '../../../../schemas/wire/clients/client-material.ts';
import {
  forwardsBelowKey,
  outboxRootKey,
  prunedBelowKey,
  settledBelowKey,
} from '../../../../schemas/wire/state-keys.ts';
import { refusalCode } from '../../../fakes/refusal.ts';
import { buildProof, judge } from '../../main-chain/relay/evidence/proof-builder.ts';
import {
  ALICE,
  BOB,
  carryAll,
  createNetwork,
  issueAndRegister,
  type Link,
  type Network,
  RELAYER,
  sendMessage,
} from '../../main-chain/relay/network.ts';

/** What a chain sent is settled: the main chain may prune receipts and forward records of its lane. */
function settle(network: Network, { side, sideClient, mainClient }: Link): void {
  network.main.run(RELAYER, {
    type: 'settle',
    client: mainClient,
    updates: checkpointUpdates(side.certificate()),
    height: side.height,
    settledBelow: readU64(side.context().state, settledBelowKey(sideClient)),
    proof: side.tree.prove([settledBelowKey(sideClient)]),
  });
}

function check(network: Network, facts: TransferProof): string {
  return refusalCode(() =>
    requireUnpruned(facts, new Map(mainKeys(facts).map((key) => [key, network.main.get(key)]))),
  );
}

/** A transfer to Anhui and one back, so that Anhui too has something to settle. */
function settled() {
  const network = createNetwork();
  const id = issueAndRegister(network);
  const { a, b } = network;
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 5n));
  carryAll(network);
  b.side.run(BOB, sendMessage(network, b, a.side, id, 1n));
  carryAll(network);
  return {
    network,
    a,
    b,
    proof: buildProof(network, { source: [a, 2n], onward: [b, 1n] }, id),
    id,
  };
}

describe('evidence that was pruned', () => {
  it('a forward record that is gone is HUB_PROOF_PRUNED, and a file made before stays valid', () => {
    const { network, b, proof } = settled();
    expect(check(network, proof)).toBe('nothing thrown');
    settle(network, b);
    expect(network.main.get(forwardsBelowKey(b.mainClient))).toBeDefined();
    expect(check(network, proof)).toBe('HUB_PROOF_PRUNED');
    expect(judge(proof).outcome).toBe('delivered');
  });

  it('a forward shown as the main chain’s own is not told from a pruned one', () => {
    const { network, b, proof } = settled();
    const alone = { ...proof, source: undefined, answer: undefined };
    expect(check(network, alone)).toBe('nothing thrown');
    settle(network, b);
    expect(check(network, alone)).toBe('HUB_PROOF_PRUNED');
  });

  it('a receipt below the pruning mark shows no absence', () => {
    const { network, a, proof } = settled();
    const silent = { ...proof, onward: undefined, answer: undefined };
    expect(check(network, silent)).toBe('nothing thrown');
    settle(network, a);
    expect(network.main.get(prunedBelowKey(a.mainClient))).toBeDefined();
    expect(check(network, silent)).toBe('HUB_PROOF_PRUNED');
  });

  it('an outbox root that has left the ring is HUB_PROOF_PRUNED', () => {
    const { network, proof } = settled();
    for (const height of [proof.answer?.written.outboxHeight, proof.onward?.sent.outboxHeight]) {
      const key = outboxRootKey(height ?? 0n);
      const root = network.main.get(key);
      if (root === undefined) throw new Error('no root');
      network.main.values.delete(key);
      expect(check(network, proof)).toBe('HUB_PROOF_PRUNED');
      network.main.values.set(key, root);
    }
    expect(check(network, proof)).toBe('nothing thrown');
  });
});
