/** `tieline up`: the whole network and its demonstration in one process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { up } from '../../up/up.ts';
import { parsePort } from '../arguments.ts';
import { type Terminal, terminalLog } from '../terminal.ts';

interface UpFlags {
  readonly once?: true;
  readonly data?: string;
  readonly host: string;
  readonly port: number;
  readonly verbose?: true;
}

/** Adds the command. */
export function addUp(program: Command, terminal: Terminal): void {
  program
    .command('up')
    .description(
      'start the main chain, the shards of Jiangsu and Anhui and the hub, and show transfers between them',
    )
    .option(
      '--once',
      'run in a fresh temporary directory, print a summary as JSON on the last line, and end',
    )
    .option('--data <directory>', 'where the state lives (default: ./.tieline)')
    .option('--host <address>', 'address the API listens on', '127.0.0.1')
    .option('--port <port>', 'port of the API, 0 for any free one', parsePort, 8080)
    .option('--verbose', 'say more on standard error')
    .action((flags: UpFlags) => runUp(flags, terminal));
}

async function runUp(flags: UpFlags, terminal: Terminal): Promise<void> {
  const { data, host, port } = flags;
  const once = flags.once === true;
  const isTemporary = once && data === undefined;
  const directory = isTemporary ? mkdtempSync(join(tmpdir(), 'tieline-')) : (data ?? '.tieline');
  const log = terminalLog(terminal, flags.verbose === true);
  try {
    const summary = await up({
      directory,
      host,
      port,
      once,
      say: terminal.out,
      log,
      stopped: terminal.stopped,
    });
    if (once) terminal.out(`${JSON.stringify(summary)}\n`);
  } finally {
    if (isTemporary) rmSync(directory, { recursive: true, force: true });
  }
}
