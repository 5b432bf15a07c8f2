/* `tieline <args>` as a process of its own: compiled where the bench is, through tsx where the sources run. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { benchError } from '../parts/errors.ts';

export interface TielineProcess {
  readonly pid: number;
  /** Where it answers, once it says so. @throws BENCH_PROCESS when it ends before */
  readonly url: Promise<string>;
  /** Interrupts it and waits for its end. */
  stop(): Promise<void>;
}

/** What scripts/ensure.mjs gives every process that shares the machine's cores. */
const COLLECTION = ['--single-threaded-gc', '--max-semi-space-size=32'];
const PATIENCE_MS = 20_000;

/** Starts it; its standard error goes to `say`. */
export function startTieline(args: readonly string[], say: (line: string) => void): TielineProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const program = fileURLToPath(
    new URL(`../../../hub/cli.${isSource ? 'ts' : 'js'}`, import.meta.url),
  );
  const loader = isSource
    ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
    : [];
  const child = spawn(process.execPath, [...COLLECTION, ...loader, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.on('data', (bytes: Buffer) => say(bytes.toString().trimEnd()));
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const url = new Promise<string>((found, failed) => {
    let out = '';
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes.toString();
      const match = /answers at (http:\/\/\S+)/.exec(out);
      if (match?.[1] !== undefined) found(match[1]);
    });
    const command = `tieline ${args[0] ?? ''}`;
    child.once('error', (cause) => failed(benchError('BENCH_PROCESS', { command }, cause)));
    void ended.then(() => failed(benchError('BENCH_PROCESS', { command })));
  });
  return {
    pid: child.pid ?? 0,
    url,
    async stop() {
      child.kill('SIGINT');
      const timer = setTimeout(kill, PATIENCE_MS);
      await ended;
      clearTimeout(timer);
      process.off('exit', kill);
    },
  };
}
