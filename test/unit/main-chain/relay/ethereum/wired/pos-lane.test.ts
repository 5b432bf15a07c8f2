/* A network of proof of stake as a side chain, followed by its sync committees in the state of the main chain. */
import { describe, expect, it } from 'vitest';
import { readClient } from '../../../../../../main-chain/relay/clients/client-state.ts';
import { beaconRoot } from '../../../../../../main-chain/relay/ethereum/pos/beacon-header.ts';
import { readLocation } from '../../../../../../main-chain/relay/locations.ts';
import { nobleHash } from '../../../../../../schemas/hash.ts';
import type {
  ClientStart,
  ClientUpdates,
} from '../../../../../../schemas/wire/clients/client-material.ts';
import type { PosMessage } from '../../../../../../schemas/wire/clients/ethereum-pos.ts';
import {
  buildBootstrap,
  buildUpdate,
  rules as chainRules,
  committeeNamed,
  type UpdateDraft,
} from '../../../../../fakes/beacon-network.ts';
import { contract, proofOf } from '../../../../../fakes/ethereum-side.ts';
import {
  hexBytes,
  publicVectors,
  readPublic,
  WITHOUT_PUBLIC_VECTORS,
} from '../../../../../fakes/ethereum-vectors.ts';
import { createNetwork, govern } from '../../network.ts';
import {
  type BootstrapJson,
  bootstrapOf,
  NETWORKS,
  type UpdateJson,
  updateOf,
} from '../pos/beacon-data.ts';
import {
  CLIENT,
  cargoOf,
  createAction,
  createScene,
  type Items,
  refused,
  run,
  type Scene,
  sendToNetwork,
} from './ethereum-lane.ts';

const START = 1000n;
const [current, next, afterNext] = [0, 1, 2].map(committeeNamed) as [
  ReturnType<typeof committeeNamed>,
  ReturnType<typeof committeeNamed>,
  ReturnType<typeof committeeNamed>,
];
const boot = buildBootstrap(START, current);
/** The test chains' clocks stand at 1,800,000,000: slots are counted from shortly before. */
const FIRST_SLOT = (1_800_000_000n - chainRules.genesisTimeSeconds) / 12n;

const updatesOf = (...messages: readonly PosMessage[]): ClientUpdates => ({
  type: 'ethereum-pos',
  messages,
});
const follow = (...messages: readonly PosMessage[]) =>
  ({ type: 'update', client: CLIENT, updates: updatesOf(...messages) }) as const;
const make = (draft: UpdateDraft): PosMessage => ({ type: 'update', ...buildUpdate(draft) });

/** The client's first block is of the period before the main chain's clock. */
const BOOT_SLOT = FIRST_SLOT - 100n;
const bootstrap = buildBootstrap(BOOT_SLOT, current);
const start: ClientStart = {
  type: 'ethereum-pos',
  rules: chainRules,
  contract,
  trustedBlockRoot: beaconRoot(bootstrap.header, nobleHash),
};

function begun(): Scene {
  const scene = createScene(() => start);
  run(scene, follow({ type: 'bootstrap', ...bootstrap }));
  scene.network.clock.nowMs += 400_000n * 1000n;
  return scene;
}

const slots = (finalizedSlot: bigint) => ({ finalizedSlot, attestedSlot: finalizedSlot + 70n });
const committeesOf = ({ network }: Scene) =>
  [...network.main.values.keys()].filter((key) => key.startsWith(`committee/${CLIENT}/`)).length;

/** An update whose finalized block has the storage as it stands. */
function finalized({ side }: Scene, slot: bigint, rest: Partial<UpdateDraft> = {}): PosMessage {
  const payload = { stateRoot: side.world().stateRoot };
  return make({ ...slots(slot), signer: current, payload, ...rest });
}

function delivery({ side }: Scene, items: Items, updates: ClientUpdates, slot: bigint) {
  const cargo = cargoOf(items);
  const proof = proofOf(side.world(), cargo.facts);
  const height = slot + 1_000_000n;
  return { type: 'deliverFacts', client: CLIENT, updates, height, ...cargo.items, proof } as const;
}

describe('a lane to a network of proof of stake', () => {
  it('carries a transfer and its acknowledgement under finalized blocks', () => {
    const scene = begun();
    const [one, two] = [BOOT_SLOT + 10n, BOOT_SLOT + 90n];
    run(scene, follow(finalized(scene, one)));
    scene.side.seal(1);
    const packet = sendToNetwork(scene, 30n);
    scene.side.receive(packet.sequence, 1n);
    const acknowledgements = [{ packet, success: true }];
    const updates = updatesOf(finalized(scene, two));
    const message = delivery(scene, { acknowledgements }, updates, two);
    expect(refused(scene, { ...message, height: one + 1_000_000n })).toMatch(/^(TRIE_|EVM_FACT)/);
    expect(run(scene, message).items).toEqual(['']);
    const state = scene.network.main.context().state;
    expect(readLocation(state, scene.resourceId, CLIENT)).toBe(30n);
  });

  it('B3 B4 B11 C9: takes neither too few members, nor strangers, nor another network', () => {
    const scene = begun();
    const at = slots(BOOT_SLOT + 10n);
    const code = (draft: Partial<UpdateDraft>) =>
      refused(scene, follow(make({ ...at, signer: current, ...draft })));
    expect(code({ present: 341 })).toBe('BEACON_PARTICIPATION');
    expect(code({ signer: committeeNamed(9) })).toBe('BEACON_SIGNATURE');
    expect(code({ version: Uint8Array.of(9, 0, 0, 0) })).toBe('BEACON_SIGNATURE');
    expect(refused(scene, follow({ type: 'bootstrap', ...bootstrap }))).toBe('BEACON_BOOTSTRAPPED');
    expect(refused(scene, follow())).toBe('BATCH_EMPTY');
  });

  it('C6 B9: knows no committee before its bootstrap, and takes no other bootstrap', () => {
    const scene = createScene(() => start);
    const update = make({ ...slots(BOOT_SLOT + 10n), signer: current });
    expect(refused(scene, follow(update))).toBe('BEACON_UNINITIALISED');
    expect(refused(scene, follow({ type: 'bootstrap', ...boot }))).toBe('BEACON_BOOTSTRAP');
  });

  it('C3: follows two periods and keeps the committees it may still need, no others', () => {
    const scene = begun();
    expect(committeesOf(scene)).toBe(1);
    const period = (BOOT_SLOT / 8192n + 1n) * 8192n;
    run(scene, follow(make({ ...slots(BOOT_SLOT + 10n), signer: current, next })));
    expect(committeesOf(scene)).toBe(2);
    run(scene, follow(make({ ...slots(period + 5n), signer: next, next: afterNext })));
    expect(committeesOf(scene)).toBe(2);
    const stale = make({ ...slots(period + 90n), signer: current });
    expect(refused(scene, follow(stale))).toBe('BEACON_SIGNATURE');
  });

  it('C4 C7: two finalized blocks that contradict each other freeze it, one twice does not', () => {
    const scene = begun();
    const first = buildUpdate({ ...slots(BOOT_SLOT + 10n), signer: current });
    const second = buildUpdate({
      ...slots(BOOT_SLOT + 10n),
      signer: current,
      payload: { gasUsed: 2n },
    });
    const message = (other: typeof first) =>
      ({
        type: 'misbehaviour',
        client: CLIENT,
        evidence: { type: 'ethereum-pos', first, second: other },
      }) as const;
    expect(refused(scene, message(first))).toBe('BEACON_EVIDENCE');
    const { events } = run(scene, message(second));
    expect(events.map(({ type }) => type)).toEqual(['clientFrozen']);
    expect(readClient(scene.network.main.context().state, CLIENT)?.frozen).toBe(true);
  });

  it('is frozen by an update, and a replacement forgets its committees', () => {
    const scene = begun();
    const draft = { ...slots(BOOT_SLOT + 10n), signer: current };
    run(scene, follow(make(draft)));
    const { events } = run(
      scene,
      follow(make({ ...draft, payload: { gasUsed: 2n } }), make({ ...draft, next })),
    );
    expect(events.map(({ type }) => type)).toEqual(['clientFrozen']);
    const { main } = scene.network;
    const replaced = govern(main, {
      type: 'replaceClient',
      client: CLIENT,
      trustingPeriodSeconds: 604_800n,
      maxClockDriftSeconds: 60n,
      start,
    });
    expect(replaced.code).toBe('');
    expect(committeesOf(scene)).toBe(0);
  });
});

interface Sequence {
  readonly genesisValidatorsRoot: string;
  readonly bootstrap: { readonly data: BootstrapJson };
  readonly updates: readonly { readonly data: UpdateJson }[];
  readonly finality: { readonly data: UpdateJson };
}

const folder = publicVectors();
const NAME = `genuine light-client data in the state of a chain ${WITHOUT_PUBLIC_VECTORS}`;

describe.skipIf(folder === undefined)(NAME, { timeout: 60_000 }, () => {
  it.each(['capella', 'deneb'])('%s: is followed message by message from the bootstrap', (name) => {
    const sequence = readPublic<Sequence>(folder ?? '', `light-client/mainnet-${name}.json`);
    const first = bootstrapOf(sequence.bootstrap.data);
    const genesisValidatorsRoot = hexBytes(sequence.genesisValidatorsRoot);
    const rules = { ...NETWORKS['mainnet'], genesisValidatorsRoot } as typeof chainRules;
    const network = createNetwork();
    const { main, clock } = network;
    const trustedBlockRoot = beaconRoot(first.header, nobleHash);
    const genuine: ClientStart = { type: 'ethereum-pos', rules, contract, trustedBlockRoot };
    // The data is older than the clock of these chains: trusted for long.
    const spec = { trustingPeriodSeconds: 315_360_000n, chainId: 'eip155:1' };
    const side = { genesis: { hash: trustedBlockRoot } } as Parameters<typeof createAction>[0];
    expect(govern(main, createAction(side, genuine, spec)).code).toBe('');
    const messages: PosMessage[] = [
      { type: 'bootstrap', ...first },
      ...[...sequence.updates, sequence.finality].map(({ data }): PosMessage => {
        return { type: 'update', ...updateOf(data) };
      }),
    ];
    for (const message of messages) main.run(1, follow(message));
    expect(clock.nowMs).toBeGreaterThan(0n);
    const client = readClient(main.context().state, CLIENT);
    expect(client).toMatchObject({ frozen: false, trust: { type: 'ethereum-pos' } });
    expect(client?.latestHeight).toBeGreaterThan(16_000_000n);
  });
});
