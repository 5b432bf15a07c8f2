/**
 * The two hops of a transfer and the main chain's answer, each checked against the clients the main
 * chain registered. docs/protocol.md#offline-proof
 */
import { decode } from '../../../schemas/codec/codec.ts';
import { Reader } from '../../../schemas/codec/reader.ts';
import { equalBytes } from '../../../schemas/hash.ts';
import type { HashPort } from '../../../schemas/ports.ts';
import type { OutboxItem } from '../../../schemas/tree/outbox.ts';
import {
  acknowledgementCommitment,
  ERROR_ACKNOWLEDGEMENT,
  type Packet,
  packetCommitment,
  SUCCESS_ACKNOWLEDGEMENT,
} from '../../../schemas/wire/packet.ts';
import {
  clientKey,
  consensusKey,
  forwardKey,
  forwardsBelowKey,
  outboxRootKey,
} from '../../../schemas/wire/state-keys.ts';
import {
  type ClientState,
  type ConsensusState,
  clientStateCodec,
  consensusStateCodec,
} from '../clients/client-state.ts';
import { type ForwardRecord, forwardRecordCodec } from '../ports/forward.ts';
import { proofError } from './errors.ts';
import { absenceKeys } from './main-keys.ts';
import { type Cargo, readCargo } from './read-cargo.ts';
import type { AnswerEvidence, OnwardEvidence, SourceEvidence } from './transfer-proof.ts';
import { under, verifyLeaf, verifySideLeaf, verifyState } from './verify-facts.ts';

/** The main chain as the proof shows it: proven state values, its id and checkpoint time. */
export interface ProvenMain {
  readonly facts: ReadonlyMap<string, Uint8Array | undefined>;
  readonly hash: HashPort;
  readonly chainId: string;
  readonly timeMs: bigint;
}

/** A hop that was sent; `timeMs` is the proven time of the side chain it touches. */
export interface ProvenHop {
  readonly packet: Packet;
  readonly cargo: Cargo;
  readonly chainId: string;
  readonly timeMs: bigint;
}

/** How a hop ended: its acknowledgement, or that it was never received before its timeout. */
export type HopEnd = 'success' | 'error' | 'absent';

/** Hop a: the source committed the packet. @throws PROOF_STATE PROOF_CLIENT PROOF_SOURCE PROOF_FORMAT */
export function verifySource(main: ProvenMain, source: SourceEvidence): ProvenHop {
  const { packet } = source;
  const { client, consensus } = readSide(main, source.client, source.height);
  if (
    packet.sourceClient !== client.counterpartyClient ||
    packet.destinationClient !== source.client
  ) {
    throw proofError('PROOF_CLIENT', { client: source.client });
  }
  under('PROOF_SOURCE', () =>
    verifySideLeaf(consensus, source.sent, packetItem(packet, main.hash), main.hash),
  );
  return {
    packet,
    cargo: readCargo(packet),
    chainId: client.chainId,
    timeMs: consensus.timeMs,
  };
}

/**
 * Hop b: the main chain sent the packet, for packet a where there is one, and how it ended.
 * @throws PROOF_STATE PROOF_CLIENT PROOF_FORWARD PROOF_DESTINATION PROOF_TIMEOUT PROOF_FORMAT
 */
export function verifyOnward(
  main: ProvenMain,
  onward: OnwardEvidence,
  source: SourceEvidence | undefined,
): ProvenHop & { readonly end: HopEnd } {
  const { packet, sent } = onward;
  const { client, consensus } = readSide(main, onward.client, onward.height);
  if (
    packet.sourceClient !== onward.client ||
    packet.destinationClient !== client.counterpartyClient
  ) {
    throw proofError('PROOF_CLIENT', { client: onward.client });
  }
  under('PROOF_FORWARD', () =>
    verifyLeaf(
      mainOutboxRoot(main, sent.outboxHeight),
      sent,
      packetItem(packet, main.hash),
      main.hash,
    ),
  );
  const end = verifyEnd(main, onward, consensus);
  if (source === undefined) requireOwnPacket(main, onward);
  else verifyForward(main, onward, source, end);
  return {
    packet,
    cargo: readCargo(packet),
    chainId: client.chainId,
    timeMs: consensus.timeMs,
    end,
  };
}

/**
 * The main chain's answer to hop a, or that it never received it in time.
 * @throws PROOF_ANSWER PROOF_TIMEOUT
 */
export function verifyAnswer(
  main: ProvenMain,
  source: SourceEvidence,
  answer: AnswerEvidence | undefined,
): HopEnd {
  const { packet } = source;
  if (answer === undefined) {
    requireTimedOut(packet, main.timeMs);
    const [receipt, pruned] = absenceKeys(source.client, packet.sequence).map((key) =>
      main.facts.get(key),
    );
    requireNotReceived('PROOF_ANSWER', packet, receipt, pruned);
    return 'absent';
  }
  const { written, acknowledgement } = answer;
  const item = acknowledgementItem(packet, acknowledgement, main.hash);
  under('PROOF_ANSWER', () =>
    verifyLeaf(mainOutboxRoot(main, written.outboxHeight), written, item, main.hash),
  );
  return readAcknowledgement('PROOF_ANSWER', acknowledgement);
}

/** How the main chain notes a forward whose second hop ended so. */
const NOTED: Readonly<Record<HopEnd, ForwardRecord['outcome']>> = {
  success: 'delivered',
  error: 'failed',
  absent: 'timedOut',
};

/** @throws PROOF_FORWARD unless the main chain notes that b carried a on, PROOF_OUTCOME where it notes another end */
function verifyForward(
  main: ProvenMain,
  { client, packet }: OnwardEvidence,
  source: SourceEvidence,
  end: HopEnd,
): void {
  const bytes = main.facts.get(forwardKey(client, packet.sequence));
  if (bytes === undefined) throw proofError('PROOF_FORWARD');
  const record = under('PROOF_FORWARD', () => decode(forwardRecordCodec, bytes, 'forward'));
  if (record.client !== source.client || record.sequence !== source.packet.sequence) {
    throw proofError('PROOF_FORWARD', { client: record.client, sequence: record.sequence });
  }
  if (record.outcome !== NOTED[end]) throw proofError('PROOF_OUTCOME', { noted: record.outcome });
}

/**
 * A transfer shown without a first hop began on the main chain: its packet carries nothing on, and
 * no record that would say otherwise was pruned. @throws PROOF_FORWARD
 */
function requireOwnPacket(main: ProvenMain, { client, packet }: OnwardEvidence): void {
  const record = main.facts.get(forwardKey(client, packet.sequence));
  const pruned = main.facts.get(forwardsBelowKey(client));
  const prunedBelow = pruned === undefined ? 0n : under('PROOF_FORWARD', () => readU64(pruned));
  if (record !== undefined || packet.sequence < prunedBelow) {
    throw proofError('PROOF_FORWARD', { client, sequence: packet.sequence });
  }
}

function verifyEnd(
  main: ProvenMain,
  { packet, end }: OnwardEvidence,
  consensus: ConsensusState,
): HopEnd {
  if (end.type === 'acknowledged') {
    const item = acknowledgementItem(packet, end.acknowledgement, main.hash);
    under('PROOF_DESTINATION', () => verifySideLeaf(consensus, end.written, item, main.hash));
    return readAcknowledgement('PROOF_DESTINATION', end.acknowledgement);
  }
  requireTimedOut(packet, consensus.timeMs);
  const keys = absenceKeys(packet.destinationClient, packet.sequence);
  under('PROOF_DESTINATION', () =>
    verifyState(consensus.stateRoot, keys, [undefined, end.prunedBelow], end.proof, main.hash),
  );
  requireNotReceived('PROOF_DESTINATION', packet, undefined, end.prunedBelow);
  return 'absent';
}

/** The side chain behind a client: its registered identity and one of its certified states. */
function readSide(
  main: ProvenMain,
  client: string,
  height: bigint,
): { client: ClientState; consensus: ConsensusState } {
  const [clientBytes, consensusBytes] = [
    main.facts.get(clientKey(client)),
    main.facts.get(consensusKey(client, height)),
  ];
  if (clientBytes === undefined || consensusBytes === undefined)
    throw proofError('PROOF_CLIENT', { client });
  return under('PROOF_STATE', () => ({
    client: decode(clientStateCodec, clientBytes, 'client'),
    consensus: decode(consensusStateCodec, consensusBytes, 'consensus state'),
  }));
}

function mainOutboxRoot(main: ProvenMain, height: bigint): Uint8Array {
  const root = main.facts.get(outboxRootKey(height));
  if (root === undefined) throw proofError('PROOF_STATE', { outboxHeight: height });
  return root;
}

function packetItem(packet: Packet, hash: HashPort): OutboxItem {
  return {
    client: packet.sourceClient,
    kind: 1,
    sequence: packet.sequence,
    commitment: packetCommitment(packet, hash),
  };
}

function acknowledgementItem(
  packet: Packet,
  acknowledgement: Uint8Array,
  hash: HashPort,
): OutboxItem {
  const commitment = acknowledgementCommitment([acknowledgement], hash);
  return { client: packet.destinationClient, kind: 0, sequence: packet.sequence, commitment };
}

function readAcknowledgement(
  code: 'PROOF_ANSWER' | 'PROOF_DESTINATION',
  acknowledgement: Uint8Array,
): HopEnd {
  if (equalBytes(acknowledgement, SUCCESS_ACKNOWLEDGEMENT)) return 'success';
  if (equalBytes(acknowledgement, ERROR_ACKNOWLEDGEMENT)) return 'error';
  throw proofError(code, { bytes: acknowledgement.length });
}

/** @throws PROOF_TIMEOUT while the receiving chain's proven second is below the timeout */
function requireTimedOut(packet: Packet, timeMs: bigint): void {
  const provenSeconds = timeMs / 1000n;
  if (provenSeconds < packet.timeoutSeconds) {
    throw proofError('PROOF_TIMEOUT', { provenSeconds, timeoutSeconds: packet.timeoutSeconds });
  }
}

/** A pruned receipt is no proof of absence. @throws `code` */
function requireNotReceived(
  code: 'PROOF_ANSWER' | 'PROOF_DESTINATION',
  packet: Packet,
  receipt: Uint8Array | undefined,
  pruned: Uint8Array | undefined,
): void {
  const prunedBelow = pruned === undefined ? 0n : under(code, () => readU64(pruned));
  if (receipt !== undefined || packet.sequence < prunedBelow)
    throw proofError(code, { sequence: packet.sequence });
}

function readU64(bytes: Uint8Array): bigint {
  const reader = new Reader(bytes, 'prunedBelow');
  const value = reader.u64('value');
  reader.end();
  return value;
}
