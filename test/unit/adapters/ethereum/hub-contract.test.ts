/* Calls and events of the hub contract, held to the committed ABI as another implementation reads it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeHubCall, type HubCall } from '../../../../adapters/ethereum/hub-calls.ts';
import { readHubEvent } from '../../../../adapters/ethereum/hub-events.ts';
import { toHex } from '../../../../schemas/hash.ts';
import { readArtefact } from '../../../fakes/ethereum/artefact.ts';

const { abi } = readArtefact('TielineHub');
const word = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const text = fc.uint8Array({ maxLength: 200 });
const hex = (bytes: Uint8Array) => `0x${toHex(bytes)}`;
const hexWord = (value: bigint) => `0x${value.toString(16).padStart(64, '0')}`;

describe('calls of the hub', () => {
  it('are encoded as the ABI says, every byte', () => {
    for (const name of [
      'update',
      'receivePackets',
      'receiveOlderPackets',
      'updateAndReceiveMany',
      'acknowledgePackets',
      'timeoutPacket',
    ] as const satisfies readonly HubCall[]) {
      const inputs = abi.getFunction(name)?.inputs ?? [];
      fc.assert(
        fc.property(
          fc.array(word, { minLength: 7, maxLength: 7 }),
          text,
          text,
          (words, one, two) => {
            const args = inputs.map(({ type }, at) => {
              if (type === 'bytes') return at % 2 === 0 ? one : two;
              return (words[at] ?? 0n) % (type === 'uint64' ? 2n ** 64n : 2n ** 256n);
            });
            const named = args.map((each, at) => {
              if (typeof each !== 'bigint') return hex(each);
              return inputs[at]?.type === 'bytes32' ? hexWord(each) : each;
            });
            expect(hex(encodeHubCall(name, args))).toBe(abi.encodeFunctionData(name, named));
          },
        ),
        { numRuns: 40, seed: 5 },
      );
    }
  });

  it('are not encoded from other arguments than theirs', () => {
    const bytes = new Uint8Array(3);
    for (const args of [
      [1n, 2n, 3n],
      [1n, 2n, 3n, 4n],
      [bytes, 2n, 3n, bytes],
      [-1n, 2n, 3n, bytes],
      [2n ** 256n, 2n, 3n, bytes],
    ]) {
      expect(() => encodeHubCall('update', args)).toThrow(RangeError);
    }
  });
});

describe('events of the hub', () => {
  const logOf = (name: string, values: readonly unknown[]) => {
    const { topics, data } = abi.encodeEventLog(name, values);
    return { topics, data, transactionHash: '0x', transactionIndex: 0n, logIndex: 0n };
  };

  it('are read as the ABI writes them', () => {
    const value = Uint8Array.from({ length: 97 }, (_, at) => at);
    for (const length of [0, 1, 32, 33, 97]) {
      const sent = logOf('PacketSent', [5n, 99n, value.subarray(0, length)]);
      expect(readHubEvent(sent)).toEqual({
        type: 'packetSent',
        port: 'transfer',
        sequence: 5n,
        timeoutSeconds: 99n,
        value: value.slice(0, length),
      });
    }
    expect(readHubEvent(logOf('RetirementSent', [6n, 7n, value]))).toMatchObject({
      port: 'retirement',
      sequence: 6n,
    });
    for (const [name, values, event] of [
      ['PacketReceived', [4n], { type: 'packetsReceived', sequence: 4n, count: 1n }],
      ['PacketsReceived', [4n, 50n], { type: 'packetsReceived', sequence: 4n, count: 50n }],
      [
        'PacketFailed',
        [4n, '0xdeadbeef'],
        { type: 'packetFailed', sequence: 4n, code: '0xdeadbeef' },
      ],
      [
        'PacketAcknowledged',
        [4n, true],
        { type: 'packetAcknowledged', sequence: 4n, success: true },
      ],
      [
        'PacketAcknowledged',
        [4n, false],
        { type: 'packetAcknowledged', sequence: 4n, success: false },
      ],
      ['PacketTimedOut', [4n], { type: 'packetTimedOut', sequence: 4n }],
      ['ClientFrozen', [77n], { type: 'clientFrozen', height: 77n }],
    ] as const) {
      expect(readHubEvent(logOf(name, values))).toEqual(event);
    }
    expect(readHubEvent(logOf('LanePaused', [`0x${'11'.repeat(20)}`]))).toBeUndefined();
    expect(readHubEvent({ ...logOf('PacketTimedOut', [4n]), topics: [] })).toBeUndefined();
  });

  it('are refused cut short, drawn out or pointing elsewhere (A13, A14)', () => {
    const sent = logOf('PacketSent', [5n, 99n, new Uint8Array(40).fill(7)]);
    const ack = logOf('PacketAcknowledged', [4n, true]);
    const frozen = logOf('ClientFrozen', [4n]);
    const elsewhere = `${sent.data.slice(0, 66)}${'0'.repeat(62)}41${sent.data.slice(130)}`;
    const huge = `${sent.data.slice(0, 130)}${'f'.repeat(64)}${sent.data.slice(194)}`;
    for (const log of [
      { ...sent, data: '0x' },
      { ...sent, data: sent.data.slice(0, -64) },
      { ...sent, data: `${sent.data}${'0'.repeat(64)}` },
      { ...sent, data: elsewhere },
      { ...sent, data: huge },
      { ...sent, topics: sent.topics.slice(0, 1) },
      { ...sent, topics: [...sent.topics, hexWord(1n)] },
      { ...ack, data: '0x' },
      { ...logOf('PacketTimedOut', [4n]), data: hexWord(1n) },
      { ...logOf('PacketReceived', [4n]), data: hexWord(1n) },
      { ...logOf('PacketsReceived', [4n, 1n]), data: '0x' },
      { ...logOf('PacketFailed', [4n, '0xdeadbeef']), data: '0x' },
      { ...frozen, data: '0x' },
      { ...frozen, topics: [...frozen.topics, hexWord(1n)] },
    ]) {
      expect(() => readHubEvent(log)).toThrow(
        expect.objectContaining({ code: 'ADAPTER_RPC_VALUE' }),
      );
    }
  });
});
