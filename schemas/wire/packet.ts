/**
 * IBC v2 packets: layout, host paths (ICS-24 v2), packet and acknowledgement commitments (ICS-04 v2).
 * Held to ibc-go by test/vectors/ibc-v2. docs/protocol.md#packet
 */
import { bytes, type Codec, list, type StructOf, struct, text, u64 } from '../codec/codec.ts';
import { Writer } from '../codec/writer.ts';
import { binaryString, concatBytes, nobleHash } from '../hash.ts';
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

const payloadFields = {
  sourcePort: text(64),
  destinationPort: text(64),
  version: text(32),
  encoding: text(64),
  value: bytes(MAX_PAYLOAD_VALUE),
};
const packetFields = {
  sequence: u64,
  sourceClient: text(MAX_CLIENT_ID),
  destinationClient: text(MAX_CLIENT_ID),
  timeoutSeconds: u64,
  payloads: list(struct(payloadFields), 1),
};

export type Payload = StructOf<typeof payloadFields>;
/** `timeoutSeconds`: Unix seconds of the destination's clock; the packet is refused from that second on. */
export type Packet = StructOf<typeof packetFields>;
export const packetCodec: Codec<Packet> = struct(packetFields);

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
  return client + binaryString(new Writer(9).u8(kind).u64(sequence).finish());
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
  const timeout = new Writer(8).u64(packet.timeoutSeconds).finish();
  const payloads = concatBytes(...packet.payloads.map((payload) => payloadHash(payload, hash)));
  return hash.sha256(
    concatBytes(
      Uint8Array.of(2),
      hash.sha256(encoder.encode(packet.destinationClient)),
      hash.sha256(timeout),
      hash.sha256(payloads),
    ),
  );
}

/** SHA256(0x02 ‖ SHA256(acknowledgement)), one acknowledgement per payload. */
export function acknowledgementCommitment(
  acknowledgements: readonly Uint8Array[],
  hash: HashPort,
): Uint8Array {
  return hash.sha256(
    concatBytes(Uint8Array.of(2), ...acknowledgements.map((each) => hash.sha256(each))),
  );
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
  return hash.sha256(
    concatBytes(
      textHash(payload.sourcePort, hash),
      textHash(payload.destinationPort, hash),
      textHash(payload.version, hash),
      textHash(payload.encoding, hash),
      hash.sha256(payload.value),
    ),
  );
}
