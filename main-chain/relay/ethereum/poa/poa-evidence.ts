/**
 * What ends a clique client: two seals of one signer at one height, or a confirmed branch beside what
 * was accepted. docs/protocol.md#ethereum-poa
 *
 * A clique header names no chain, so a signer who seals two networks makes two headers of one height
 * in all honesty: both branches must hang from a block this client has accepted.
 */
import { equalBytes } from '../../../../schemas/hash.ts';
import { MAX_HEADERS, type PoaEvidence } from '../../../../schemas/wire/clients/ethereum-poa.ts';
import { ethereumError } from '../errors.ts';
import {
  type ClientClock,
  type ConsensusLookup,
  requireTrusted,
  type Verdict,
} from '../evm/evm-consensus.ts';
import { applyHeaders, type SealedBlock } from './apply-header.ts';
import type { CliquePorts } from './clique-header.ts';
import { highestConfirmed } from './confirmation.ts';
import type { PoaState } from './poa-state.ts';
import { snapshotHash } from './signer-snapshot.ts';

/**
 * Judges evidence: `equivocated` or `reorganised`.
 * @throws CLIQUE_EVIDENCE CLIQUE_SNAPSHOT CLIQUE_COUNT EVM_HEADER_EXPIRED and what is wrong with a branch
 */
export function judgePoaEvidence(
  state: PoaState,
  evidence: PoaEvidence,
  lookup: ConsensusLookup,
  clock: ClientClock,
  ports: CliquePorts,
): Verdict {
  const { height, snapshot } = evidence;
  const accepted = lookup(height);
  if (
    accepted === undefined ||
    snapshot.number !== height ||
    !equalBytes(snapshotHash(snapshot, ports.hash), accepted.contextHash)
  ) {
    throw ethereumError('CLIQUE_SNAPSHOT', { height });
  }
  requireTrusted(clock, height, accepted.timeMs);
  const [first, second] = [evidence.first, evidence.second].map((headers) => {
    if (headers.length > MAX_HEADERS) {
      throw ethereumError('CLIQUE_COUNT', { headers: headers.length });
    }
    return applyHeaders(snapshot, headers, state.rules, ports);
  });
  const doubled = firstDoubleSeal(first ?? [], second ?? []);
  if (doubled !== undefined) return { type: 'equivocated', height: doubled };
  for (const branch of [first ?? [], second ?? []]) {
    if (contradicts(branch, state.rules.depth, lookup)) return { type: 'reorganised', height };
  }
  throw ethereumError('CLIQUE_EVIDENCE', { height });
}

/** Lowest height at which one signer sealed a different block on each branch. */
function firstDoubleSeal(
  first: readonly SealedBlock[],
  second: readonly SealedBlock[],
): bigint | undefined {
  const found = first.find((block, at) => {
    const other = second[at];
    return (
      other !== undefined &&
      !equalBytes(block.header.hash, other.header.hash) &&
      equalBytes(block.sealer, other.sealer)
    );
  });
  return found?.header.number;
}

/** True where a branch confirms another block at a height the client has accepted. */
function contradicts(
  branch: readonly SealedBlock[],
  depth: number,
  lookup: ConsensusLookup,
): boolean {
  return branch.slice(0, highestConfirmed(branch, depth) + 1).some(({ header }) => {
    const accepted = lookup(header.number);
    return accepted !== undefined && !equalBytes(accepted.blockHash, header.hash);
  });
}
