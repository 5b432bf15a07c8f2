/**
 * What a chain stores of a counterparty: the client state under `client/<id>` and the ring of its
 * newest 1,024 consensus states. docs/protocol.md#client-state
 *
 * Client state: chainId text(72) ‖ genesisHash(32) ‖ counterpartyClient text(64) ‖
 * trustingPeriodSeconds(8) ‖ maxClockDriftSeconds(8) ‖ createdMs(8) ‖ latestHeight(8) ‖
 * latestTimeMs(8) ‖ validatorSetHash(32) ‖ nextValidatorSetHash(32) ‖ consensusCount(8) ‖ frozen(1).
 * Consensus state under `consensusState/<id>/<height>`: stateRoot(32) ‖ outboxRoot(32) ‖ timeMs(8).
 * Ring under `consensusRing/<id>/<n mod 1024>`: height(8) of the n-th stored consensus state.
 */
import {
  type Codec,
  fixed,
  flag,
  type StructOf,
  struct,
  text,
  u64,
} from '../../../schemas/codec/codec.ts';
import { MAX_CHAIN_ID, MAX_CLIENT_ID } from '../../../schemas/ids.ts';
import type { Checkpoint } from '../../../schemas/wire/checkpoint.ts';
import { clientKey, consensusKey, consensusRingKey } from '../../../schemas/wire/state-keys.ts';
import { readRecord, readU64, type State, writeRecord, writeU64 } from '../../ledger/state.ts';
import { relayError } from '../errors.ts';

/** How many consensus states of a client are kept; older ones are deleted. */
export const CONSENSUS_STATES = 1024n;

const clientStateFields = {
  chainId: text(MAX_CHAIN_ID),
  genesisHash: fixed(32),
  counterpartyClient: text(MAX_CLIENT_ID),
  trustingPeriodSeconds: u64,
  maxClockDriftSeconds: u64,
  createdMs: u64,
  latestHeight: u64,
  latestTimeMs: u64,
  validatorSetHash: fixed(32),
  nextValidatorSetHash: fixed(32),
  consensusCount: u64,
  frozen: flag,
};

/**
 * `latestHeight`, `latestTimeMs` and the two set hashes are those of the newest accepted checkpoint;
 * before the first one: of the spec, with time 0. `consensusCount` counts accepted checkpoints.
 */
export type ClientState = StructOf<typeof clientStateFields>;
export const clientStateCodec: Codec<ClientState> = struct(clientStateFields);

const consensusFields = { stateRoot: fixed(32), outboxRoot: fixed(32), timeMs: u64 };
/** What a stored height can prove. */
export type ConsensusState = StructOf<typeof consensusFields>;
export const consensusStateCodec: Codec<ConsensusState> = struct(consensusFields);

export function readClient(state: State, client: string): ClientState | undefined {
  return readRecord(state, clientKey(client), clientStateCodec);
}

/** @throws CLIENT_UNKNOWN */
export function requireClient(state: State, client: string): ClientState {
  const found = readClient(state, client);
  if (found === undefined) throw relayError('CLIENT_UNKNOWN', { client });
  return found;
}

export function writeClient(state: State, client: string, value: ClientState): void {
  writeRecord(state, clientKey(client), clientStateCodec, value);
}

export function readConsensus(
  state: State,
  client: string,
  height: bigint,
): ConsensusState | undefined {
  return readRecord(state, consensusKey(client, height), consensusStateCodec);
}

/** @throws CONSENSUS_UNKNOWN */
export function requireConsensus(state: State, client: string, height: bigint): ConsensusState {
  const found = readConsensus(state, client, height);
  if (found === undefined) throw relayError('CONSENSUS_UNKNOWN', { client, height });
  return found;
}

/** Forgets all a client has verified: what starts anew must prove everything again. */
export function forgetClient(state: State, client: string, { consensusCount }: ClientState): void {
  const stored = consensusCount < CONSENSUS_STATES ? consensusCount : CONSENSUS_STATES;
  for (let slot = 0n; slot < stored; slot++) {
    const key = consensusRingKey(client, slot);
    state.delete(consensusKey(client, readU64(state, key)));
    state.delete(key);
  }
  state.delete(clientKey(client));
}

/** Stores the head `checkpoint` and forgets the consensus state 1,024 places before it. */
export function storeHead(
  state: State,
  client: string,
  before: ClientState,
  checkpoint: Checkpoint,
): ClientState {
  const { height, timeMs, stateRoot, outboxRoot } = checkpoint;
  const slot = consensusRingKey(client, before.consensusCount % CONSENSUS_STATES);
  if (before.consensusCount >= CONSENSUS_STATES) {
    state.delete(consensusKey(client, readU64(state, slot)));
  }
  writeU64(state, slot, height);
  const consensus: ConsensusState = { stateRoot, outboxRoot, timeMs };
  writeRecord(state, consensusKey(client, height), consensusStateCodec, consensus);
  const after: ClientState = {
    ...before,
    latestHeight: height,
    latestTimeMs: timeMs,
    validatorSetHash: checkpoint.validatorSetHash,
    nextValidatorSetHash: checkpoint.nextValidatorSetHash,
    consensusCount: before.consensusCount + 1n,
  };
  writeClient(state, client, after);
  return after;
}
