/* IBC v2 packets against vectors computed with ibc-go (test/vectors/ibc-v2). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decode, encode } from '../../../../schemas/codec/codec.ts';
import { parseHex } from '../../../../schemas/codec/hex.ts';
import { binaryBytes, nobleHash, toHex } from '../../../../schemas/hash.ts';
import {
  acknowledgementCommitment,
  acknowledgementPath,
  commitmentPath,
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  packetCodec,
  packetCommitment,
  RECEIPT_VALUE,
  receiptPath,
} from '../../../../schemas/wire/packet.ts';
import { nextSequenceKey } from '../../../../schemas/wire/state-keys.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

interface PacketVector {
  readonly name: string;
  readonly commitment_hex: string;
  readonly packet: {
    readonly sequence: string;
    readonly source_client: string;
    readonly destination_client: string;
    readonly timeout_timestamp: string;
    readonly payloads: readonly {
      readonly source_port: string;
      readonly destination_port: string;
      readonly version: string;
      readonly encoding: string;
      readonly value_hex: string;
    }[];
  };
}

interface AcknowledgementVector {
  readonly name: string;
  readonly commitment_hex: string;
  readonly app_acknowledgements_hex: readonly string[];
}

interface PathVector {
  readonly client_id: string;
  readonly sequence: string;
  readonly commitment_key_hex: string;
  readonly receipt_key_hex: string;
  readonly acknowledgement_key_hex: string;
  readonly next_sequence_send_key_hex: string;
  readonly receipt_value_hex: string;
}

function vectors<T>(file: string): readonly T[] {
  const url = new URL(`../../../vectors/ibc-v2/${file}.json`, import.meta.url);
  const content = JSON.parse(readFileSync(url, 'utf8')) as { vectors: T[]; count: number };
  expect(content.vectors).toHaveLength(content.count);
  return content.vectors;
}

function packetOf({ packet }: PacketVector): Packet {
  return {
    sequence: BigInt(packet.sequence),
    sourceClient: packet.source_client,
    destinationClient: packet.destination_client,
    timeoutSeconds: BigInt(packet.timeout_timestamp),
    payloads: packet.payloads.map((payload) => ({
      sourcePort: payload.source_port,
      destinationPort: payload.destination_port,
      version: payload.version,
      encoding: payload.encoding,
      value: parseHex(payload.value_hex),
    })),
  };
}

const hexPath = (path: string): string => toHex(binaryBytes(path));

describe('packet commitments', () => {
  for (const vector of vectors<PacketVector>('packet-commitments')) {
    it(`equals ibc-go for: ${vector.name}`, () => {
      expect(toHex(packetCommitment(packetOf(vector), nobleHash))).toBe(vector.commitment_hex);
    });
  }

  it('A13: tells fields apart whose bytes are shifted over their boundary', () => {
    const packet: Packet = {
      sequence: 1n,
      sourceClient: 'client-a',
      destinationClient: 'client-b',
      timeoutSeconds: 100n,
      payloads: [
        {
          sourcePort: 'transfer',
          destinationPort: 'transfer',
          version: 'tieline-1',
          encoding: 'x-tieline',
          value: Uint8Array.of(1),
        },
      ],
    };
    const shifted = (changes: Partial<Packet['payloads'][0]>): Packet => ({
      ...packet,
      payloads: packet.payloads.map((payload) => ({ ...payload, ...changes })),
    });
    const all = [
      packet,
      shifted({ version: 'tieline-1x', encoding: '-tieline' }),
      shifted({ sourcePort: 'transfert', destinationPort: 'ransfer' }),
      shifted({ sourcePort: 'transf', destinationPort: 'ertransfer' }),
      shifted({ encoding: 'x-tieline\u0001', value: new Uint8Array() }),
      { ...packet, destinationClient: 'client-' },
    ];
    const digests = all.map((each) => toHex(packetCommitment(each, nobleHash)));
    expect(new Set(digests).size).toBe(all.length);
  });
});

describe('acknowledgement commitments', () => {
  for (const vector of vectors<AcknowledgementVector>('ack-commitments')) {
    it(`equals ibc-go for: ${vector.name}`, () => {
      const list = vector.app_acknowledgements_hex.map((hex) => parseHex(hex));
      expect(toHex(acknowledgementCommitment(list, nobleHash))).toBe(vector.commitment_hex);
    });
  }

  it('has the digest of UNIVERSAL_ERROR_ACKNOWLEDGEMENT as the error', () => {
    const text = new TextEncoder().encode('UNIVERSAL_ERROR_ACKNOWLEDGEMENT');
    expect(ERROR_ACKNOWLEDGEMENT).toEqual(nobleHash.sha256(text));
  });
});

describe('host paths', () => {
  for (const vector of vectors<PathVector>('host-paths')) {
    const { client_id: client } = vector;
    it(`equals ibc-go for ${client} and sequence ${vector.sequence}`, () => {
      const sequence = BigInt(vector.sequence);
      expect(hexPath(commitmentPath(client, sequence))).toBe(vector.commitment_key_hex);
      expect(hexPath(receiptPath(client, sequence))).toBe(vector.receipt_key_hex);
      expect(hexPath(acknowledgementPath(client, sequence))).toBe(vector.acknowledgement_key_hex);
      expect(hexPath(nextSequenceKey(client))).toBe(vector.next_sequence_send_key_hex);
      expect(toHex(RECEIPT_VALUE)).toBe(vector.receipt_value_hex);
    });
  }
});

describe('packet codec', () => {
  const [first] = vectors<PacketVector>('packet-commitments');

  it('gives back what it was given', () => {
    if (first === undefined) throw new Error('no vector');
    const packet = packetOf(first);
    expect(decode(packetCodec, encode(packetCodec, packet), 'packet')).toEqual(packet);
  });

  it('A14: refuses trailing bytes and a second payload', () => {
    if (first === undefined) throw new Error('no vector');
    const packet = packetOf(first);
    const bytes = encode(packetCodec, packet);
    expect(refusalCode(() => decode(packetCodec, Uint8Array.of(...bytes, 0), 'packet'))).toBe(
      'CODEC_TRAILING',
    );
    const two = { ...packet, payloads: [...packet.payloads, ...packet.payloads] };
    expect(refusalCode(() => encode(packetCodec, two))).toBe('CODEC_BOUND');
  });
});
