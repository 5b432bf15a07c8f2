/**
 * Holdings: (resource, owner) → quantity in base units, and the chain's own supply of the resource,
 * which every credit and debit keeps in step. docs/protocol.md#holdings
 */
import { formatAddress } from '../../schemas/ids.ts';
import { holdingKey, supplyKey } from '../../schemas/wire/state-keys.ts';
import type { ExecutionContext } from './context.ts';
import { ledgerError } from './errors.ts';
import { readQuantity, type State, writeQuantity } from './state.ts';

/** Largest quantity. */
export const MAX_QUANTITY = (1n << 128n) - 1n;

/** The sum. @throws QUANTITY_OVERFLOW above 2^128 − 1 */
export function addQuantity(left: bigint, right: bigint): bigint {
  const sum = left + right;
  if (sum > MAX_QUANTITY) throw ledgerError('QUANTITY_OVERFLOW');
  return sum;
}

/** @throws QUANTITY_ZERO */
export function requireQuantity(quantity: bigint): void {
  if (quantity <= 0n) throw ledgerError('QUANTITY_ZERO');
}

/** What an owner holds here, locks not included. */
export function readHolding(state: State, resourceId: Uint8Array, owner: Uint8Array): bigint {
  return readQuantity(state, holdingKey(resourceId, owner));
}

/** Adds to a holding without touching the chain's supply. @throws QUANTITY_OVERFLOW */
export function addHolding(
  state: State,
  resourceId: Uint8Array,
  owner: Uint8Array,
  quantity: bigint,
): void {
  const key = holdingKey(resourceId, owner);
  writeQuantity(state, key, addQuantity(readQuantity(state, key), quantity));
}

/** Takes from a holding without touching the chain's supply. @throws HOLDING_INSUFFICIENT */
export function takeHolding(
  state: State,
  resourceId: Uint8Array,
  owner: Uint8Array,
  quantity: bigint,
): void {
  const key = holdingKey(resourceId, owner);
  const held = readQuantity(state, key);
  if (held < quantity)
    throw ledgerError('HOLDING_INSUFFICIENT', { owner: formatAddress(owner), held, quantity });
  writeQuantity(state, key, held - quantity);
}

/** What arrives on this chain: holding and supply grow. @throws QUANTITY_OVERFLOW */
export function credit(
  context: ExecutionContext,
  resourceId: Uint8Array,
  owner: Uint8Array,
  quantity: bigint,
): void {
  const key = supplyKey(resourceId);
  addHolding(context.state, resourceId, owner, quantity);
  writeQuantity(context.state, key, addQuantity(readQuantity(context.state, key), quantity));
}

/** What leaves this chain: holding and supply shrink. @throws HOLDING_INSUFFICIENT */
export function debit(
  context: ExecutionContext,
  resourceId: Uint8Array,
  owner: Uint8Array,
  quantity: bigint,
): void {
  const key = supplyKey(resourceId);
  takeHolding(context.state, resourceId, owner, quantity);
  writeQuantity(context.state, key, readQuantity(context.state, key) - quantity);
}
