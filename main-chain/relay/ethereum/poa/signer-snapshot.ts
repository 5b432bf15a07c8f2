/**
 * The signer set of a clique chain after a block, with the recent signers and the open votes that
 * decide the next blocks (EIP-225; the order of steps is go-ethereum's). docs/protocol.md#ethereum-poa
 */
import { encode } from '../../../../schemas/codec/codec.ts';
import { compareBytes, domainTag, equalBytes, sha256Of } from '../../../../schemas/hash.ts';
import type { HashPort } from '../../../../schemas/ports.ts';
import { type Snapshot, snapshotCodec } from '../../../../schemas/wire/clients/ethereum-poa.ts';

type Vote = Snapshot['votes'][number];

const TAG = domainTag('tieline/snap/v1');

/** What a consensus state commits to. */
export function snapshotHash(snapshot: Snapshot, hash: HashPort): Uint8Array {
  return sha256Of(hash, TAG, encode(snapshotCodec, snapshot));
}

/** How many consecutive blocks a signer may seal one of. */
export function signerLimit(signers: number): bigint {
  return BigInt(Math.floor(signers / 2) + 1);
}

export function includesAddress(list: readonly Uint8Array[], address: Uint8Array): boolean {
  return list.some((each) => equalBytes(each, address));
}

/** The part of a snapshot that votes change. */
export interface Tally {
  readonly signers: readonly Uint8Array[];
  readonly votes: readonly Vote[];
}

/** Counts one vote and, where it carries, changes the set at once. */
export function castVote(tally: Tally, vote: Vote): Tally {
  const { signer, subject, authorizes } = vote;
  const others = tally.votes.filter(
    (each) => !(equalBytes(each.signer, signer) && equalBytes(each.subject, subject)),
  );
  // A vote that would change nothing only takes back an earlier one.
  const counts = includesAddress(tally.signers, subject) !== authorizes;
  const votes = counts ? [...others, vote] : others;
  const inFavour = votes.filter((each) => equalBytes(each.subject, subject)).length;
  if (inFavour <= tally.signers.length / 2) return { signers: tally.signers, votes };
  return settle(
    { signers: tally.signers, votes },
    subject,
    !includesAddress(tally.signers, subject),
  );
}

/** Adds or drops `subject`; open votes about him go, and with a dropped signer those he cast. */
function settle({ signers, votes }: Tally, subject: Uint8Array, joins: boolean): Tally {
  const open = votes.filter(
    (each) => !equalBytes(each.subject, subject) && (joins || !equalBytes(each.signer, subject)),
  );
  const rest = signers.filter((each) => !equalBytes(each, subject));
  return { signers: joins ? [...rest, subject].sort(compareBytes) : rest, votes: open };
}
