/**
 * What a transaction asks for: ledger, relay and administration messages. docs/protocol.md#messages
 */
import {
  bytes,
  type Codec,
  choice,
  type Decoded,
  fixed,
  list,
  type StructOf,
  struct,
  text,
  u32,
  u64,
  u128,
  variant,
} from '../codec/codec.ts';
import { MAX_CHAIN_ID, MAX_CLIENT_ID } from '../ids.ts';
import { signedDynamicEntryCodec } from '../resource/dynamic-entry.ts';
import { signedSupplyStatementCodec } from '../resource/supply-statement.ts';
import { certificateCodec } from './checkpoint.ts';
import { clientEvidenceCodec, clientUpdatesCodec } from './clients/client-material.ts';
import { packetCodec } from './packet.ts';
import { MAX_MEMO } from './transfer.ts';

/** Most packets and acknowledgements of one transaction. */
export const MAX_BATCH = 256;

const client = text(MAX_CLIENT_ID);
const updates = clientUpdatesCodec;

const suppliesFields = { resourceId: fixed(32), quantity: u128 };
/** What a chain holds of a resource, as its state shows it. */
export type ProvenSupply = StructOf<typeof suppliesFields>;

const acknowledgementFields = { packet: packetCodec, acknowledgement: bytes(64) };
const segmentFields = {
  outboxHeight: u64,
  start: u32,
  acknowledgements: list(struct(acknowledgementFields), MAX_BATCH),
  packets: list(packetCodec, MAX_BATCH),
  rangeProof: bytes(4096),
  rootProof: bytes(16_384),
};

/** A packet of ours and the acknowledgement its destination wrote. */
export type AcknowledgedPacket = StructOf<typeof acknowledgementFields>;
/**
 * One contiguous run of a block's outbox: acknowledgements, then packets. `rootProof` is empty when
 * `outboxHeight` is the message's height, else a state proof of `outboxRoot/<outboxHeight>`.
 */
export type Segment = StructOf<typeof segmentFields>;
export const segmentCodec: Codec<Segment> = struct(segmentFields);

export const messageCodec = variant({
  issue: [
    1,
    struct({
      kind: text(64),
      staticRoot: fixed(32),
      owner: fixed(20),
      statement: signedSupplyStatementCodec,
    }),
  ],
  append: [2, struct({ entry: signedDynamicEntryCodec })],
  transfer: [3, struct({ resourceId: fixed(32), quantity: u128, receiver: fixed(20) })],
  retire: [
    4,
    struct({ resourceId: fixed(32), quantity: u128, beneficiary: text(128), purpose: text(128) }),
  ],
  lock: [
    5,
    struct({ resourceId: fixed(32), quantity: u128, agent: fixed(20), expirySeconds: u64 }),
  ],
  unlock: [6, struct({ lockId: fixed(32), receiver: fixed(20) })],
  send: [
    7,
    struct({
      client,
      resourceId: fixed(32),
      quantity: u128,
      receiver: fixed(20),
      destination: text(MAX_CHAIN_ID),
      timeoutSeconds: u64,
      deadlineSeconds: u64,
      memo: text(MAX_MEMO),
    }),
  ],
  resend: [8, struct({ client, sequence: u64 })],
  anchorRecords: [9, struct({ top: fixed(32), count: u32 })],
  update: [16, struct({ client, updates })],
  deliver: [
    17,
    struct({ client, updates, height: u64, segments: list(struct(segmentFields), 64) }),
  ],
  timeout: [
    18,
    struct({
      client,
      updates,
      height: u64,
      packets: list(packetCodec, MAX_BATCH),
      proof: bytes(262_144),
    }),
  ],
  settle: [19, struct({ client, updates, height: u64, settledBelow: u64, proof: bytes(16_384) })],
  misbehaviour: [20, struct({ client, evidence: clientEvidenceCodec })],
  deliverFacts: [
    21,
    struct({
      client,
      updates,
      height: u64,
      acknowledgements: list(struct(acknowledgementFields), MAX_BATCH),
      packets: list(packetCodec, MAX_BATCH),
      proof: bytes(524_288),
    }),
  ],
  proveSupply: [
    24,
    struct({
      client,
      updates,
      height: u64,
      supplies: list(struct(suppliesFields), MAX_BATCH),
      proof: bytes(262_144),
    }),
  ],
  proveEquivocation: [
    25,
    struct({ first: signedDynamicEntryCodec, second: signedDynamicEntryCodec }),
  ],
  propose: [32, struct({ action: bytes(32_768), expirySeconds: u64 })],
  vote: [33, struct({ proposalId: fixed(32), choice: choice(['for', 'against']) })],
  execute: [34, struct({ proposalId: fixed(32) })],
  guardPause: [35, struct({ client })],
  activate: [40, struct({ certificate: certificateCodec })],
});

/** One message; `type` names it. */
export type Message = Decoded<typeof messageCodec>;
/** The message of one type. */
export type MessageOf<T extends Message['type']> = Extract<Message, { type: T }>;
