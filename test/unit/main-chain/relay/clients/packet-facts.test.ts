/* Packet facts under a stored height: what a state proof shows of each kind of fact. */
import { describe, expect, it } from 'vitest';
import type { PacketFact } from '../../../../../main-chain/relay/clients/client.ts';
import { requireClient } from '../../../../../main-chain/relay/clients/client-state.ts';
import { lightClientOf } from '../../../../../main-chain/relay/clients/light-clients.ts';
import {
  acknowledgementPath,
  commitmentPath,
  receiptPath,
} from '../../../../../schemas/wire/packet.ts';
import { refusalCode } from '../../../../fakes/refusal.ts';
import {
  ALICE,
  carryAll,
  createNetwork,
  issueAndRegister,
  refresh,
  sendMessage,
} from '../network.ts';

describe('packet facts', () => {
  const network = createNetwork();
  const id = issueAndRegister(network);
  const { a, b, main } = network;
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 10n));
  carryAll(network);
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 10n));
  refresh(network, a);

  const { sideClient, mainClient } = a;
  const context = main.context();
  const state = requireClient(context.state, mainClient);
  const height = state.latestHeight;
  const judge = (fact: PacketFact, path: string) => {
    const proof = a.side.tree.prove([path], height);
    const lane = { client: mainClient, state };
    const light = lightClientOf(state.trust.type);
    return refusalCode(() => light.verifyFacts(context, lane, height, [fact], proof));
  };
  const commitment = a.side.get(commitmentPath(sideClient, 3n)) ?? new Uint8Array();

  it('show what was committed, and nothing else as committed', () => {
    const path = commitmentPath(sideClient, 3n);
    expect(judge({ type: 'commitment', sequence: 3n, commitment }, path)).toBe('nothing thrown');
    const other = new Uint8Array(32).fill(1);
    expect(judge({ type: 'commitment', sequence: 3n, commitment: other }, path)).toBe(
      'PROOF_ROOT_MISMATCH',
    );
  });

  it('A12: tell receipt, acknowledgement, commitment and absence apart', () => {
    const wrong = new Set(['PROOF_CLAIM_MISMATCH', 'PROOF_FOREIGN_LEAF', 'PROOF_ROOT_MISMATCH']);
    const receipt = receiptPath(sideClient, 3n);
    const answer = acknowledgementPath(sideClient, 3n);
    expect(judge({ type: 'notReceived', sequence: 3n }, receipt)).toBe('nothing thrown');
    expect(wrong).toContain(judge({ type: 'received', sequence: 3n }, receipt));
    expect(wrong).toContain(judge({ type: 'acknowledged', sequence: 3n, commitment }, answer));
  });
});
