/**
 * The journal's records in the hub's store. All can be made again from the chains; writing one twice
 * changes nothing.
 *
 * `h/<transfer id>/<order(1)>` → hop; `o/<2^64 − 1 − time(8)><transfer id>` → nothing: newest first;
 * `f/<main client>/<sequence(8)>` → transfer id of a forwarded packet; `c/<genesis>` → next height of
 * that chain(8); `r/<direction>` → resume height of the relayer(8); `x/<resource id, hex>` → nothing;
 * `p/<genesis>/<proposal id, hex>` → nothing.
 */

import type { Store, StoreWrite } from '../../main-chain/host/store.ts';
import { decode, encode } from '../../schemas/codec/codec.ts';
import { Writer } from '../../schemas/codec/writer.ts';
import { binaryBytes, binaryString, toHex } from '../../schemas/hash.ts';
import type { ResumeHeights } from '../relayer/relayer.ts';
import { type Hop, hopCodec, hopOrder } from './hop.ts';

const LAST = (1n << 64n) - 1n;
const EMPTY = new Uint8Array(0);

const u64 = (value: bigint): string => binaryString(new Writer().u64(value).finish());
const forwardKey = (client: string, sequence: bigint) => `f/${client}/${u64(sequence)}`;
const orderKey = (timeMs: bigint, id: string) => `o/${u64(LAST - timeMs)}${id}`;

/** A place in the list, newest first: everything after it is older. */
export interface ListPosition {
  readonly timeMs: bigint;
  readonly id: string;
}

/** Collects writes of one round; nothing is visible before `commit`. */
export interface JournalBatch {
  addHop(id: string, hop: Hop): void;
  addForward(client: string, sequence: bigint, id: string): void;
  addResource(id: Uint8Array): void;
  /** `genesis` in hex. */
  addProposal(genesis: string, id: Uint8Array): void;
  setCursor(genesis: string, nextHeight: bigint): void;
  readonly size: number;
  commit(): Promise<void>;
}

/** Typed reads and writes over a store the hub has opened. */
export class JournalStore implements ResumeHeights {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  batch(): JournalBatch {
    const writes: StoreWrite[] = [];
    const put = (key: string, value: Uint8Array) =>
      void writes.push({ key: binaryBytes(key), value });
    return {
      addHop(id, hop) {
        const order = hopOrder(hop.place, hop.event);
        if (order === undefined) return;
        put(`h/${id}/${String.fromCharCode(order)}`, encode(hopCodec, hop));
        if (hop.event === 'packetSent') put(orderKey(hop.timeMs, id), EMPTY);
      },
      addForward: (client, sequence, id) => put(forwardKey(client, sequence), binaryBytes(id)),
      addResource: (id) => put(`x/${toHex(id)}`, EMPTY),
      addProposal: (genesis, id) => put(`p/${genesis}/${toHex(id)}`, EMPTY),
      setCursor: (genesis, nextHeight) =>
        put(`c/${genesis}`, new Writer().u64(nextHeight).finish()),
      get size() {
        return writes.length;
      },
      commit: () => this.#store.write(writes, false, 'journal/records'),
    };
  }

  /** Steps in the order of the protocol; empty where the id is unknown. */
  async hops(id: string): Promise<readonly Hop[]> {
    const hops: Hop[] = [];
    const range = { from: binaryBytes(`h/${id}/`), to: binaryBytes(`h/${id}0`) };
    for await (const [, value] of this.#store.scan(range))
      hops.push(decode(hopCodec, value, 'journal'));
    return hops;
  }

  /** Ids newest first, after `position`. */
  async list(limit: number, position?: ListPosition): Promise<readonly string[]> {
    const ids: string[] = [];
    const from = position === undefined ? 'o/' : `${orderKey(position.timeMs, position.id)}\0`;
    for await (const [key] of this.#store.scan({
      from: binaryBytes(from),
      to: binaryBytes('o0'),
      limit,
    })) {
      ids.push(binaryString(key.subarray(10)));
    }
    return ids;
  }

  /** Ids of resources any chain has issued or registered, in order, after `after`. */
  async resources(limit: number, after = ''): Promise<readonly string[]> {
    const ids: string[] = [];
    const from = binaryBytes(after === '' ? 'x/' : `x/${after}\0`);
    for await (const [key] of this.#store.scan({ from, to: binaryBytes('x0'), limit })) {
      ids.push(binaryString(key.subarray(2)));
    }
    return ids;
  }

  /** Ids of the proposals a chain has seen, in order. */
  async proposals(genesis: string): Promise<readonly string[]> {
    const ids: string[] = [];
    const range = { from: binaryBytes(`p/${genesis}/`), to: binaryBytes(`p/${genesis}0`) };
    for await (const [key] of this.#store.scan(range)) ids.push(binaryString(key).slice(-64));
    return ids;
  }

  forwarded(client: string, sequence: bigint): string | undefined {
    const value = this.#store.get(binaryBytes(forwardKey(client, sequence)));
    return value === undefined ? undefined : binaryString(value);
  }

  cursor(genesis: string): bigint {
    return this.#number(`c/${genesis}`) ?? 1n;
  }

  read(direction: string): Promise<bigint | undefined> {
    return Promise.resolve(this.#number(`r/${direction}`));
  }

  async write(direction: string, height: bigint): Promise<void> {
    const value = new Writer().u64(height).finish();
    const key = binaryBytes(`r/${direction}`);
    await this.#store.write([{ key, value }], false, 'journal/resume');
  }

  #number(key: string): bigint | undefined {
    const value = this.#store.get(binaryBytes(key));
    return value === undefined
      ? undefined
      : new DataView(value.buffer, value.byteOffset).getBigUint64(0);
  }
}
