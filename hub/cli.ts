#!/usr/bin/env node
/**
 * The command line. Exit codes: 0 done, 1 refused or failed (one sentence on standard error), 2 wrong
 * usage. docs/architecture.md#cli
 */
import { CommanderError } from 'commander';
import { createProgram } from './cli/program.ts';
import { processTerminal, tellError } from './cli/terminal.ts';

const terminal = processTerminal();

try {
  await createProgram(terminal).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    tellError(error, terminal, process.argv.includes('--verbose'));
    process.exitCode = 1;
  }
}
