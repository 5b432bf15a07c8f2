/** The two groups that have attributes; the ledger group is fields of the chain's state. */
export const ATTRIBUTE_GROUPS = ['static', 'dynamic'] as const;
/** One of ATTRIBUTE_GROUPS. */
export type AttributeGroup = (typeof ATTRIBUTE_GROUPS)[number];

/** States of a resource or of a part of it; the position is its number on the wire. */
export const RESOURCE_STATES = ['active', 'locked', 'in-transit', 'retired', 'frozen'] as const;
