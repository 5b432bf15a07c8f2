/**
 * Resources as a chain knows them: origin (which the id commits to), unit, state and the head of the
 * dynamic group's hash chain. docs/protocol.md#resources
 */
import {
  type Codec,
  choice,
  fixed,
  type StructOf,
  struct,
  u64,
} from '../../schemas/codec/codec.ts';
import { equalBytes, toHex, ZERO_HASH } from '../../schemas/hash.ts';
import {
  appendDynamicEntry,
  compareHeads,
  verifyDynamicEntry,
} from '../../schemas/resource/dynamic-entry.ts';
import {
  type ResourceOrigin,
  resourceIdOf,
  resourceOriginCodec,
} from '../../schemas/resource/resource-id.ts';
import { UNIT_CODES, type UnitCode, unixSeconds } from '../../schemas/units.ts';
import type { MessageOf } from '../../schemas/wire/message.ts';
import { resourceKey } from '../../schemas/wire/state-keys.ts';
import type { DynamicHead } from '../../schemas/wire/transfer.ts';
import { requireAdmitted } from './accounts.ts';
import { type ExecutionContext, emit } from './context.ts';
import { ledgerError } from './errors.ts';
import { addHolding, requireQuantity, takeHolding } from './holdings.ts';
import { readRecord, type State, writeRecord } from './state.ts';

const resourceFields = {
  origin: resourceOriginCodec,
  unit: choice(UNIT_CODES),
  status: choice(['active', 'frozen', 'halted']),
  dynamicIndex: u64,
  dynamicHead: fixed(32),
  observedAtSeconds: u64,
};

/** `dynamicIndex` 0 and a zero head where nothing was appended yet. */
export type ResourceRecord = StructOf<typeof resourceFields>;
export const resourceRecordCodec: Codec<ResourceRecord> = struct(resourceFields);

export function readResource(state: State, id: Uint8Array): ResourceRecord | undefined {
  return readRecord(state, resourceKey(id), resourceRecordCodec);
}

export function writeResource(state: State, id: Uint8Array, record: ResourceRecord): void {
  writeRecord(state, resourceKey(id), resourceRecordCodec, record);
}

/** @throws RESOURCE_UNKNOWN */
export function requireResource(state: State, id: Uint8Array): ResourceRecord {
  const record = readResource(state, id);
  if (record === undefined) throw ledgerError('RESOURCE_UNKNOWN', { resource: toHex(id) });
  return record;
}

/** @throws RESOURCE_UNKNOWN RESOURCE_FROZEN RESOURCE_HALTED */
export function requireActive(state: State, id: Uint8Array): ResourceRecord {
  const record = requireResource(state, id);
  if (record.status === 'frozen') throw ledgerError('RESOURCE_FROZEN', { resource: toHex(id) });
  if (record.status === 'halted') throw ledgerError('RESOURCE_HALTED', { resource: toHex(id) });
  return record;
}

/** Books that do not add up take nothing more. @throws RESOURCE_UNKNOWN RESOURCE_HALTED */
export function requireNotHalted({ state }: ExecutionContext, id: Uint8Array): void {
  if (requireResource(state, id).status !== 'halted') return;
  throw ledgerError('RESOURCE_HALTED', { resource: toHex(id) });
}

/** Makes a resource known here under the id its origin hashes to. @throws RESOURCE_ID RESOURCE_EXISTS */
export function createResource(
  context: ExecutionContext,
  id: Uint8Array,
  origin: ResourceOrigin,
  unit: UnitCode,
  frozen = false,
): ResourceRecord {
  if (!equalBytes(resourceIdOf(origin, context.hash), id))
    throw ledgerError('RESOURCE_ID', { resource: toHex(id) });
  if (readResource(context.state, id) !== undefined)
    throw ledgerError('RESOURCE_EXISTS', { resource: toHex(id) });
  const record: ResourceRecord = {
    origin,
    unit,
    status: frozen ? 'frozen' : 'active',
    dynamicIndex: 0n,
    dynamicHead: ZERO_HASH,
    observedAtSeconds: 0n,
  };
  writeResource(context.state, id, record);
  return record;
}

/**
 * Takes over a newer dynamic head that came with a packet; an older one is left alone. Another head at
 * the index held is equivocation of the home chain and refuses the packet: that hurts nobody who holds
 * the resource elsewhere. @throws DYNAMIC_CONFLICT
 */
export function adoptDynamicHead(
  state: State,
  id: Uint8Array,
  record: ResourceRecord,
  incoming: DynamicHead,
): void {
  const { index, head } = incoming;
  const order = compareHeads({ index: record.dynamicIndex, head: record.dynamicHead }, incoming);
  if (order === 'conflict') throw ledgerError('DYNAMIC_CONFLICT', { resource: toHex(id), index });
  if (order !== 'newer') return;
  writeResource(state, id, { ...record, dynamicIndex: index, dynamicHead: head });
}

/** Appends a signed entry to the dynamic group; home chain only. @throws DYNAMIC_* RESOURCE_* */
export function appendEntry(
  context: ExecutionContext,
  _sender: Uint8Array,
  message: MessageOf<'append'>,
): undefined {
  const { entry } = message.entry;
  const { chain, hash, signatures, state } = context;
  const record = requireActive(state, entry.resourceId);
  if (record.origin.home !== chain.chainId)
    throw ledgerError('RESOURCE_NOT_HOME', { home: record.origin.home });
  verifyDynamicEntry(message.entry, record.origin.issuer, chain.genesisHash, hash, signatures);
  const newest = {
    index: record.dynamicIndex,
    head: record.dynamicHead,
    observedAt: unixSeconds(record.observedAtSeconds),
  };
  const next = appendDynamicEntry(
    newest.index === 0n ? undefined : newest,
    entry,
    chain.genesisHash,
    hash,
  );
  writeResource(state, entry.resourceId, {
    ...record,
    dynamicIndex: next.index,
    dynamicHead: next.head,
    observedAtSeconds: next.observedAt,
  });
  emit(context, 'appended', { subject: entry.resourceId, sequence: entry.index });
  return undefined;
}

/** Moves a quantity between two owners of this chain. @throws QUANTITY_ZERO HOLDING_INSUFFICIENT RESOURCE_* ACCOUNT_NOT_ADMITTED */
export function transferHolding(
  context: ExecutionContext,
  sender: Uint8Array,
  message: MessageOf<'transfer'>,
): undefined {
  const { resourceId: id, quantity, receiver } = message;
  requireQuantity(quantity);
  requireActive(context.state, id);
  requireAdmitted(context, sender);
  requireAdmitted(context, receiver);
  takeHolding(context.state, id, sender, quantity);
  addHolding(context.state, id, receiver, quantity);
  emit(context, 'transferred', { subject: id, quantity, account: receiver });
  return undefined;
}

/** Freezes or unfreezes by case order. @throws RESOURCE_UNKNOWN RESOURCE_FROZEN RESOURCE_NOT_FROZEN RESOURCE_HALTED */
export function setFrozen(context: ExecutionContext, id: Uint8Array, frozen: boolean): void {
  const record = requireResource(context.state, id);
  if (record.status === 'halted') throw ledgerError('RESOURCE_HALTED', { resource: toHex(id) });
  if (frozen === (record.status === 'frozen')) {
    throw ledgerError(frozen ? 'RESOURCE_FROZEN' : 'RESOURCE_NOT_FROZEN', { resource: toHex(id) });
  }
  writeResource(context.state, id, { ...record, status: frozen ? 'frozen' : 'active' });
  emit(context, frozen ? 'resourceFrozen' : 'resourceUnfrozen', { subject: id });
}
