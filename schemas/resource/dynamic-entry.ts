/**
 * Dynamic entries: signed links of a resource's hash chain of readings, states and versions. Only the
 * home chain appends; two entries at one index are provable equivocation of the issuer.
 * docs/protocol.md#dynamic-entries
 */
import { type Codec, type Decoded, encode, fixed, struct, u64 } from '../codec/codec.ts';
import { domainTag, equalBytes, sha256Of, ZERO_HASH } from '../hash.ts';
import type { HashPort, SignaturePort } from '../ports.ts';
import type { UnixSeconds } from '../units.ts';
import { unixSecondsCodec } from './attribute-value.ts';
import { resourceError } from './errors.ts';

const ENTRY_TAG = domainTag('tieline/dynen/v1');
const HEAD_TAG = domainTag('tieline/dhead/v1');

const entryFields = {
  resourceId: fixed(32),
  index: u64,
  previousHead: fixed(32),
  attributesRoot: fixed(32),
  observedAt: unixSecondsCodec,
};

/** resourceId(32) ‖ index(8) ‖ previousHead(32) ‖ attributesRoot(32) ‖ observedAt(8): 112 bytes. */
export const dynamicEntryCodec = struct(entryFields);
/** One link; `index` counts from 1, `previousHead` of the first is zero. */
export type DynamicEntry = Decoded<typeof dynamicEntryCodec>;

/** An entry and the 65-byte signature of the resource's issuer over its digest. */
export interface SignedDynamicEntry {
  readonly entry: DynamicEntry;
  readonly signature: Uint8Array;
}
/** entry(112) ‖ signature(65). */
export const signedDynamicEntryCodec: Codec<SignedDynamicEntry> = struct({
  entry: dynamicEntryCodec,
  signature: fixed(65),
});

/** The newest link a chain knows and when it was observed: what the next one is checked against. */
export interface ObservedHead {
  readonly index: bigint;
  readonly head: Uint8Array;
  readonly observedAt: UnixSeconds;
}

/** How an offered head stands to the one held: only `newer` replaces, `conflict` is equivocation. */
export type HeadOrder = 'newer' | 'same' | 'older' | 'conflict';

/** What is signed: SHA256(tag(16) ‖ genesis hash(32) of the home chain ‖ entry(112)). @throws CODEC_* */
export function dynamicEntryDigest(
  entry: DynamicEntry,
  homeGenesisHash: Uint8Array,
  hash: HashPort,
): Uint8Array {
  const genesis = encode(fixed(32), homeGenesisHash);
  return sha256Of(hash, ENTRY_TAG, genesis, encode(dynamicEntryCodec, entry));
}

/** The head after an entry: SHA256(tag(16) ‖ previousHead(32) ‖ digest(32)). */
export function dynamicHead(
  previousHead: Uint8Array,
  digest: Uint8Array,
  hash: HashPort,
): Uint8Array {
  return sha256Of(hash, HEAD_TAG, previousHead, digest);
}

/**
 * The head after appending `entry` to `current` (undefined before the first entry).
 * @throws DYNAMIC_INDEX DYNAMIC_LINK DYNAMIC_TIME RESOURCE_ROOT_ZERO
 */
export function appendDynamicEntry(
  current: ObservedHead | undefined,
  entry: DynamicEntry,
  homeGenesisHash: Uint8Array,
  hash: HashPort,
): ObservedHead {
  const expected = (current?.index ?? 0n) + 1n;
  if (entry.index !== expected) {
    throw resourceError('DYNAMIC_INDEX', { index: entry.index, expected });
  }
  if (!equalBytes(entry.previousHead, current?.head ?? ZERO_HASH)) {
    throw resourceError('DYNAMIC_LINK', { index: entry.index });
  }
  if (current !== undefined && entry.observedAt < current.observedAt) {
    throw resourceError('DYNAMIC_TIME', {
      observedAt: entry.observedAt,
      previous: current.observedAt,
    });
  }
  if (equalBytes(entry.attributesRoot, ZERO_HASH)) throw resourceError('RESOURCE_ROOT_ZERO');
  const digest = dynamicEntryDigest(entry, homeGenesisHash, hash);
  return {
    index: entry.index,
    head: dynamicHead(entry.previousHead, digest, hash),
    observedAt: entry.observedAt,
  };
}

/** Checks the issuer's signature of an entry. @throws DYNAMIC_SIGNATURE */
export function verifyDynamicEntry(
  signed: SignedDynamicEntry,
  issuer: Uint8Array,
  homeGenesisHash: Uint8Array,
  hash: HashPort,
  signatures: SignaturePort,
): void {
  const digest = dynamicEntryDigest(signed.entry, homeGenesisHash, hash);
  const signer = signatures.recoverAddress(digest, signed.signature);
  if (signer === undefined || !equalBytes(signer, issuer)) {
    throw resourceError('DYNAMIC_SIGNATURE', { index: signed.entry.index });
  }
}

/** How `offered` stands to `held`, both heads of one resource. */
export function compareHeads(
  held: { readonly index: bigint; readonly head: Uint8Array },
  offered: { readonly index: bigint; readonly head: Uint8Array },
): HeadOrder {
  if (offered.index !== held.index) return offered.index > held.index ? 'newer' : 'older';
  return equalBytes(offered.head, held.head) ? 'same' : 'conflict';
}

/** True for two different entries at one index of one resource; the same entry signed twice is none. */
export function isEquivocation(first: DynamicEntry, second: DynamicEntry): boolean {
  return (
    first.index === second.index &&
    equalBytes(first.resourceId, second.resourceId) &&
    !equalBytes(encode(dynamicEntryCodec, first), encode(dynamicEntryCodec, second))
  );
}

/**
 * Checks evidence that an issuer signed two different entries at one index.
 * @throws DYNAMIC_NO_EQUIVOCATION DYNAMIC_SIGNATURE
 */
export function verifyEquivocation(
  first: SignedDynamicEntry,
  second: SignedDynamicEntry,
  issuer: Uint8Array,
  homeGenesisHash: Uint8Array,
  hash: HashPort,
  signatures: SignaturePort,
): void {
  if (!isEquivocation(first.entry, second.entry)) throw resourceError('DYNAMIC_NO_EQUIVOCATION');
  verifyDynamicEntry(first, issuer, homeGenesisHash, hash, signatures);
  verifyDynamicEntry(second, issuer, homeGenesisHash, hash, signatures);
}
