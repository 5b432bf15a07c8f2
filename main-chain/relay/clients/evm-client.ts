/**
 * What the three clients of Ethereum networks have in common: facts read from the contract's storage,
 * and what a verdict does to the client. docs/protocol.md#ethereum
 */
import { type Codec, decode } from '../../../schemas/codec/codec.ts';
import { type Contract, storageProofCodec } from '../../../schemas/wire/clients/evm-contract.ts';
import { consensusKey, verifierKey } from '../../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit } from '../../ledger/context.ts';
import { readRecord, writeRecord } from '../../ledger/state.ts';
import { relayError } from '../errors.ts';
import { nameConcerned } from '../ethereum/accepted.ts';
import { verifyContractFacts } from '../ethereum/evm/contract-facts.ts';
import {
  type ClientClock,
  type ConsensusLookup,
  evmConsensusCodec,
  type Verdict,
} from '../ethereum/evm/evm-consensus.ts';
import { type ClientOfLane, freeze, type PacketFact } from './client.ts';
import { type ClientState, storeHead } from './client-state.ts';
import { writeClosed } from './closed.ts';

/** What the client has stored of a height. */
export function consensusOf({ state }: ExecutionContext, client: string): ConsensusLookup {
  return (height) => readRecord(state, consensusKey(client, height), evmConsensusCodec);
}

/** This chain's clock and the client's limits on it. */
export function clockOf(
  { timeMs }: ExecutionContext,
  { trustingPeriodSeconds, maxClockDriftSeconds }: ClientState,
): ClientClock {
  return { nowMs: timeMs, trustingPeriodSeconds, maxClockDriftSeconds };
}

/**
 * Does what a verdict says: a head is stored, equivocation freezes the client, a reorganisation past
 * acceptance closes its pair for good. Both of the latter name the packets taken on the word of what has
 * become doubtful.
 */
export function applyVerdict(
  context: ExecutionContext,
  lane: ClientOfLane,
  verdict: Verdict,
): ClientState {
  const { client, state } = lane;
  switch (verdict.type) {
    case 'unchanged':
      return state;
    case 'advanced': {
      const { consensus } = verdict;
      const { height, timeMs } = consensus;
      emit(context, 'clientUpdated', { client, sequence: height });
      const { trust } = state;
      const head = { height, timeMs, trust, codec: evmConsensusCodec, consensus };
      return storeHead(context.state, client, state, head);
    }
    case 'equivocated':
      nameConcerned(context, lane, verdict.height);
      return freeze(context, lane, verdict.height);
    case 'reorganised':
      nameConcerned(context, lane, verdict.height + 1n);
      writeClosed(context.state, client);
      emit(context, 'clientClosed', { client, sequence: verdict.height });
      return state;
  }
}

/** An Ethereum network keeps no outbox. @throws CLIENT_OUTBOX */
export function refuseRun(_context: ExecutionContext, { client }: ClientOfLane): never {
  throw relayError('CLIENT_OUTBOX', { client });
}

/**
 * Facts in the contract's storage under a stored height, and the block's time.
 * @throws CONSENSUS_UNKNOWN CODEC_* TRIE_* RLP_* EVM_*
 */
export function verifyStorageFacts(
  context: ExecutionContext,
  { client }: ClientOfLane,
  contract: Contract,
  height: bigint,
  facts: readonly PacketFact[],
  proof: Uint8Array,
): bigint {
  const consensus = consensusOf(context, client)(height);
  if (consensus === undefined) throw relayError('CONSENSUS_UNKNOWN', { client, height });
  const nodes = decode(storageProofCodec, proof, 'proof');
  verifyContractFacts(contract, consensus.stateRoot, facts, nodes, context.hash);
  return consensus.timeMs;
}

/** The record a kind keeps of each of its clients under `verifier/<client>`. */
export function verifierRecord<T>(codec: Codec<T>) {
  return {
    /** Of a client that exists. */
    read({ state }: ExecutionContext, client: string): T {
      const record = readRecord(state, verifierKey(client), codec);
      if (record === undefined) throw new Error(`nothing is kept of ${client}`);
      return record;
    },
    write({ state }: ExecutionContext, client: string, kept: T): void {
      writeRecord(state, verifierKey(client), codec, kept);
    },
  };
}
