/*
 * What became of every transfer Jiangsu sent to Anhui, judged by both ends of both hops: what one chain
 * took must be what the other sent, what one settled must be what the other wrote, each once.
 */
import { clientStateCodec } from '../../../main-chain/relay/clients/client-state.ts';
import { booksCodec } from '../../../main-chain/relay/locations.ts';
import { decode, u128 } from '../../../schemas/codec/codec.ts';
import { binaryBytes, equalBytes } from '../../../schemas/hash.ts';
import { clientKey, supplyKey } from '../../../schemas/wire/state-keys.ts';
import { type ChainBook, type LaneBook, OUTCOME } from './chain-book.ts';
import { recountError } from './errors.ts';

/** A chain that was walked to its end. */
export interface WalkedChain {
  readonly alias: string;
  readonly chainId: string;
  readonly genesisHash: Uint8Array;
  readonly book: ChainBook;
  readonly state: ReadonlyMap<string, Uint8Array>;
}

export type Fate = 'completed' | 'refunded' | 'lost' | 'doubled';

/** One transfer: the height that sent it, and when Jiangsu settled it (Unix milliseconds, 0: not). */
export interface CountedTransfer {
  readonly height: number;
  readonly settledAt: number;
  readonly fate: Fate;
}

const CLIENT_OF_MAIN = 'tieline-main';
const clientOf = ({ alias }: WalkedChain): string => `tieline-${alias}`;

/** Main chain and side have a client of each other, and of no other chain. @throws RECOUNT_PROOF */
export function requireClients(main: WalkedChain, side: WalkedChain): void {
  const demand = (on: WalkedChain, client: string, of: WalkedChain): void => {
    const bytes = on.state.get(clientKey(client));
    const state = bytes && decode(clientStateCodec, bytes, 'client');
    if (state === undefined || !equalBytes(state.genesisHash, of.genesisHash))
      throw recountError('RECOUNT_PROOF', { chain: on.alias, what: `client ${client}` });
  };
  demand(main, clientOf(side), side);
  demand(side, CLIENT_OF_MAIN, main);
}

/** Every transfer from `source` over `main` to `destination`, in the order of sequences. */
export function* countTransfers(
  source: WalkedChain,
  main: WalkedChain,
  destination: WalkedChain,
): Generator<CountedTransfer> {
  const out = source.book.lane(CLIENT_OF_MAIN);
  const fromSource = main.book.lane(clientOf(source));
  const onward = main.book.lane(clientOf(destination));
  const arrival = destination.book.lane(CLIENT_OF_MAIN);
  const hops = onwardHops(onward, clientOf(source));
  for (let at = 1; at <= out.last; at++) {
    if (out.destinations.get(at) !== destination.chainId) continue;
    const next = hops.get(at) ?? [];
    const arrivals = next.map((hop) => arrivalsOf(onward, arrival, hop));
    const arrived = arrivals.reduce((sum, each) => sum + each, 0);
    const fate = fateOf(out, fromSource, at, arrived, () =>
      next.every((hop) => onward.settledOutcome.get(hop) === OUTCOME.success),
    );
    yield { height: out.sentHeight.get(at), settledAt: out.settledAt.get(at), fate };
  }
}

/** Hop b of each hop a: the main chain's own word in a proven event. */
function onwardHops(onward: LaneBook, client: string): Map<number, number[]> {
  const hops = new Map<number, number[]>();
  for (const [hop, origin] of onward.carriesOn) {
    const [from, sequence = ''] = origin.split('/');
    if (from !== client) continue;
    const before = hops.get(Number(sequence));
    if (before === undefined) hops.set(Number(sequence), [hop]);
    else before.push(hop);
  }
  return hops;
}

/** How often a hop was credited: taken, and acknowledged as a success. */
function arrivalsOf(onward: LaneBook, arrival: LaneBook, hop: number): number {
  if (onward.sent.get(hop) === 0 || arrival.wroteOutcome.get(hop) !== OUTCOME.success) return 0;
  return Math.max(arrival.took.get(hop), arrival.wrote.get(hop));
}

function fateOf(
  out: LaneBook,
  fromSource: LaneBook,
  at: number,
  arrived: number,
  isOnwardSettled: () => boolean,
): Fate {
  const outcome = out.settledOutcome.get(at);
  const isOnce = out.sent.get(at) === 1 && out.settled.get(at) <= 1;
  const isGivenBack = outcome === OUTCOME.error || outcome === OUTCOME.timedOut;
  if (arrived > 1 || !isOnce || (arrived === 1 && isGivenBack)) return 'doubled';
  if (isGivenBack) return 'refunded';
  const isAnswered = fromSource.wroteOutcome.get(at) === OUTCOME.success;
  const isDone = outcome === OUTCOME.success && isAnswered && arrived === 1 && isOnwardSettled();
  return isDone ? 'completed' : 'lost';
}

/**
 * Effects between main chain and a side that the other's outbox does not bear out: what a forgery would
 * look like had it been taken.
 */
export function countUnproven(main: WalkedChain, side: WalkedChain): number {
  const here = main.book.lane(clientOf(side));
  const there = side.book.lane(CLIENT_OF_MAIN);
  return unprovenOf(here, there) + unprovenOf(there, here) + countAltered(main, side);
}

/** What `here` took and settled against what `there` sent and wrote. */
function unprovenOf(here: LaneBook, there: LaneBook): number {
  let unproven = 0;
  const last = Math.max(here.top, there.top);
  for (let at = 1; at <= last; at++) {
    const isTaken = here.took.get(at) > 0;
    const isSent = equalBytes(here.tookCommitment.get(at), there.sentCommitment.get(at));
    if (isTaken && !(isSent && there.sent.get(at) > 0)) unproven += 1;
    const outcome = here.settledOutcome.get(at);
    const wrote = there.wroteOutcome.get(at);
    if ((outcome === OUTCOME.success || outcome === OUTCOME.error) && outcome !== wrote)
      unproven += 1;
    // A timeout rests on absence: the other side must never have taken it.
    if (outcome === OUTCOME.timedOut && there.took.get(at) > 0) unproven += 1;
  }
  return unproven;
}

/** Forwards of what `source` never sent, or that move something else than it sent. */
function countAltered(main: WalkedChain, source: WalkedChain): number {
  const out = source.book.lane(CLIENT_OF_MAIN);
  const taken = main.book.lane(clientOf(source)).took;
  let altered = 0;
  for (const onward of main.book.lanes.values()) {
    for (const [at, hops] of onwardHops(onward, clientOf(source))) {
      const isSame = (hop: number): boolean =>
        equalBytes(onward.sentMeaning.get(hop), out.sentMeaning.get(at));
      if (taken.get(at) !== 1 || out.sent.get(at) !== 1 || !hops.every(isSame)) altered += 1;
    }
  }
  return altered;
}

/** True where for every resource what all chains hold and what is retired is what was registered. */
export function isConserved(main: WalkedChain, sides: readonly WalkedChain[]): boolean {
  const quantity = (chain: WalkedChain, resource: Uint8Array): bigint => {
    const value = chain.state.get(supplyKey(resource));
    return value === undefined ? 0n : decode(u128, value, 'supply');
  };
  for (const [key, value] of main.state) {
    if (!key.startsWith('books/')) continue;
    const resource = binaryBytes(key.slice('books/'.length));
    const { registered, inTransit, retired } = decode(booksCodec, value, 'books');
    const held = [main, ...sides].reduce((sum, chain) => sum + quantity(chain, resource), 0n);
    if (held + inTransit + retired !== registered) return false;
  }
  return true;
}
