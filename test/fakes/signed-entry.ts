/* Dynamic entries as the issuer of a test signs them. */
import { nobleSignature } from '../../main-chain/ledger/noble-signature.ts';
import { nobleHash, ZERO_HASH } from '../../schemas/hash.ts';
import {
  type DynamicEntry,
  dynamicEntryDigest,
  type SignedDynamicEntry,
} from '../../schemas/resource/dynamic-entry.ts';
import { unixSeconds } from '../../schemas/units.ts';
import { testKey } from './ledger-context.ts';

/** Entry 1 of a resource, signed by test key `n` for the chain of `genesisHash`. */
export function signedEntry(
  n: number,
  genesisHash: Uint8Array,
  resourceId: Uint8Array,
  changes: Partial<DynamicEntry> = {},
): SignedDynamicEntry {
  const entry: DynamicEntry = {
    resourceId,
    index: 1n,
    previousHead: ZERO_HASH,
    attributesRoot: new Uint8Array(32).fill(5),
    observedAt: unixSeconds(1_800_000_000n),
    ...changes,
  };
  const digest = dynamicEntryDigest(entry, genesisHash, nobleHash);
  return { entry, signature: nobleSignature.sign(digest, testKey(n)) };
}
