/** What the commands of `tieline anchor` do. docs/protocol.md#anchored-records */
import { existsSync } from 'node:fs';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import { proofError } from '../../../main-chain/relay/evidence/errors.ts';
import { formatRecordFile, RECORD_FORMAT } from '../../../main-chain/relay/evidence/record-file.ts';
import type { ProvenRecords } from '../../../main-chain/relay/evidence/verify-records.ts';
import { toHex } from '../../../schemas/hash.ts';
import { formatAccountId } from '../../../schemas/ids.ts';
import { compareRecords } from '../../records/compare-records.ts';
import { recordsFileError } from '../../records/errors.ts';
import { judgeRecordFile } from '../../records/judge-record-file.ts';
import { readRecords } from '../../records/read-records.ts';
import {
  formatList,
  listRecords,
  parseList,
  proveRecord,
  RECORDS_FORMAT,
  type RecordsList,
  verifyList,
} from '../../records/records-list.ts';
import { anchorList } from '../anchor-list.ts';
import { createHubClient } from '../hub-client.ts';
import { type HubFlags, type KeyFlags, print, readKey } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { readText, replaceText, writeNew } from '../text-files.ts';

export interface SubmitFlags extends HubFlags, KeyFlags {
  readonly chain: string;
  readonly out?: string;
}

export interface VerifyFlags {
  readonly trust?: Uint8Array;
  readonly record?: string;
  readonly json?: true;
}

export interface ProveFlags {
  readonly trust?: Uint8Array;
  readonly out?: string;
  readonly json?: true;
}

/** Most names one sentence gives; all of them are printed. */
const NAMED = 5;

/** Anchors what lies at `path`, or goes on where an earlier run ended. @throws RECORDS_* CLI_* and what hub and chain refuse with */
export async function runSubmit(
  path: string,
  flags: SubmitFlags,
  terminal: Terminal,
): Promise<void> {
  const ports = await loadPorts();
  const file = flags.out ?? `${path.replace(/[/\\]+$/, '')}.tieline-records.json`;
  const sources = await readRecords(path);
  let list: RecordsList;
  if (existsSync(file)) {
    // What an earlier run left: its salts are those it may have anchored already.
    list = parseList(readText(file));
    if (list.evidence !== undefined) throw recordsFileError('RECORDS_ANCHORED', { file });
    requireSame(compareRecords(list.records, sources, ports.hash), terminal, flags);
  } else {
    list = listRecords(sources, ports.hash);
    // Kept before anything is sent: without its salts an anchored list proves nothing.
    writeNew(file, formatList(list));
  }
  const key = await readKey(flags);
  const hub = createHubClient(flags.hub);
  const anchored = await anchorList(hub, flags.chain, key, list, ports);
  replaceText(file, formatList(anchored.list));
  const { proven } = anchored;
  const summary = { file, ...describe(proven) };
  print(
    terminal,
    flags,
    summary,
    `Anchored ${proven.count} records in block ${proven.height} of ${proven.chainId}; keep ${file} and judge with\n  tieline anchor verify ${file} ${path} --trust <anchor>\n`,
  );
}

/** Writes the proof of one record of a list. @throws RECORD_UNKNOWN RECORDS_* PROOF_* CLI_FILE */
export async function runProve(
  file: string,
  name: string,
  { trust, out, ...flags }: ProveFlags,
  terminal: Terminal,
): Promise<void> {
  const ports = await loadPorts();
  const list = parseList(readText(file));
  const proved = proveRecord(list, verifyList(list, requireTrust(trust), ports), name);
  const target = out ?? `${name.replace(/[^A-Za-z0-9._-]/g, '_')}.tieline-record.json`;
  writeNew(target, formatRecordFile(proved.proof, proved.proven));
  print(
    terminal,
    flags,
    { file: target },
    `Wrote ${target}; judge it with \`tieline anchor verify ${target} <record> --trust <anchor>\`.\n`,
  );
}

/** Judges what lies at `path`. @throws RECORDS_* RECORD_* PROOF_* CLI_FILE */
export async function runVerify(
  file: string,
  path: string,
  flags: VerifyFlags,
  terminal: Terminal,
): Promise<void> {
  const ports = await loadPorts();
  const text = readText(file);
  const format = /^\s*\{\s*"format"\s*:\s*"([^"]*)"/.exec(text)?.[1];
  if (format === RECORD_FORMAT) {
    const proven = await judgeRecordFile(text, path, requireTrust(flags.trust), ports);
    const { name, index } = proven;
    const said = `${JSON.stringify(name)} is record ${index + 1} of ${sentence(proven)}`;
    return print(terminal, flags, { name, index, ...describe(proven) }, said);
  }
  if (format !== RECORDS_FORMAT) throw proofError('PROOF_FORMAT', { file });
  const list = parseList(text);
  const { proven } = verifyList(list, requireTrust(flags.trust), ports);
  const { record } = flags;
  const isAsked = ({ name }: { readonly name: string }) => record === undefined || name === record;
  const listed = list.records.filter(isAsked);
  if (listed.length === 0) throw recordsFileError('RECORD_UNKNOWN', { record: record ?? '' });
  const found = compareRecords(listed, (await readRecords(path)).filter(isAsked), ports.hash);
  requireSame(found, terminal, flags);
  const intact = found.intact.length;
  const said = `${intact} of ${intact} intact, part of ${sentence(proven)}`;
  print(terminal, flags, { ...found, ...describe(proven) }, said);
}

/** Nothing is judged without an anchor from elsewhere. @throws PROOF_NO_ANCHOR */
function requireTrust(trust: Uint8Array | undefined): Uint8Array {
  if (trust === undefined) throw proofError('PROOF_NO_ANCHOR');
  return trust;
}

/** Prints every record that differs and refuses where there is one. @throws RECORDS_DIFFER */
function requireSame(
  found: ReturnType<typeof compareRecords>,
  terminal: Terminal,
  flags: Pick<VerifyFlags, 'json'>,
): void {
  const { intact, ...differing } = found;
  const lines = Object.entries(differing).flatMap(([how, names]) =>
    names.map((name) => `${how} ${JSON.stringify(name)}\n`),
  );
  if (lines.length === 0) return;
  print(terminal, flags, found, lines.join(''));
  const facts = Object.entries(differing)
    .filter(([, names]) => names.length > 0)
    .map(([how, names]) => [how, names.slice(0, NAMED).join(' ')]);
  throw recordsFileError('RECORDS_DIFFER', {
    records: lines.length,
    intact: intact.length,
    ...Object.fromEntries(facts),
  });
}

function describe({ chainId, owner, root, count, height, timeMs }: ProvenRecords) {
  return {
    owner: formatAccountId(chainId, owner),
    root: toHex(root),
    count,
    height: height.toString(),
    time: new Date(Number(timeMs)).toISOString(),
  };
}

function sentence(proven: ProvenRecords): string {
  const { owner, count, height, time } = describe(proven);
  return `${count} anchored by ${owner} in block ${height}, ${time}\n`;
}
