/**
 * Reads off a finished transfer's steps where each of them was written: the trail its proof follows.
 */
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import { hubError } from '../errors.ts';
import type { Hop } from '../journal/hop.ts';
import type { TransferView } from '../journal/transfer-view.ts';
import type { ChainRegistry } from '../registry.ts';

/** A lane as a proof needs it: `client` is the side chain's own id for the main chain. */
export interface ProofLane {
  readonly chain: ChainAdapter;
  readonly client: string;
  readonly clientOnMain: string;
}

/** Hop a: the packet the source committed at `sentHeight`. */
export interface SourceTrail extends ProofLane {
  readonly sequence: bigint;
  readonly sentHeight: bigint;
}

/** Hop b; `acknowledgedHeight` is undefined where the destination never received it. */
export interface OnwardTrail extends ProofLane {
  readonly sequence: bigint;
  readonly sentHeight: bigint;
  readonly acknowledgedHeight: bigint | undefined;
}

/** Where the steps of a finished transfer were written; heights are of the chain that wrote them. */
export interface TransferTrail {
  /** Undefined where the transfer began on the main chain. */
  readonly source: SourceTrail | undefined;
  /** Undefined where the main chain did not forward. */
  readonly onward: OnwardTrail | undefined;
  /** Height at which the main chain answered hop a; undefined where it never received it. */
  readonly answeredHeight: bigint | undefined;
}

const FINAL = ['completed', 'refundedOnError', 'refundedOnTimeout'];

/** The steps of a transfer, supply or retirement packet. @throws HUB_PROOF_UNAVAILABLE before it has ended; HUB_LANE_UNKNOWN */
export function transferTrail(registry: ChainRegistry, view: TransferView): TransferTrail {
  const { id, status, hops, source } = view;
  if (!FINAL.includes(status)) throw hubError('HUB_PROOF_UNAVAILABLE', { id, status });
  const find = (place: Hop['place'], ...events: Hop['event'][]) =>
    hops.find((hop) => hop.place === place && events.includes(hop.event));
  const sent = find('source', 'packetSent');
  if (sent === undefined) throw hubError('HUB_PROOF_UNAVAILABLE', { id });
  const arrival = find('destination', 'packetReceived', 'packetFailed');
  if (source === registry.main.alias) {
    return {
      source: undefined,
      onward: onwardTrail(registry, sent, arrival),
      answeredHeight: undefined,
    };
  }
  const forwarded = find('main', 'packetForwarded');
  const answer =
    forwarded === undefined
      ? find('main', 'packetReceived', 'supplyRegistered', 'retirementBooked', 'packetFailed')
      : find('main', 'packetAcknowledged', 'packetTimedOut');
  return {
    source: {
      ...sourceLane(registry, source, sent.client),
      sequence: sent.sequence,
      sentHeight: sent.height,
    },
    onward: forwarded && onwardTrail(registry, forwarded, arrival),
    answeredHeight: answer?.height,
  };
}

function onwardTrail(
  registry: ChainRegistry,
  { client, sequence, height }: Hop,
  arrival: Hop | undefined,
): OnwardTrail {
  const pair = registry.pairByMainClient(client);
  if (pair === undefined) throw hubError('HUB_LANE_UNKNOWN', { client });
  const chain = registry.chain(pair.alias).adapter;
  const lane: ProofLane = { chain, client: pair.side, clientOnMain: pair.main };
  return { ...lane, sequence, sentHeight: height, acknowledgedHeight: arrival?.height };
}

function sourceLane(registry: ChainRegistry, alias: string, client: string): ProofLane {
  const pair = registry.pairBySideClient(alias, client);
  if (pair === undefined) throw hubError('HUB_LANE_UNKNOWN', { alias, client });
  return { chain: registry.chain(alias).adapter, client, clientOnMain: pair.main };
}
