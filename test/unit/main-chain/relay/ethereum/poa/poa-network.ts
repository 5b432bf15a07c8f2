/** A small clique network and a client of it, for the tests of this folder. */

import { nobleSignature } from '../../../../../../main-chain/ledger/noble-signature.ts';
import type {
  ClientClock,
  EvmConsensus,
} from '../../../../../../main-chain/relay/ethereum/evm/evm-consensus.ts';
import {
  createPoaState,
  type PoaOutcome,
  updatePoa,
} from '../../../../../../main-chain/relay/ethereum/poa/poa-client.ts';
import type { PoaState } from '../../../../../../main-chain/relay/ethereum/poa/poa-state.ts';
import { nobleHash } from '../../../../../../schemas/hash.ts';
import type { PoaStart } from '../../../../../../schemas/wire/clients/ethereum-poa.ts';
import type { Placed } from '../../../../../fakes/clique-network.ts';

export const ports = { hash: nobleHash, signatures: nobleSignature };

export const contract = {
  address: new Uint8Array(20).fill(0xaa),
  codeHash: nobleHash.keccak256(Uint8Array.of(1, 2, 3)),
};

export const rules = { epoch: 30_000n, periodSeconds: 5n, depth: 2, leastSigners: 1 };

/** What a proposal would fix for the network that begins with `start`. */
export function specOf(start: Placed, change: Partial<typeof rules> = {}): PoaStart {
  return {
    rules: { ...rules, ...change },
    contract,
    epochHeader: start.bytes,
  };
}

/** A clock some seconds after a block, with a trusting period of ten days and 15 s of drift. */
export function clockAfter(block: Placed, seconds = 10n): ClientClock {
  return {
    nowMs: (block.timestamp + seconds) * 1000n,
    trustingPeriodSeconds: 864_000n,
    maxClockDriftSeconds: 15n,
  };
}

export function clientOf(start: Placed, change: Partial<typeof rules> = {}): PoaState {
  const genesisHash = start.number === 0n ? start.hash : new Uint8Array(32).fill(1);
  return createPoaState(specOf(start, change), genesisHash, ports);
}

export function update(
  state: PoaState,
  blocks: readonly Placed[],
  clock?: ClientClock,
): PoaOutcome {
  const last = blocks.at(-1);
  const headers = blocks.map(({ bytes }) => bytes);
  const now =
    clock ??
    (last === undefined
      ? { nowMs: 0n, trustingPeriodSeconds: 1n, maxClockDriftSeconds: 0n }
      : clockAfter(last));
  return updatePoa(state, { headers }, now, ports);
}

/** The consensus state of an update that has advanced the client. */
export function consensusOf(outcome: PoaOutcome): EvmConsensus {
  if (outcome.verdict.type !== 'advanced') throw new Error(`verdict ${outcome.verdict.type}`);
  return outcome.verdict.consensus;
}
