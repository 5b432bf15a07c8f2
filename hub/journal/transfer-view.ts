/**
 * A transfer as the API shows it: its state and facts, read off its steps. docs/architecture.md#journal
 */
import type { Hop } from './hop.ts';

/** Where a transfer stands; the last three are final. */
export type TransferStatus =
  | 'sent'
  | 'received'
  | 'forwarded'
  | 'delivered'
  | 'failed'
  | 'timedOut'
  | 'completed'
  | 'refundedOnError'
  | 'refundedOnTimeout';

/** What was moved: a holding, a supply statement or a retirement. */
export type TransferKind = 'transfer' | 'supply' | 'retirement';

export interface TransferView {
  readonly id: string;
  readonly kind: TransferKind;
  readonly status: TransferStatus;
  readonly resourceId: Uint8Array;
  readonly quantity: bigint;
  readonly source: string;
  /** Alias of the chain it goes to, once the main chain has forwarded it or it has arrived. */
  readonly destination: string | undefined;
  readonly sender: Uint8Array;
  /** Known once it was delivered. */
  readonly receiver: Uint8Array | undefined;
  /** Why it failed, from the chain that refused it. */
  readonly code: string;
  readonly sentAtMs: bigint;
  readonly endedAtMs: bigint | undefined;
  readonly hops: readonly Hop[];
}

/** The view of a transfer's steps; undefined while its sending is not recorded. */
export function transferView(
  id: string,
  hops: readonly Hop[],
  aliasOfMainClient: (client: string) => string | undefined,
): TransferView | undefined {
  const find = (place: Hop['place'], event: Hop['event']) =>
    hops.find((hop) => hop.place === place && hop.event === event);
  const sent = find('source', 'packetSent');
  if (sent === undefined) return undefined;
  const delivered = find('destination', 'transferDelivered') ?? find('main', 'transferDelivered');
  const forwarded = find('main', 'packetForwarded');
  const ended = find('source', 'packetAcknowledged') ?? find('source', 'packetTimedOut');
  const arrived = find('destination', 'packetReceived')?.chain ?? delivered?.chain;
  return {
    id,
    kind: kindOf(hops),
    status: statusOf(find),
    resourceId: sent.subject,
    quantity: sent.quantity,
    source: sent.chain,
    destination: arrived ?? (forwarded && aliasOfMainClient(forwarded.client)),
    sender: sent.account,
    receiver: delivered?.account,
    code: failureCode(hops),
    sentAtMs: sent.timeMs,
    endedAtMs: ended?.timeMs,
    hops,
  };
}

function kindOf(hops: readonly Hop[]): TransferKind {
  if (hops.some(({ event }) => event === 'issued' || event === 'supplyRegistered')) return 'supply';
  if (hops.some(({ event }) => event === 'retired' || event === 'retirementBooked'))
    return 'retirement';
  return 'transfer';
}

type Find = (place: Hop['place'], event: Hop['event']) => Hop | undefined;

function statusOf(find: Find): TransferStatus {
  const onwardTimeout = find('main', 'packetTimedOut');
  if (find('source', 'packetTimedOut')) return 'refundedOnTimeout';
  const ended = find('source', 'packetAcknowledged');
  if (ended !== undefined && ended.code === '') return 'completed';
  if (ended !== undefined) return onwardTimeout ? 'refundedOnTimeout' : 'refundedOnError';
  if (onwardTimeout) return 'timedOut';
  if (find('destination', 'packetFailed') ?? find('main', 'packetFailed')) return 'failed';
  if (find('destination', 'transferDelivered') ?? find('main', 'transferDelivered'))
    return 'delivered';
  if (find('main', 'packetForwarded')) return 'forwarded';
  return find('main', 'packetReceived') ? 'received' : 'sent';
}

/** The refusing chain's own code before the uniform one of the acknowledgement. */
function failureCode(hops: readonly Hop[]): string {
  const failed =
    hops.find(({ event }) => event === 'packetFailed') ??
    hops.find(({ event }) => event === 'packetTimedOut');
  return failed?.code ?? hops.find(({ code }) => code !== '')?.code ?? '';
}
