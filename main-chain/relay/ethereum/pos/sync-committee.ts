/**
 * Sync committees: their root, who took part, and the signature over a beacon header.
 * docs/protocol.md#ethereum-pos
 */
import { concatBytes } from '../../../../schemas/hash.ts';
import type { BlsPort, HashPort } from '../../../../schemas/ports.ts';
import {
  COMMITTEE_KEY as KEY,
  COMMITTEE_SIZE as SIZE,
  type SyncAggregate,
  type SyncCommittee,
} from '../../../../schemas/wire/clients/ethereum-pos.ts';
import { ethereumError } from '../errors.ts';
import { chunkOf, merkleRoot } from './ssz.ts';

/** DOMAIN_SYNC_COMMITTEE of the consensus specification. */
const DOMAIN = Uint8Array.of(7, 0, 0, 0);

export function committeeRoot({ keys, aggregate }: SyncCommittee, hash: HashPort): Uint8Array {
  const padded = new Uint8Array((SIZE + 1) * 64);
  for (let at = 0; at < SIZE; at++) padded.set(keys.subarray(at * KEY, (at + 1) * KEY), at * 64);
  padded.set(aggregate, SIZE * 64);
  const leaves = new Uint8Array((SIZE + 1) * 32);
  hash.sha256Pairs(padded, leaves);
  const keysRoot = merkleRoot(leaves.subarray(0, SIZE * 32), hash);
  return hash.sha256(concatBytes(keysRoot, leaves.subarray(SIZE * 32)));
}

/** What a committee signs of a root, under a fork version of a network. */
export function signingRoot(
  root: Uint8Array,
  version: Uint8Array,
  genesisValidatorsRoot: Uint8Array,
  hash: HashPort,
): Uint8Array {
  const forkData = hash.sha256(concatBytes(chunkOf(version), genesisValidatorsRoot));
  return hash.sha256(concatBytes(root, DOMAIN, forkData.subarray(0, 28)));
}

/** Two thirds of the members are enough. @throws BEACON_PARTICIPATION BEACON_SIGNATURE */
export function verifyAggregate(
  committee: SyncCommittee,
  { bits, signature }: SyncAggregate,
  message: Uint8Array,
  bls: BlsPort,
): void {
  const absent: Uint8Array[] = [];
  for (let at = 0; at < SIZE; at++) {
    const present = ((bits[at >> 3] ?? 0) >> (at & 7)) & 1;
    if (present === 0) absent.push(committee.keys.subarray(at * KEY, (at + 1) * KEY));
  }
  const present = SIZE - absent.length;
  if (present * 3 < SIZE * 2) throw ethereumError('BEACON_PARTICIPATION', { present, of: SIZE });
  if (!bls.verify({ aggregate: committee.aggregate, absent }, message, signature)) {
    throw ethereumError('BEACON_SIGNATURE', { present });
  }
}
