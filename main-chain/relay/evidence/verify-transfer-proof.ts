/**
 * The offline verifier of one finished transfer: pure, total over hostile bytes, and trusting nothing
 * but the anchor it is given. It checks signatures, roots and proofs, and then that they mean one and
 * the same transfer. docs/protocol.md#offline-proof
 */
import { decode } from '../../../schemas/codec/codec.ts';
import { equalBytes } from '../../../schemas/hash.ts';
import { nativeChainId } from '../../../schemas/ids.ts';
import { type ResourceOrigin, resourceIdOf } from '../../../schemas/resource/resource-id.ts';
import type { TransferPayload } from '../../../schemas/wire/transfer.ts';
import { proofError } from './errors.ts';
import { mainKeys } from './main-keys.ts';
import { type TransferProof, transferProofCodec } from './transfer-proof.ts';
import { type VerifierPorts, verifyAnchor } from './verify-anchor.ts';
import { under, verifyState } from './verify-facts.ts';
import { type ProvenHop, verifyAnswer, verifyOnward, verifySource } from './verify-hops.ts';

/** How a transfer ended. */
export type TransferOutcome = 'delivered' | 'refunded-on-error' | 'refunded-on-timeout';

/** What a valid proof says; times are Unix milliseconds of checkpoints, deadlines Unix seconds. */
export interface ProvenTransfer {
  readonly outcome: TransferOutcome;
  readonly resourceId: Uint8Array;
  readonly origin: ResourceOrigin;
  /** Base units of the resource's kind. */
  readonly quantity: bigint;
  readonly sender: Uint8Array;
  readonly receiver: Uint8Array;
  readonly memo: string | undefined;
  readonly deadlineSeconds: bigint;
  readonly mainChainId: string;
  readonly mainGenesisHash: Uint8Array;
  readonly sourceChainId: string;
  readonly destinationChainId: string;
  /** The packet that began the transfer: the sending chain's client id and sequence. */
  readonly packet: { readonly client: string; readonly sequence: bigint };
  /** Newest time each chain had certified when the proof was made. */
  readonly sourceTimeMs: bigint;
  readonly mainTimeMs: bigint;
  readonly destinationTimeMs: bigint;
  /** The main chain's checkpoint everything hangs from. */
  readonly mainHeight: bigint;
}

/** Values of the main chain's state by key, proven. */
export type MainFacts = ReadonlyMap<string, Uint8Array | undefined>;

/**
 * Judges the bytes of a proof against `anchor`: the genesis hash of the main chain, or the digest of
 * one of its checkpoints; 32 bytes from elsewhere than the file.
 * @throws PROOF_ANCHOR PROOF_GENESIS PROOF_FORMAT PROOF_CERTIFICATE PROOF_STATE PROOF_CLIENT PROOF_SOURCE
 * PROOF_FORWARD PROOF_DESTINATION PROOF_ANSWER PROOF_TIMEOUT PROOF_RESOURCE PROOF_MEANING PROOF_OUTCOME
 */
export function verifyTransferProof(
  bytes: Uint8Array,
  anchor: Uint8Array,
  ports: VerifierPorts,
): ProvenTransfer {
  const proof = decodeTransferProof(bytes);
  const checkpoint = verifyAnchor(proof, anchor, ports);
  const facts = verifyMainFacts(proof, checkpoint.stateRoot, ports);
  const main = {
    facts,
    hash: ports.hash,
    chainId: nativeChainId(proof.genesisHash),
    timeMs: checkpoint.timeMs,
  };
  const source = proof.source === undefined ? undefined : verifySource(main, proof.source);
  const onward =
    proof.onward === undefined ? undefined : verifyOnward(main, proof.onward, proof.source);
  const answer =
    proof.source === undefined ? undefined : verifyAnswer(main, proof.source, proof.answer);
  const first = source ?? onward;
  if (first === undefined || (proof.source === undefined && proof.answer !== undefined))
    throw proofError('PROOF_OUTCOME');
  verifyMeaning(first, onward);
  verifyResource(proof.origin, first.payload, onward?.payload, ports);
  const destinationChainId = source?.payload.destination ?? onward?.chainId ?? '';
  const { payload } = first;
  return {
    outcome: outcomeOf(
      source && { end: answer ?? 'absent', endsHere: destinationChainId === main.chainId },
      onward?.end,
    ),
    resourceId: payload.resourceId,
    origin: proof.origin,
    quantity: payload.quantity,
    sender: payload.sender,
    receiver: payload.receiver,
    memo: payload.memo,
    deadlineSeconds: payload.deadlineSeconds,
    mainChainId: main.chainId,
    mainGenesisHash: proof.genesisHash,
    sourceChainId: source?.chainId ?? main.chainId,
    destinationChainId,
    packet: { client: first.packet.sourceClient, sequence: first.packet.sequence },
    sourceTimeMs: source?.timeMs ?? checkpoint.timeMs,
    mainTimeMs: checkpoint.timeMs,
    destinationTimeMs: onward?.timeMs ?? checkpoint.timeMs,
    mainHeight: checkpoint.height,
  };
}

/** @throws PROOF_FORMAT */
export function decodeTransferProof(bytes: Uint8Array): TransferProof {
  return under('PROOF_FORMAT', () => decode(transferProofCodec, bytes, 'proof'));
}

function verifyMainFacts(
  proof: TransferProof,
  stateRoot: Uint8Array,
  { hash }: VerifierPorts,
): MainFacts {
  const keys = mainKeys(proof);
  if (keys.length !== proof.values.length)
    throw proofError('PROOF_STATE', { values: proof.values.length });
  under('PROOF_STATE', () => verifyState(stateRoot, keys, proof.values, proof.stateProof, hash));
  return new Map(keys.map((key, at) => [key, proof.values[at]]));
}

/** Both packets say the same of the same thing, and the second goes where the first wanted to. */
function verifyMeaning(first: ProvenHop, onward: ProvenHop | undefined): void {
  const { payload, packet } = first;
  if (packet.timeoutSeconds > payload.deadlineSeconds)
    throw proofError('PROOF_MEANING', { field: 'timeout' });
  if (onward === undefined || onward === first) return;
  const second = onward.payload;
  const same: Readonly<Record<string, boolean>> = {
    resource: equalBytes(payload.resourceId, second.resourceId),
    quantity: payload.quantity === second.quantity,
    sender: equalBytes(payload.sender, second.sender),
    receiver: equalBytes(payload.receiver, second.receiver),
    deadline: payload.deadlineSeconds === second.deadlineSeconds,
    memo: payload.memo === second.memo,
    destination: payload.destination === onward.chainId && second.destination === undefined,
    timeout: onward.packet.timeoutSeconds <= payload.deadlineSeconds,
  };
  for (const [field, holds] of Object.entries(same))
    if (!holds) throw proofError('PROOF_MEANING', { field });
}

function verifyResource(
  origin: ResourceOrigin,
  first: TransferPayload,
  second: TransferPayload | undefined,
  { hash }: VerifierPorts,
): void {
  const ids = under('PROOF_RESOURCE', () =>
    [origin, first.origin ?? origin, second?.origin ?? origin].map((each) =>
      resourceIdOf(each, hash),
    ),
  );
  if (!ids.every((id) => equalBytes(id, first.resourceId))) throw proofError('PROOF_RESOURCE');
}

type End = 'success' | 'error' | 'absent';

/**
 * `source`: how the main chain answered the first hop, and whether the transfer was to end there;
 * `onward`: how the second hop ended. @throws PROOF_OUTCOME where they do not make one ending
 */
function outcomeOf(
  source: { end: End; endsHere: boolean } | undefined,
  onward: End | undefined,
): TransferOutcome {
  const last = onward ?? source?.end;
  const isDelivered = last === 'success';
  if (source !== undefined) {
    // The main chain answers with what the second hop ended in; alone it may succeed only for itself.
    const agrees =
      onward === undefined
        ? !isDelivered || source.endsHere
        : source.end === (isDelivered ? 'success' : 'error');
    if (!agrees) throw proofError('PROOF_OUTCOME');
  }
  if (isDelivered) return 'delivered';
  return last === 'absent' ? 'refunded-on-timeout' : 'refunded-on-error';
}
