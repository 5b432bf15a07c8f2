/**
 * A data directory of Tieline: made once with a marker that says whose it is, held by one process at
 * a time through a lock file. Foreign, newer and locked directories are refused in one sentence.
 * docs/architecture.md#data-directory
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isTielineError } from '../../schemas/errors.ts';
import { hostError } from './errors.ts';
import { type FaultPort, noFaults } from './fault-port.ts';
import { writeFailure } from './write-failure.ts';

const MARKER = 'tieline.json';
const LOCK = 'lock';
const FORMAT = 1;
/** The lock, and what a crash leaves of writing lock or marker. */
const OWN_FILES = /^(lock(\.\d+)?|tieline\.json\.new)$/;

/** An opened directory; `release` gives the lock back. */
export interface DataDirectory {
  readonly path: string;
  release(): void;
}

/**
 * Opens (or makes) the directory `path` for one `owner`, a text such as `chain:<genesis hash>` that
 * must be the same at every start.
 * @throws DATA_DIRECTORY_FOREIGN DATA_DIRECTORY_NEWER DATA_DIRECTORY_OTHER DATA_DIRECTORY_LOCKED DATA_DIRECTORY_UNUSABLE STORE_FULL
 */
export function openDataDirectory(
  path: string,
  owner: string,
  faults: FaultPort = noFaults,
): DataDirectory {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    verifyMarker(path, owner);
    takeLock(path, faults);
    if (!existsSync(join(path, MARKER))) writeMarker(path, owner, faults);
  } catch (cause) {
    if (isTielineError(cause)) throw cause;
    const failure = writeFailure(path, cause);
    throw failure.code === 'STORE_FULL'
      ? failure
      : hostError('DATA_DIRECTORY_UNUSABLE', { path }, cause);
  }
  return { path, release: () => rmSync(join(path, LOCK), { force: true }) };
}

function verifyMarker(path: string, owner: string): void {
  const marker = join(path, MARKER);
  if (!existsSync(marker)) {
    // Both may be what a crash has left of the first start.
    const strangers = readdirSync(path).filter((name) => !OWN_FILES.test(name));
    if (strangers.length > 0) throw hostError('DATA_DIRECTORY_FOREIGN', { path });
    return;
  }
  const { format, owner: found } = readMarker(path, marker);
  if (typeof format !== 'number') throw hostError('DATA_DIRECTORY_FOREIGN', { path });
  if (format > FORMAT) throw hostError('DATA_DIRECTORY_NEWER', { path, format });
  if (found !== owner) throw hostError('DATA_DIRECTORY_OTHER', { path, holds: String(found) });
}

function readMarker(path: string, marker: string): { format?: unknown; owner?: unknown } {
  try {
    const record: unknown = JSON.parse(readFileSync(marker, 'utf8'));
    if (typeof record === 'object' && record !== null) return record;
  } catch (cause) {
    throw hostError('DATA_DIRECTORY_FOREIGN', { path }, cause);
  }
  throw hostError('DATA_DIRECTORY_FOREIGN', { path });
}

function writeMarker(path: string, owner: string, faults: FaultPort): void {
  const temporary = join(path, `${MARKER}.new`);
  faults('directory/marker', 'before');
  writeSynced(temporary, 'w', `${JSON.stringify({ format: FORMAT, owner })}\n`);
  faults('directory/marker', 'after');
  faults('directory/rename', 'before');
  renameSync(temporary, join(path, MARKER));
  faults('directory/rename', 'after');
}

function takeLock(path: string, faults: FaultPort): void {
  const lock = join(path, LOCK);
  const self = `${process.pid} ${startOf(process.pid) ?? ''}`.trim();
  faults('directory/lock', 'before');
  const isFree = tryLock(lock, self);
  faults('directory/lock', 'after');
  if (isFree) return;
  const [pid = '', start] = readFileSync(lock, 'utf8').trim().split(' ');
  if (isRunning(Number(pid), start)) throw hostError('DATA_DIRECTORY_LOCKED', { path, pid });
  // Left by a process that is gone. Moving it aside succeeds for one starter only.
  const stale = `${lock}.${process.pid}`;
  renameSync(lock, stale);
  rmSync(stale);
  if (!tryLock(lock, self)) throw hostError('DATA_DIRECTORY_LOCKED', { path });
}

function tryLock(lock: string, text: string): boolean {
  try {
    writeSynced(lock, 'wx', `${text}\n`);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function writeSynced(path: string, flags: 'w' | 'wx', text: string): void {
  const file = openSync(path, flags, 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function isRunning(pid: number, start: string | undefined): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = startOf(pid);
  return now === undefined || start === undefined || now === start;
}

/** When a process started, in ticks since boot; tells a reused pid apart (Linux only). */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
