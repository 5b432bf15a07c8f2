/**
 * The light client of a native chain: checkpoint certificates move its head, outbox range proofs and
 * state proofs under stored heights prove packet facts. docs/protocol.md#checkpoint-client
 *
 * A checkpoint above the head is accepted iff no root is zero, it names the set the head announced
 * (`nextValidatorSetHash`, so no rotation can be jumped over and a replaced set never signs again),
 * its time is later than the head's, at most `maxClockDriftSeconds` ahead of this block and inside
 * the trusting period, and its certificate holds (verify-certificate.ts).
 * One at or below the head never moves anything: the same content, or a height not stored, is a
 * no-op; other content at a stored height, certified by a set the client stores, freezes the client.
 */
import { encode } from '../../../schemas/codec/codec.ts';
import { Writer } from '../../../schemas/codec/writer.ts';
import { binaryBytes, equalBytes, ZERO_HASH } from '../../../schemas/hash.ts';
import { nativeChainId } from '../../../schemas/ids.ts';
import {
  type OutboxItem,
  outboxRangeRoot,
  verifyOutboxRange,
} from '../../../schemas/tree/outbox.ts';
import type { SparseClaim } from '../../../schemas/tree/sparse-hash.ts';
import { verifySparseProof } from '../../../schemas/tree/sparse-proof.ts';
import type { ClientSpec } from '../../../schemas/wire/action.ts';
import {
  type Certificate,
  type Checkpoint,
  checkpointCodec,
} from '../../../schemas/wire/checkpoint.ts';
import type {
  CheckpointEvidence,
  CheckpointStart,
  CheckpointUpdates,
} from '../../../schemas/wire/clients/client-material.ts';
import {
  acknowledgementPath,
  commitmentPath,
  RECEIPT_VALUE,
  receiptPath,
} from '../../../schemas/wire/packet.ts';
import { outboxRootKey, settledBelowKey, supplyKey } from '../../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit } from '../../ledger/context.ts';
import { verifyCertificate } from '../checkpoint/verify-certificate.ts';
import { relayError } from '../errors.ts';
import {
  type Begun,
  type ClientOfLane,
  freeze,
  type LightClient,
  type PacketFact,
  type RunPlace,
  type SentFact,
} from './client.ts';
import {
  type ClientState,
  type ClientTrust,
  consensusStateCodec,
  readConsensus,
  requireConsensus,
  storeHead,
} from './client-state.ts';

type CheckpointTrust = Extract<ClientTrust, { type: 'checkpoint' }>;

/** Checkpoint client; see the head of this file. */
export const checkpointClient: LightClient<'checkpoint'> = {
  begin,
  update,
  verifyRun,
  verifyFacts,
  misbehaviour,
  forget: () => undefined,
};

function begin(
  _context: ExecutionContext,
  { client, chainId, genesisHash }: ClientSpec,
  { validatorSetHash, height }: CheckpointStart,
): Begun {
  if (nativeChainId(genesisHash) !== chainId || equalBytes(validatorSetHash, ZERO_HASH)) {
    throw relayError('CLIENT_SPEC', { client, chain: chainId });
  }
  const trust = { type: 'checkpoint', validatorSetHash, nextValidatorSetHash: validatorSetHash };
  return { latestHeight: height, trust: trust as CheckpointTrust };
}

function update(
  context: ExecutionContext,
  { client, state: before }: ClientOfLane,
  { certificates }: CheckpointUpdates,
): ClientState {
  let state = before;
  for (const certificate of certificates) {
    if (state.frozen) break;
    state = apply(context, client, state, certificate);
  }
  return state;
}

/** The sets a checkpoint client stores; another kind has sets nobody can sign for. */
function setsOf({ trust }: ClientState): CheckpointTrust {
  const none = { validatorSetHash: ZERO_HASH, nextValidatorSetHash: ZERO_HASH };
  return trust.type === 'checkpoint' ? trust : { type: 'checkpoint', ...none };
}

function apply(
  context: ExecutionContext,
  client: string,
  state: ClientState,
  certificate: Certificate,
): ClientState {
  const { checkpoint } = certificate;
  const { height, timeMs } = checkpoint;
  if (equalBytes(checkpoint.stateRoot, ZERO_HASH) || equalBytes(checkpoint.outboxRoot, ZERO_HASH)) {
    throw relayError('CHECKPOINT_ROOT_ZERO', { height });
  }
  if (height <= state.latestHeight) return compareOlder(context, client, state, certificate);
  if (!equalBytes(checkpoint.validatorSetHash, setsOf(state).nextValidatorSetHash)) {
    throw relayError('CERTIFICATE_SET', { client, height });
  }
  if (timeMs <= state.latestTimeMs) {
    throw relayError('CHECKPOINT_TIME', { height, timeMs, newestMs: state.latestTimeMs });
  }
  if (timeMs > context.timeMs + state.maxClockDriftSeconds * 1000n) {
    throw relayError('CHECKPOINT_DRIFT', { height, timeMs, blockMs: context.timeMs });
  }
  requireTrust(context, state, checkpoint);
  verifyCertificate(certificate, state.genesisHash, context.hash, context.signatures);
  emit(context, 'clientUpdated', { client, sequence: height });
  const { stateRoot, outboxRoot, validatorSetHash, nextValidatorSetHash } = checkpoint;
  return storeHead(context.state, client, state, {
    height,
    timeMs,
    trust: { type: 'checkpoint', validatorSetHash, nextValidatorSetHash },
    codec: consensusStateCodec,
    consensus: { stateRoot, outboxRoot, timeMs },
  });
}

/** A checkpoint at or below the head: a no-op, or the equivocation that freezes the client. */
function compareOlder(
  context: ExecutionContext,
  client: string,
  state: ClientState,
  certificate: Certificate,
): ClientState {
  const { checkpoint } = certificate;
  const stored = readConsensus(context.state, client, checkpoint.height);
  if (stored === undefined) return state;
  const same =
    equalBytes(stored.stateRoot, checkpoint.stateRoot) &&
    equalBytes(stored.outboxRoot, checkpoint.outboxRoot) &&
    stored.timeMs === checkpoint.timeMs &&
    (checkpoint.height < state.latestHeight || namesSetsOf(state, checkpoint));
  if (same) return state;
  verifyKnownSet(context, client, state, certificate);
  return freeze(context, { client, state }, checkpoint.height);
}

function namesSetsOf(state: ClientState, checkpoint: Checkpoint): boolean {
  const { validatorSetHash, nextValidatorSetHash } = setsOf(state);
  return (
    equalBytes(checkpoint.validatorSetHash, validatorSetHash) &&
    equalBytes(checkpoint.nextValidatorSetHash, nextValidatorSetHash)
  );
}

function misbehaviour(
  context: ExecutionContext,
  { client, state }: ClientOfLane,
  { first, second }: CheckpointEvidence,
): void {
  const { height } = first.checkpoint;
  const encoded = [first, second].map(({ checkpoint }) => encode(checkpointCodec, checkpoint));
  const [left, right] = encoded;
  if (
    height !== second.checkpoint.height ||
    (left !== undefined && right !== undefined && equalBytes(left, right))
  ) {
    throw relayError('MISBEHAVIOUR_NONE', { client, height });
  }
  verifyKnownSet(context, client, state, first);
  verifyKnownSet(context, client, state, second);
  freeze(context, { client, state }, height);
}

/** A certificate of a set the client stores, inside the trusting period. */
function verifyKnownSet(
  context: ExecutionContext,
  client: string,
  state: ClientState,
  certificate: Certificate,
): void {
  const { height, validatorSetHash } = certificate.checkpoint;
  const known = setsOf(state);
  if (
    !equalBytes(validatorSetHash, known.validatorSetHash) &&
    !equalBytes(validatorSetHash, known.nextValidatorSetHash)
  ) {
    throw relayError('CERTIFICATE_SET', { client, height });
  }
  requireTrust(context, state, certificate.checkpoint);
  verifyCertificate(certificate, state.genesisHash, context.hash, context.signatures);
}

function requireTrust(
  { timeMs: nowMs }: ExecutionContext,
  { trustingPeriodSeconds }: ClientState,
  { height, timeMs }: Checkpoint,
): void {
  if (timeMs + trustingPeriodSeconds * 1000n <= nowMs) {
    throw relayError('CHECKPOINT_EXPIRED', { height, timeMs });
  }
}

function verifyRun(
  context: ExecutionContext,
  { client, state }: ClientOfLane,
  height: bigint,
  facts: readonly SentFact[],
  place: RunPlace,
): void {
  const consensus = requireConsensus(context.state, client, height);
  const items = facts.map(
    ({ type, sequence, commitment }): OutboxItem => ({
      client: state.counterpartyClient,
      kind: type === 'acknowledged' ? 0 : 1,
      sequence,
      commitment,
    }),
  );
  const { outboxHeight, start, rangeProof, rootProof } = place;
  if (outboxHeight === height && rootProof.length === 0) {
    verifyOutboxRange(consensus.outboxRoot, start, items, rangeProof, context.hash);
    return;
  }
  const value = outboxRangeRoot(start, items, rangeProof, context.hash);
  const key = binaryBytes(outboxRootKey(outboxHeight));
  verifySparseProof(consensus.stateRoot, [{ key, value }], rootProof, context.hash);
}

function verifyFacts(
  context: ExecutionContext,
  { client, state }: ClientOfLane,
  height: bigint,
  facts: readonly PacketFact[],
  proof: Uint8Array,
): bigint {
  const consensus = requireConsensus(context.state, client, height);
  const claims = facts.map((fact) => claimOf(state.counterpartyClient, fact));
  verifySparseProof(consensus.stateRoot, claims, proof, context.hash);
  return consensus.timeMs;
}

/** Where the counterparty keeps a fact in its state tree, and with which value. */
function claimOf(counterparty: string, fact: PacketFact): SparseClaim {
  switch (fact.type) {
    case 'commitment':
      return {
        key: binaryBytes(commitmentPath(counterparty, fact.sequence)),
        value: fact.commitment,
      };
    case 'acknowledged':
      return {
        key: binaryBytes(acknowledgementPath(counterparty, fact.sequence)),
        value: fact.commitment,
      };
    case 'received':
      return { key: binaryBytes(receiptPath(counterparty, fact.sequence)), value: RECEIPT_VALUE };
    case 'notReceived':
      return { key: binaryBytes(receiptPath(counterparty, fact.sequence)), value: undefined };
    case 'settledBelow':
      return {
        key: binaryBytes(settledBelowKey(counterparty)),
        value: new Writer().u64(fact.sequence).finish(),
      };
    case 'supply':
      return {
        key: binaryBytes(supplyKey(fact.resourceId)),
        value: fact.quantity === 0n ? undefined : new Writer().u128(fact.quantity).finish(),
      };
  }
}
