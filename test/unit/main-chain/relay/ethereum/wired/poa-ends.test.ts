/* How a lane to a network of proof of authority ends: two seals at one height, a reorganisation past acceptance. */
import { describe, expect, it } from 'vitest';
import {
  CONSENSUS_STATES,
  readClient,
  requireClient,
  storeHead,
} from '../../../../../../main-chain/relay/clients/client-state.ts';
import { MAX_RUNS, noteAccepted } from '../../../../../../main-chain/relay/ethereum/accepted.ts';
import { evmConsensusCodec } from '../../../../../../main-chain/relay/ethereum/evm/evm-consensus.ts';
import { poaStateCodec } from '../../../../../../main-chain/relay/ethereum/poa/poa-state.ts';
import { readLocation } from '../../../../../../main-chain/relay/locations.ts';
import { decode } from '../../../../../../schemas/codec/codec.ts';
import { ZERO_HASH } from '../../../../../../schemas/hash.ts';
import type { ActionOf } from '../../../../../../schemas/wire/action.ts';
import type { Snapshot } from '../../../../../../schemas/wire/clients/ethereum-poa.ts';
import type { MessageOf } from '../../../../../../schemas/wire/message.ts';
import { acceptedKey, verifierKey } from '../../../../../../schemas/wire/state-keys.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';
import { ALICE, carryDown, carryUp, govern, held, sendMessage } from '../../network.ts';
import {
  CLIENT,
  createScene,
  deliveryOf,
  HUB,
  NO_HEADERS,
  packetOf,
  poaStart,
  refused,
  run,
  type Scene,
  sealed,
  sendToNetwork,
} from './ethereum-lane.ts';

interface Accepted extends Scene {
  /** Signers after the accepted block `height`, as they were before the packets below were taken. */
  readonly snapshot: Snapshot;
  readonly height: bigint;
}

function snapshotOf({ network }: Scene): Snapshot {
  const kept = network.main.get(verifierKey(CLIENT));
  if (kept === undefined) throw new Error('no client');
  return decode(poaStateCodec, kept, 'verifier').snapshot;
}

/**
 * The network holds a hundred; above the height whose snapshot is kept, three packets of the contract were
 * received, one of ours acknowledged and one timed out.
 */
function accepted(): Accepted {
  const scene = createScene();
  const { side } = scene;
  const first = sendToNetwork(scene, 100n);
  side.receive(first.sequence, 1n);
  const acknowledgements = [{ packet: first, success: true }];
  run(scene, deliveryOf(scene, { acknowledgements }, sealed(scene)));
  const snapshot = snapshotOf(scene);
  const second = sendToNetwork(scene, 10n);
  const late = sendToNetwork(scene, 5n);
  side.receive(second.sequence, 1n);
  const packets = [1n, 2n, 4n].map((sequence) => packetOf(scene, sequence, 7n));
  for (const packet of packets) side.commit(packet);
  const answered = { acknowledgements: [{ packet: second, success: true }], packets };
  expect(run(scene, deliveryOf(scene, answered, sealed(scene))).items).toEqual(['', '', '', '']);
  const updates = sealed(scene, 6, 1500n);
  const height = side.head.number - 3n;
  const proof = side.prove([{ type: 'notReceived', sequence: late.sequence }], height);
  const timeout = { type: 'timeout', client: CLIENT, updates, height, packets: [late], proof };
  expect(run(scene, timeout as MessageOf<'timeout'>).items).toEqual(['']);
  return { ...scene, snapshot, height: snapshot.number };
}

function evidence(
  { snapshot, height }: Accepted,
  first: readonly Uint8Array[],
  second: readonly Uint8Array[],
): MessageOf<'misbehaviour'> {
  const branches = { first, second };
  return {
    type: 'misbehaviour',
    client: CLIENT,
    evidence: { type: 'ethereum-poa', height, snapshot, ...branches },
  };
}

const CONCERNED = [
  { code: 'received', sequence: 1n, quantity: 2n },
  { code: 'received', sequence: 4n, quantity: 1n },
  { code: 'acknowledged', sequence: 2n, quantity: 1n },
  { code: 'timedOut', sequence: 3n, quantity: 1n },
];

/** Everything but governance is refused with `code` and changes nothing. */
function expectHalted(scene: Scene, code: string): void {
  const { network, resourceId, side } = scene;
  const updates = sealed(scene);
  expect(refused(scene, { type: 'update', client: CLIENT, updates })).toBe(code);
  const height = side.head.number - 9n;
  const packet = packetOf(scene, 1n, 1n);
  expect(refused(scene, deliveryOf(scene, { packets: [packet] }, NO_HEADERS, height))).toBe(code);
  const proof = side.prove([{ type: 'notReceived', sequence: 1n }], height);
  const late = { type: 'timeout', client: CLIENT, updates: NO_HEADERS, height, proof } as const;
  expect(refused(scene, { ...late, packets: [packet] })).toBe(code);
  const { a, main } = network;
  const send = sendMessage(network, a, main, resourceId, 1n, { destination: 'eip155:1337' });
  a.side.run(ALICE, send);
  expect(carryUp(network, a)?.events).toMatchObject([
    { type: 'clientUpdated' },
    { type: 'packetFailed', code },
  ]);
}

describe('two seals of one signer at one height', () => {
  it('B8 C4 C6: freeze the client, name the packets concerned and end all traffic', () => {
    const scene = accepted();
    const { side, height, network } = scene;
    const twins = side.fork(height, 1, 0);
    const message = evidence(scene, side.headersFrom(height + 1n).slice(0, 1), twins);
    const { events } = run(scene, message);
    const concerned = events.filter(({ type }) => type === 'packetsConcerned');
    expect(concerned).toMatchObject(CONCERNED.map((each) => ({ ...each, client: CLIENT })));
    expect(events.at(-1)).toMatchObject({ type: 'clientFrozen', sequence: height + 1n });
    expect(readClient(network.main.context().state, CLIENT)?.frozen).toBe(true);
    expect(refused(scene, message)).toBe('CLIENT_FROZEN');
    expectHalted(scene, 'CLIENT_FROZEN');
  });

  it('C7: are not proven by one header twice, headers of another place or another snapshot', () => {
    const scene = accepted();
    const { side, height } = scene;
    const one = side.headersFrom(height + 1n).slice(0, 1);
    expect(refused(scene, evidence(scene, one, one))).toBe('CLIQUE_EVIDENCE');
    expect(refused(scene, evidence(scene, one, []))).toBe('CLIQUE_EVIDENCE');
    expect(refused(scene, evidence(scene, one, side.fork(height - 1n, 1, 0)))).toBe(
      'CLIQUE_PARENT',
    );
    const posing = { ...scene, snapshot: { ...scene.snapshot, signers: [] } };
    expect(refused(posing, evidence(posing, one, side.fork(height, 1, 0)))).toBe('CLIQUE_SNAPSHOT');
  });

  it('leave a way out: another start under the same id settles what was stranded', () => {
    const scene = accepted();
    const { side, height, network } = scene;
    const pending = sendToNetwork(scene, 20n);
    run(scene, evidence(scene, side.headersFrom(height + 1n).slice(0, 1), side.fork(height, 1, 0)));
    const replacement: ActionOf<'replaceClient'> = {
      type: 'replaceClient',
      client: CLIENT,
      trustingPeriodSeconds: 604_800n,
      maxClockDriftSeconds: 60n,
      start: poaStart(side),
    };
    expect(govern(network.main, replacement).code).toBe('');
    const left = [...network.main.values.keys()].filter((key) => key.startsWith('accepted/'));
    expect(left).toEqual([]);
    side.receive(pending.sequence, 1n);
    sealed(scene);
    const updates = { type: 'ethereum-poa', headers: side.headersFrom(1n) } as const;
    const acknowledgements = [{ packet: pending, success: true }];
    expect(run(scene, deliveryOf(scene, { acknowledgements }, updates)).items).toEqual(['']);
    const { resourceId } = scene;
    expect(readLocation(network.main.context().state, resourceId, CLIENT)).toBe(109n);
  });
});

describe('a reorganisation deeper than the configured depth, after acceptance', () => {
  it('C8: closes the pair for good and names the packets concerned', () => {
    const scene = accepted();
    const { side, height, network } = scene;
    const { main } = network;
    const unconfirmed = evidence(scene, side.fork(height, 3), []);
    expect(refused(scene, unconfirmed)).toBe('CLIQUE_EVIDENCE');
    const message = evidence(scene, side.fork(height, 12), []);
    const { events } = run(scene, message);
    const concerned = events.filter(({ type }) => type === 'packetsConcerned');
    expect(concerned).toMatchObject(CONCERNED);
    expect(events.at(-1)).toMatchObject({ type: 'clientClosed', client: CLIENT, sequence: height });
    expect(refused(scene, message)).toBe('CLIENT_CLOSED');
    expectHalted(scene, 'CLIENT_CLOSED');
    expect(main.get(verifierKey(CLIENT))).toBeDefined();
  });

  it('C8: a proposal opens a new pair, ends the orphans and writes off what was lost', () => {
    const scene = accepted();
    const { side, height, network, resourceId } = scene;
    const { main, a } = network;
    const orphan = sendToNetwork(scene, 20n);
    run(scene, evidence(scene, side.fork(height, 12), []));
    const action: ActionOf<'replacePair'> = {
      type: 'replacePair',
      client: CLIENT,
      successor: `${CLIENT}-2`,
      counterpartyClient: `${HUB}-2`,
      trustingPeriodSeconds: 604_800n,
      maxClockDriftSeconds: 60n,
      start: poaStart(side),
      orphans: [{ packet: orphan, ending: 'refunded' }],
      writeOffs: [{ resourceId, quantity: 89n }],
    };
    expect(govern(main, action).code).toBe('');
    expect(readLocation(main.context().state, resourceId, CLIENT)).toBe(0n);
    carryDown(network, a);
    expect(held(a.side, resourceId, ALICE)).toBe(890n);
    expect(readClient(main.context().state, `${CLIENT}-2`)?.trust.type).toBe('ethereum-poa');
  });
});

describe('what is remembered of accepted heights', () => {
  it('A11: is bounded, and a message that needs more is refused with its packets', () => {
    const { network } = createScene();
    const context = network.main.context();
    const taken = Array.from({ length: MAX_RUNS + 1 }, (_, at) => ({
      kind: 'received' as const,
      sequence: BigInt(at) * 2n,
    }));
    expect(refusalCode(() => noteAccepted(context, CLIENT, 9n, taken))).toBe('CLIENT_HEIGHT_FULL');
    expect(context.state.get(acceptedKey(CLIENT, 9n))).toBeUndefined();
    noteAccepted(context, CLIENT, 9n, taken.slice(1));
    expect(context.state.get(acceptedKey(CLIENT, 9n))).toBeDefined();
  });

  it('is forgotten with the consensus state of its height', () => {
    const { network } = createScene();
    const context = network.main.context();
    let state = requireClient(context.state, CLIENT);
    const { trust } = state;
    for (let height = 1n; height <= CONSENSUS_STATES + 1n; height++) {
      const consensus = {
        height,
        blockHash: ZERO_HASH,
        stateRoot: ZERO_HASH,
        timeMs: height,
        contextHash: ZERO_HASH,
      };
      const head = { height, timeMs: height, trust, codec: evmConsensusCodec, consensus };
      state = storeHead(context.state, CLIENT, state, head);
      noteAccepted(context, CLIENT, height, [{ kind: 'received', sequence: height }]);
    }
    expect(context.state.get(acceptedKey(CLIENT, 1n))).toBeUndefined();
    expect(context.state.get(acceptedKey(CLIENT, 2n))).toBeDefined();
  });
});
