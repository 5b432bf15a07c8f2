/** The one line a script reads: counts of what the chains show, none of them kept by hand. */

import { toHex } from '../../schemas/hash.ts';
import type { LedgerRow } from '../demo/location-ledger.ts';
import type { TransferView } from '../journal/transfer-view.ts';

/** The last line of `tieline up --once`. */
export interface Summary {
  readonly transfers: {
    readonly completed: number;
    readonly refundedOnError: number;
    readonly refundedOnTimeout: number;
  };
  readonly certificates: { readonly issued: number; readonly retired: number };
  readonly conserved: boolean;
  readonly proofsVerified: number;
  readonly seconds: number;
}

export interface RunFacts {
  readonly views: readonly TransferView[];
  readonly ledger: readonly LedgerRow[];
  /** Hex ids of the resources that are certificates. */
  readonly certificateIds: ReadonlySet<string>;
  readonly proofsVerified: number;
  readonly seconds: number;
}

export function summariseRun({
  views,
  ledger,
  certificateIds,
  proofsVerified,
  seconds,
}: RunFacts): Summary {
  const count = (status: TransferView['status']): number =>
    views.filter((view) => view.kind === 'transfer' && view.status === status).length;
  const certificates = ledger.filter(({ resourceId }) => certificateIds.has(toHex(resourceId)));
  const sum = (of: (row: LedgerRow) => bigint): number =>
    Number(certificates.reduce((total, row) => total + of(row), 0n));
  return {
    transfers: {
      completed: count('completed'),
      refundedOnError: count('refundedOnError'),
      refundedOnTimeout: count('refundedOnTimeout'),
    },
    certificates: {
      issued: sum(({ registered }) => registered),
      retired: sum(({ retired }) => retired),
    },
    conserved: ledger.length > 0 && ledger.every(({ balanced }) => balanced),
    proofsVerified,
    seconds: Math.round(seconds * 100) / 100,
  };
}
