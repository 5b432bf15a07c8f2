/* Runs the command line from the sources, as a process of its own that is always ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(fileURLToPath(import.meta.url), '../../..');

/** How a process ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A running command. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** The first line of standard output that matches. */
  line(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Interrupts it and waits for its end. */
  stop(): Promise<Ended>;
}

/** Starts `tieline <args>` (or another program of the sources) in a directory. */
export function start(args: readonly string[], directory = ROOT, program = 'hub/cli.ts'): Running {
  const tsx = resolve(ROOT, 'node_modules/tsx/dist/loader.mjs');
  const child = spawn(process.execPath, ['--import', tsx, join(ROOT, program), ...args], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  const listeners = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    for (const listener of listeners) listener();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<Ended>((done) => {
    child.on('close', (code) => {
      done({ code, out, err });
      for (const listener of listeners) listener();
    });
  });
  return {
    child,
    ended,
    line: (pattern) =>
      new Promise((found, failed) => {
        const look = (): void => {
          const match = out.match(pattern);
          if (match !== null) found(match);
          else if (child.exitCode !== null)
            failed(new Error(`ended with ${child.exitCode}: ${err}${out}`));
          else return;
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      }),
    async stop() {
      child.kill('SIGINT');
      return ended;
    },
  };
}

/** Runs `tieline <args>` to its end. */
export function run(args: readonly string[], directory?: string): Promise<Ended> {
  return start(args, directory).ended;
}

/** An empty directory and how to remove it. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'tieline-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A run of four ports that are free now. */
export async function freeBasePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  await new Promise((closed) => server.close(closed));
  return port > 65_000 ? port - 100 : port;
}
