/**
 * A sync-committee update judged by itself, after `validate_light_client_update` of the consensus
 * specification. docs/protocol.md#ethereum-pos
 *
 * Differs from spec: finality is always required, participation is two thirds always, and the attested
 * block must be of the finalized one's period where it brings a committee.
 */

import { equalBytes } from '../../../../schemas/hash.ts';
import type { BlsPort, HashPort } from '../../../../schemas/ports.ts';
import type {
  PosRules,
  PosUpdate,
  SyncCommittee,
} from '../../../../schemas/wire/clients/ethereum-pos.ts';
import { ethereumError } from '../errors.ts';
import {
  type ClientClock,
  type EvmConsensus,
  requireStateRoot,
  requireTrusted,
} from '../evm/evm-consensus.ts';
import { beaconRoot, payloadRoot } from './beacon-header.ts';
import { EXECUTION_PLACE, forkAt, periodOf, placesAt, slotTimeMs } from './fork-schedule.ts';
import type { PosHead } from './pos-state.ts';
import { isBranch } from './ssz.ts';
import { committeeRoot, signingRoot, verifyAggregate } from './sync-committee.ts';

/** How a client finds a committee it has learned, by its root. */
export type CommitteeLookup = (root: Uint8Array) => SyncCommittee | undefined;

export interface PosPorts {
  readonly hash: HashPort;
  readonly bls: BlsPort;
}

/** What an update proves. */
export interface ProvenUpdate {
  readonly slot: bigint;
  readonly blockRoot: Uint8Array;
  readonly consensus: EvmConsensus;
  /** The committee after the finalized block's period. */
  readonly next: { readonly root: Uint8Array; readonly committee: SyncCommittee } | undefined;
}

/** @throws BEACON_* EVM_HEADER_EXPIRED EVM_STATE_ROOT */
export function verifyUpdate(
  rules: PosRules,
  head: PosHead,
  update: PosUpdate,
  committees: CommitteeLookup,
  clock: ClientClock,
  ports: PosPorts,
): ProvenUpdate {
  const { attested, finalized, signatureSlot, execution } = update;
  verifySlots(rules, update, clock);
  const committee = committeeFor(head, signatureSlot, committees);
  const blockRoot = beaconRoot(finalized, ports.hash);
  const { finalizedRoot } = placesAt(rules.forks, attested.slot);
  if (!isBranch(blockRoot, update.finalityBranch, finalizedRoot, attested.stateRoot, ports.hash)) {
    throw ethereumError('BEACON_FINALITY', { slot: finalized.slot });
  }
  const consensus = verifyExecution(rules, update, ports.hash);
  const next = verifyNext(rules, update, ports.hash);
  const { version } = forkAt(rules.forks, signatureSlot - 1n);
  const root = beaconRoot(attested, ports.hash);
  const message = signingRoot(root, version, rules.genesisValidatorsRoot, ports.hash);
  verifyAggregate(committee, update.aggregate, message, ports.bls);
  requireTrusted(clock, consensus.height, consensus.timeMs);
  requireStateRoot(consensus.height, execution.stateRoot);
  return { slot: finalized.slot, blockRoot, consensus, next };
}

function verifySlots(
  { genesisTimeSeconds }: PosRules,
  { attested, finalized, signatureSlot }: PosUpdate,
  { nowMs, maxClockDriftSeconds }: ClientClock,
): void {
  if (signatureSlot <= attested.slot || attested.slot < finalized.slot) {
    throw ethereumError('BEACON_SLOTS', { signatureSlot, attested: attested.slot });
  }
  if (slotTimeMs(genesisTimeSeconds, signatureSlot) > nowMs + maxClockDriftSeconds * 1000n) {
    throw ethereumError('BEACON_DRIFT', { signatureSlot, nowMs });
  }
}

/** The committee of the signature's period: the head's own, or the next where it is known. */
function committeeFor(
  { slot, committeeRoot: current, nextCommitteeRoot: next }: PosHead,
  signatureSlot: bigint,
  committees: CommitteeLookup,
): SyncCommittee {
  const ahead = periodOf(signatureSlot) - periodOf(slot);
  const root = ahead === 0n ? current : ahead === 1n ? next : undefined;
  const committee = root === undefined ? undefined : committees(root);
  if (committee === undefined) throw ethereumError('BEACON_PERIOD', { signatureSlot, head: slot });
  return committee;
}

function verifyExecution(
  { forks }: PosRules,
  { finalized, execution, executionBranch }: PosUpdate,
  hash: HashPort,
): EvmConsensus {
  const { format } = forkAt(forks, finalized.slot);
  if ((format === 'capella') !== (execution.type === 'capella')) {
    throw ethereumError('BEACON_FORK', { slot: finalized.slot, format });
  }
  const root = payloadRoot(execution, hash);
  if (!isBranch(root, executionBranch, EXECUTION_PLACE, finalized.bodyRoot, hash)) {
    throw ethereumError('BEACON_EXECUTION', { slot: finalized.slot });
  }
  return {
    height: execution.blockNumber,
    blockHash: execution.blockHash,
    stateRoot: execution.stateRoot,
    timeMs: execution.timestamp * 1000n,
    contextHash: new Uint8Array(32),
  };
}

function verifyNext(
  { forks }: PosRules,
  { attested, finalized, next }: PosUpdate,
  hash: HashPort,
): ProvenUpdate['next'] {
  if (next === undefined) return undefined;
  if (periodOf(attested.slot) !== periodOf(finalized.slot)) {
    throw ethereumError('BEACON_PERIOD', { attested: attested.slot, finalized: finalized.slot });
  }
  const { nextCommittee } = placesAt(forks, attested.slot);
  const root = committeeRoot(next.committee, hash);
  if (!isBranch(root, next.branch, nextCommittee, attested.stateRoot, hash)) {
    throw ethereumError('BEACON_COMMITTEE', { slot: attested.slot });
  }
  return { root, committee: next.committee };
}

/** True when two proven updates cannot both be of one chain. */
export function areContradictory(left: ProvenUpdate, right: ProvenUpdate): boolean {
  const sameSlot = left.slot === right.slot && !equalBytes(left.blockRoot, right.blockRoot);
  const sameHeight =
    left.consensus.height === right.consensus.height &&
    !equalBytes(left.consensus.blockHash, right.consensus.blockHash);
  const samePeriod =
    left.next !== undefined &&
    right.next !== undefined &&
    periodOf(left.slot) === periodOf(right.slot) &&
    !equalBytes(left.next.root, right.next.root);
  return sameSlot || sameHeight || samePeriod;
}
