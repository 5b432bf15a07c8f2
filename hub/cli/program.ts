/** The command `tieline` and everything it can do. docs/architecture.md#cli */
import { Command } from 'commander';
import { addAnchor } from './commands/anchor.ts';
import { addMisbehaviour } from './commands/misbehaviour.ts';
import { addProcesses } from './commands/processes.ts';
import { addProof } from './commands/proof.ts';
import { addProposal } from './commands/proposal.ts';
import { addResource } from './commands/resource.ts';
import { addStatus } from './commands/status.ts';
import { addTransfer } from './commands/transfer.ts';
import { addUp } from './commands/up.ts';
import { addValidators } from './commands/validators.ts';
import type { Terminal } from './terminal.ts';

/** The program; parse arguments with `parseAsync`. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('tieline')
    .description('joins power-sector blockchains and moves resources between them with proofs')
    .configureOutput({ writeOut: terminal.out, writeErr: (text) => terminal.warn(text.trimEnd()) })
    .exitOverride();
  addUp(program, terminal);
  addStatus(program, terminal);
  addResource(program, terminal);
  addTransfer(program, terminal);
  addProof(program, terminal);
  addAnchor(program, terminal);
  addProposal(program, terminal);
  addMisbehaviour(program, terminal);
  addProcesses(program, terminal);
  addValidators(program, terminal);
  addVerbose(program);
  return program;
}

/** Every command can say where an unexpected error came from. */
function addVerbose(command: Command): void {
  for (const each of command.commands) {
    const has = each.options.some(({ long }) => long === '--verbose');
    if (!has && each.commands.length === 0) each.option('--verbose', 'say more on standard error');
    addVerbose(each);
  }
}
