/**
 * Forks of the consensus layer: which version signs when, and where the things a light client needs
 * stand in state and block of each form. docs/protocol.md#ethereum-pos
 */
import {
  BEACON_FORMATS,
  type BeaconFormat,
  type Fork,
  type ForkSchedule,
} from '../../../../schemas/wire/clients/ethereum-pos.ts';
import { ethereumError } from '../errors.ts';

const SLOTS_PER_EPOCH = 32n;
const SLOTS_PER_PERIOD = 8192n;
const SECONDS_PER_SLOT = 12n;

/** Generalised indices: committees and finalized root in the beacon state, execution header in the body. */
export interface Places {
  readonly currentCommittee: number;
  readonly nextCommittee: number;
  readonly finalizedRoot: number;
}

const UP_TO_DENEB: Places = { currentCommittee: 54, nextCommittee: 55, finalizedRoot: 105 };
/** EIP-7251 and others made the state a tree one level deeper. */
const ELECTRA: Places = { currentCommittee: 86, nextCommittee: 87, finalizedRoot: 169 };
const PLACES: Readonly<Record<BeaconFormat, Places>> = {
  capella: UP_TO_DENEB,
  deneb: UP_TO_DENEB,
  electra: ELECTRA,
};
/** Generalised index of the execution payload header in the beacon block body. */
export const EXECUTION_PLACE = 25;

/** @throws BEACON_RULES */
export function verifySchedule(forks: ForkSchedule): void {
  const rises = forks.every((fork, at) => {
    const before = forks[at - 1];
    if (before === undefined) return true;
    return (
      fork.epoch > before.epoch &&
      BEACON_FORMATS.indexOf(fork.format) >= BEACON_FORMATS.indexOf(before.format)
    );
  });
  if (forks.length === 0 || !rises) throw ethereumError('BEACON_RULES', { forks: forks.length });
}

/** The fork a slot belongs to. @throws BEACON_FORK */
export function forkAt(forks: ForkSchedule, slot: bigint): Fork {
  const fork = forks.findLast(({ epoch }) => epoch <= slot / SLOTS_PER_EPOCH);
  if (fork === undefined) throw ethereumError('BEACON_FORK', { slot });
  return fork;
}

/** Where things stand in the state of a slot. @throws BEACON_FORK */
export function placesAt(forks: ForkSchedule, slot: bigint): Places {
  return PLACES[forkAt(forks, slot).format];
}

/** The sync-committee period of a slot, 27 hours each. */
export function periodOf(slot: bigint): bigint {
  return slot / SLOTS_PER_PERIOD;
}

/** Unix milliseconds at which a slot begins. */
export function slotTimeMs(genesisTimeSeconds: bigint, slot: bigint): bigint {
  return (genesisTimeSeconds + slot * SECONDS_PER_SLOT) * 1000n;
}
