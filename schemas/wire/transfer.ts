/**
 * Payloads of the ports `transfer`, `supply` and `retirement`. The transfer layout has a fixed head
 * of 97 bytes, then the sections its flags announce, so that Solidity reads it by offset.
 * docs/protocol.md#payloads
 */
import { type Codec, fixed, type StructOf, struct, text, u64, u128 } from '../codec/codec.ts';
import { codecError } from '../codec/errors.ts';
import { MAX_CHAIN_ID } from '../ids.ts';
import { type ResourceOrigin, resourceOriginCodec } from '../resource/resource-id.ts';
import { signedSupplyStatementCodec } from '../resource/supply-statement.ts';

/** Port names, payload version and encoding of native payloads. */
export const TRANSFER_PORT = 'transfer';
export const SUPPLY_PORT = 'supply';
export const RETIREMENT_PORT = 'retirement';
export const PAYLOAD_VERSION = 'tieline-1';
export const PAYLOAD_ENCODING = 'application/x-tieline';

/** Longest memo in bytes. */
export const MAX_MEMO = 256;

const FLAG = { frozen: 1, origin: 2, destination: 4, dynamic: 8, memo: 16 } as const;

/** A newer dynamic head never gives way to an older one. */
export interface DynamicHead {
  readonly index: bigint;
  readonly head: Uint8Array;
}

/**
 * `quantity` in base units of the resource; `deadlineSeconds` is the one final deadline of the whole
 * transfer; `destination` (CAIP-2) is present on a first hop; `origin` where the receiver may need it
 * to recompute the id.
 */
export interface TransferPayload {
  readonly resourceId: Uint8Array;
  readonly quantity: bigint;
  readonly sender: Uint8Array;
  readonly receiver: Uint8Array;
  readonly deadlineSeconds: bigint;
  readonly frozen: boolean;
  readonly origin: ResourceOrigin | undefined;
  readonly destination: string | undefined;
  readonly dynamic: DynamicHead | undefined;
  readonly memo: string | undefined;
}

const dynamicCodec: Codec<DynamicHead> = struct({ index: u64, head: fixed(32) });
const destinationCodec = text(MAX_CHAIN_ID);
const memoCodec = text(MAX_MEMO);

/** flags(1) ‖ resourceId(32) ‖ quantity(16) ‖ sender(20) ‖ receiver(20) ‖ deadline(8) ‖ sections. */
export const transferPayloadCodec: Codec<TransferPayload> = {
  write(writer, value) {
    const flags =
      (value.frozen ? FLAG.frozen : 0) |
      (value.origin ? FLAG.origin : 0) |
      (value.destination === undefined ? 0 : FLAG.destination) |
      (value.dynamic ? FLAG.dynamic : 0) |
      (value.memo === undefined ? 0 : FLAG.memo);
    writer.u8(flags).fixed(value.resourceId, 32).u128(value.quantity);
    writer.fixed(value.sender, 20).fixed(value.receiver, 20).u64(value.deadlineSeconds);
    if (value.origin) resourceOriginCodec.write(writer, value.origin);
    if (value.destination !== undefined) destinationCodec.write(writer, value.destination);
    if (value.dynamic) dynamicCodec.write(writer, value.dynamic);
    if (value.memo !== undefined) memoCodec.write(writer, value.memo);
  },
  read(reader) {
    const flags = reader.u8('flags');
    if (flags > 31) throw codecError('CODEC_VALUE', { field: 'flags', value: flags });
    const has = (bit: number): boolean => (flags & bit) !== 0;
    return {
      resourceId: reader.fixed(32, 'resourceId'),
      quantity: reader.u128('quantity'),
      sender: reader.fixed(20, 'sender'),
      receiver: reader.fixed(20, 'receiver'),
      deadlineSeconds: reader.u64('deadlineSeconds'),
      frozen: has(FLAG.frozen),
      origin: has(FLAG.origin) ? resourceOriginCodec.read(reader, 'origin') : undefined,
      destination: has(FLAG.destination) ? reader.text(MAX_CHAIN_ID, 'destination') : undefined,
      dynamic: has(FLAG.dynamic) ? dynamicCodec.read(reader, 'dynamic') : undefined,
      memo: has(FLAG.memo) ? reader.text(MAX_MEMO, 'memo') : undefined,
    };
  },
};

const retirementFields = {
  resourceId: fixed(32),
  quantity: u128,
  owner: fixed(20),
  beneficiary: text(128),
  purpose: text(128),
};

/** What is taken out of circulation for good, by whom and for which named consumer. */
export type RetirementPayload = StructOf<typeof retirementFields>;
export const retirementPayloadCodec: Codec<RetirementPayload> = struct(retirementFields);

const supplyFields = { origin: resourceOriginCodec, statement: signedSupplyStatementCodec };

/** An issuer's signed statement, and the origin its resource id is the hash of. */
export type SupplyPayload = StructOf<typeof supplyFields>;
export const supplyPayloadCodec: Codec<SupplyPayload> = struct(supplyFields);
