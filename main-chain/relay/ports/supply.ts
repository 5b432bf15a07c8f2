/**
 * Port `supply`: issuing on the home chain, and registering the issuer-signed statement on the main
 * chain, the only way into the location ledger. Pause, limit and freeze do not touch it.
 * docs/protocol.md#supply
 *
 * statement/<resource><index> → 0x01: counted (main chain), made (home chain).
 */
import { decode, encode } from '../../../schemas/codec/codec.ts';
import { equalBytes, toHex, ZERO_HASH } from '../../../schemas/hash.ts';
import { kindOf } from '../../../schemas/resource/registry.ts';
import { type ResourceOrigin, resourceIdOf } from '../../../schemas/resource/resource-id.ts';
import {
  type SignedSupplyStatement,
  type SupplyStatement,
  verifySupplyStatement,
} from '../../../schemas/resource/supply-statement.ts';
import type { MessageOf } from '../../../schemas/wire/message.ts';
import type { Packet } from '../../../schemas/wire/packet.ts';
import { statementKey } from '../../../schemas/wire/state-keys.ts';
import { SUPPLY_PORT, supplyPayloadCodec } from '../../../schemas/wire/transfer.ts';
import { requireAdmitted } from '../../ledger/accounts.ts';
import { type ExecutionContext, emit, nowSeconds } from '../../ledger/context.ts';
import { credit } from '../../ledger/holdings.ts';
import { createResource, readResource, requireNotHalted } from '../../ledger/resources.ts';
import { relayError } from '../errors.ts';
import { type Lane, type Lanes, requireRegistered } from '../lanes.ts';
import { locatedAt, MAIN_LOCATION, move, OUTSIDE } from '../locations.ts';
import { MAX_TIMEOUT_SECONDS, sendPacket } from '../packets.ts';
import { countAgainstCap } from './issuers.ts';
import { requireNotLodged } from './lodging.ts';
import { requireMainLane } from './main-lane.ts';
import { coverInterval } from './metering.ts';
import { type Ending, type Port, payloadValue } from './port.ts';
import { keepForResend } from './resend.ts';

const MADE = Uint8Array.of(1);

/** Port `supply` of the main chain: takes statements through the registered client of the resource's home. */
export const registryPort: Port = {
  receive(context, lanes, lane, packet) {
    requireRegistered(lanes, lane);
    const { origin, statement } = decode(supplyPayloadCodec, payloadValue(packet), 'supply');
    const { client, state } = lane;
    if (origin.home !== state.chainId) throw relayError('ISSUER_HOME', { home: origin.home });
    verifyStatement(context, origin, statement, context.chain.genesisHash);
    register(context, client, packet.sequence, origin, statement.statement);
    return 'done';
  },
};

/** Port `supply` of a side chain: only sends. */
export const issuingPort: Port = { settled: settleIssue };

/**
 * Message issue, signed by the issuer: supply comes to `owner` here, at once on the main chain's
 * books where this is the main chain, else by packet. A quantity of zero books an interval only.
 * @throws SUPPLY_* RESOURCE_* UNIT_* ACCOUNT_NOT_ADMITTED CLIENT_* ISSUER_* METERING_*
 */
export function issue(
  context: ExecutionContext,
  sender: Uint8Array,
  message: MessageOf<'issue'>,
): undefined {
  const { chain, state } = context;
  const { kind, staticRoot, owner, statement: signed } = message;
  const { statement } = signed;
  const { resourceId, index, quantity } = statement;
  const origin: ResourceOrigin = { kind, home: chain.chainId, issuer: sender, staticRoot };
  const isMain = chain.genesis.kind === 'main';
  const lane = isMain ? undefined : requireMainLane(context);
  verifyStatement(context, origin, signed, lane?.state.genesisHash ?? chain.genesisHash);
  requireAdmitted(context, sender);
  requireAdmitted(context, owner);
  if (lane === undefined) {
    register(context, MAIN_LOCATION, 0n, origin, statement);
  } else {
    requireNewStatement(context, statement);
    state.set(statementKey(resourceId, index), MADE);
    makeKnown(context, origin, statement);
    sendStatement(context, lane, origin, signed);
  }
  if (quantity > 0n) credit(context, resourceId, owner, quantity);
  emit(context, 'issued', { sequence: index, subject: resourceId, quantity, account: owner });
  return undefined;
}

function sendStatement(
  context: ExecutionContext,
  lane: Lane,
  origin: ResourceOrigin,
  statement: SignedSupplyStatement,
): void {
  const value = encode(supplyPayloadCodec, { origin, statement });
  const timeout = nowSeconds(context) + MAX_TIMEOUT_SECONDS;
  const { sequence } = sendPacket(context, lane, SUPPLY_PORT, value, timeout);
  const { resourceId, quantity } = statement.statement;
  emit(context, 'packetSent', {
    client: lane.client,
    sequence,
    subject: resourceId,
    quantity,
    account: origin.issuer,
  });
}

/** What both chains check of a statement. @throws SUPPLY_* RESOURCE_KIND_UNKNOWN RESOURCE_ROOT_ZERO */
function verifyStatement(
  { hash, signatures }: ExecutionContext,
  origin: ResourceOrigin,
  signed: SignedSupplyStatement,
  mainGenesisHash: Uint8Array,
): void {
  const { statement } = signed;
  const kind = kindOf(origin.kind);
  if (!equalBytes(resourceIdOf(origin, hash), statement.resourceId)) {
    throw relayError('SUPPLY_RESOURCE', { resource: toHex(statement.resourceId) });
  }
  if (statement.unit !== kind.unit) {
    throw relayError('SUPPLY_UNIT', { unit: statement.unit, expected: kind.unit });
  }
  if (kind.needsMeteringPoint && equalBytes(statement.meteringPoint, ZERO_HASH)) {
    throw relayError('SUPPLY_METERING', { kind: kind.id });
  }
  if (kind.unique && (statement.index !== 1n || statement.quantity !== 1n)) {
    throw relayError('SUPPLY_UNIQUE', { index: statement.index, quantity: statement.quantity });
  }
  verifySupplyStatement(signed, mainGenesisHash, origin.issuer, hash, signatures);
}

/** @throws SUPPLY_COUNTED */
function requireNewStatement(
  { state }: ExecutionContext,
  { resourceId, index }: SupplyStatement,
): void {
  if (state.get(statementKey(resourceId, index)) !== undefined) {
    throw relayError('SUPPLY_COUNTED', { resource: toHex(resourceId), index });
  }
}

function makeKnown(
  context: ExecutionContext,
  origin: ResourceOrigin,
  { resourceId, unit }: SupplyStatement,
): void {
  if (readResource(context.state, resourceId) !== undefined) return;
  createResource(context, resourceId, origin, unit);
}

/** Brings a statement into the books. @throws SUPPLY_COUNTED SUPPLY_LODGED ISSUER_* METERING_* RESOURCE_HALTED */
function register(
  context: ExecutionContext,
  client: string,
  sequence: bigint,
  origin: ResourceOrigin,
  statement: SupplyStatement,
): void {
  const { resourceId, index, quantity, meteringPoint } = statement;
  requireNewStatement(context, statement);
  requireNotLodged(context.state, resourceId);
  countAgainstCap(context, origin.issuer, origin.kind, origin.home, quantity);
  if (!equalBytes(meteringPoint, ZERO_HASH)) {
    const interval = { start: statement.intervalStart, end: statement.intervalEnd };
    coverInterval(context.state, meteringPoint, interval);
  }
  context.state.set(statementKey(resourceId, index), MADE);
  makeKnown(context, origin, statement);
  requireNotHalted(context, resourceId);
  if (quantity > 0n) move(context, resourceId, quantity, OUTSIDE, locatedAt(client));
  emit(context, 'supplyRegistered', {
    client,
    sequence,
    subject: resourceId,
    quantity,
    account: origin.issuer,
  });
}

/** The main chain has registered the statement, or it is kept to be sent again. */
function settleIssue(
  context: ExecutionContext,
  _lanes: Lanes,
  lane: Lane,
  packet: Packet,
  ending: Ending,
): void {
  if (ending !== 'delivered') {
    keepForResend(context, packet);
    return;
  }
  const { origin, statement } = decode(supplyPayloadCodec, payloadValue(packet), 'supply');
  emit(context, 'supplyRegistered', {
    client: lane.client,
    sequence: packet.sequence,
    subject: statement.statement.resourceId,
    quantity: statement.statement.quantity,
    account: origin.issuer,
  });
}
