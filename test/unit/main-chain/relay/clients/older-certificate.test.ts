/* The trap "older certificate first": one at or below the head moves nothing and proves nothing new. */

import { describe, expect, it } from 'vitest';
import { readClient } from '../../../../../main-chain/relay/clients/client-state.ts';
import { checkpointOf } from '../../../../../schemas/wire/block.ts';
import type { Certificate } from '../../../../../schemas/wire/checkpoint.ts';
import { checkpointUpdates } from '../../../../../schemas/wire/clients/client-material.ts';
import type { MessageOf } from '../../../../../schemas/wire/message.ts';
import { certify, validatorKeys } from '../../../../fakes/chain.ts';
import {
  ALICE,
  certificatesIn,
  createNetwork,
  delivery,
  forgeDelivery,
  issueAndRegister,
  type Network,
  RELAYER,
  sendMessage,
} from '../network.ts';
import { rotate } from '../rotation.ts';

const CLIENT = 'side-jiangsu';

/** A transfer under the certificate of its own block, while Jiangsu has gone one block further. */
function pending(): { network: Network; message: MessageOf<'deliver'>; newer: Certificate } {
  const network = createNetwork();
  const { a, b } = network;
  const id = issueAndRegister(network);
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 10n));
  const message = delivery(a.side, a.sideClient, a.mainClient);
  if (message === undefined) throw new Error('nothing sent');
  a.side.block();
  return { network, message, newer: a.side.certificate() };
}

const follow = ({ main }: Network, ...updates: readonly Certificate[]) =>
  main.run(RELAYER, { type: 'update', client: CLIENT, updates: checkpointUpdates(...updates) });
const head = ({ main }: Network) => readClient(main.context().state, CLIENT)?.latestHeight;

/** The code of a delivery that is refused as a whole and changes nothing. */
function refused({ main }: Network, message: MessageOf<'deliver'>): string {
  const { result, changed } = main.attempt(RELAYER, message);
  expect(changed).toEqual([]);
  return result.code;
}

describe('older certificate first', () => {
  it('leaves the head where it is, and the proof holds under the height that is stored', () => {
    const { network, message, newer } = pending();
    follow(network, ...certificatesIn(message));
    follow(network, newer);
    expect(network.main.run(RELAYER, message).items).toEqual(['']);
    expect(head(network)).toBe(newer.checkpoint.height);
  });

  it('does not bring back a height the client has passed: the proof is refused, a newer one is taken', () => {
    const { network, message, newer } = pending();
    follow(network, newer);
    expect(refused(network, message)).toBe('CONSENSUS_UNKNOWN');
    const both = { ...message, updates: checkpointUpdates(newer, ...certificatesIn(message)) };
    expect(refused(network, both)).toBe('CONSENSUS_UNKNOWN');
    const { a, main } = network;
    const later = delivery(a.side, a.sideClient, a.mainClient);
    if (later === undefined) throw new Error('nothing sent');
    expect(main.run(RELAYER, later).items).toEqual(['']);
    expect(head(network)).toBe(newer.checkpoint.height);
  });

  it('is no way in for forged roots, whoever signed them, at a stored height or at one passed over', () => {
    const { network, message, newer } = pending();
    const { a } = network;
    follow(network, newer);
    const packets = message.segments[0]?.packets ?? [];
    const forged = forgeDelivery(network, a.side, a.sideClient, a.mainClient, { packets });
    const outboxRoot = certificatesIn(forged)[0]?.checkpoint.outboxRoot ?? new Uint8Array();
    const offer = (at: bigint, keys = a.side.keys) => {
      const point = { ...checkpointOf(a.side.header(at)), outboxRoot };
      const segments = forged.segments.map((each) => ({ ...each, outboxHeight: at }));
      const updates = checkpointUpdates(certify(point, a.side.rules.genesisHash, keys));
      return { ...forged, updates, height: at, segments };
    };
    const attacker = validatorKeys('attacker', 1);
    for (const keys of [a.side.keys, attacker])
      expect(refused(network, offer(message.height, keys))).toBe('CONSENSUS_UNKNOWN');
    expect(refused(network, offer(newer.checkpoint.height, attacker))).toBe('CERTIFICATE_SET_HASH');
    // Two certificates of one height by the client's own set are equivocation, and nothing is carried.
    const { items } = network.main.run(RELAYER, offer(newer.checkpoint.height));
    expect(items).toEqual(items.map(() => 'CLIENT_FROZEN'));
  });

  it('of a replaced set is a no-op too, and the set that follows goes on', () => {
    const { network, message, newer } = pending();
    const { side } = network.a;
    follow(network, ...certificatesIn(message), newer);
    const change = side.certificate(rotate(side, validatorKeys('next', 3)));
    follow(network, change, side.certificate());
    const known = head(network);
    follow(network, newer, change, ...certificatesIn(message));
    expect(head(network)).toBe(known);
    expect(network.main.run(RELAYER, message).items).toEqual(['']);
    side.block();
    follow(network, ...certificatesIn(message), side.certificate());
    expect(head(network)).toBe(side.height);
  });
});
