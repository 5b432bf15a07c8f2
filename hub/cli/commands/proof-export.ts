/** `tieline proof export`: one state key with a proof that other verifiers understand, from a running node. */
import { type Command, InvalidArgumentError } from 'commander';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import { isTielineError } from '../../../schemas/errors.ts';
import { openNodeCalls } from '../../compose.ts';
import { exportIcs23Proof, parseStateKey } from '../../proof/export-ics23-proof.ts';
import { parseCount } from '../arguments.ts';
import { cliError } from '../errors.ts';
import { parseUrl } from '../options.ts';
import type { Terminal } from '../terminal.ts';

interface ExportFlags {
  readonly ics23?: true;
  readonly node: string;
  readonly key: Uint8Array;
  readonly height?: bigint;
}

/** Adds the command to `tieline proof`. */
export function addProofExport(proof: Command, terminal: Terminal): void {
  proof
    .command('export')
    .description('what a chain holds, or does not hold, under one state key, provable to others')
    .option(
      '--ics23',
      'as ICS-23 CommitmentProof, for docs/ics23-proof-spec.json (the one form there is)',
    )
    .requiredOption('--node <url>', 'RPC of a node of the chain', parseUrl)
    .requiredOption(
      '--key <key>',
      'state key as docs/protocol.md#state-keys lists it, raw bytes as hex in braces: supply/{101f…}',
      parseKey,
    )
    .option('--height <height>', 'one of the newest 64 heights (default: the newest)', parseCount)
    .action((flags: ExportFlags) => runExport(flags, terminal));
}

async function runExport(flags: ExportFlags, terminal: Terminal): Promise<void> {
  if (flags.ics23 !== true) throw cliError('CLI_ARGUMENT', { missing: '--ics23' });
  const ports = await loadPorts();
  const { call, close } = await openNodeCalls(flags.node);
  try {
    const exported = await exportIcs23Proof(call, flags.key, flags.height, ports);
    terminal.out(`${JSON.stringify(exported, undefined, 2)}\n`);
  } finally {
    await close();
  }
}

function parseKey(text: string): Uint8Array {
  try {
    return parseStateKey(text);
  } catch (error) {
    if (!isTielineError(error)) throw error;
    throw new InvalidArgumentError(
      'A key is ASCII text, with raw bytes as lower-case hex in braces.',
    );
  }
}
