/** Judges the proof of one record against what lies at a path. docs/protocol.md#anchored-records */
import { parseRecordFile, verifyRecordFile } from '../../main-chain/relay/evidence/record-file.ts';
import type { VerifierPorts } from '../../main-chain/relay/evidence/verify-anchor.ts';
import type { ProvenRecord } from '../../main-chain/relay/evidence/verify-records.ts';
import { isTielineError } from '../../schemas/errors.ts';
import { recordsFileError } from './errors.ts';
import { hashFile, isFolder, readRecords } from './read-records.ts';

/**
 * `path` is the record itself, or the folder or the file of lines that holds it under its name.
 * @throws RECORD_UNKNOWN RECORD_ALTERED RECORD_PLACE PROOF_* CLI_FILE
 */
export async function judgeRecordFile(
  text: string,
  path: string,
  anchor: Uint8Array,
  ports: VerifierPorts,
): Promise<ProvenRecord> {
  const { name } = parseRecordFile(text).proof;
  const judge = (contentHash: Uint8Array) => verifyRecordFile(text, contentHash, anchor, ports);
  if (!isFolder(path)) {
    try {
      return judge(await hashFile(path));
    } catch (error) {
      // It may be a line of this file.
      if (!isTielineError(error, 'RECORD_ALTERED') || !/^[1-9][0-9]*$/.test(name)) throw error;
    }
  }
  const found = (await readRecords(path)).find((record) => record.name === name);
  if (found === undefined) throw recordsFileError('RECORD_UNKNOWN', { record: name });
  return judge(found.contentHash);
}
