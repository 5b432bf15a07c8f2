/*
 * Mixes bad packets into the load: pulls what the chains send, spoils it (forgeries.ts), signs it under
 * accounts of its own and looks each one's result up in the ledger. Refused is what has a code.
 */

import type { ChainAdapter } from '../../../adapters/chain-adapter.ts';
import type { DeliverBundle } from '../../../adapters/evidence.ts';
import type { NetworkAdapters } from '../../../hub/up/join-demo.ts';
import { CLIENT_OF_MAIN, clientOnMain } from '../../../hub/up/join-network.ts';
import { checkpointUpdates } from '../../../schemas/wire/clients/client-material.ts';
import type { Message } from '../../../schemas/wire/message.ts';
import { consensusKey } from '../../../schemas/wire/state-keys.ts';
import { signTransaction } from '../../../schemas/wire/transaction.ts';
import { type AccountPorts, createDraw, type Draw, seededAccount } from './accounts.ts';
import { FORGERIES, type Forgery, forge, type Genuine, pickItem } from './forgeries.ts';

const ACCOUNTS = 8;
const VALIDITY_SECONDS = 300n;
const PULL_EVERY_MS = 400;
const HEIGHTS_BACK = 12n;
const ITEMS = 128;
const PAUSE_MS = 25;
const LOOK_EVERY_MS = 100;
const MOST_AT_ONCE = 128;
const BUSY: readonly string[] = ['MEMPOOL_FULL', 'MEMPOOL_SENDER_FULL', 'MEMPOOL_NONCE_AHEAD'];

/** What became of bad packets; `codes` by kind. */
export interface ForgeryCount {
  readonly offered: number;
  readonly refused: number;
  readonly accepted: number;
  readonly codes: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface Forger {
  /** Offers its share of `count` arrivals at `rate` a second and waits until all have landed. */
  run(rate: number, count: number): Promise<void>;
  count(): ForgeryCount;
}

/** One way between two chains. */
interface Direction {
  readonly source: ChainAdapter;
  readonly target: ChainAdapter;
  /** The source's client of the target, and the target's of the source. */
  readonly client: string;
  readonly targetClient: string;
}

/** What was last pulled of a direction, and the newest height known to have sent something. */
interface Pulled {
  at: number;
  bundle: DeliverBundle | undefined;
  sentHeight: bigint | undefined;
}

export interface ForgerDeps {
  readonly chains: NetworkAdapters;
  readonly ports: AccountPorts;
}

/** `share` is bad packets for each good one. */
export function createForger(share: number, seed: number, deps: ForgerDeps): Forger {
  const draw = createDraw(seed ^ 0x5eed);
  const directions = directionsOf(deps.chains);
  const pulled = new Map<Direction, Pulled>();
  const offer = createOffer(seed, deps.ports);
  const codes: Record<string, Record<string, number>> = {};
  const totals = { offered: 0, refused: 0, accepted: 0 };
  const note = (kind: Forgery, code: string): void => {
    const of = codes[kind] ?? {};
    of[code] = (of[code] ?? 0) + 1;
    codes[kind] = of;
    totals[code === '' ? 'accepted' : 'refused'] += 1;
  };
  /** Tries until the chains have sent something of which such a forgery can be made. */
  const offerOne = async (kind: Forgery): Promise<void> => {
    for (;;) {
      const direction = directions[draw(directions.length)];
      if (direction === undefined) return;
      const bundle = await pull(direction, pulled);
      const genuine = bundle && (await materialOf(kind, bundle, direction, draw, deps.ports));
      if (genuine !== undefined) {
        totals.offered += 1;
        note(kind, await offer(direction.target, forge(kind, genuine)));
        return;
      }
      await pause(PAUSE_MS);
    }
  };
  return {
    async run(rate, count) {
      const total = Math.max(1, Math.round(count * share));
      const started = performance.now();
      let begun = 0;
      const work = async (): Promise<void> => {
        while (begun < total) {
          const index = begun++;
          const due = started + (index / (rate * share)) * 1000;
          await pause(Math.max(0, due - performance.now()));
          await offerOne(FORGERIES[index % FORGERIES.length] ?? 'alteredProof');
        }
      };
      const workers = Math.min(MOST_AT_ONCE, total, Math.ceil(rate * share) + 4);
      await Promise.all(Array.from({ length: workers }, work));
    },
    count: () => ({ ...totals, codes }),
  };
}

const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

function directionsOf({ main, jiangsu, anhui }: NetworkAdapters): readonly Direction[] {
  const between = (side: ChainAdapter, alias: string): Direction[] => [
    { source: side, target: main, client: CLIENT_OF_MAIN, targetClient: clientOnMain(alias) },
    { source: main, target: side, client: clientOnMain(alias), targetClient: CLIENT_OF_MAIN },
  ];
  return [...between(jiangsu, 'jiangsu'), ...between(anhui, 'anhui')];
}

/** What the direction's source sent lately, asked for anew now and then. */
async function pull(
  direction: Direction,
  known: Map<Direction, Pulled>,
): Promise<DeliverBundle | undefined> {
  const last = known.get(direction);
  if (last !== undefined && performance.now() - last.at < PULL_EVERY_MS) return last.bundle;
  const pulled: Pulled = last ?? { at: 0, bundle: undefined, sentHeight: undefined };
  pulled.at = performance.now();
  known.set(direction, pulled);
  const { source, target, client, targetClient } = direction;
  const [trusted] = await target.facts('client', [{ client: targetClient }]);
  if (trusted === undefined) return undefined;
  const { height } = await source.wait(0n, 0);
  const recent = height > HEIGHTS_BACK ? height - HEIGHTS_BACK : 1n;
  const { sentHeight = recent } = pulled;
  const fromHeight = [recent, sentHeight, trusted.latestHeight].reduce((low, each) =>
    each < low ? each : low,
  );
  const bundle = await source.evidence({
    task: 'deliver',
    client,
    fromHeight,
    maxItems: ITEMS,
    trusted,
  });
  if (bundle?.task !== 'deliver' || bundle.parts.length === 0) return pulled.bundle;
  pulled.bundle = bundle;
  pulled.sentHeight = bundle.parts.at(-1)?.sentHeight;
  return bundle;
}

/** A genuine item such a forgery can be made of, or undefined where there is none now. */
async function materialOf(
  kind: Forgery,
  bundle: DeliverBundle,
  direction: Direction,
  draw: Draw,
  ports: AccountPorts,
): Promise<Genuine | undefined> {
  const pick = (item: 'packet' | 'acknowledgement') =>
    pickItem(bundle, direction.targetClient, item, draw, ports.hash);
  switch (kind) {
    case 'alteredProof':
    case 'wrongHeight':
      return pick(draw(2) === 0 ? 'packet' : 'acknowledgement');
    case 'forgedAcknowledgement':
      return pick('acknowledgement');
    case 'wrongAmount':
      return pick('packet');
    case 'replayedReceipt':
      return replayable(bundle, direction, draw, ports);
  }
}

/**
 * A packet that was received already. Where the client stores the very height that sent it no update
 * goes along: a rival's update would only hold up what the relayer has under way.
 */
async function replayable(
  bundle: DeliverBundle,
  { target, targetClient }: Direction,
  draw: Draw,
  { hash }: AccountPorts,
): Promise<Genuine | undefined> {
  const heights = [...new Set(bundle.parts.map(({ sentHeight }) => sentHeight))];
  const { values } = await target.prove(heights.map((each) => consensusKey(targetClient, each)));
  const stored = new Set(heights.filter((_, at) => values[at] !== undefined));
  const parts = bundle.parts.filter(({ sentHeight }) => stored.has(sentHeight));
  const quiet = pickItem({ ...bundle, parts }, targetClient, 'packet', draw, hash);
  const genuine = quiet ?? pickItem(bundle, targetClient, 'packet', draw, hash);
  const [packet] = genuine?.segment.packets ?? [];
  if (genuine === undefined || packet === undefined) return undefined;
  const { sequence } = packet;
  const [isReceived] = await target.facts('received', [{ client: targetClient, sequence }]);
  if (isReceived !== true) return undefined;
  return quiet === undefined ? genuine : withoutUpdate(quiet);
}

function withoutUpdate({ message, segment }: Genuine): Genuine {
  const own = { ...segment, rootProof: new Uint8Array(0) };
  const height = segment.outboxHeight;
  return {
    segment: own,
    message: { ...message, updates: checkpointUpdates(), height, segments: [own] },
  };
}

/** Signs under accounts of its own that take turns, offers, and gives the result's code, empty where it was taken. */
function createOffer(seed: number, ports: AccountPorts) {
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) =>
    seededAccount(seed, 'forger', index, ports),
  );
  const nonces = new Map<string, bigint>();
  let turn = 0;
  return async (target: ChainAdapter, message: Message): Promise<string> => {
    const index = turn++ % ACCOUNTS;
    const account = accounts[index];
    if (account === undefined) return '';
    const { chainId, genesisHash } = target.description;
    const key = `${chainId}/${index}`;
    const nonce = nonces.get(key) ?? 0n;
    nonces.set(key, nonce + 1n);
    const expirySeconds = (await target.wait(0n, 0)).timeMs / 1000n + VALIDITY_SECONDS;
    const head = { sender: account.address, nonce, expirySeconds };
    const bytes = signTransaction({ ...head, message }, account.secretKey, genesisHash, ports);
    for (;;) {
      const [taken] = await target.submit([bytes]);
      if (taken?.code === '') return resultOf(target, taken.id);
      if (taken === undefined || !BUSY.includes(taken.code)) return taken?.code ?? '';
      await pause(PAUSE_MS);
    }
  };
}

/** The transaction's code, or its only item's. */
async function resultOf(target: ChainAdapter, id: Uint8Array): Promise<string> {
  for (;;) {
    const landed = await target.lookup(id);
    if (landed !== undefined) return landed.result.code || (landed.result.items[0] ?? '');
    await pause(LOOK_EVERY_MS);
  }
}
