/**
 * What a chain stores of a counterparty: the client state under `client/<id>`, the ring of its newest
 * 1,024 consensus states, and what its kind keeps under `verifier/<id>`. docs/protocol.md#client-state
 *
 * Ring under `consensusRing/<id>/<n mod 1024>`: height(8) of the n-th stored consensus state.
 * Consensus state under `consensusState/<id>/<height>`, in the form of the client's kind; native:
 * stateRoot(32) ‖ outboxRoot(32) ‖ timeMs(8).
 */
import {
  type Codec,
  encode,
  fixed,
  type StructOf,
  struct,
  text,
  u8,
  u64,
} from '../../../schemas/codec/codec.ts';
import { codecError } from '../../../schemas/codec/errors.ts';
import { equalBytes, ZERO_HASH } from '../../../schemas/hash.ts';
import { MAX_CHAIN_ID, MAX_CLIENT_ID } from '../../../schemas/ids.ts';
import type { ClientKind } from '../../../schemas/wire/clients/client-material.ts';
import {
  acceptedKey,
  clientKey,
  consensusKey,
  consensusRingKey,
  verifierKey,
} from '../../../schemas/wire/state-keys.ts';
import { readRecord, readU64, type State, writeRecord, writeU64 } from '../../ledger/state.ts';
import { relayError } from '../errors.ts';

/** How many consensus states of a client are kept; older ones are deleted. */
export const CONSENSUS_STATES = 1024n;

/** The client's kind; the sets of the newest checkpoint, or of the start before the first one. */
export type ClientTrust =
  | {
      readonly type: 'checkpoint';
      readonly validatorSetHash: Uint8Array;
      readonly nextValidatorSetHash: Uint8Array;
    }
  | { readonly type: Exclude<ClientKind, 'checkpoint'> };

const commonFields = {
  chainId: text(MAX_CHAIN_ID),
  genesisHash: fixed(32),
  counterpartyClient: text(MAX_CLIENT_ID),
  trustingPeriodSeconds: u64,
  maxClockDriftSeconds: u64,
  createdMs: u64,
  latestHeight: u64,
  latestTimeMs: u64,
};

/**
 * `latestHeight` and `latestTimeMs` are those of the newest consensus state; before the first one the
 * height of the start, and time 0. `consensusCount` counts accepted consensus states.
 */
export type ClientState = StructOf<typeof commonFields> & {
  readonly consensusCount: bigint;
  readonly frozen: boolean;
  readonly trust: ClientTrust;
};

const storedFields = {
  ...commonFields,
  validatorSetHash: fixed(32),
  nextValidatorSetHash: fixed(32),
  consensusCount: u64,
  standing: u8,
};
const storedCodec: Codec<StructOf<typeof storedFields>> = struct(storedFields);
/** `standing` is twice the place here, and one more where the client is frozen. */
const KINDS: readonly ClientKind[] = ['checkpoint', 'ethereum-poa', 'ethereum-pos', 'notary'];

/** Both set hashes are zero where the client follows no sets. */
export const clientStateCodec: Codec<ClientState> = {
  write(writer, { trust, frozen, ...common }) {
    const { type, ...sets } = trust;
    const standing = 2 * KINDS.indexOf(type) + (frozen ? 1 : 0);
    storedCodec.write(writer, { ...NO_SETS, ...common, ...sets, standing });
  },
  read(reader, field) {
    const { validatorSetHash, nextValidatorSetHash, standing, ...common } = storedCodec.read(
      reader,
      field,
    );
    const type = KINDS[standing >> 1];
    const sets = { validatorSetHash, nextValidatorSetHash };
    const hasSets = Object.values(sets).some((each) => !equalBytes(each, ZERO_HASH));
    if (type === undefined || (type !== 'checkpoint' && hasSets)) {
      throw codecError('CODEC_VALUE', { field: 'standing', value: standing });
    }
    const trust: ClientTrust = type === 'checkpoint' ? { type, ...sets } : { type };
    return { ...common, frozen: standing % 2 === 1, trust };
  },
};
const NO_SETS = { validatorSetHash: ZERO_HASH, nextValidatorSetHash: ZERO_HASH };

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
    forgetConsensus(state, client, readU64(state, key));
    state.delete(key);
  }
  state.delete(verifierKey(client));
  state.delete(clientKey(client));
}

/** The heights a client has consensus states of, oldest first. */
export function storedHeights(
  state: State,
  client: string,
  { consensusCount }: ClientState,
): readonly bigint[] {
  const stored = consensusCount < CONSENSUS_STATES ? consensusCount : CONSENSUS_STATES;
  return Array.from({ length: Number(stored) }, (_, at) => {
    const place = consensusCount - stored + BigInt(at);
    return readU64(state, consensusRingKey(client, place % CONSENSUS_STATES));
  });
}

/** A new head, and the consensus state it is kept as. */
export interface Head<T> {
  readonly height: bigint;
  readonly timeMs: bigint;
  readonly trust: ClientTrust;
  readonly codec: Codec<T>;
  readonly consensus: T;
}

/** Stores the newest head and forgets the consensus state 1,024 places before it. */
export function storeHead<T>(
  state: State,
  client: string,
  before: ClientState,
  { height, timeMs, trust, codec, consensus }: Head<T>,
): ClientState {
  const slot = consensusRingKey(client, before.consensusCount % CONSENSUS_STATES);
  if (before.consensusCount >= CONSENSUS_STATES) {
    forgetConsensus(state, client, readU64(state, slot));
  }
  writeU64(state, slot, height);
  state.set(consensusKey(client, height), encode(codec, consensus));
  const after: ClientState = {
    ...before,
    latestHeight: height,
    latestTimeMs: timeMs,
    consensusCount: before.consensusCount + 1n,
    trust,
  };
  writeClient(state, client, after);
  return after;
}

function forgetConsensus(state: State, client: string, height: bigint): void {
  state.delete(consensusKey(client, height));
  state.delete(acceptedKey(client, height));
}
