/**
 * What a valid proof says, by what its packet carried: a transfer, an issuer's supply statement or a
 * retirement. docs/protocol.md#offline-proof
 */
import type { ResourceOrigin } from '../../../schemas/resource/resource-id.ts';
import type { SupplyStatement } from '../../../schemas/resource/supply-statement.ts';

/** How a transfer ended; a refund by a refusal is another thing than one by silence. */
export type TransferOutcome = 'delivered' | 'refunded-on-error' | 'refunded-on-timeout';
/**
 * What became of a supply or retirement packet: in the main chain's books, answered with an error, or
 * never received in time. The last two undo nothing: the packet is kept and sent again.
 */
export type BookingOutcome = 'booked' | 'refused' | 'timed-out';

/** Common to all; times are Unix milliseconds of checkpoints. */
export interface ProvenPacket {
  readonly resourceId: Uint8Array;
  readonly origin: ResourceOrigin;
  /** Base units of the resource's kind. */
  readonly quantity: bigint;
  readonly mainChainId: string;
  readonly mainGenesisHash: Uint8Array;
  readonly sourceChainId: string;
  /** The main chain itself where the packet goes no further. */
  readonly destinationChainId: string;
  /** The packet it began with: the sending chain's client id and sequence. */
  readonly packet: { readonly client: string; readonly sequence: bigint };
  /** Newest time each chain had certified when the proof was made. */
  readonly sourceTimeMs: bigint;
  readonly mainTimeMs: bigint;
  readonly destinationTimeMs: bigint;
  /** The main chain's checkpoint everything hangs from. */
  readonly mainHeight: bigint;
}

/** A transfer that has ended; its deadline is in Unix seconds. */
export interface ProvenTransfer extends ProvenPacket {
  readonly type: 'transfer';
  readonly outcome: TransferOutcome;
  readonly sender: Uint8Array;
  readonly receiver: Uint8Array;
  readonly memo: string | undefined;
  readonly deadlineSeconds: bigint;
}

/** An issuer's signed statement, sent by the resource's home chain. */
export interface ProvenSupply extends ProvenPacket {
  readonly type: 'supply';
  readonly outcome: BookingOutcome;
  readonly statement: SupplyStatement;
}

/** What an owner took out of circulation for good, for a named consumer. */
export interface ProvenRetirement extends ProvenPacket {
  readonly type: 'retirement';
  readonly outcome: BookingOutcome;
  readonly owner: Uint8Array;
  readonly beneficiary: string;
  readonly purpose: string;
}

export type Proven = ProvenTransfer | ProvenSupply | ProvenRetirement;
