/* What the processes of a bench take of the machine: memory, processor time, bytes on the disk. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 1_048_576;
/** Linux counts processor time in ticks of 10 ms. */
const TICK_MICROS = 10_000;
const MOST_POINTS = 120;

/** Memory of all processes, and of the chains' stores on the disk, so many seconds into the run. */
export interface MemoryPoint {
  readonly second: number;
  readonly rssMiB: number;
  readonly diskMiB: number;
}

/** Resident memory of the processes together in MiB; elsewhere than on Linux of this one alone. */
export function residentMiB(pids: readonly number[]): number {
  let bytes = 0;
  for (const pid of pids) bytes += pid === process.pid ? process.memoryUsage.rss() : rssOf(pid);
  return Math.round(bytes / MIB);
}

/** Processor time the processes have used so far, in microseconds. */
export function processorMicros(pids: readonly number[]): number {
  let micros = 0;
  for (const pid of pids) {
    if (pid === process.pid) {
      const { user, system } = process.cpuUsage();
      micros += user + system;
    } else {
      const [user = 0, system = 0] = statOf(pid).slice(11, 13);
      micros += (user + system) * TICK_MICROS;
    }
  }
  return micros;
}

/** Bytes of all files below a directory in MiB. */
export function diskMiB(directory: string): number {
  let bytes = 0;
  for (const name of listed(directory)) {
    try {
      bytes += statSync(join(directory, name)).size;
    } catch {
      // removed by the store meanwhile
    }
  }
  return Math.round(bytes / MIB);
}

/** Samples until stopped; the series is thinned by half whenever it holds 120 points. */
export function sampleMemory(pids: () => readonly number[], directory: string) {
  const started = performance.now();
  let points: MemoryPoint[] = [];
  let everyMs = 1000;
  let peak = 0;
  const sample = (): MemoryPoint => {
    const point = {
      second: Math.round((performance.now() - started) / 1000),
      rssMiB: residentMiB(pids()),
      diskMiB: diskMiB(directory),
    };
    peak = Math.max(peak, point.rssMiB);
    return point;
  };
  const tick = (): void => {
    points.push(sample());
    if (points.length >= MOST_POINTS) {
      points = points.filter((_, at) => at % 2 === 0);
      everyMs *= 2;
    }
    timer = setTimeout(tick, everyMs);
  };
  let timer = setTimeout(tick, everyMs);
  return {
    /** The series with one last point, and the highest resident memory seen. */
    stop(): { readonly memory: readonly MemoryPoint[]; readonly peakMiB: number } {
      clearTimeout(timer);
      points.push(sample());
      return { memory: points, peakMiB: peak };
    },
  };
}

function listed(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
}

function rssOf(pid: number): number {
  const kib = /VmRSS:\s+(\d+) kB/.exec(procFile(pid, 'status'))?.[1] ?? '0';
  return Number(kib) * 1024;
}

/** The numbers of /proc/<pid>/stat after the command's name; none where there is no such file. */
function statOf(pid: number): number[] {
  const text = procFile(pid, 'stat');
  return text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
