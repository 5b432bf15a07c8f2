/* A network whose headers prove nothing by themselves, vouched for by k of n notaries. */
import { describe, expect, it } from 'vitest';
import { nobleSignature } from '../../../../../../main-chain/ledger/noble-signature.ts';
import { readClient } from '../../../../../../main-chain/relay/clients/client-state.ts';
import { attestationDigest } from '../../../../../../main-chain/relay/ethereum/notary/notary-client.ts';
import { readLocation } from '../../../../../../main-chain/relay/locations.ts';
import { compareBytes, nobleHash } from '../../../../../../schemas/hash.ts';
import type {
  ClientStart,
  ClientUpdates,
} from '../../../../../../schemas/wire/clients/client-material.ts';
import type { Attestation } from '../../../../../../schemas/wire/clients/notary.ts';
import { CHAIN_ID, contract, EthereumSide } from '../../../../../fakes/ethereum-side.ts';
import { testAddress, testKey } from '../../../../../fakes/ledger-context.ts';
import { createNetwork, govern } from '../../network.ts';
import {
  CLIENT,
  createAction,
  createScene,
  deliveryOf,
  poaStart,
  refused,
  run,
  type Scene,
  sendToNetwork,
} from './ethereum-lane.ts';

const KEYS = [71, 72, 73]
  .map((n) => ({ key: testKey(n), address: testAddress(n) }))
  .sort((left, right) => compareBytes(left.address, right.address));
const start = (threshold = 2): ClientStart => ({
  type: 'notary',
  contract,
  notaries: KEYS.map(({ address }) => address),
  threshold,
});

/** An attestation of a header, by the notaries of these places. */
function attest(
  { network }: Scene,
  { bytes, hash, number }: { bytes: Uint8Array; hash: Uint8Array; number: bigint },
  places: readonly number[] = [0, 2],
  client = CLIENT,
): Attestation {
  const { genesisHash } = network.main.rules;
  const domain = { genesisHash, client, chainId: CHAIN_ID };
  const digest = attestationDigest(domain, number, hash, nobleHash);
  const signatures = places.map((index) => {
    const signature = nobleSignature.sign(digest, KEYS[index]?.key ?? testKey(99));
    return { index, signature };
  });
  return { header: bytes, signatures };
}

const updatesOf = (...attestations: readonly Attestation[]): ClientUpdates => ({
  type: 'notary',
  attestations,
});

/** Seals a block over the storage as it stands, and has it attested. */
function attested(scene: Scene, places?: readonly number[]): Attestation {
  scene.side.seal(1);
  scene.network.clock.nowMs += 5000n;
  return attest(scene, scene.side.head, places);
}

function begun(): Scene {
  const scene = createScene(() => start());
  run(scene, { type: 'update', client: CLIENT, updates: updatesOf(attested(scene)) });
  return scene;
}

describe('a lane vouched for by notaries', () => {
  it('carries a transfer and its acknowledgement', () => {
    const scene = begun();
    const packet = sendToNetwork(scene, 30n);
    scene.side.receive(packet.sequence, 1n);
    const updates = updatesOf(attested(scene));
    const acknowledgements = [{ packet, success: true }];
    const { number } = scene.side.head;
    const message = deliveryOf(scene, { acknowledgements }, updates, number);
    expect(run(scene, message).items).toEqual(['']);
    const state = scene.network.main.context().state;
    expect(readLocation(state, scene.resourceId, CLIENT)).toBe(30n);
  });

  it('B1 B3 B6 B8: refuses too few, doubled or foreign signatures', () => {
    const scene = begun();
    const code = (attestation: Attestation) =>
      refused(scene, { type: 'update', client: CLIENT, updates: updatesOf(attestation) });
    expect(code(attested(scene, [1]))).toBe('NOTARY_QUORUM');
    expect(code(attested(scene, [1, 1]))).toBe('NOTARY_SIGNER');
    expect(code(attested(scene, [0, 7]))).toBe('NOTARY_SIGNER');
    scene.side.seal(1);
    expect(code(attest(scene, scene.side.head, [0, 1], 'eth-other'))).toBe('NOTARY_SIGNATURE');
    const none = { type: 'update', client: CLIENT, updates: updatesOf() } as const;
    expect(refused(scene, none)).toBe('BATCH_EMPTY');
  });

  it('B5: one notary is not enough where the chain is in production', () => {
    const genesis = {
      profile: 'production' as const,
      proposalDelaySeconds: 0n,
      quorum: 1,
    };
    const { main, clock } = createNetwork({ main: genesis });
    const side = new EthereumSide(clock.nowMs / 1000n);
    const before = [...main.values.keys()].filter((key) => key.includes(CLIENT));
    expect(govern(main, createAction(side, start(1))).code).toBe('NOTARY_RULES');
    expect([...main.values.keys()].filter((key) => key.includes(CLIENT))).toEqual(before);
    expect(govern(main, createAction(side, start(2))).code).toBe('');
  });

  it('C4 C6: two headers of one height freeze it, by an update or by evidence, and nothing follows', () => {
    for (const way of ['update', 'misbehaviour'] as const) {
      const scene = begun();
      const first = attest(scene, scene.side.head);
      const twin = new EthereumSide(scene.network.clock.nowMs / 1000n - 20n);
      twin.seal(1);
      const second = attest(scene, twin.head);
      const { events } = run(
        scene,
        way === 'update'
          ? { type: 'update', client: CLIENT, updates: updatesOf(second, attested(scene)) }
          : { type: 'misbehaviour', client: CLIENT, evidence: { type: 'notary', first, second } },
      );
      expect(events.map(({ type }) => type)).toEqual(['clientFrozen']);
      expect(readClient(scene.network.main.context().state, CLIENT)?.frozen).toBe(true);
      const next = updatesOf(attested(scene));
      const update = { type: 'update', client: CLIENT, updates: next } as const;
      expect(refused(scene, update)).toBe('CLIENT_FROZEN');
      const { main } = scene.network;
      const periods = { trustingPeriodSeconds: 604_800n, maxClockDriftSeconds: 60n };
      const replacement = { type: 'replaceClient', client: CLIENT, ...periods } as const;
      const proven = { ...replacement, start: poaStart(scene.side) };
      expect(govern(main, proven).code).toBe('');
      expect(refused(scene, update)).toBe('CLIENT_KIND');
    }
  });

  it('C7: one attestation twice freezes nothing', () => {
    const scene = begun();
    const first = attest(scene, scene.side.head);
    const evidence = { type: 'notary', first, second: first } as const;
    expect(refused(scene, { type: 'misbehaviour', client: CLIENT, evidence })).toBe(
      'NOTARY_EVIDENCE',
    );
  });
});
