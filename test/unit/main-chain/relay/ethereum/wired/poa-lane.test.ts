/* An Ethereum network of proof of authority as a side chain of the main chain: packets both ways. */
import { describe, expect, it } from 'vitest';
import {
  clientStateCodec,
  readClient,
} from '../../../../../../main-chain/relay/clients/client-state.ts';
import { readLocation, readTransit } from '../../../../../../main-chain/relay/locations.ts';
import { decode, encode } from '../../../../../../schemas/codec/codec.ts';
import { nobleHash, ZERO_HASH } from '../../../../../../schemas/hash.ts';
import { checkpointUpdates } from '../../../../../../schemas/wire/clients/client-material.ts';
import { storageProofCodec } from '../../../../../../schemas/wire/clients/evm-contract.ts';
import type { MessageOf } from '../../../../../../schemas/wire/message.ts';
import { acknowledgementPath, commitmentPath } from '../../../../../../schemas/wire/packet.ts';
import { clientKey } from '../../../../../../schemas/wire/state-keys.ts';
import { FakeChain } from '../../../../../fakes/chain.ts';
import { CHAIN_ID, contract, EthereumSide } from '../../../../../fakes/ethereum-side.ts';
import { headerBytes, type Json, readVector } from '../../../../../fakes/ethereum-vectors.ts';
import { refusalCode } from '../../../../../fakes/refusal.ts';
import {
  ALICE,
  carryAll,
  carryDown,
  clientSpec,
  createNetwork,
  govern as enact,
  held,
} from '../../network.ts';
import {
  CLIENT,
  createAction,
  createScene,
  deliveryOf,
  NO_HEADERS,
  packetOf,
  poaStart,
  refused,
  run,
  type Scene,
  sealed,
  sendToNetwork,
} from './ethereum-lane.ts';

const locationOf = ({ network, resourceId }: Scene) =>
  readLocation(network.main.context().state, resourceId, CLIENT);
const transitOf = ({ network, resourceId }: Scene) =>
  readTransit(network.main.context().state, resourceId, CLIENT);

/** The network holds a hundred. */
function held100(): Scene {
  const scene = createScene();
  const packet = sendToNetwork(scene, 100n);
  scene.side.receive(packet.sequence, 1n);
  const updates = sealed(scene);
  const acknowledgements = [{ packet, success: true }];
  expect(run(scene, deliveryOf(scene, { acknowledgements }, updates)).items).toEqual(['']);
  carryAll(scene.network);
  return scene;
}

/** A packet of the contract is committed and confirmed; the message that brings it. */
function comingIn(scene: Scene, quantity = 40n, sequence = 1n): MessageOf<'deliverFacts'> {
  const packet = packetOf(scene, sequence, quantity);
  scene.side.commit(packet);
  return deliveryOf(scene, { packets: [packet] }, sealed(scene));
}

describe('a lane to an Ethereum network', () => {
  it('takes a transfer out, and its acknowledgement books it there', () => {
    const scene = createScene();
    const { network } = scene;
    const packet = sendToNetwork(scene, 100n);
    expect([transitOf(scene), locationOf(scene)]).toEqual([100n, 0n]);
    scene.side.receive(packet.sequence, 1n);
    const updates = sealed(scene);
    const result = run(
      scene,
      deliveryOf(scene, { acknowledgements: [{ packet, success: true }] }, updates),
    );
    expect(result.items).toEqual(['']);
    expect([transitOf(scene), locationOf(scene)]).toEqual([0n, 100n]);
    carryDown(network, network.a);
    expect(network.a.side.get(commitmentPath(network.a.sideClient, 1n))).toBeUndefined();
    expect(held(network.a.side, scene.resourceId, ALICE)).toBe(900n);
  });

  it('gives back what the contract refused', () => {
    const scene = createScene();
    const packet = sendToNetwork(scene, 100n);
    scene.side.receive(packet.sequence, 2n);
    const updates = sealed(scene);
    const acknowledgements = [{ packet, success: false }];
    const lie = deliveryOf(scene, { acknowledgements: [{ packet, success: true }] }, updates);
    expect(refused(scene, lie)).toBe('EVM_FACT');
    expect(run(scene, deliveryOf(scene, { acknowledgements }, updates)).items).toEqual(['']);
    carryDown(scene.network, scene.network.a);
    expect(held(scene.network.a.side, scene.resourceId, ALICE)).toBe(1000n);
  });

  it('takes a transfer in and on to another chain, and answers it', () => {
    const scene = held100();
    const { network, resourceId } = scene;
    const { main, b } = network;
    expect(run(scene, comingIn(scene)).items).toEqual(['']);
    expect(locationOf(scene)).toBe(60n);
    expect(main.get(acknowledgementPath(CLIENT, 1n))).toBeUndefined();
    carryAll(network);
    expect(held(b.side, resourceId, ALICE)).toBe(40n);
    expect(main.get(acknowledgementPath(CLIENT, 1n))).toBeDefined();
  });

  it('D1: takes a packet once, under whatever height it is proven again', () => {
    const scene = held100();
    const message = comingIn(scene);
    run(scene, message);
    const again = { ...message, updates: NO_HEADERS };
    expect(scene.network.main.attempt(1, again)).toMatchObject({
      result: { code: '', items: ['PACKET_ALREADY_RECEIVED'] },
      changed: [],
    });
    const [packet] = message.packets;
    if (packet === undefined) throw new Error('no packet');
    const later = deliveryOf(scene, { packets: [packet] }, sealed(scene));
    expect(run(scene, later).items).toEqual(['PACKET_ALREADY_RECEIVED']);
    expect(locationOf(scene)).toBe(60n);
  });

  it('F1 D9: books no more than it holds, whatever its contract commits', () => {
    const scene = held100();
    const { network } = scene;
    expect(run(scene, comingIn(scene, 101n)).events).toMatchObject([
      { type: 'clientUpdated' },
      { type: 'packetFailed', code: 'LOCATION_EXCEEDED' },
    ]);
    expect(locationOf(scene)).toBe(100n);
    carryAll(network);
    expect(held(network.b.side, scene.resourceId, ALICE)).toBe(0n);
  });

  it('D2 D4: gives back what the network had not received when its clock had passed the timeout', () => {
    const scene = createScene();
    const packet = sendToNetwork(scene, 100n);
    const timeout = (updates = NO_HEADERS, height = scene.side.head.number - 3n) =>
      ({
        type: 'timeout',
        client: CLIENT,
        updates,
        height,
        packets: [packet],
        proof: scene.side.prove([{ type: 'notReceived', sequence: packet.sequence }], height),
      }) as const;
    run(scene, { type: 'update', client: CLIENT, updates: sealed(scene) });
    const early = scene.network.main.attempt(ALICE, timeout());
    expect(early).toMatchObject({ result: { items: ['PACKET_NOT_TIMED_OUT'] }, changed: [] });
    const updates = sealed(scene, 6, 1500n);
    expect(run(scene, timeout(updates)).items).toEqual(['']);
    expect(transitOf(scene)).toBe(0n);
    carryDown(scene.network, scene.network.a);
    expect(held(scene.network.a.side, scene.resourceId, ALICE)).toBe(1000n);
    expect(run(scene, timeout()).items).toEqual(['PACKET_ALREADY_SETTLED']);
  });

  it('D4: does not time out what was received', () => {
    const scene = createScene();
    const packet = sendToNetwork(scene, 100n);
    scene.side.receive(packet.sequence, 1n);
    const updates = sealed(scene, 6, 1500n);
    const height = scene.side.head.number - 3n;
    const fact = { type: 'notReceived', sequence: packet.sequence } as const;
    const proof = scene.side.prove([fact], height);
    const message = { type: 'timeout', client: CLIENT, updates, height, packets: [packet], proof };
    expect(refused(scene, message as MessageOf<'timeout'>)).toBe('EVM_FACT');
  });

  it('F1: compares what the contract says it holds with the books', () => {
    const scene = held100();
    const { resourceId } = scene;
    scene.side.hold(resourceId, 101n);
    const updates = sealed(scene);
    const height = scene.side.head.number - 3n;
    const claim = (quantity: bigint): MessageOf<'proveSupply'> => ({
      type: 'proveSupply',
      client: CLIENT,
      updates,
      height,
      supplies: [{ resourceId, quantity }],
      proof: scene.side.prove([{ type: 'supply', resourceId, quantity }], height),
    });
    expect(refused(scene, claim(100n))).toBe('EVM_FACT');
    const { items, events } = run(scene, claim(101n));
    expect(items).toEqual(['LOCATION_EXCEEDED']);
    expect(events.map(({ type }) => type)).toContain('supplyAlarm');
  });

  it('keeps of a height what was taken on its word, in runs', () => {
    const scene = held100();
    const packets = [1n, 2n, 3n, 5n].map((sequence) => packetOf(scene, sequence, 1n));
    for (const packet of packets) scene.side.commit(packet);
    const message = deliveryOf(scene, { packets }, sealed(scene));
    expect(run(scene, message).items).toEqual(['', '', '', '']);
    const kept = [...scene.network.main.values.keys()].filter((key) => key.startsWith('accepted/'));
    expect(kept).toHaveLength(2);
  });
});

describe('the stored state of a client', () => {
  it('A14: has one encoding: a kind there is, and sets only where it follows sets', () => {
    const { network } = createScene();
    const { main, a } = network;
    const [native, ethereum] = [a.mainClient, CLIENT].map((client) => main.get(clientKey(client)));
    if (native === undefined || ethereum === undefined) throw new Error('no client');
    const code = (bytes: Uint8Array) =>
      refusalCode(() => decode(clientStateCodec, bytes, 'client'));
    for (const bytes of [native, ethereum]) {
      expect(code(bytes)).toBe('nothing thrown');
      expect(encode(clientStateCodec, decode(clientStateCodec, bytes, 'client'))).toEqual(bytes);
    }
    expect(ethereum.at(-1)).toBe(2);
    expect(code(ethereum.with(-1, 8))).toBe('CODEC_VALUE');
    expect(code(native.with(-1, 2))).toBe('CODEC_VALUE');
  });
});

describe('what a liar hands in for an Ethereum network changes nothing', () => {
  it('A5 A6 A12 A14: proofs of other facts, heights or contracts, and bytes left over', () => {
    const scene = held100();
    const message = comingIn(scene);
    const { side } = scene;
    const [packet] = message.packets;
    if (packet === undefined) throw new Error('no packet');
    const other = { ...packet, sequence: 2n };
    const code = (changes: Partial<MessageOf<'deliverFacts'>>) =>
      refused(scene, { ...message, ...changes });
    expect(code({ packets: [other] })).toMatch(/^(EVM_FACT|TRIE_)/);
    expect(code({ packets: [{ ...packet, timeoutSeconds: packet.timeoutSeconds + 1n }] })).toBe(
      'EVM_FACT',
    );
    expect(code({ height: message.height - 1n })).toBe('CONSENSUS_UNKNOWN');
    expect(code({ updates: NO_HEADERS })).toBe('CONSENSUS_UNKNOWN');
    expect(code({ proof: Uint8Array.from([...message.proof, 0]) })).toBe('CODEC_TRAILING');
    expect(code({ proof: new Uint8Array(0) })).toBe('CODEC_TRUNCATED');
    expect(code({ proof: encode(storageProofCodec, []) })).toBe('TRIE_NODE_MISSING');
    const absent = side.prove([{ type: 'notReceived', sequence: 1n }], message.height);
    expect(code({ proof: absent })).toMatch(/^(TRIE_|EVM_FACT)/);
    expect(code({ packets: [] })).toBe('BATCH_EMPTY');
    expect(run(scene, message).items).toEqual(['']);
  });

  it('A7 B6 B9: headers that are unconfirmed, sealed by strangers, or of another chain', () => {
    const scene = createScene();
    const updates = (headers: readonly Uint8Array[]) =>
      ({ type: 'update', client: CLIENT, updates: { type: 'ethereum-poa', headers } }) as const;
    const { headers } = sealed(scene) as { headers: readonly Uint8Array[] };
    expect(refused(scene, updates(headers.slice(0, 3)))).toBe('CLIQUE_UNCONFIRMED');
    expect(refused(scene, updates(headers.slice(1)))).toBe('CLIQUE_PARENT');
    const flipped = headers.map((header, at) => (at === 0 ? header.with(40, 1) : header));
    expect(refused(scene, updates(flipped))).toMatch(/^(CLIQUE|RLP|EVM)_/);
    const stranger = new EthereumSide(1_700_000_000n).seal(6);
    expect(refused(scene, updates(stranger))).toBe('CLIQUE_PARENT');
    run(scene, updates(headers));
    expect(refused(scene, updates([]))).toBe('BATCH_EMPTY');
  });

  it('B8 B9: material for another kind of client', () => {
    const scene = createScene();
    const { main, a } = scene.network;
    const certificate = a.side.certificate();
    const foreign = checkpointUpdates(certificate);
    const evidence = { type: 'checkpoint', first: certificate, second: certificate } as const;
    expect(refused(scene, { type: 'update', client: CLIENT, updates: foreign })).toBe(
      'CLIENT_KIND',
    );
    expect(refused(scene, { type: 'misbehaviour', client: CLIENT, evidence })).toBe('CLIENT_KIND');
    const { headers } = sealed(scene) as { headers: readonly Uint8Array[] };
    const updates = { type: 'ethereum-poa', headers } as const;
    expect(refused(scene, { type: 'update', client: a.mainClient, updates })).toBe('CLIENT_KIND');
    const [segment] = main.segments(a.mainClient, 1n);
    if (segment === undefined) throw new Error('no segment');
    run(scene, { type: 'update', client: CLIENT, updates });
    const height = scene.side.head.number - 3n;
    const run1 = { type: 'deliver', client: CLIENT, updates: NO_HEADERS, height } as const;
    expect(refused(scene, { ...run1, segments: [segment] })).toBe('CLIENT_OUTBOX');
    const settle = { type: 'settle', client: CLIENT, updates: NO_HEADERS, height } as const;
    const proof = scene.side.prove([], height);
    expect(refused(scene, { ...settle, settledBelow: 1n, proof })).toBe('EVM_FACT_KIND');
  });

  it('C6: anything on a client that has verified nothing yet', () => {
    const scene = createScene();
    const { network, side } = scene;
    const { a, main } = network;
    side.seal(6);
    const message = deliveryOf(scene, { packets: [packetOf(scene, 1n, 1n)] }, NO_HEADERS, 1n);
    expect(refused(scene, message)).toBe('CLIENT_UNINITIALISED');
    network.clock.nowMs += 604_800_000n;
    expect(refused(scene, { ...message, updates: NO_HEADERS })).toBe('CLIENT_EXPIRED');
    expect(readClient(main.context().state, a.mainClient)?.frozen).toBe(false);
  });

  it('C11 A7: starts that fit no chain, contract or genesis', () => {
    const { network, side } = createScene();
    const { main, a, clock } = network;
    const start = poaStart(side);
    const other = { client: 'eth-second', chainId: 'eip155:5' };
    const before = new Map(main.values);
    const code = (changes: Parameters<typeof createAction>[2]) =>
      enact(main, createAction(side, start, { ...other, ...changes })).code;
    expect(code({ chainId: a.side.rules.chainId })).toBe('CLIENT_UNSUPPORTED');
    expect(code({ chainId: `fabric:${'0a'.repeat(16)}` })).toBe('CLIENT_UNSUPPORTED');
    expect(code({ genesisHash: ZERO_HASH })).toBe('CLIQUE_RULES');
    expect(code({ trustingPeriodSeconds: 1n })).toBe('CLIENT_TRUSTING_PERIOD');
    expect(code({ client: CLIENT })).toBe('CLIENT_EXISTS');
    const empty = { ...contract, codeHash: ZERO_HASH };
    expect(code({ start: { ...start, contract: empty } as typeof start })).toBe('EVM_CONTRACT');
    for (const key of before.keys())
      if (key.startsWith('client/')) expect(main.get(key)).toBeDefined();
    expect([...main.values.keys()].filter((key) => key.includes('eth-second'))).toEqual([]);
    const fresh = new FakeChain(clock, { name: 'fresh', kind: 'shard' });
    expect(enact(fresh, createAction(side, start)).code).toBe('CLIENT_UNSUPPORTED');
    const spec = { ...clientSpec(a.side, 'eth-third', 'x-client'), chainId: CHAIN_ID };
    expect(enact(main, spec).code).toBe('CLIENT_UNSUPPORTED');
  });
});

interface Recorded {
  readonly genesis: { readonly config: { readonly clique: { period: number; epoch: number } } };
  readonly headers: readonly Json[];
}

describe('the clique chain recorded from geth 1.13.15', () => {
  it('is followed in the state of a chain from its genesis to the newest confirmed block', () => {
    const recorded = readVector<Recorded>('clique-1-signer.json');
    const headers = recorded.headers.map(headerBytes);
    const [epochHeader = expect.unreachable(), ...rest] = headers;
    const { main } = createNetwork();
    const { period, epoch } = recorded.genesis.config.clique;
    const recordedRules = {
      epoch: BigInt(epoch),
      periodSeconds: BigInt(period),
      depth: 3,
      leastSigners: 1,
    };
    const start = { type: 'ethereum-poa', rules: recordedRules, contract, epochHeader } as const;
    const side = { genesis: { hash: nobleHash.keccak256(epochHeader) } } as EthereumSide;
    const trusting = { trustingPeriodSeconds: 315_360_000n };
    expect(enact(main, createAction(side, start, trusting)).code).toBe('');
    const updates = { type: 'ethereum-poa', headers: rest } as const;
    main.run(1, { type: 'update', client: CLIENT, updates });
    const client = readClient(main.context().state, CLIENT);
    expect(client?.latestHeight).toBe(BigInt(headers.length - 1) - 3n);
    expect(client?.frozen).toBe(false);
  });
});
