/*
 * The transfers of a step, signed before they are due: amounts, receivers and order come from the
 * seed. Long steps are signed a stretch ahead, so that memory does not grow with their length.
 */
import type { ChainAdapter } from '../../../adapters/chain-adapter.ts';
import { CLIENT_OF_MAIN } from '../../../hub/up/join-network.ts';
import type { SigningPool } from '../parts/signing-pool.ts';
import { type Account, type Draw, shuffle } from './accounts.ts';

/** Transfers signed at once. */
const STRETCH = 30_000;
const MAX_AMOUNT = 9;

/** One signed transfer. */
export interface Send {
  readonly bytes: Uint8Array;
  readonly id: Uint8Array;
  readonly quantity: bigint;
}

export interface SendsDeps {
  readonly jiangsu: ChainAdapter;
  readonly destination: string;
  readonly resourceId: Uint8Array;
  readonly accounts: readonly Account[];
  readonly pool: SigningPool;
  readonly draw: Draw;
}

/** Transfers by index, to be taken in rising order. */
export interface Sends {
  /** Signed ones from `from` up to `to` or as far as they are ready. */
  take(from: number, to: number): readonly Send[];
}

/** Signs the first stretch, and each next one while the one before is taken. */
export async function prepareSends(count: number, deps: SendsDeps): Promise<Sends> {
  let start = 0;
  let ready = await signStretch(Math.min(STRETCH, count), deps);
  let next: readonly Send[] | undefined;
  let failure: unknown;
  const sign = (from: number): void => {
    next = undefined;
    if (from >= count) return;
    signStretch(Math.min(STRETCH, count - from), deps).then(
      (sends) => {
        next = sends;
      },
      (error: unknown) => {
        failure = error;
      },
    );
  };
  sign(ready.length);
  return {
    take(from, to) {
      if (failure !== undefined) throw failure;
      if (from >= start + ready.length && next !== undefined) {
        start += ready.length;
        ready = next;
        sign(start + ready.length);
      }
      return ready.slice(from - start, to - start);
    },
  };
}

async function signStretch(count: number, deps: SendsDeps): Promise<readonly Send[]> {
  const { jiangsu, destination, resourceId, accounts, pool, draw } = deps;
  const now = (await jiangsu.wait(0n, 0)).timeMs / 1000n;
  const receivers = accounts.map(({ address }) => address);
  const order: Account[] = [];
  while (order.length < count) order.push(...shuffle(accounts, draw));
  const turns = new Map<Account, number[]>();
  for (const [turn, account] of order.slice(0, count).entries()) {
    const mine = turns.get(account);
    if (mine === undefined) turns.set(account, [turn]);
    else mine.push(turn);
  }
  const drawn = Array.from({ length: count }, () => ({
    quantity: BigInt(1 + draw(MAX_AMOUNT)),
    receiver: receivers[draw(receivers.length)] ?? new Uint8Array(20),
  }));
  const senders = [...turns];
  const signed = await pool.sign(
    senders.map(([account, places]) => ({
      genesisHash: jiangsu.description.genesisHash,
      secretKey: account.secretKey,
      transactions: places.map((place) => ({
        sender: account.address,
        nonce: account.nonce++,
        expirySeconds: now + 3600n,
        message: {
          type: 'send' as const,
          client: CLIENT_OF_MAIN,
          resourceId,
          quantity: drawn[place]?.quantity ?? 1n,
          receiver: drawn[place]?.receiver ?? account.address,
          destination,
          timeoutSeconds: now + 3600n,
          deadlineSeconds: now + 3600n,
          memo: '',
        },
      })),
    })),
  );
  const sends: Send[] = [];
  for (const [at, [, places]] of senders.entries()) {
    for (const [nth, place] of places.entries()) {
      const bytes = signed[at]?.signed[nth];
      const id = signed[at]?.ids[nth];
      const quantity = drawn[place]?.quantity;
      if (bytes && id && quantity !== undefined) sends[place] = { bytes, id, quantity };
    }
  }
  return sends;
}
