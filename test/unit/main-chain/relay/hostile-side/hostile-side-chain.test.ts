/*
 * A side chain whose every validator is hostile tries everything; it loses what it holds, and no
 * other chain, no book and no holder outside it loses anything.
 */

import { beforeEach, describe, expect, it } from 'vitest';
import { readResource } from '../../../../../main-chain/ledger/resources.ts';
import { readQuantity } from '../../../../../main-chain/ledger/state.ts';
import { Writer } from '../../../../../schemas/codec/writer.ts';
import type { ResourceOrigin } from '../../../../../schemas/resource/resource-id.ts';
import { unixSeconds } from '../../../../../schemas/units.ts';
import { checkpointUpdates } from '../../../../../schemas/wire/clients/client-material.ts';
import type { Message } from '../../../../../schemas/wire/message.ts';
import {
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  receiptPath,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../../../schemas/wire/packet.ts';
import {
  outstandingKey,
  settledBelowKey,
  supplyKey,
} from '../../../../../schemas/wire/state-keys.ts';
import type { SupplyPayload } from '../../../../../schemas/wire/transfer.ts';
import { setHashOf, validatorKeys } from '../../../../fakes/chain.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  createNetwork,
  govern,
  held,
  ISSUER,
  issueAndRegister,
  issueMessage,
  KIND,
  ledgerOf,
  type Network,
  sendMessage,
  sentPackets,
} from '../network.ts';
import { HostileChain } from './hostile-chain.ts';

const CROOK = 66;
const ISSUER_B = 21;
const METERED = 'green-certificate/v1';

interface Scene {
  readonly network: Network;
  /** At home on the hostile chain: it holds 600 and 5 are on their way to it. */
  readonly own: Uint8Array;
  /** At home on Anhui: the hostile chain holds 50, 20 are on their way to it. */
  readonly foreign: Uint8Array;
  /** Those two packets of the main chain. */
  readonly coming: readonly [Packet, Packet];
  readonly crook: HostileChain;
}

let scene: Scene;

beforeEach(() => {
  const network = createNetwork();
  const { main, a, b } = network;
  govern(main, {
    type: 'registerIssuer',
    issuer: testAddress(ISSUER_B),
    kinds: [KIND, METERED],
    home: b.side.rules.chainId,
    cap: 1_000n,
    validFromSeconds: 0n,
    validUntilSeconds: 4_000_000_000n,
  });
  const own = issueAndRegister(network);
  a.side.run(ALICE, sendMessage(network, a, b.side, own, 300n));
  a.side.run(ALICE, sendMessage(network, a, main, own, 100n, { receiver: testAddress(ALICE) }));
  const statement = issueMessage({ main, a: b }, 500n, {}, { issuer: ISSUER_B, owner: BOB });
  b.side.run(ISSUER_B, statement);
  const foreign = statement.resourceId;
  b.side.run(BOB, sendMessage(network, b, a.side, foreign, 50n));
  carryAll(network);
  b.side.run(BOB, sendMessage(network, b, a.side, own, 5n));
  carryUp(network, b);
  const [first] = sentPackets(main, a.mainClient);
  b.side.run(BOB, sendMessage(network, b, a.side, foreign, 20n));
  carryUp(network, b);
  const [second] = sentPackets(main, a.mainClient);
  if (first === undefined || second === undefined) throw new Error('nothing was sent');
  scene = { network, own, foreign, coming: [first, second], crook: new HostileChain(network, a) };
});

/** What the main chain makes of a message: the code it is refused or failed with, or `done`. */
function outcome(message: Message): string {
  const [result] = scene.network.main.block([CROOK, message]);
  if (result === undefined) throw new Error('no result');
  const failed = result.events.find(({ type }) => type === 'packetFailed');
  return result.code || result.items.find((code) => code !== '') || failed?.code || 'done';
}

/** Everything outside the hostile chain: nobody there may have less than before. */
function outside() {
  const { network, own, foreign } = scene;
  const { main, b } = network;
  return [own, foreign].map((id) => ({
    bob: held(b.side, id, BOB),
    alice: held(main, id, ALICE),
    ledger: ledgerOf(network, id),
    outstanding: readQuantity(b.side.context().state, outstandingKey(id)),
  }));
}

/** Every book adds up, place by place. */
function conserved(): void {
  for (const id of [scene.own, scene.foreign]) {
    const books = ledgerOf(scene.network, id);
    expect(books.registered).toBe(books.located + books.inTransit + books.retired);
    expect(books.located).toBe(books.atMain + books.atA + books.atB);
    expect(books.inTransit).toBe(books.toA + books.toB);
    expect(readResource(scene.network.main.context().state, id)?.status).toBe('active');
  }
}

/** None of these may change anything in the books or anywhere outside. */
function allFail(attacks: Readonly<Record<string, readonly [() => Message, string]>>): void {
  const before = outside();
  const found = Object.entries(attacks).map(([name, [make]]) => [name, outcome(make())]);
  const expected = Object.entries(attacks).map(([name, [, code]]) => [name, code]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
  expect(outside()).toEqual(before);
  conserved();
}

describe('a wholly hostile side chain', () => {
  it('D9: brings no supply into the books that its issuers have not signed for this main chain', () => {
    const { network, crook } = scene;
    const { main, a, b } = network;
    const payload = (message: ReturnType<typeof issueMessage>, home: string, issuer: number) => {
      const { kind, staticRoot, statement } = message;
      const origin: ResourceOrigin = { kind, home, issuer: testAddress(issuer), staticRoot };
      return { origin, statement } satisfies SupplyPayload;
    };
    const mine = a.side.rules.chainId;
    const genuine = issueMessage(network, 10n, { index: 2n });
    const [counted, stranger, cap, other] = [
      issueMessage(network, 1000n),
      issueMessage(network, 10n, {}, { issuer: CROOK }),
      issueMessage(network, 2_000_000n, {}, { seed: 4 }),
      issueMessage({ main, a: b }, 10n, { index: 2n }, { issuer: ISSUER_B }),
    ];
    const signed = payload(genuine, mine, ISSUER);
    const more = { ...signed.statement.statement, quantity: 1_000_000n };
    allFail({
      'a counted statement again': [
        () => crook.sends(crook.supply(payload(counted, mine, ISSUER))),
        'SUPPLY_COUNTED',
      ],
      'a stranger’s statement': [
        () => crook.sends(crook.supply(payload(stranger, mine, CROOK))),
        'ISSUER_UNKNOWN',
      ],
      'more than was signed for': [
        () =>
          crook.sends(
            crook.supply({ ...signed, statement: { ...signed.statement, statement: more } }),
          ),
        'SUPPLY_SIGNATURE',
      ],
      'above the issuer’s cap': [
        () => crook.sends(crook.supply(payload(cap, mine, ISSUER))),
        'ISSUER_CAP',
      ],
      'another chain’s statement': [
        () => crook.sends(crook.supply(payload(other, b.side.rules.chainId, ISSUER_B))),
        'ISSUER_HOME',
      ],
      'another chain’s statement as its own': [
        () => crook.sends(crook.supply(payload(other, mine, ISSUER_B))),
        'SUPPLY_RESOURCE',
      ],
      'no statement': [
        () => crook.sends(crook.packet('supply', new Uint8Array(10))),
        'CODEC_TRUNCATED',
      ],
    });
  });

  it('F1: counts no interval of a metering point twice, whichever chain counted it first', () => {
    const { network, crook } = scene;
    const { main, a, b } = network;
    const month = (start: bigint, end: bigint) =>
      ({
        unit: 'certificate',
        meteringPoint: new Uint8Array(32).fill(3),
        intervalStart: unixSeconds(start),
        intervalEnd: unixSeconds(end),
      }) as const;
    const atB = { issuer: ISSUER_B, kind: METERED, seed: 5 };
    b.side.run(ISSUER_B, issueMessage({ main, a: b }, 7n, month(100n, 200n), atB));
    carryUp(network, b);
    const claim = (start: bigint, end: bigint, index: bigint) => {
      const how = { kind: METERED, seed: 6 };
      const { statement, staticRoot } = issueMessage(
        network,
        9n,
        { index, ...month(start, end) },
        how,
      );
      const home = a.side.rules.chainId;
      const origin: ResourceOrigin = {
        kind: METERED,
        home,
        issuer: testAddress(ISSUER),
        staticRoot,
      };
      return crook.sends(crook.supply({ origin, statement }));
    };
    allFail({
      'the same interval': [() => claim(100n, 200n, 1n), 'METERING_OVERLAP'],
      'its end': [() => claim(199n, 300n, 2n), 'METERING_OVERLAP'],
      'its beginning': [() => claim(1n, 101n, 3n), 'METERING_OVERLAP'],
      'a part of it': [() => claim(120n, 130n, 4n), 'METERING_OVERLAP'],
      'more than it': [() => claim(1n, 999n, 5n), 'METERING_OVERLAP'],
    });
    expect(outcome(claim(200n, 300n, 6n))).toBe('done');
  });

  it('F1: sends out, retires and shows no more than the books say it holds', () => {
    const { network, own, foreign, crook } = scene;
    const { main, b } = network;
    const home = b.side.rules.chainId;
    const here = main.rules.chainId;
    allFail({
      'more of its own than is there': [
        () => crook.sends(crook.transfer(own, 601n, home)),
        'LOCATION_LATER',
      ],
      'more of another’s than is there or on its way': [
        () => crook.sends(crook.transfer(foreign, 71n, home)),
        'LOCATION_EXCEEDED',
      ],
      'what is still on its way': [
        () => crook.sends(crook.transfer(foreign, 70n, home)),
        'LOCATION_LATER',
      ],
      'the greatest number there is': [
        () => crook.sends(crook.transfer(foreign, 2n ** 128n - 1n, here)),
        'LOCATION_EXCEEDED',
      ],
      nothing: [() => crook.sends(crook.transfer(foreign, 0n, home)), 'QUANTITY_ZERO'],
      'a resource nobody knows': [
        () => crook.sends(crook.transfer(new Uint8Array(32).fill(8), 1n, home)),
        'LOCATION_LATER',
      ],
      'retired above what is there': [
        () => crook.sends(crook.retirement(foreign, 71n)),
        'LOCATION_EXCEEDED',
      ],
      'back to itself': [
        () => crook.sends(crook.transfer(own, 1n, network.a.side.rules.chainId)),
        'TRANSFER_DESTINATION',
      ],
      'to a chain without a route': [
        () => crook.sends(crook.transfer(own, 1n, 'eip155:1')),
        'ROUTE_UNKNOWN',
      ],
      'to nowhere': [
        () => crook.sends(crook.transfer(own, 1n, home, { destination: undefined })),
        'TRANSFER_DESTINATION',
      ],
      'too late for another hop': [
        () => crook.sends(crook.transfer(own, 1n, home, { deadlineSeconds: 1n })),
        'PACKET_DEADLINE',
      ],
    });
    const supplies = [{ resourceId: foreign, quantity: 71n }];
    const shown = crook.state(new Map([[supplyKey(foreign), new Writer().u128(71n).finish()]]));
    const [result] = main.block([
      CROOK,
      {
        type: 'proveSupply',
        client: network.a.mainClient,
        updates: checkpointUpdates(shown.certificate),
        height: shown.height,
        supplies,
        proof: shown.tree.prove([supplyKey(foreign)]),
      },
    ]);
    expect(result?.items).toEqual(['LOCATION_EXCEEDED']);
    expect(result?.events.map(({ type }) => type)).toContain('lanePaused');
  });

  it('B9, C2, C3, D3: names no other’s packets, ports or chain: what is not on its lane is refused', () => {
    const { network, own, crook } = scene;
    const { a, b } = network;
    const home = b.side.rules.chainId;
    const sent = crook.transfer(own, 1n, home);
    const strange = validatorKeys('anybody', 1);
    allFail({
      'over another chain’s client': [
        () => ({ ...crook.sends(sent), client: b.mainClient }),
        'CERTIFICATE_SET',
      ],
      'from another client': [
        () => crook.sends({ ...sent, sourceClient: b.sideClient }),
        'PACKET_CLIENTS',
      ],
      'to another client': [
        () => crook.sends({ ...sent, destinationClient: b.mainClient }),
        'PACKET_CLIENTS',
      ],
      'to a port there is not': [
        () => crook.sends(crook.packet('governance', new Uint8Array(1))),
        'PORT_UNKNOWN',
      ],
      'after its timeout': [() => crook.sends({ ...sent, timeoutSeconds: 1n }), 'PACKET_TIMED_OUT'],
      'under keys it has not announced': [
        () => ({
          type: 'update',
          client: a.mainClient,
          updates: checkpointUpdates(
            crook.certificate(
              {
                validatorSetHash: setHashOf(strange),
                nextValidatorSetHash: setHashOf(strange),
              },
              0n,
              strange,
            ),
          ),
        }),
        'CERTIFICATE_SET',
      ],
      'from a clock far ahead': [
        () => ({
          type: 'update',
          client: a.mainClient,
          updates: checkpointUpdates(crook.certificate({}, 70_000n)),
        }),
        'CHECKPOINT_DRIFT',
      ],
      'with an empty state': [
        () => ({
          type: 'update',
          client: a.mainClient,
          updates: checkpointUpdates(crook.certificate({ stateRoot: new Uint8Array(32) })),
        }),
        'CHECKPOINT_ROOT_ZERO',
      ],
    });
  });

  it('D2, D5: moves nothing by answers and timeouts that are not its to give', () => {
    const { network, own, coming, crook } = scene;
    const { main, a, b } = network;
    const [first] = coming;
    main.run(ALICE, sendMessage(network, b, b.side, own, 3n, { client: b.mainClient }));
    const [toB] = sentPackets(main, b.mainClient);
    if (toB === undefined) throw new Error('nothing was sent');
    const timeout = (packet: Packet, aheadMs = 0n): Message => {
      const { tree, certificate, height } = crook.state(new Map(), aheadMs);
      const proof = tree.prove([receiptPath(packet.destinationClient, packet.sequence)]);
      const updates = checkpointUpdates(certificate);
      return { type: 'timeout', client: a.mainClient, updates, height, packets: [packet], proof };
    };
    allFail({
      'success of another lane’s packet': [
        () => crook.answers(toB, SUCCESS_ACKNOWLEDGEMENT),
        'PACKET_CLIENTS',
      ],
      'error of a packet never sent': [
        () => crook.answers({ ...first, sequence: 99n }, ERROR_ACKNOWLEDGEMENT),
        'PACKET_UNKNOWN',
      ],
      'success of more than was sent': [
        () => crook.answers({ ...first, timeoutSeconds: 9n }, SUCCESS_ACKNOWLEDGEMENT),
        'PACKET_COMMITMENT',
      ],
      'an answer that is neither': [
        () => crook.answers(first, Uint8Array.of(2)),
        'PACKET_ACKNOWLEDGEMENT',
      ],
      'timeout of another lane’s packet': [() => timeout(toB), 'PACKET_CLIENTS'],
      'timeout before its time': [() => timeout(first), 'PACKET_NOT_TIMED_OUT'],
      'timeout by a fast clock': [() => timeout(first, 50_000n), 'PACKET_NOT_TIMED_OUT'],
    });
  });

  it('by its answers only decides about what was sent to it: it has it, or the sender has it back', () => {
    const { network, own, foreign, coming, crook } = scene;
    const [first, second] = coming;
    expect(outcome(crook.answers(first, SUCCESS_ACKNOWLEDGEMENT))).toBe('done');
    expect(outcome(crook.answers(first, ERROR_ACKNOWLEDGEMENT))).toBe('PACKET_ALREADY_SETTLED');
    expect(outcome(crook.answers(second, ERROR_ACKNOWLEDGEMENT))).toBe('done');
    expect(outcome(crook.answers(second, SUCCESS_ACKNOWLEDGEMENT))).toBe('PACKET_ALREADY_SETTLED');
    expect(ledgerOf(network, own)).toMatchObject({ atA: 605n, toA: 0n, atB: 295n });
    expect(ledgerOf(network, foreign)).toMatchObject({ atA: 50n, toA: 0n, atB: 450n });
    carryDown(network, network.b);
    expect(held(network.b.side, foreign, BOB)).toBe(450n);
    expect(held(network.b.side, own, BOB)).toBe(295n);
    conserved();
  });

  it('freezes nothing elsewhere, not even its own resource, and gives no newer head of another’s', () => {
    const { network, own, foreign, crook } = scene;
    const { main, b } = network;
    const dynamic = { index: 99n, head: new Uint8Array(32).fill(6) };
    for (const id of [own, foreign]) {
      const changes = { frozen: true, dynamic };
      expect(outcome(crook.sends(crook.transfer(id, 1n, b.side.rules.chainId, changes)))).toBe(
        'done',
      );
      carryDown(network, b);
      for (const chain of [main, b.side]) {
        expect(readResource(chain.context().state, id)?.status).toBe('active');
      }
    }
    for (const chain of [main, b.side]) {
      expect(readResource(chain.context().state, foreign)?.dynamicIndex).toBe(0n);
    }
  });

  it('D1: replays nothing after it has pruned its own receipts with a forged mark', () => {
    const { network, own, crook } = scene;
    const { main, a, b } = network;
    const sent = crook.transfer(own, 10n, b.side.rules.chainId);
    const early = { ...sent, sequence: 7n };
    expect(outcome(crook.sends(early))).toBe('done');
    const mark = new Writer().u64(1_000_000n).finish();
    const prune = () => {
      const shown = crook.state(new Map([[settledBelowKey(a.sideClient), mark]]));
      return outcome({
        type: 'settle',
        client: a.mainClient,
        updates: checkpointUpdates(shown.certificate),
        height: shown.height,
        settledBelow: 1_000_000n,
        proof: shown.tree.prove([settledBelowKey(a.sideClient)]),
      });
    };
    expect(prune()).toBe('done');
    expect(main.get(receiptPath(a.mainClient, 7n))).toBeUndefined();
    allFail({
      'the same packet again': [() => crook.sends(early), 'PACKET_PRUNED'],
      'another under its sequence': [
        () => crook.sends({ ...crook.transfer(own, 500n, main.rules.chainId), sequence: 7n }),
        'PACKET_PRUNED',
      ],
    });
  });

  it('C4, C6: ends its own traffic for good when it signs two histories', () => {
    const { network, own, crook } = scene;
    const { a, b } = network;
    const first = crook.certificate();
    const second = crook.certificate({
      height: first.checkpoint.height,
      stateRoot: new Uint8Array(32).fill(9),
    });
    expect(
      outcome({
        type: 'misbehaviour',
        client: a.mainClient,
        evidence: { type: 'checkpoint', first, second },
      }),
    ).toBe('done');
    allFail({
      'a transfer': [
        () => crook.sends(crook.transfer(own, 1n, b.side.rules.chainId)),
        'CLIENT_FROZEN',
      ],
      'an answer': [() => crook.answers(scene.coming[0], SUCCESS_ACKNOWLEDGEMENT), 'CLIENT_FROZEN'],
    });
  });

  it('F1: loses what it holds and nothing else: drained to the last unit, everybody else moves on', () => {
    const { network, own, foreign, coming, crook } = scene;
    const { main, b } = network;
    const to = b.side.rules.chainId;
    expect(coming.map((each) => outcome(crook.answers(each, SUCCESS_ACKNOWLEDGEMENT)))).toEqual([
      'done',
      'done',
    ]);
    const all = [
      crook.transfer(own, 600n, to),
      crook.transfer(own, 5n, main.rules.chainId),
      crook.transfer(foreign, 60n, to),
    ];
    expect(outcome(crook.sends(...all))).toBe('done');
    expect(outcome(crook.sends(crook.retirement(foreign, 10n)))).toBe('done');
    carryDown(network, b);
    carryUp(network, b);
    for (const [id, code] of [
      [own, 'LOCATION_LATER'],
      [foreign, 'LOCATION_EXCEEDED'],
    ] as const) {
      expect(outcome(crook.sends(crook.transfer(id, 1n, to)))).toBe(code);
      expect(outcome(crook.sends(crook.retirement(id, 1n)))).toBe(code);
      expect(ledgerOf(network, id)).toMatchObject({ atA: 0n, toA: 0n });
    }
    conserved();
    expect(ledgerOf(network, own)).toMatchObject({ registered: 1000n, atMain: 105n, atB: 895n });
    expect(ledgerOf(network, foreign)).toMatchObject({ registered: 500n, retired: 10n, atB: 490n });
    expect(readQuantity(b.side.context().state, outstandingKey(foreign))).toBe(10n);
    expect(held(b.side, foreign, BOB)).toBe(490n);
    expect(held(b.side, own, BOB)).toBe(895n);
    for (const id of [own, foreign]) {
      const quantity = held(b.side, id, BOB);
      const receiver = testAddress(ALICE);
      b.side.run(BOB, sendMessage(network, b, main, id, quantity, { receiver }));
      carryUp(network, b);
      carryDown(network, b);
    }
    expect([held(main, own, ALICE), held(main, own, BOB)]).toEqual([995n, 5n]);
    expect(held(main, foreign, ALICE)).toBe(490n);
  });
});
