/* Timeouts and acknowledgements: the clock that counts, the packet that is meant, once. */

import { describe, expect, it } from 'vitest';
import { readHolding } from '../../../../main-chain/ledger/holdings.ts';
import { readU64 } from '../../../../main-chain/ledger/state.ts';
import { createLanes, requireLane } from '../../../../main-chain/relay/lanes.ts';
import { readLocation } from '../../../../main-chain/relay/locations.ts';
import {
  acknowledgePacket,
  receivePacket,
  timeOutPacket,
  writeAcknowledgement,
} from '../../../../main-chain/relay/packets.ts';
import type { Port, Ports } from '../../../../main-chain/relay/ports/port.ts';
import { portsOf } from '../../../../main-chain/relay/ports/ports.ts';
import { checkpointUpdates } from '../../../../schemas/wire/clients/client-material.ts';
import {
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  receiptPath,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../../schemas/wire/packet.ts';
import { settledBelowKey } from '../../../../schemas/wire/state-keys.ts';
import { snapshot, testAddress } from '../../../fakes/ledger-context.ts';
import { refusalCode } from '../../../fakes/refusal.ts';
import { refused, unchangedItems, up } from './attempts.ts';
import {
  ALICE,
  BOB,
  carryAll,
  carryDown,
  carryUp,
  createNetwork,
  forgeDelivery,
  held,
  issueAndRegister,
  ledgerOf,
  type Network,
  RELAYER,
  sendMessage,
  sentPackets,
  timeoutMessage,
} from './network.ts';

const MAX = (1n << 64n) - 1n;
const HOUR_MS = 3_600_000n;

function started(): { network: Network; id: Uint8Array } {
  const network = createNetwork();
  return { network, id: issueAndRegister(network) };
}

/** A packet of Jiangsu to the main chain that times out at `timeout`, and that second in the clock. */
function sent(): { network: Network; id: Uint8Array; packet: Packet; timeout: bigint } {
  const { network, id } = started();
  const { a, b, clock } = network;
  const timeout = clock.nowMs / 1000n + 100n;
  const times = { timeoutSeconds: timeout, deadlineSeconds: timeout };
  a.side.run(ALICE, sendMessage(network, a, b.side, id, 10n, times));
  const [packet] = sentPackets(a.side, a.sideClient);
  if (packet === undefined) throw new Error('no packet');
  return { network, id, packet, timeout };
}

describe('timeouts a sender may choose', () => {
  it('D3: refuses zero, the past, seconds given as milliseconds, and more than 24 hours', () => {
    const { network, id } = started();
    const { a, b, clock } = network;
    const now = (clock.nowMs + 1000n) / 1000n;
    const code = (timeoutSeconds: bigint, deadlineSeconds = timeoutSeconds) =>
      refused(
        a.side.attempt(
          ALICE,
          sendMessage(network, a, b.side, id, 1n, { timeoutSeconds, deadlineSeconds }),
        ),
      );
    expect(code(0n)).toBe('PACKET_TIMEOUT_PAST');
    expect(code(now)).toBe('PACKET_TIMEOUT_PAST');
    expect(code(now * 1000n)).toBe('PACKET_TIMEOUT_FAR');
    expect(code(now * 1_000_000_000n)).toBe('PACKET_TIMEOUT_FAR');
    expect(code(1n << 63n)).toBe('PACKET_TIMEOUT_FAR');
    expect(code(MAX)).toBe('PACKET_TIMEOUT_FAR');
    expect(code(now + 86_401n)).toBe('PACKET_TIMEOUT_FAR');
    expect(code(now + 100n, now + 86_401n)).toBe('PACKET_TIMEOUT_FAR');
    expect(code(now + 100n, now + 99n)).toBe('PACKET_DEADLINE');
    const farthest = { timeoutSeconds: now + 86_400n, deadlineSeconds: now + 86_400n };
    const send = sendMessage(network, a, b.side, id, 1n, farthest);
    expect(a.side.attempt(ALICE, send).result.code).toBe('');
  });

  it('D3: refuses a timeout below the least of the genesis', () => {
    const network = createNetwork({ sides: { leastTimeoutSeconds: 30n } });
    const id = issueAndRegister(network);
    const { a, b, clock } = network;
    const now = (clock.nowMs + 1000n) / 1000n;
    const code = (timeoutSeconds: bigint) => {
      const times = { timeoutSeconds, deadlineSeconds: timeoutSeconds };
      return a.side.attempt(ALICE, sendMessage(network, a, b.side, id, 1n, times)).result.code;
    };
    expect(code(now + 29n)).toBe('PACKET_TIMEOUT_SOON');
    expect(code(now + 30n)).toBe('');
  });
});

describe('receiving near the timeout', () => {
  it('D2: receives one second before, refuses at and after it', () => {
    const { network, timeout } = sent();
    const { main, clock } = network;
    const message = up(network);
    main.run(RELAYER, { type: 'update', client: message.client, updates: message.updates });
    const at = (ms: bigint) => main.attempt(RELAYER, message, ms - clock.nowMs);
    expect(at(timeout * 1000n - 1n).result.items).toEqual(['']);
    expect(unchangedItems(at(timeout * 1000n))).toEqual(['PACKET_TIMED_OUT']);
    expect(unchangedItems(at(timeout * 1000n + 1000n))).toEqual(['PACKET_TIMED_OUT']);
  });

  it('D2: a timeout counts by the destination’s proven clock, not by the sender’s', () => {
    const { network, packet, timeout, id } = sent();
    const { main, a, clock } = network;
    clock.nowMs = timeout * 1000n - 2001n;
    const early = timeoutMessage(main, a.sideClient, [packet]);
    a.side.block();
    expect(a.side.header().timeMs / 1000n).toBe(timeout - 1n);
    a.side.run(RELAYER, {
      type: 'update',
      client: a.sideClient,
      updates: checkpointUpdates(main.certificate()),
    });
    clock.nowMs += 5000n;
    expect(unchangedItems(a.side.attempt(RELAYER, early))).toEqual(['PACKET_NOT_TIMED_OUT']);
    const due = timeoutMessage(main, a.sideClient, [packet]);
    const result = a.side.run(RELAYER, due);
    expect(result.events.map(({ type, code }) => [type, code])).toEqual([
      ['clientUpdated', ''],
      ['packetTimedOut', 'PACKET_TIMED_OUT'],
      ['transferRefunded', 'PACKET_TIMED_OUT'],
    ]);
    expect(held(a.side, id, ALICE)).toBe(1000n);
    expect(unchangedItems(a.side.attempt(RELAYER, due))).toEqual(['PACKET_ALREADY_SETTLED']);
  });

  it('C12: a sender’s clock that is hours ahead or behind times nothing out', () => {
    const { network, packet, id } = sent();
    const { main, a, clock } = network;
    const early = timeoutMessage(main, a.sideClient, [packet]);
    a.side.run(RELAYER, {
      type: 'update',
      client: a.sideClient,
      updates: checkpointUpdates(main.certificate()),
    });
    const { nowMs } = clock;
    for (const hours of [-3n, 3n]) {
      clock.nowMs = nowMs + hours * HOUR_MS;
      expect(unchangedItems(a.side.attempt(RELAYER, early))).toEqual(['PACKET_NOT_TIMED_OUT']);
    }
    expect(held(a.side, id, ALICE)).toBe(990n);
  });

  it('C12: a destination’s clock that is hours ahead is not believed before our own comes near', () => {
    const { network, packet } = sent();
    const { main, a, clock } = network;
    clock.nowMs += 3n * HOUR_MS;
    const far = timeoutMessage(main, a.sideClient, [packet]);
    clock.nowMs -= 3n * HOUR_MS;
    expect(refused(a.side.attempt(RELAYER, far))).toBe('CHECKPOINT_DRIFT');
    clock.nowMs += 3n * HOUR_MS;
    expect(a.side.attempt(RELAYER, far).result.items).toEqual(['']);
  });

  it('D4: what was received cannot be proven absent, even after the timeout', () => {
    const { network, packet, timeout } = sent();
    const { main, a, clock } = network;
    carryUp(network, a);
    clock.nowMs = timeout * 1000n;
    const message = timeoutMessage(main, a.sideClient, [packet]);
    expect(refused(a.side.attempt(RELAYER, message))).toBe('PROOF_CLAIM_MISMATCH');
  });

  it('A12: refuses the absence of another key, another height and an empty batch', () => {
    const { network, packet, timeout } = sent();
    const { main, a, clock } = network;
    carryUp(network, a);
    clock.nowMs = timeout * 1000n;
    const good = timeoutMessage(main, a.sideClient, [packet]);
    if (good.type !== 'timeout') throw new Error('no timeout');
    const other = main.tree.prove([receiptPath(packet.destinationClient, 77n)]);
    expect(refused(a.side.attempt(RELAYER, { ...good, proof: other }))).toMatch(/^PROOF_/);
    const old = main.tree.prove([receiptPath(packet.destinationClient, packet.sequence)], 12n);
    expect(refused(a.side.attempt(RELAYER, { ...good, proof: old }))).toMatch(/^PROOF_/);
    expect(refused(a.side.attempt(RELAYER, { ...good, packets: [] }))).toBe('BATCH_EMPTY');
    const nowhere = { ...good, height: good.height + 1n };
    expect(refused(a.side.attempt(RELAYER, nowhere))).toBe('CONSENSUS_UNKNOWN');
  });

  it('isolates the packets of a timeout and refuses one that was altered', () => {
    const { network, packet, timeout, id } = sent();
    const { main, a, clock } = network;
    clock.nowMs = timeout * 1000n;
    const stranger = { ...packet, sequence: 99n };
    const altered = { ...packet, timeoutSeconds: packet.timeoutSeconds - 1n };
    const turned = { ...stranger, sequence: 98n, sourceClient: 'side-other' };
    const message = timeoutMessage(main, a.sideClient, [packet, stranger, turned]);
    const result = a.side.attempt(RELAYER, message).result;
    expect(result.items).toEqual(['', 'PACKET_UNKNOWN', 'PACKET_CLIENTS']);
    const changed = timeoutMessage(main, a.sideClient, [altered]);
    expect(a.side.run(RELAYER, changed).items).toEqual(['PACKET_COMMITMENT']);
    expect(held(a.side, id, ALICE)).toBe(990n);
  });
});

describe('acknowledgements', () => {
  /** What the main chain, taken over, would have Jiangsu believe of a packet. */
  function forged(network: Network, packet: Packet, acknowledgement: Uint8Array) {
    const { main, a } = network;
    const acknowledgements = [{ packet, acknowledgement }];
    return forgeDelivery(network, main, a.mainClient, a.sideClient, { acknowledgements });
  }

  it('D5: refuses the acknowledgement of an unknown, altered or foreign packet', () => {
    const { network, packet } = sent();
    const { a } = network;
    const items = (changes: Partial<Packet>) => {
      const message = forged(network, { ...packet, ...changes }, SUCCESS_ACKNOWLEDGEMENT);
      const { result } = a.side.attempt(RELAYER, message);
      expect(result.events.map(({ type }) => type)).toEqual(['clientUpdated']);
      return result.items;
    };
    expect(items({ sequence: 99n })).toEqual(['PACKET_UNKNOWN']);
    expect(items({ sequence: 0n })).toEqual(['PACKET_UNKNOWN']);
    expect(items({ timeoutSeconds: 1n })).toEqual(['PACKET_COMMITMENT']);
    expect(items({ sourceClient: 'main-of-other' })).toEqual(['PACKET_CLIENTS']);
    expect(items({ destinationClient: 'side-other' })).toEqual(['PACKET_CLIENTS']);
  });

  it('D5: takes one acknowledgement, and neither a second nor one after a timeout', () => {
    const { network, packet, id } = sent();
    const { a } = network;
    carryAll(network);
    const balance = held(a.side, id, ALICE);
    for (const acknowledgement of [SUCCESS_ACKNOWLEDGEMENT, ERROR_ACKNOWLEDGEMENT]) {
      const { result } = a.side.attempt(RELAYER, forged(network, packet, acknowledgement));
      expect(result.items).toEqual(['PACKET_ALREADY_SETTLED']);
    }
    expect(held(a.side, id, ALICE)).toBe(balance);
  });

  it('D5: refuses an acknowledgement that is neither success nor the universal error', () => {
    const { network, packet } = sent();
    const { a } = network;
    for (const bytes of [Uint8Array.of(2), Uint8Array.of(1, 1), new Uint8Array(32)]) {
      const { result } = a.side.attempt(RELAYER, forged(network, packet, bytes));
      expect(result.items).toEqual(['PACKET_ACKNOWLEDGEMENT']);
    }
  });

  it('D5: an error acknowledgement gives back exactly what was taken', () => {
    const { network, packet, id } = sent();
    const { a } = network;
    const result = a.side.run(RELAYER, forged(network, packet, ERROR_ACKNOWLEDGEMENT));
    expect(result.items).toEqual(['']);
    expect(result.events.at(-1)).toMatchObject({
      type: 'transferRefunded',
      code: 'PACKET_ERROR_ACKNOWLEDGED',
      quantity: 10n,
    });
    expect(held(a.side, id, ALICE)).toBe(1000n);
  });

  it('D5: writes an acknowledgement once', () => {
    const { network, packet } = sent();
    const context = network.main.context();
    writeAcknowledgement(context, packet, ERROR_ACKNOWLEDGEMENT);
    const written = snapshot(context.state);
    const code = refusalCode(() => writeAcknowledgement(context, packet, SUCCESS_ACKNOWLEDGEMENT));
    expect(code).toBe('PACKET_ALREADY_ACKNOWLEDGED');
    expect(snapshot(context.state)).toEqual(written);
    expect(context.outgoing).toHaveLength(1);
  });

  it('advances settledBelow only over settled packets', () => {
    const { network, id } = started();
    const { a, b, main } = network;
    const below = () => readU64(main.context().state, settledBelowKey(b.mainClient));
    const send = sendMessage(network, a, b.side, id, 1n);
    a.side.block([ALICE, send], [ALICE, send], [ALICE, send]);
    carryUp(network, a);
    expect(below()).toBe(0n);
    carryDown(network, b);
    carryUp(network, b);
    expect(below()).toBe(4n);
    expect(ledgerOf(network, id).atB).toBe(3n);
    expect(held(b.side, id, BOB)).toBe(3n);
  });
});

describe('a port that calls back before it has done its own', () => {
  const reentered = (ports: Ports, codes: string[], again: () => void): Ports => {
    const refusedAgain = (): void => void codes.push(refusalCode(again));
    return new Map(
      [...ports].map(([name, { receive, settled }]): [string, Port] => [
        name,
        {
          ...(receive && {
            receive: (...all) => {
              refusedAgain();
              return receive(...all);
            },
          }),
          ...(settled && {
            settled: (...all) => {
              refusedAgain();
              settled(...all);
            },
          }),
        },
      ]),
    );
  };

  it('D6: finds its packet settled, whichever way it comes back in, and the refund is paid once', () => {
    const { network, packet, id, timeout } = sent();
    const { a } = network;
    const failed = { packet, acknowledgement: ERROR_ACKNOWLEDGEMENT };
    const ports = portsOf(a.side.rules);
    for (const first of ['acknowledge', 'timeOut'] as const) {
      const context = a.side.context();
      const lanes = createLanes(context);
      const lane = requireLane(lanes, a.sideClient);
      const ways = {
        acknowledge: (through: Ports) => acknowledgePacket(context, lanes, lane, failed, through),
        timeOut: (through: Ports) =>
          timeOutPacket(context, lanes, lane, packet, timeout * 1000n, through),
      };
      const codes: string[] = [];
      const hostile = reentered(
        reentered(ports, codes, () => ways.acknowledge(ports)),
        codes,
        () => ways.timeOut(ports),
      );
      ways[first](hostile);
      expect(codes).toEqual(['PACKET_ALREADY_SETTLED', 'PACKET_ALREADY_SETTLED']);
      expect(readHolding(context.state, id, testAddress(ALICE))).toBe(1000n);
    }
  });

  it('D6: finds its packet received, and what it carries is booked once', () => {
    const { network, packet, id } = sent();
    const { main, a } = network;
    const context = main.context();
    const lanes = createLanes(context);
    const lane = requireLane(lanes, a.mainClient);
    const ports = portsOf(main.rules);
    const codes: string[] = [];
    const again = () => receivePacket(context, lanes, lane, packet, ports);
    receivePacket(context, lanes, lane, packet, reentered(ports, codes, again));
    expect(codes).toEqual(['PACKET_ALREADY_RECEIVED']);
    expect(readLocation(context.state, id, a.mainClient)).toBe(990n);
  });
});
