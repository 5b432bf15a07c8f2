/**
 * What a supply or retirement packet means, and what became of it. It ends on the main chain; its
 * home, issuer and statement are judged as the main chain judges them. docs/protocol.md#offline-proof
 */
import { equalBytes } from '../../../schemas/hash.ts';
import { type ResourceOrigin, resourceIdOf } from '../../../schemas/resource/resource-id.ts';
import { verifySupplyStatement } from '../../../schemas/resource/supply-statement.ts';
import type { RetirementPayload, SupplyPayload } from '../../../schemas/wire/transfer.ts';
import { proofError } from './errors.ts';
import type { BookingOutcome, ProvenPacket, ProvenRetirement, ProvenSupply } from './proven.ts';
import type { VerifierPorts } from './verify-anchor.ts';
import { under } from './verify-facts.ts';
import type { HopEnd } from './verify-hops.ts';

/** What both have in common with every proven packet, before their payload is looked at. */
export type BookedPacket = Omit<ProvenPacket, 'resourceId' | 'quantity'>;

const OUTCOMES: Readonly<Record<HopEnd, BookingOutcome>> = {
  success: 'booked',
  error: 'refused',
  absent: 'timed-out',
};

/**
 * The issuer's own statement for this main chain, from the home chain of its resource.
 * @throws PROOF_RESOURCE PROOF_MEANING
 */
export function verifySupply(
  packet: BookedPacket,
  { origin, statement: signed }: SupplyPayload,
  answer: HopEnd,
  { hash, signatures }: VerifierPorts,
): ProvenSupply {
  const { statement } = signed;
  requireResource([packet.origin, origin], statement.resourceId, hash);
  if (origin.home !== packet.sourceChainId) throw proofError('PROOF_MEANING', { field: 'home' });
  under('PROOF_MEANING', () =>
    verifySupplyStatement(signed, packet.mainGenesisHash, origin.issuer, hash, signatures),
  );
  const { resourceId, quantity } = statement;
  return {
    type: 'supply',
    outcome: OUTCOMES[answer],
    ...packet,
    resourceId,
    quantity,
    statement,
  };
}

/** @throws PROOF_RESOURCE PROOF_MEANING */
export function verifyRetirement(
  packet: BookedPacket,
  { resourceId, quantity, owner, beneficiary, purpose }: RetirementPayload,
  answer: HopEnd,
  { hash }: VerifierPorts,
): ProvenRetirement {
  requireResource([packet.origin], resourceId, hash);
  if (quantity === 0n) throw proofError('PROOF_MEANING', { field: 'quantity' });
  return {
    type: 'retirement',
    outcome: OUTCOMES[answer],
    ...packet,
    resourceId,
    quantity,
    owner,
    beneficiary,
    purpose,
  };
}

/** @throws PROOF_RESOURCE unless every origin hashes to the id */
export function requireResource(
  origins: readonly ResourceOrigin[],
  resourceId: Uint8Array,
  hash: VerifierPorts['hash'],
): void {
  const ids = under('PROOF_RESOURCE', () => origins.map((each) => resourceIdOf(each, hash)));
  if (!ids.every((id) => equalBytes(id, resourceId))) throw proofError('PROOF_RESOURCE');
}
