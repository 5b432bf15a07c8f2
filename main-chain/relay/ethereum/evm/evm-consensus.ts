/**
 * What an accepted Ethereum header proves with, the same for all three clients, and the clock rules
 * every header passes. docs/protocol.md#ethereum-consensus-state
 */
import { type Codec, fixed, type StructOf, struct, u64 } from '../../../../schemas/codec/codec.ts';
import { equalBytes, ZERO_HASH } from '../../../../schemas/hash.ts';
import { ethereumError } from '../errors.ts';
import { EMPTY_TRIE_ROOT } from './trie-proof.ts';

const consensusFields = {
  height: u64,
  blockHash: fixed(32),
  stateRoot: fixed(32),
  timeMs: u64,
  contextHash: fixed(32),
};
/**
 * `height`: block number of the execution layer. `contextHash`: for clique the hash of the signer
 * snapshot after the block; zero for the other clients.
 */
export type EvmConsensus = StructOf<typeof consensusFields>;
export const evmConsensusCodec: Codec<EvmConsensus> = struct(consensusFields);

/** How a client finds what it has stored of a height. */
export type ConsensusLookup = (height: bigint) => EvmConsensus | undefined;

/** This chain's clock and the client's limits on it. */
export interface ClientClock {
  /** Unix milliseconds of this block. */
  readonly nowMs: bigint;
  readonly trustingPeriodSeconds: bigint;
  readonly maxClockDriftSeconds: bigint;
}

/** @throws EVM_HEADER_DRIFT */
export function requireNotFuture(clock: ClientClock, height: bigint, timeMs: bigint): void {
  if (timeMs > clock.nowMs + clock.maxClockDriftSeconds * 1000n) {
    throw ethereumError('EVM_HEADER_DRIFT', { height, timeMs, nowMs: clock.nowMs });
  }
}

/** @throws EVM_HEADER_EXPIRED */
export function requireTrusted(clock: ClientClock, height: bigint, timeMs: bigint): void {
  if (timeMs + clock.trustingPeriodSeconds * 1000n <= clock.nowMs) {
    throw ethereumError('EVM_HEADER_EXPIRED', { height, timeMs, nowMs: clock.nowMs });
  }
}

/** @throws EVM_STATE_ROOT */
export function requireStateRoot(height: bigint, stateRoot: Uint8Array): void {
  if (equalBytes(stateRoot, ZERO_HASH) || equalBytes(stateRoot, EMPTY_TRIE_ROOT)) {
    throw ethereumError('EVM_STATE_ROOT', { height });
  }
}

/** What an update or evidence has done to a client; the wiring freezes or closes it. */
export type Verdict =
  | { readonly type: 'advanced'; readonly consensus: EvmConsensus }
  | { readonly type: 'unchanged' }
  /** Provable equivocation at this height: the client freezes. */
  | { readonly type: 'equivocated'; readonly height: bigint }
  /** What was accepted above `height` is no part of the chain any more: the pair closes. */
  | { readonly type: 'reorganised'; readonly height: bigint };
