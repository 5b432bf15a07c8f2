/**
 * The issuer registry of the main chain: who may put how much of which kinds into circulation from
 * which home chain. docs/protocol.md#issuers
 *
 * issuer/<address> → grant (issuer(20) ‖ kinds ‖ home text(72) ‖ cap(16) ‖ validFrom(8) ‖
 * validUntil(8)) ‖ registered(16) ‖ revokedAtSeconds(8, 0 while valid) ‖ suspendedAtSeconds(8, 0 while
 * no equivocation is proven).
 */
import { type Codec, type StructOf, struct, u64, u128 } from '../../../schemas/codec/codec.ts';
import { formatAddress, parseChainId } from '../../../schemas/ids.ts';
import { kindOf } from '../../../schemas/resource/registry.ts';
import { type IssuerGrant, issuerGrantCodec } from '../../../schemas/wire/action.ts';
import { issuerKey } from '../../../schemas/wire/state-keys.ts';
import { type ExecutionContext, nowSeconds } from '../../ledger/context.ts';
import { readRecord, type State, writeRecord } from '../../ledger/state.ts';
import { relayError } from '../errors.ts';
import { requireMainChain } from '../routes.ts';

const issuerFields = {
  grant: issuerGrantCodec,
  registered: u128,
  revokedAtSeconds: u64,
  suspendedAtSeconds: u64,
};
/** A grant and what was registered under it so far, over all its kinds. */
export type IssuerRecord = StructOf<typeof issuerFields>;
export const issuerRecordCodec: Codec<IssuerRecord> = struct(issuerFields);

export function readIssuer(state: State, issuer: Uint8Array): IssuerRecord | undefined {
  return readRecord(state, issuerKey(issuer), issuerRecordCodec);
}

/**
 * Action registerIssuer: a new grant, or new terms of a grant that is not revoked, which end a
 * suspension; what was registered keeps counting. @throws CHAIN_KIND ISSUER_SPEC ISSUER_REVOKED RESOURCE_KIND_UNKNOWN ID_CHAIN
 */
export function registerIssuer(context: ExecutionContext, action: IssuerGrant): void {
  requireMainChain(context);
  const { issuer, kinds, home, cap, validFromSeconds, validUntilSeconds } = action;
  const account = formatAddress(issuer);
  parseChainId(home);
  for (const kind of kinds) kindOf(kind);
  const before = readIssuer(context.state, issuer);
  if (before !== undefined && before.revokedAtSeconds > 0n) {
    throw relayError('ISSUER_REVOKED', { account });
  }
  const rises = validFromSeconds < validUntilSeconds;
  if (kinds.length === 0 || !rises || (before !== undefined && before.grant.home !== home)) {
    throw relayError('ISSUER_SPEC', { account });
  }
  writeIssuer(context.state, {
    grant: { issuer, kinds, home, cap, validFromSeconds, validUntilSeconds },
    registered: before?.registered ?? 0n,
    revokedAtSeconds: 0n,
    suspendedAtSeconds: 0n,
  });
}

/** No kind, no time and no quantity is added to a grant there is, and no suspension ends. */
export function narrowsIssuer(context: ExecutionContext, action: IssuerGrant): boolean {
  const record = readIssuer(context.state, action.issuer);
  if (record === undefined || record.suspendedAtSeconds > 0n) return false;
  const { grant } = record;
  return (
    action.cap <= grant.cap &&
    action.kinds.every((kind) => grant.kinds.includes(kind)) &&
    action.validFromSeconds >= grant.validFromSeconds &&
    action.validUntilSeconds <= grant.validUntilSeconds
  );
}

/** Action revokeIssuer: for ever; what is in circulation stays. @throws CHAIN_KIND ISSUER_UNKNOWN ISSUER_REVOKED */
export function revokeIssuer(context: ExecutionContext, issuer: Uint8Array): void {
  requireMainChain(context);
  const record = readIssuer(context.state, issuer);
  const account = formatAddress(issuer);
  if (record === undefined) throw relayError('ISSUER_UNKNOWN', { account });
  if (record.revokedAtSeconds > 0n) throw relayError('ISSUER_REVOKED', { account });
  writeIssuer(context.state, { ...record, revokedAtSeconds: nowSeconds(context) });
}

/** Nothing more is counted for an issuer that has equivocated; what is in circulation stays. */
export function suspendIssuer(context: ExecutionContext, issuer: Uint8Array): void {
  const record = readIssuer(context.state, issuer);
  if (record === undefined || record.suspendedAtSeconds > 0n) return;
  writeIssuer(context.state, { ...record, suspendedAtSeconds: nowSeconds(context) });
}

/**
 * Counts a quantity against an issuer's cap.
 * @throws ISSUER_UNKNOWN ISSUER_REVOKED ISSUER_SUSPENDED ISSUER_VALIDITY ISSUER_KIND ISSUER_HOME ISSUER_CAP
 */
export function countAgainstCap(
  context: ExecutionContext,
  issuer: Uint8Array,
  kind: string,
  home: string,
  quantity: bigint,
): void {
  const account = formatAddress(issuer);
  const record = readIssuer(context.state, issuer);
  if (record === undefined) throw relayError('ISSUER_UNKNOWN', { account });
  const { grant, registered } = record;
  if (record.revokedAtSeconds > 0n) throw relayError('ISSUER_REVOKED', { account });
  if (record.suspendedAtSeconds > 0n) throw relayError('ISSUER_SUSPENDED', { account });
  const now = nowSeconds(context);
  if (now < grant.validFromSeconds || now >= grant.validUntilSeconds) {
    throw relayError('ISSUER_VALIDITY', { account });
  }
  if (!grant.kinds.includes(kind)) throw relayError('ISSUER_KIND', { account, kind });
  if (grant.home !== home) throw relayError('ISSUER_HOME', { account, home });
  if (registered + quantity > grant.cap) {
    throw relayError('ISSUER_CAP', { account, registered, quantity, cap: grant.cap });
  }
  writeIssuer(context.state, { ...record, registered: registered + quantity });
}

function writeIssuer(state: State, record: IssuerRecord): void {
  writeRecord(state, issuerKey(record.grant.issuer), issuerRecordCodec, record);
}
