/**
 * IBC v2 packets: layout, host paths (ICS-24 v2), packet and acknowledgement commitments (ICS-04 v2).
 * Held to ibc-go by test/vectors/ibc-v2. docs/protocol.md#packet
 */
import { type Codec, list } from '../codec/codec.ts';
import { Writer } from '../codec/writer.ts';
import { binaryString, concatBytes, nobleHash, sha256Of } from '../hash.ts';
import { MAX_CLIENT_ID } from '../ids.ts';
import type { HashPort } from '../ports.ts';
import {
  PAYLOAD_ENCODING,
  PAYLOAD_VERSION,
  RETIREMENT_PORT,
  SUPPLY_PORT,
  TRANSFER_PORT,
} from './transfer.ts';

/** Largest payload value in bytes. */
export const MAX_PAYLOAD_VALUE = 8192;

export interface Payload {
  readonly sourcePort: string;
  readonly destinationPort: string;
  readonly version: string;
  readonly encoding: string;
  readonly value: Uint8Array;
}

/** `timeoutSeconds`: Unix seconds of the destination's clock; the packet is refused from that second on. */
export interface Packet {
  readonly sequence: bigint;
  readonly sourceClient: string;
  readonly destinationClient: string;
  readonly timeoutSeconds: bigint;
  readonly payloads: readonly Payload[];
}

/** Written out by hand, as the packet's: both are read and written for every packet of a batch. */
const payloadCodec: Codec<Payload> = {
  write(writer, { sourcePort, destinationPort, version, encoding, value }) {
    writer.text(sourcePort, 64).text(destinationPort, 64);
    writer.text(version, 32).text(encoding, 64).bytes(value, MAX_PAYLOAD_VALUE);
  },
  read: (reader) => ({
    sourcePort: reader.text(64, 'sourcePort'),
    destinationPort: reader.text(64, 'destinationPort'),
    version: reader.text(32, 'version'),
    encoding: reader.text(64, 'encoding'),
    value: reader.bytes(MAX_PAYLOAD_VALUE, 'value'),
  }),
};
const payloadsCodec = list(payloadCodec, 1);

/** sequence(8) ‖ source client ‖ destination client ‖ timeout(8) ‖ count(2) ‖ payloads, at most one. */
export const packetCodec: Codec<Packet> = {
  write(writer, { sequence, sourceClient, destinationClient, timeoutSeconds, payloads }) {
    writer.u64(sequence).text(sourceClient, MAX_CLIENT_ID);
    writer.text(destinationClient, MAX_CLIENT_ID).u64(timeoutSeconds);
    payloadsCodec.write(writer, payloads);
  },
  read: (reader) => ({
    sequence: reader.u64('sequence'),
    sourceClient: reader.text(MAX_CLIENT_ID, 'sourceClient'),
    destinationClient: reader.text(MAX_CLIENT_ID, 'destinationClient'),
    timeoutSeconds: reader.u64('timeoutSeconds'),
    payloads: payloadsCodec.read(reader, 'payloads'),
  }),
};

/** The acknowledgement of a payload that succeeded. */
export const SUCCESS_ACKNOWLEDGEMENT: Uint8Array = Uint8Array.of(1);
/** IBC's acknowledgement of every failure: SHA-256 of `UNIVERSAL_ERROR_ACKNOWLEDGEMENT`. */
export const ERROR_ACKNOWLEDGEMENT: Uint8Array = Uint8Array.from([
  0x47, 0x74, 0xd4, 0xa5, 0x75, 0x99, 0x3f, 0x96, 0x3b, 0x1c, 0x06, 0x57, 0x37, 0x36, 0x61, 0x7a,
  0x45, 0x7a, 0xbe, 0xf8, 0x58, 0x91, 0x78, 0xdb, 0x8d, 0x10, 0xc9, 0x4b, 0x4a, 0xb5, 0x11, 0xab,
]);
/** What is stored under a receipt path: one byte 0x02, as ibc-go does. */
export const RECEIPT_VALUE: Uint8Array = Uint8Array.of(2);

function hostPath(client: string, kind: number, sequence: bigint): string {
  return client + binaryString(new Writer().u8(kind).u64(sequence).finish());
}

/** `client ‖ 0x01 ‖ sequence(8)` as a binary string. */
export function commitmentPath(sourceClient: string, sequence: bigint): string {
  return hostPath(sourceClient, 1, sequence);
}

/** `client ‖ 0x02 ‖ sequence(8)` as a binary string. */
export function receiptPath(destinationClient: string, sequence: bigint): string {
  return hostPath(destinationClient, 2, sequence);
}

/** `client ‖ 0x03 ‖ sequence(8)` as a binary string. */
export function acknowledgementPath(destinationClient: string, sequence: bigint): string {
  return hostPath(destinationClient, 3, sequence);
}

/** SHA256(0x02 ‖ SHA256(destination client) ‖ SHA256(timeout(8)) ‖ SHA256(payload hashes)). */
export function packetCommitment(packet: Packet, hash: HashPort): Uint8Array {
  const timeout = new Writer().u64(packet.timeoutSeconds).finish();
  const payloads = concatBytes(...packet.payloads.map((payload) => payloadHash(payload, hash)));
  return sha256Of(
    hash,
    Uint8Array.of(2),
    hash.sha256(encoder.encode(packet.destinationClient)),
    hash.sha256(timeout),
    hash.sha256(payloads),
  );
}

/** SHA256(0x02 ‖ SHA256(acknowledgement)), one acknowledgement per payload. */
export function acknowledgementCommitment(
  acknowledgements: readonly Uint8Array[],
  hash: HashPort,
): Uint8Array {
  return sha256Of(hash, Uint8Array.of(2), ...acknowledgements.map((each) => hash.sha256(each)));
}

const encoder = new TextEncoder();

/** Digests of the texts every native payload carries, so that no packet hashes them again. */
const KNOWN_TEXTS: ReadonlyMap<string, Uint8Array> = new Map(
  [TRANSFER_PORT, SUPPLY_PORT, RETIREMENT_PORT, PAYLOAD_VERSION, PAYLOAD_ENCODING].map((each) => [
    each,
    nobleHash.sha256(encoder.encode(each)),
  ]),
);

function textHash(value: string, hash: HashPort): Uint8Array {
  return KNOWN_TEXTS.get(value) ?? hash.sha256(encoder.encode(value));
}

function payloadHash(payload: Payload, hash: HashPort): Uint8Array {
  return sha256Of(
    hash,
    textHash(payload.sourcePort, hash),
    textHash(payload.destinationPort, hash),
    textHash(payload.version, hash),
    textHash(payload.encoding, hash),
    hash.sha256(payload.value),
  );
}
