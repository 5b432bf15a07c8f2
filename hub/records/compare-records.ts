/** Which records on disk are no longer those of a list: each is named. docs/protocol.md#anchored-records */
import { equalBytes } from '../../schemas/hash.ts';
import type { HashPort } from '../../schemas/ports.ts';
import { recordLeafHash } from '../../schemas/tree/record-tree.ts';
import type { SourceRecord } from './read-records.ts';
import type { ListedRecord } from './records-list.ts';

/** Names, in the order of list and disk. */
export interface RecordDifferences {
  readonly intact: readonly string[];
  readonly altered: readonly string[];
  readonly missing: readonly string[];
  /** On disk, but not on the list. */
  readonly added: readonly string[];
}

/** Compares content with leaves; whether the list itself can be trusted is verifyList's affair. */
export function compareRecords(
  listed: readonly ListedRecord[],
  sources: readonly SourceRecord[],
  hash: HashPort,
): RecordDifferences {
  const onDisk = new Map(sources.map(({ name, contentHash }) => [name, contentHash]));
  const intact: string[] = [];
  const altered: string[] = [];
  const missing: string[] = [];
  for (const { name, salt, leaf } of listed) {
    const contentHash = onDisk.get(name);
    onDisk.delete(name);
    if (contentHash === undefined) missing.push(name);
    else if (equalBytes(recordLeafHash({ salt, name, contentHash }, hash), leaf)) intact.push(name);
    else altered.push(name);
  }
  return { intact, altered, missing, added: [...onDisk.keys()] };
}
