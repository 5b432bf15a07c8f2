/**
 * The issuer-signed supply statement: the only way supply of a native home chain enters the main
 * chain's location ledger. Every field has a fixed place, so that Solidity reads it by offset.
 * docs/protocol.md#supply-statement
 */
import {
  type Codec,
  choice,
  type Decoded,
  encode,
  fixed,
  struct,
  text,
  u64,
  u128,
} from '../codec/codec.ts';
import { domainTag, equalBytes, sha256Of, ZERO_HASH } from '../hash.ts';
import type { HashPort, SignaturePort } from '../ports.ts';
import { UNIT_CODES } from '../units.ts';
import { unixSecondsCodec } from './attribute-value.ts';
import { resourceError } from './errors.ts';

const STATEMENT_TAG = domainTag('tieline/suply/v1');
const POINT_TAG = domainTag('tieline/mtrpt/v1');

/** Longest id of a metering point in bytes. */
export const MAX_METERING_POINT_ID = 128;

const statementFields = {
  mainGenesisHash: fixed(32),
  resourceId: fixed(32),
  index: u64,
  quantity: u128,
  unit: choice(UNIT_CODES),
  meteringPoint: fixed(32),
  intervalStart: unixSecondsCodec,
  intervalEnd: unixSecondsCodec,
};

/**
 * mainGenesisHash(32) ‖ resourceId(32) ‖ index(8) ‖ quantity(16) ‖ unit(1) ‖ meteringPoint(32) ‖
 * intervalStart(8) ‖ intervalEnd(8): 137 bytes.
 */
export const supplyStatementCodec = struct(statementFields);
/**
 * `quantity` base units of `unit` enter circulation; `index` counts from 1 in a resource;
 * `meteringPoint` is a commitment or zero for none; the interval is [start, end) in seconds.
 */
export type SupplyStatement = Decoded<typeof supplyStatementCodec>;

/** A statement and the 65-byte signature of the resource's issuer over its digest. */
export interface SignedSupplyStatement {
  readonly statement: SupplyStatement;
  readonly signature: Uint8Array;
}
/** statement(137) ‖ signature(65). */
export const signedSupplyStatementCodec: Codec<SignedSupplyStatement> = struct({
  statement: supplyStatementCodec,
  signature: fixed(65),
});

/** What is signed: SHA256(tag(16) ‖ statement(137)); the main chain is named inside. @throws CODEC_* */
export function supplyStatementDigest(statement: SupplyStatement, hash: HashPort): Uint8Array {
  return sha256Of(hash, STATEMENT_TAG, encode(supplyStatementCodec, statement));
}

/**
 * Checks what a statement says of itself. A quantity of zero is allowed: it books the interval of a
 * month that was carried over whole. @throws SUPPLY_INDEX SUPPLY_INTERVAL
 */
export function checkSupplyStatement(statement: SupplyStatement): void {
  const { index, meteringPoint, intervalStart, intervalEnd } = statement;
  if (index < 1n) throw resourceError('SUPPLY_INDEX', { index });
  const valid = equalBytes(meteringPoint, ZERO_HASH)
    ? intervalStart === 0n && intervalEnd === 0n
    : intervalStart < intervalEnd;
  if (!valid) throw resourceError('SUPPLY_INTERVAL', { intervalStart, intervalEnd });
}

/**
 * Checks a signed statement against the main chain and the issuer the verifier knows already.
 * @throws SUPPLY_DOMAIN SUPPLY_INDEX SUPPLY_INTERVAL SUPPLY_SIGNATURE
 */
export function verifySupplyStatement(
  signed: SignedSupplyStatement,
  mainGenesisHash: Uint8Array,
  issuer: Uint8Array,
  hash: HashPort,
  signatures: SignaturePort,
): void {
  const { statement, signature } = signed;
  if (!equalBytes(statement.mainGenesisHash, mainGenesisHash)) throw resourceError('SUPPLY_DOMAIN');
  checkSupplyStatement(statement);
  const signer = signatures.recoverAddress(supplyStatementDigest(statement, hash), signature);
  if (signer === undefined || !equalBytes(signer, issuer)) {
    throw resourceError('SUPPLY_SIGNATURE', { index: statement.index });
  }
}

/**
 * Hides a metering point's id: SHA256(tag(16) ‖ secret(16) ‖ SHA256(id)). One point must keep one
 * secret (its grid operator holds it), for overlaps are found by equal commitments.
 * @throws CODEC_BOUND CODEC_TEXT
 */
export function meteringPointCommitment(
  pointId: string,
  secret: Uint8Array,
  hash: HashPort,
): Uint8Array {
  const id = encode(text(MAX_METERING_POINT_ID), pointId).subarray(2);
  return sha256Of(hash, POINT_TAG, encode(fixed(16), secret), hash.sha256(id));
}
