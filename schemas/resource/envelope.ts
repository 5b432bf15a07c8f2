/**
 * The resource envelope: one shape for unique, batch and fungible things. Static says who and what,
 * dynamic what was observed over time, ledger what contracts wrote. docs/protocol.md#resources
 */
import type { UnitCode } from '../units.ts';
import type { ObservedHead } from './dynamic-entry.ts';
import type { ResourceOrigin } from './resource-id.ts';

/** The two groups that have attributes; the ledger group is fields of the chain's state. */
export const ATTRIBUTE_GROUPS = ['static', 'dynamic'] as const;
/** One of ATTRIBUTE_GROUPS. */
export type AttributeGroup = (typeof ATTRIBUTE_GROUPS)[number];

/** States of a resource or of a part of it; the position is its number on the wire. */
export const RESOURCE_STATES = ['active', 'locked', 'in-transit', 'retired', 'frozen'] as const;
/** One of RESOURCE_STATES. */
export type ResourceState = (typeof RESOURCE_STATES)[number];

/** What only contracts write: the state on one chain and the base units it holds there. */
export interface LedgerGroup {
  readonly state: ResourceState;
  readonly unit: UnitCode;
  readonly supply: bigint;
}

/**
 * A resource as one chain knows it: the origin commits the static group, `dynamic` the newest entry
 * of its hash chain (undefined before the first). Values and salts stay with issuer and holder.
 */
export interface ResourceEnvelope {
  readonly resourceId: Uint8Array;
  readonly origin: ResourceOrigin;
  readonly dynamic: ObservedHead | undefined;
  readonly ledger: LedgerGroup;
}
