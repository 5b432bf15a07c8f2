/**
 * One clique header on the snapshot of its parent: who may seal, in whose turn, and what its vote
 * changes. docs/protocol.md#ethereum-poa
 */

import { equalBytes } from '../../../../schemas/hash.ts';
import {
  MAX_SIGNERS,
  MAX_VOTES,
  type Snapshot,
} from '../../../../schemas/wire/clients/ethereum-poa.ts';
import { ethereumError } from '../errors.ts';
import {
  type CliqueHeader,
  type CliquePorts,
  decodeCliqueHeader,
  sealerOf,
} from './clique-header.ts';
import { castVote, includesAddress, signerLimit } from './signer-snapshot.ts';

/** What is fixed about a clique network. */
export interface CliqueRules {
  /** Blocks from one signer list to the next. */
  readonly epoch: bigint;
  /** Least seconds between two blocks. */
  readonly periodSeconds: bigint;
  /** Fewest signers the set may come down to. */
  readonly leastSigners: number;
}

/** A header, who sealed it, and the set after it. */
export interface SealedBlock {
  readonly header: CliqueHeader;
  readonly sealer: Uint8Array;
  readonly snapshot: Snapshot;
}

/** Applies headers one after another. @throws RLP_* EVM_HEADER_* CLIQUE_* */
export function applyHeaders(
  start: Snapshot,
  headers: readonly Uint8Array[],
  rules: CliqueRules,
  ports: CliquePorts,
): readonly SealedBlock[] {
  const blocks: SealedBlock[] = [];
  let parent = start;
  for (const bytes of headers) {
    const header = decodeCliqueHeader(bytes, rules.epoch, ports.hash);
    const block = applyHeader(parent, header, rules, ports);
    blocks.push(block);
    parent = block.snapshot;
  }
  return blocks;
}

/** @throws CLIQUE_PARENT CLIQUE_FIELD CLIQUE_SIGNERS CLIQUE_SEAL CLIQUE_SIGNER CLIQUE_RECENT CLIQUE_DIFFICULTY CLIQUE_SET CLIQUE_VOTES */
function applyHeader(
  parent: Snapshot,
  header: CliqueHeader,
  rules: CliqueRules,
  ports: CliquePorts,
): SealedBlock {
  const { number, timestamp } = header;
  if (number !== parent.number + 1n || !equalBytes(header.parentHash, parent.blockHash)) {
    throw ethereumError('CLIQUE_PARENT', { number, expected: parent.number + 1n });
  }
  if (timestamp < parent.timestamp + rules.periodSeconds || timestamp <= parent.timestamp) {
    throw ethereumError('CLIQUE_FIELD', { number, field: 'timestamp' });
  }
  if (header.isEpoch) requireListed(header, parent);
  const sealer = sealerOf(header, ports);
  const recents = recentsFor(parent, number);
  requireTurn(parent, header, sealer, recents);
  const tally = castVote(
    { signers: parent.signers, votes: header.isEpoch ? [] : parent.votes },
    { signer: sealer, subject: header.coinbase, authorizes: header.authorizes },
  );
  const { signers, votes } = tally;
  if (signers.length < rules.leastSigners || signers.length > MAX_SIGNERS) {
    throw ethereumError('CLIQUE_SET', { number, signers: signers.length });
  }
  if (votes.length > MAX_VOTES) throw ethereumError('CLIQUE_VOTES', { number });
  const shrunk = signers.length < parent.signers.length;
  const sealed = [...recents, { number, signer: sealer }];
  const limit = signerLimit(signers.length);
  return {
    header,
    sealer,
    snapshot: {
      number,
      blockHash: header.hash,
      timestamp,
      signers,
      recents: shrunk ? sealed.filter((each) => each.number !== number - limit) : sealed,
      votes,
    },
  };
}

/** An epoch header repeats the set exactly. */
function requireListed({ number, listed }: CliqueHeader, { signers }: Snapshot): void {
  const same =
    listed.length === signers.length &&
    listed.every((address, at) => equalBytes(address, signers[at] ?? address.subarray(1)));
  if (!same) throw ethereumError('CLIQUE_SIGNERS', { number, listed: listed.length });
}

/** The recent signers of block `number`: the oldest of the window may seal again. */
function recentsFor({ recents, signers }: Snapshot, number: bigint): Snapshot['recents'] {
  const leaves = number - signerLimit(signers.length);
  return recents.filter((each) => each.number !== leaves);
}

function requireTurn(
  { signers }: Snapshot,
  { number, difficulty }: CliqueHeader,
  sealer: Uint8Array,
  recents: Snapshot['recents'],
): void {
  const place = signers.findIndex((each) => equalBytes(each, sealer));
  if (place < 0) throw ethereumError('CLIQUE_SIGNER', { number });
  if (
    includesAddress(
      recents.map(({ signer }) => signer),
      sealer,
    )
  ) {
    throw ethereumError('CLIQUE_RECENT', { number });
  }
  const inTurn = number % BigInt(signers.length) === BigInt(place);
  if (difficulty !== (inTurn ? 2n : 1n)) throw ethereumError('CLIQUE_DIFFICULTY', { number });
}
