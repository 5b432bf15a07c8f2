/**
 * The offline verifier of one finished transfer, supply or retirement packet: pure, total over hostile bytes, and trusting nothing
 * but the anchor it is given. It checks signatures, roots and proofs, and then that they mean one and
 * the same transfer. docs/protocol.md#offline-proof
 */
import { decode } from '../../../schemas/codec/codec.ts';
import { equalBytes } from '../../../schemas/hash.ts';
import { nativeChainId } from '../../../schemas/ids.ts';
import type { Packet } from '../../../schemas/wire/packet.ts';
import type { TransferPayload } from '../../../schemas/wire/transfer.ts';
import { proofError } from './errors.ts';
import { mainKeys } from './main-keys.ts';
import type { Proven, ProvenTransfer, TransferOutcome } from './proven.ts';
import { type TransferProof, transferProofCodec } from './transfer-proof.ts';
import { type VerifierPorts, verifyAnchor } from './verify-anchor.ts';
import {
  type BookedPacket,
  requireResource,
  verifyRetirement,
  verifySupply,
} from './verify-booking.ts';
import { under, verifyState } from './verify-facts.ts';
import {
  type HopEnd,
  type ProvenHop,
  verifyAnswer,
  verifyOnward,
  verifySource,
} from './verify-hops.ts';

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
): Proven {
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
  const { cargo, packet } = first;
  const common = {
    origin: proof.origin,
    mainChainId: main.chainId,
    mainGenesisHash: proof.genesisHash,
    sourceChainId: source?.chainId ?? main.chainId,
    packet: { client: packet.sourceClient, sequence: packet.sequence },
    sourceTimeMs: source?.timeMs ?? checkpoint.timeMs,
    mainTimeMs: checkpoint.timeMs,
    destinationTimeMs: onward?.timeMs ?? checkpoint.timeMs,
    mainHeight: checkpoint.height,
  };
  if (cargo.type === 'transfer') {
    const hops = { payload: cargo.payload, packet, source, onward, answer };
    return verifyTransfer(common, hops, ports);
  }
  // Only the main chain books, and it sends none of these itself.
  if (onward !== undefined || answer === undefined)
    throw proofError('PROOF_MEANING', { field: 'port' });
  const booked = { ...common, destinationChainId: main.chainId };
  return cargo.type === 'supply'
    ? verifySupply(booked, cargo.payload, answer, ports)
    : verifyRetirement(booked, cargo.payload, answer, ports);
}

interface Hops {
  readonly payload: TransferPayload;
  readonly packet: Packet;
  readonly source: ProvenHop | undefined;
  readonly onward: (ProvenHop & { readonly end: HopEnd }) | undefined;
  readonly answer: HopEnd | undefined;
}

/** Both hops mean one transfer, and their ends make one ending. @throws PROOF_MEANING PROOF_RESOURCE PROOF_OUTCOME */
function verifyTransfer(
  common: Omit<BookedPacket, 'destinationChainId'>,
  { payload, packet, source, onward, answer }: Hops,
  { hash }: VerifierPorts,
): ProvenTransfer {
  if (packet.timeoutSeconds > payload.deadlineSeconds)
    throw proofError('PROOF_MEANING', { field: 'timeout' });
  const second = onward && transferOf(onward);
  if (source !== undefined && onward !== undefined && second !== undefined)
    verifyMeaning(payload, second, onward);
  const origins = [common.origin, payload.origin ?? common.origin, second?.origin ?? common.origin];
  requireResource(origins, payload.resourceId, hash);
  const destinationChainId = (source && payload.destination) ?? onward?.chainId ?? '';
  const endsHere = destinationChainId === common.mainChainId;
  const { resourceId, quantity, sender, receiver, memo, deadlineSeconds } = payload;
  return {
    type: 'transfer',
    outcome: outcomeOf(source && { end: answer ?? 'absent', endsHere }, onward?.end),
    ...common,
    destinationChainId,
    resourceId,
    quantity,
    sender,
    receiver,
    memo,
    deadlineSeconds,
  };
}

/** @throws PROOF_MEANING for a hop that carries no transfer */
function transferOf({ cargo }: ProvenHop): TransferPayload {
  if (cargo.type !== 'transfer') throw proofError('PROOF_MEANING', { field: 'port' });
  return cargo.payload;
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
function verifyMeaning(first: TransferPayload, second: TransferPayload, onward: ProvenHop): void {
  const same: Readonly<Record<string, boolean>> = {
    resource: equalBytes(first.resourceId, second.resourceId),
    quantity: first.quantity === second.quantity,
    sender: equalBytes(first.sender, second.sender),
    receiver: equalBytes(first.receiver, second.receiver),
    deadline: first.deadlineSeconds === second.deadlineSeconds,
    memo: first.memo === second.memo,
    destination: first.destination === onward.chainId && second.destination === undefined,
    timeout: onward.packet.timeoutSeconds <= first.deadlineSeconds,
  };
  for (const [field, holds] of Object.entries(same))
    if (!holds) throw proofError('PROOF_MEANING', { field });
}

/**
 * `source`: how the main chain answered the first hop, and whether the transfer was to end there;
 * `onward`: how the second hop ended. @throws PROOF_OUTCOME where they do not make one ending
 */
function outcomeOf(
  source: { end: HopEnd; endsHere: boolean } | undefined,
  onward: HopEnd | undefined,
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
