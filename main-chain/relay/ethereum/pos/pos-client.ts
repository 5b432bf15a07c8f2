/**
 * Light client `ethereum-pos`: follows the beacon chain by its sync committees from one trusted block
 * and accepts finalized execution headers. docs/protocol.md#ethereum-pos
 */

import { equalBytes } from '../../../../schemas/hash.ts';
import type {
  PosBootstrap,
  PosEvidence,
  PosMessage,
  PosStart,
  PosUpdate,
  SyncCommittee,
} from '../../../../schemas/wire/clients/ethereum-pos.ts';
import { ethereumError } from '../errors.ts';
import { verifyContract } from '../evm/contract.ts';
import {
  type ClientClock,
  type ConsensusLookup,
  requireTrusted,
  type Verdict,
} from '../evm/evm-consensus.ts';
import { beaconRoot } from './beacon-header.ts';
import { periodOf, placesAt, slotTimeMs, verifySchedule } from './fork-schedule.ts';
import type { PosHead, PosState } from './pos-state.ts';
import { isBranch } from './ssz.ts';
import { committeeRoot } from './sync-committee.ts';
import {
  areContradictory,
  type CommitteeLookup,
  type PosPorts,
  type ProvenUpdate,
  verifyUpdate,
} from './verify-update.ts';

/** A client that trusts one beacon block and knows no committee. @throws BEACON_RULES EVM_CONTRACT */
export function createPosState(spec: PosStart): PosState {
  verifyContract(spec.contract);
  verifySchedule(spec.rules.forks);
  if (spec.trustedBlockRoot.every((byte) => byte === 0)) throw ethereumError('BEACON_RULES');
  return { ...spec, head: undefined };
}

/** What the client has stored, and this chain's clock. */
export interface PosStore {
  readonly consensus: ConsensusLookup;
  readonly committees: CommitteeLookup;
  readonly clock: ClientClock;
}

/** A client's state after a message, what the message did, and the committee to keep under its root. */
export interface PosOutcome {
  readonly state: PosState;
  readonly verdict: Verdict;
  readonly learned: { readonly root: Uint8Array; readonly committee: SyncCommittee } | undefined;
}

/** @throws BEACON_* EVM_HEADER_* EVM_STATE_ROOT */
export function updatePos(
  state: PosState,
  message: PosMessage,
  store: PosStore,
  ports: PosPorts,
): PosOutcome {
  return message.type === 'bootstrap'
    ? bootstrap(state, message, store, ports)
    : update(state, message, store, ports);
}

function bootstrap(
  state: PosState,
  { header, committee, branch }: PosBootstrap,
  { clock }: PosStore,
  { hash }: PosPorts,
): PosOutcome {
  const { rules, trustedBlockRoot } = state;
  if (state.head !== undefined) throw ethereumError('BEACON_BOOTSTRAPPED');
  const blockRoot = beaconRoot(header, hash);
  if (!equalBytes(blockRoot, trustedBlockRoot)) {
    throw ethereumError('BEACON_BOOTSTRAP', { slot: header.slot });
  }
  const root = committeeRoot(committee, hash);
  const { currentCommittee } = placesAt(rules.forks, header.slot);
  if (!isBranch(root, branch, currentCommittee, header.stateRoot, hash)) {
    throw ethereumError('BEACON_COMMITTEE', { slot: header.slot });
  }
  const timeMs = slotTimeMs(rules.genesisTimeSeconds, header.slot);
  requireTrusted(clock, 0n, timeMs);
  const head: PosHead = {
    slot: header.slot,
    blockRoot,
    height: 0n,
    timeMs,
    committeeRoot: root,
    nextCommitteeRoot: undefined,
  };
  const learned = { root, committee };
  return { state: { ...state, head }, verdict: { type: 'unchanged' }, learned };
}

function update(state: PosState, message: PosUpdate, store: PosStore, ports: PosPorts): PosOutcome {
  const { head, rules } = state;
  if (head === undefined) throw ethereumError('BEACON_UNINITIALISED');
  const { committees, clock } = store;
  const isPast = periodOf(message.signatureSlot) < periodOf(head.slot);
  if (isPast && message.finalized.slot < head.slot) {
    // Nobody can judge it any more, and it could move nothing: another relayer was faster.
    return { state, verdict: { type: 'unchanged' }, learned: undefined };
  }
  const proven = verifyUpdate(rules, head, message, committees, clock, ports);
  const { consensus } = proven;
  if (contradictsHead(head, proven, store.consensus)) {
    const verdict: Verdict = { type: 'equivocated', height: consensus.height };
    return { state, verdict, learned: undefined };
  }
  const learned = newCommittee(head, proven);
  if (proven.slot <= head.slot) {
    // A known or older header moves nothing but may bring the committee that is still missing.
    const after = { ...head, nextCommitteeRoot: learned?.root ?? head.nextCommitteeRoot };
    return { state: { ...state, head: after }, verdict: { type: 'unchanged' }, learned };
  }
  if (consensus.height <= head.height || consensus.timeMs <= head.timeMs) {
    throw ethereumError('EVM_HEADER_TIME', { height: consensus.height, newest: head.height });
  }
  const moved: PosHead = {
    slot: proven.slot,
    blockRoot: proven.blockRoot,
    height: consensus.height,
    timeMs: consensus.timeMs,
    ...committeesAfter(head, proven),
  };
  return { state: { ...state, head: moved }, verdict: { type: 'advanced', consensus }, learned };
}

/** The next committee of an update, where it is of the head's period or later and not known yet. */
function newCommittee(head: PosHead, { slot, next }: ProvenUpdate): PosOutcome['learned'] {
  const ahead = periodOf(slot) - periodOf(head.slot);
  if (next === undefined || ahead < 0n) return undefined;
  return ahead === 0n && head.nextCommitteeRoot !== undefined ? undefined : next;
}

/** The committees once the head is the update's: one period on, the next becomes the current. */
function committeesAfter(
  head: PosHead,
  { slot, next }: ProvenUpdate,
): Pick<PosHead, 'committeeRoot' | 'nextCommitteeRoot'> {
  const { committeeRoot: current, nextCommitteeRoot } = head;
  if (periodOf(slot) === periodOf(head.slot) || nextCommitteeRoot === undefined) {
    return { committeeRoot: current, nextCommitteeRoot: nextCommitteeRoot ?? next?.root };
  }
  return { committeeRoot: nextCommitteeRoot, nextCommitteeRoot: next?.root };
}

/** Another block at a slot or height that was accepted, or another next committee in one period. */
function contradictsHead(head: PosHead, proven: ProvenUpdate, stored: ConsensusLookup): boolean {
  const accepted = stored(proven.consensus.height);
  const otherBlock =
    accepted !== undefined && !equalBytes(accepted.blockHash, proven.consensus.blockHash);
  const otherRoot = proven.slot === head.slot && !equalBytes(proven.blockRoot, head.blockRoot);
  const otherNext =
    proven.next !== undefined &&
    head.nextCommitteeRoot !== undefined &&
    periodOf(proven.slot) === periodOf(head.slot) &&
    !equalBytes(proven.next.root, head.nextCommitteeRoot);
  return otherBlock || otherRoot || otherNext;
}

/** Judges two updates, each good by itself: `equivocated`. @throws BEACON_EVIDENCE and what is wrong with an update */
export function judgePosEvidence(
  state: PosState,
  { first, second }: PosEvidence,
  { committees, clock }: PosStore,
  ports: PosPorts,
): Verdict {
  const { head, rules } = state;
  if (head === undefined) throw ethereumError('BEACON_UNINITIALISED');
  const [left, right] = [first, second].map((each) =>
    verifyUpdate(rules, head, each, committees, clock, ports),
  );
  if (left === undefined || right === undefined || !areContradictory(left, right)) {
    throw ethereumError('BEACON_EVIDENCE', { slot: first.finalized.slot });
  }
  return { type: 'equivocated', height: left.consensus.height };
}
