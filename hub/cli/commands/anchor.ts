/**
 * `tieline anchor submit`, `prove` and `verify`: any number of off-chain records in one transaction.
 * The last two need no hub, no node and no network. docs/protocol.md#anchored-records
 */
import type { Command } from 'commander';
import { parseDigest } from '../arguments.ts';
import { withHub, withKey } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import type { ProveFlags, SubmitFlags, VerifyFlags } from './anchor-actions.ts';

const TRUST = 'genesis hash of the chain, or the digest of one of its checkpoints';
/** Loaded when they are asked for: no other command pays for merkletreejs at its start. */
const actions = () => import('./anchor-actions.ts');

/** Adds the commands. */
export function addAnchor(program: Command, terminal: Terminal): void {
  const anchor = program
    .command('anchor')
    .description('anchor off-chain records, and tell later which was altered');
  withKey(withHub(anchor.command('submit')))
    .description('anchor every file of a folder, or every line of a file, in one transaction')
    .argument('<records>', 'folder, or file of lines')
    .requiredOption('--chain <chain>', 'alias of the chain to anchor on')
    .option('--out <file>', 'the list to keep (default: <records>.tieline-records.json)')
    .action(async (records: string, flags: SubmitFlags) =>
      (await actions()).runSubmit(records, flags, terminal),
    );
  anchor
    .command('prove')
    .description('write the proof of one record, to show it without the others; needs no node')
    .argument('<list>', 'the list `anchor submit` wrote')
    .argument('<name>', 'path within the folder, or number of the line')
    .option('--trust <anchor>', TRUST, parseDigest)
    .option('--out <file>', 'where to write it (default: <name>.tieline-record.json)')
    .option('--json', 'print JSON')
    .action(async (list: string, name: string, flags: ProveFlags) =>
      (await actions()).runProve(list, name, flags, terminal),
    );
  anchor
    .command('verify')
    .description('judge records against a list or the proof of one of them; needs no node')
    .argument('<file>', 'the list, or the proof of one record')
    .argument('<records>', 'folder, file of lines, or the record itself')
    .option('--trust <anchor>', TRUST, parseDigest)
    .option('--record <name>', 'judge this record of the list alone')
    .option('--json', 'print JSON')
    .action(async (file: string, records: string, flags: VerifyFlags) =>
      (await actions()).runVerify(file, records, flags, terminal),
    );
}
