/**
 * The node's API: methods and their byte layouts, the same over in-process calls, MessagePort and
 * HTTP (POST /rpc/<method>, application/octet-stream). docs/protocol.md#node-api
 */
import {
  bytes,
  type Codec,
  choice,
  type Decoded,
  fixed,
  flag,
  list,
  optional,
  struct,
  text,
  u32,
  u64,
} from '../codec/codec.ts';
import { MAX_CHAIN_ID, MAX_CLIENT_ID } from '../ids.ts';
import { blockHeaderCodec, transactionsCodec } from './block.ts';
import { certificateCodec } from './checkpoint.ts';
import { transactionResultCodec } from './event.ts';
import { segmentCodec } from './message.ts';

/** Most keys of one query. */
export const MAX_QUERY_KEYS = 512;
/** Longest ICS-23 proof: two leaves with the largest keys and values at full depth. */
const MAX_COMMITMENT_PROOF = 4_194_304;

/** Most certificates of one answer of `setChanges`. */
export const MAX_SET_CHANGES = 64;

const nothing = struct({});
const infoCodec = struct({
  chainId: text(MAX_CHAIN_ID),
  genesisHash: fixed(32),
  genesis: bytes(1_048_576),
  kind: choice(['main', 'shard']),
  name: text(32),
  height: u64,
  timeMs: u64,
});
const blockEventsCodec = struct({
  height: u64,
  timeMs: u64,
  transactionIds: list(fixed(32), 65_535),
  results: list(transactionResultCodec, 65_535),
});

/** Request and response codec of each method. */
export const nodeMethods = {
  /** What this node is and how far its chain has come. */
  info: { request: nothing, response: infoCodec },
  /** Offers transactions; one code each, empty where the mempool took it. */
  submit: {
    request: struct({ transactions: transactionsCodec }),
    response: struct({ codes: list(text(64), 65_535) }),
  },
  /** Values of state keys, with one multiproof where asked; `height` among the last 64. */
  query: {
    request: struct({ keys: list(bytes(256), MAX_QUERY_KEYS), height: optional(u64), prove: flag }),
    response: struct({
      height: u64,
      values: list(optional(bytes(1_048_576)), MAX_QUERY_KEYS),
      proof: bytes(1_048_576),
    }),
  },
  /** What one state key holds, with its proof in the form of ICS-23; `height` among the last 64. */
  ics23: {
    request: struct({ key: bytes(256), height: optional(u64) }),
    response: struct({
      height: u64,
      value: optional(bytes(1_048_576)),
      proof: bytes(MAX_COMMITMENT_PROOF),
    }),
  },
  /** The certificate of a height, or the newest one. */
  certificate: {
    request: struct({ height: optional(u64) }),
    response: struct({ certificate: optional(certificateCodec) }),
  },
  /**
   * What the chain sends to `client` from `fromHeight` on, ready to deliver: segments under the
   * certificate of `height`; `nextHeight` is where to go on.
   */
  deliveries: {
    request: struct({ client: text(MAX_CLIENT_ID), fromHeight: u64, maxItems: u32 }),
    response: struct({
      height: u64,
      nextHeight: u64,
      certificate: optional(certificateCodec),
      segments: list(segmentCodec, 64),
    }),
  },
  /**
   * The certificates that announced set changes and stand on the chain, above height `after` and in
   * order; fewer than 64 where there are no more.
   */
  setChanges: {
    request: struct({ after: u64 }),
    response: struct({ certificates: list(certificateCodec, MAX_SET_CHANGES) }),
  },
  /** A block by height: header, transactions, results. */
  block: {
    request: struct({ height: u64 }),
    response: struct({
      block: optional(
        struct({
          header: blockHeaderCodec,
          transactions: transactionsCodec,
          results: list(transactionResultCodec, 65_535),
        }),
      ),
    }),
  },
  /** Results of consecutive blocks that held transactions, for journals. */
  events: {
    request: struct({ fromHeight: u64, maxBlocks: u32 }),
    response: struct({ blocks: list(blockEventsCodec, 256), nextHeight: u64 }),
  },
  /** Where a transaction landed and with which result. */
  transaction: {
    request: struct({ id: fixed(32) }),
    response: struct({
      found: optional(
        struct({ height: u64, index: u32, timeMs: u64, result: transactionResultCodec }),
      ),
    }),
  },
  /** Answers when the certified height is above `after`, or after `waitMs`. */
  wait: {
    request: struct({ after: u64, waitMs: u32 }),
    response: struct({ height: u64, timeMs: u64 }),
  },
} as const satisfies Readonly<
  Record<string, { request: Codec<unknown>; response: Codec<unknown> }>
>;

export type NodeMethod = keyof typeof nodeMethods;
export type NodeRequest<M extends NodeMethod> = Decoded<(typeof nodeMethods)[M]['request']>;
export type NodeResponse<M extends NodeMethod> = Decoded<(typeof nodeMethods)[M]['response']>;

/** A transport: one call, bytes in, bytes out. A refusal is thrown as a TielineError with its code. */
export interface NodeTransport {
  call(method: NodeMethod, request: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}
