/**
 * Light client `ethereum-poa`: follows a clique network header by header from one trusted epoch header
 * and accepts what is confirmed. docs/protocol.md#ethereum-poa
 *
 * Headers above the newest confirmed block come again with every update and are never stored, so that
 * a reorganisation nobody has accepted leaves no trace.
 */
import { equalBytes } from '../../../../schemas/hash.ts';
import {
  MAX_HEADERS,
  MAX_SIGNERS,
  type PoaStart,
  type PoaUpdate,
} from '../../../../schemas/wire/clients/ethereum-poa.ts';
import { ethereumError } from '../errors.ts';
import { verifyContract } from '../evm/contract.ts';
import {
  type ClientClock,
  type EvmConsensus,
  requireNotFuture,
  requireStateRoot,
  requireTrusted,
  type Verdict,
} from '../evm/evm-consensus.ts';
import { decodeHeader } from '../evm/execution-header.ts';
import { applyHeaders, type SealedBlock } from './apply-header.ts';
import { type CliquePorts, decodeCliqueHeader, isUnsealed, sealerOf } from './clique-header.ts';
import { highestConfirmed } from './confirmation.ts';
import type { PoaState } from './poa-state.ts';
import { includesAddress, snapshotHash } from './signer-snapshot.ts';

/** Deepest confirmation a client can be made with: an update must hold more headers than that. */
export const MAX_DEPTH = 128;

/**
 * A client that trusts the signers an epoch header lists, and holds no root.
 * @throws CLIQUE_* EVM_* RLP_*
 */
export function createPoaState(
  start: PoaStart,
  genesisHash: Uint8Array,
  ports: CliquePorts,
): PoaState {
  const { rules, contract } = start;
  verifyContract(contract);
  const { epoch, periodSeconds, depth, leastSigners } = rules;
  const inRange = epoch > 0n && periodSeconds > 0n && depth > 0 && depth <= MAX_DEPTH;
  if (!inRange || leastSigners < 1) throw ethereumError('CLIQUE_RULES', { epoch, depth });
  const header = decodeCliqueHeader(start.epochHeader, epoch, ports.hash);
  const { number, listed: signers } = header;
  const isGenesis = number === 0n;
  const fits = isGenesis ? equalBytes(header.hash, genesisHash) && isUnsealed(header) : true;
  if (!header.isEpoch || !fits) throw ethereumError('CLIQUE_RULES', { number });
  if (signers.length < leastSigners || signers.length > MAX_SIGNERS) {
    throw ethereumError('CLIQUE_SET', { number, signers: signers.length });
  }
  const sealers = isGenesis ? [] : [sealerOf(header, ports)];
  if (!sealers.every((each) => includesAddress(signers, each))) {
    throw ethereumError('CLIQUE_SIGNER', { number });
  }
  const snapshot = {
    number,
    blockHash: header.hash,
    timestamp: header.timestamp,
    signers,
    recents: sealers.map((signer) => ({ number, signer })),
    votes: [],
  };
  return { rules, contract, snapshot };
}

/** A client's state after a message, and what the message did. */
export interface PoaOutcome {
  readonly state: PoaState;
  readonly verdict: Verdict;
}

/**
 * Follows headers and accepts the highest confirmed one. Headers that come first and are at or below the
 * newest confirmed one are passed over; an update of nothing else is a no-op: another relayer was faster.
 * @throws CLIQUE_* EVM_* RLP_*
 */
export function updatePoa(
  state: PoaState,
  { headers }: PoaUpdate,
  clock: ClientClock,
  ports: CliquePorts,
): PoaOutcome {
  if (headers.length === 0 || headers.length > MAX_HEADERS) {
    throw ethereumError('CLIQUE_COUNT', { headers: headers.length });
  }
  const { snapshot, rules } = state;
  const from = headers.findIndex((each) => numberOf(each, ports) > snapshot.number);
  if (from < 0) return { state, verdict: { type: 'unchanged' } };
  const blocks = applyHeaders(snapshot, headers.slice(from), rules, ports);
  for (const { header } of blocks) {
    requireNotFuture(clock, header.number, header.timestamp * 1000n);
  }
  const confirmed = blocks[highestConfirmed(blocks, rules.depth)];
  if (confirmed === undefined) {
    throw ethereumError('CLIQUE_UNCONFIRMED', {
      from: snapshot.number + 1n,
      headers: blocks.length,
    });
  }
  const consensus = consensusOf(confirmed, ports);
  requireTrusted(clock, consensus.height, consensus.timeMs);
  requireStateRoot(consensus.height, consensus.stateRoot);
  return {
    state: { ...state, snapshot: confirmed.snapshot },
    verdict: { type: 'advanced', consensus },
  };
}

function numberOf(header: Uint8Array, { hash }: CliquePorts): bigint {
  return decodeHeader(header, hash).number;
}

function consensusOf({ header, snapshot }: SealedBlock, { hash }: CliquePorts): EvmConsensus {
  return {
    height: header.number,
    blockHash: header.hash,
    stateRoot: header.stateRoot,
    timeMs: header.timestamp * 1000n,
    contextHash: snapshotHash(snapshot, hash),
  };
}
