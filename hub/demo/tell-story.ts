/**
 * What the demonstration prints: what was issued, the timeline of every transfer, the proofs and the
 * location ledger, as tables. Nothing here knows a number of its own.
 */

import type { Proven } from '../../main-chain/relay/evidence/proven.ts';
import { toHex } from '../../schemas/hash.ts';
import { formatBlankInterval } from '../../schemas/resource/kinds/green-certificate-rule.ts';
import { formatQuantity, type Wh } from '../../schemas/units.ts';
import type { EventType } from '../../schemas/wire/event.ts';
import { formatTable } from '../cli/format-table.ts';
import type { Hop } from '../journal/hop.ts';
import type { TransferStatus } from '../journal/transfer-view.ts';
import type { IssuedUnit } from './issue-certificates.ts';
import type { LedgerRow } from './location-ledger.ts';
import type { PlayedStep } from './play-step.ts';
import { ACCOUNTS, CHAIN_NAMES, type ChainAlias } from './story.ts';

const STATUS: Readonly<Record<TransferStatus, string>> = {
  sent: 'sent',
  received: 'received by main',
  forwarded: 'forwarded',
  delivered: 'delivered',
  failed: 'refused',
  timedOut: 'timed out',
  completed: 'completed',
  refundedOnError: 'refunded: refused at the destination',
  refundedOnTimeout: 'refunded: timed out',
};

const EVENTS: Partial<Readonly<Record<EventType, string>>> = {
  issued: 'issued',
  retired: 'retired',
  packetSent: 'packet sent',
  packetReceived: 'packet received',
  packetForwarded: 'booked in transit, forwarded',
  packetFailed: 'refused, error acknowledged',
  packetAcknowledged: 'acknowledgement received',
  packetTimedOut: 'proven not received in time',
  transferDelivered: 'credited',
  transferRefunded: 'refunded',
  retirementBooked: 'retirement booked',
  supplyRegistered: 'supply registered',
};

/** The name of a chain for people. */
export function chainName(alias: string): string {
  return CHAIN_NAMES[alias as ChainAlias] ?? alias;
}

/** One line a unit: energy, certificates, what is carried over. */
export function tellIssues(issued: readonly IssuedUnit[]): string {
  const rows = issued.map(({ plan, certificateId }) => {
    const { month, role } = plan;
    return [
      role.name,
      plan.unit.name,
      month.month,
      kWh(month.energy),
      month.certificates.toString(),
      kWh(month.carryOut),
      month.blankIntervals.length === 0
        ? '—'
        : month.blankIntervals.map(formatBlankInterval).join(' '),
      shortId(certificateId),
    ];
  });
  return formatTable(
    [
      { title: 'unit' },
      { title: 'real series' },
      { title: 'month' },
      { title: 'energy kWh', align: 'right' },
      { title: 'certificates', align: 'right' },
      { title: 'carried kWh', align: 'right' },
      { title: 'missing readings (UTC)' },
      { title: 'resource' },
    ],
    rows,
  );
}

/** What moved, and every hop of it with its chain, height and the milliseconds since it was sent. */
export function tellStep({ step, unit, view }: PlayedStep): string {
  const { role } = unit.plan;
  const headline =
    step.type === 'transfer'
      ? `${view.quantity} certificates of ${role.name}: ${ACCOUNTS[step.from].name}, ${chainName(view.source)} → ${ACCOUNTS[step.to].name}, ${chainName(ACCOUNTS[step.to].chain)} (${step.memo})`
      : `${view.quantity} certificates of ${role.name}: retired on ${chainName(view.source)} for ${step.beneficiary} (${step.purpose})`;
  const result = `${STATUS[view.status]}${view.code === '' ? '' : ` (${view.code})`}`;
  return `  ● ${headline}\n    ${view.id} · ${result}\n${tellHops(view.hops, view.sentAtMs)}`;
}

function tellHops(hops: readonly Hop[], sentAtMs: bigint): string {
  const rows = hops.map((hop) => [
    `+${hop.timeMs - sentAtMs} ms`,
    chainName(hop.chain),
    hop.height.toString(),
    EVENTS[hop.event] ?? hop.event,
    hop.sequence === 0n ? '' : `${hop.client} #${hop.sequence}`,
    hop.code,
  ]);
  const columns = [
    { title: 'after', align: 'right' },
    { title: 'chain' },
    { title: 'height', align: 'right' },
    { title: 'step' },
    { title: 'packet' },
    { title: 'reason' },
  ] as const;
  return formatTable(columns, rows, 4);
}

/** A proof that was judged with no node. */
export interface JudgedProof {
  readonly id: string;
  readonly file: string;
  readonly proven: Proven;
}

const OUTCOMES: Readonly<Record<Proven['outcome'], string>> = {
  delivered: 'delivered',
  'refunded-on-error': 'refunded on error',
  'refunded-on-timeout': 'refunded on timeout',
  booked: 'booked',
  refused: 'refused',
  'timed-out': 'timed out',
};

export function tellProofs(
  judged: readonly JudgedProof[],
  aliasOf: (chainId: string) => string,
): string {
  const rows = judged.map(({ id, file, proven }) => [
    id,
    `${chainName(aliasOf(proven.sourceChainId))} → ${chainName(aliasOf(proven.destinationChainId))}`,
    proven.quantity.toString(),
    OUTCOMES[proven.outcome],
    proven.mainHeight.toString(),
    file,
  ]);
  return formatTable(
    [
      { title: 'transfer' },
      { title: 'path' },
      { title: 'quantity', align: 'right' },
      { title: 'proven outcome' },
      { title: 'main checkpoint', align: 'right' },
      { title: 'file' },
    ],
    rows,
  );
}

/** One line a resource that was registered: where it is, what is on its way, what is retired. */
export function tellLedger(
  rows: readonly LedgerRow[],
  nameOf: (resourceId: Uint8Array) => string,
): string {
  const places = rows[0]?.places ?? [];
  const cells = rows.map((row) => [
    nameOf(row.resourceId),
    shortId(row.resourceId),
    row.registered.toString(),
    ...row.places.map(({ located }) => located.toString()),
    row.places.reduce((sum, { inTransit }) => sum + inTransit, 0n).toString(),
    row.retired.toString(),
    row.balanced ? 'balance' : 'DO NOT BALANCE',
  ]);
  return formatTable(
    [
      { title: 'certificates of' },
      { title: 'resource' },
      { title: 'registered', align: 'right' },
      ...places.map(({ chain }) => ({ title: chainName(chain), align: 'right' as const })),
      { title: 'in transit', align: 'right' },
      { title: 'retired', align: 'right' },
      { title: 'books' },
    ],
    cells,
  );
}

/** The first ten digits of a resource id: enough to tell them apart on a page. */
function shortId(resourceId: Uint8Array): string {
  return toHex(resourceId.subarray(0, 5));
}

function kWh(energy: Wh): string {
  return formatQuantity({ value: energy, unit: 'Wh' }, 'kWh');
}
