/** A client of a beacon chain with what it stores, at a clock that follows the messages. */

import type { EvmConsensus } from '../../../../../../main-chain/relay/ethereum/evm/evm-consensus.ts';
import { nobleBls } from '../../../../../../main-chain/relay/ethereum/pos/noble-bls.ts';
import {
  type PosOutcome,
  type PosStore,
  updatePos,
} from '../../../../../../main-chain/relay/ethereum/pos/pos-client.ts';
import type { PosState } from '../../../../../../main-chain/relay/ethereum/pos/pos-state.ts';
import { committeeRoot } from '../../../../../../main-chain/relay/ethereum/pos/sync-committee.ts';
import { nobleHash, toHex } from '../../../../../../schemas/hash.ts';
import type {
  PosMessage,
  SyncCommittee,
} from '../../../../../../schemas/wire/clients/ethereum-pos.ts';

export const ports = { hash: nobleHash, bls: nobleBls };

export const contract = {
  address: new Uint8Array(20).fill(0xaa),
  codeHash: nobleHash.keccak256(Uint8Array.of(1, 2, 3)),
};

export interface Client {
  state(): PosState;
  /** Everything stored, at a time in Unix milliseconds. */
  store(nowMs: bigint): PosStore;
  /** Four seconds into the slot a message belongs to. */
  timeOf(message: PosMessage): bigint;
  /** Judges a message and keeps nothing. */
  try(message: PosMessage, nowMs?: bigint): PosOutcome;
  /** Judges a message and keeps what it brings. */
  take(message: PosMessage): PosOutcome;
}

/** A trusting period of fourteen days, 15 s of drift. */
export function createClient(start: PosState, committees: readonly SyncCommittee[] = []): Client {
  let state = start;
  const consensus = new Map<bigint, EvmConsensus>();
  const known = new Map(committees.map((each) => [toHex(committeeRoot(each, nobleHash)), each]));
  const store = (nowMs: bigint): PosStore => ({
    consensus: (height) => consensus.get(height),
    committees: (root) => known.get(toHex(root)),
    clock: { nowMs, trustingPeriodSeconds: 1_209_600n, maxClockDriftSeconds: 15n },
  });
  const timeOf = (message: PosMessage) => {
    const slot = message.type === 'update' ? message.signatureSlot : message.header.slot;
    return (start.rules.genesisTimeSeconds + slot * 12n + 4n) * 1000n;
  };
  return {
    state: () => state,
    store,
    timeOf,
    try: (message, nowMs = timeOf(message)) => updatePos(state, message, store(nowMs), ports),
    take(message) {
      const outcome = updatePos(state, message, store(timeOf(message)), ports);
      const { verdict, learned } = outcome;
      state = outcome.state;
      if (verdict.type === 'advanced') consensus.set(verdict.consensus.height, verdict.consensus);
      if (learned !== undefined) known.set(toHex(learned.root), learned.committee);
      return outcome;
    },
  };
}
