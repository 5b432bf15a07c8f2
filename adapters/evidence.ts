/**
 * What one chain can prove to another, as the relayer carries it: readable items in front, evidence
 * behind that only the two adapters look into. Later proofs join the union `PartProof`. docs/architecture.md#adapters
 */
import type { Certificate } from '../schemas/wire/checkpoint.ts';
import type { ClientUpdates } from '../schemas/wire/clients/client-material.ts';
import type { AcknowledgedPacket, ProvenSupply } from '../schemas/wire/message.ts';
import type { Packet } from '../schemas/wire/packet.ts';
import type { ClientFact } from './chain-facts.ts';
import { adapterError } from './errors.ts';

/** A range of a block's outbox; `rootProof` is empty where the outbox is the bundle height's own. */
export interface OutboxRange {
  readonly proof: 'outbox';
  readonly outboxHeight: bigint;
  readonly start: number;
  readonly rangeProof: Uint8Array;
  readonly rootProof: Uint8Array;
}

/** One proof that every item of the part is a fact at the bundle's height; native: no chain makes one. */
export interface FactsProof {
  readonly proof: 'facts';
  readonly bytes: Uint8Array;
}

/** Proof of one part of a delivery, tagged by how it is checked. */
export type PartProof = OutboxRange | FactsProof;

/** The smallest provable run of a delivery: acknowledgements first, then packets. */
export interface DeliveryPart {
  /** Height of the proving chain at which these left. */
  readonly sentHeight: bigint;
  readonly acknowledgements: readonly AcknowledgedPacket[];
  readonly packets: readonly Packet[];
  readonly proof: PartProof;
}

interface BundleHead {
  /** Height of the proving chain all proofs of the bundle stand on. */
  readonly height: bigint;
  readonly timeMs: bigint;
  readonly updates: ClientUpdates;
}

/** Packets and acknowledgements to deliver; `nextHeight` is where to ask next. */
export interface DeliverBundle extends BundleHead {
  readonly task: 'deliver';
  readonly nextHeight: bigint;
  readonly parts: readonly DeliveryPart[];
}

/** Packets proven not received when their timeout had passed. */
export interface TimeoutBundle extends BundleHead {
  readonly task: 'timeout';
  readonly packets: readonly Packet[];
  readonly proof: Uint8Array;
}

/** Nothing the proving chain sent below `settledBelow` is pending: the other side may prune. */
export interface SettleBundle extends BundleHead {
  readonly task: 'settle';
  readonly settledBelow: bigint;
  readonly proof: Uint8Array;
}

/** A client update alone, so that a client does not expire. */
export interface UpdateBundle extends BundleHead {
  readonly task: 'update';
}

/** What the proving chain holds of some resources. */
export interface SupplyBundle extends BundleHead {
  readonly task: 'supply';
  readonly supplies: readonly ProvenSupply[];
  readonly proof: Uint8Array;
}

export type Bundle = DeliverBundle | TimeoutBundle | SettleBundle | UpdateBundle | SupplyBundle;

/**
 * What to prove, and to whom: `trusted` is the asking chain's client of this chain as it stands.
 * `client` is this chain's own id for the other chain. A timeout request may come back with fewer
 * packets: those the chain has not received and whose timeout its clock has reached. A contradiction is
 * an update that freezes the client: what this chain certifies at a height where the client has accepted
 * something else; undefined where both are the same or nothing is certified.
 */
export type EvidenceRequest = { readonly trusted: ClientFact } & (
  | {
      readonly task: 'deliver';
      readonly client: string;
      readonly fromHeight: bigint;
      readonly maxItems: number;
    }
  | { readonly task: 'timeout'; readonly packets: readonly Packet[] }
  | { readonly task: 'settle'; readonly client: string }
  | { readonly task: 'supply'; readonly resourceIds: readonly Uint8Array[] }
  | { readonly task: 'update' }
  | {
      readonly task: 'contradiction';
      readonly height: bigint;
      /** What the asking chain's client has accepted at that height. */
      readonly held: Uint8Array;
    }
);

/** Values and one proof under a certified height; native: encoded multiproof under `certificate`. */
export interface ProvenState {
  readonly height: bigint;
  readonly certificate: Certificate;
  readonly values: readonly (Uint8Array | undefined)[];
  readonly proof: Uint8Array;
}

/** The certificates of a bundle, for those who judge checkpoints alone. @throws ADAPTER_EVIDENCE */
export function certificatesOf({ updates }: Bundle): readonly Certificate[] {
  if (updates.type !== 'checkpoint') throw adapterError('ADAPTER_EVIDENCE', { kind: updates.type });
  return updates.certificates;
}
