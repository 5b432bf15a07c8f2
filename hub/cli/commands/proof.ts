/** `tieline proof get` and `tieline proof verify`: the second needs no hub, no node and no network. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import { summarise, verifyProofFile } from '../../../main-chain/relay/evidence/proof-file.ts';
import type { Proven } from '../../../main-chain/relay/evidence/proven.ts';
import { parseDigest } from '../arguments.ts';
import { cliError } from '../errors.ts';
import { formatTable } from '../format-table.ts';
import { createHubClient } from '../hub-client.ts';
import { type HubFlags, print, withHub } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { addProofExport } from './proof-export.ts';

interface VerifyFlags {
  readonly trust?: Uint8Array;
  readonly json?: true;
}

/** Adds the commands. */
export function addProof(program: Command, terminal: Terminal): void {
  const proof = program.command('proof').description('fetch and judge offline proofs of transfers');
  withHub(proof.command('get'))
    .description('fetch the proof file of a transfer, supply or retirement that has ended')
    .argument('<transfer>', 'id of the transfer')
    .option('--out <file>', 'where to write it (default: <transfer>.tieline-proof.json)')
    .action(async (id: string, flags: HubFlags & { readonly out?: string }) => {
      const file = flags.out ?? `${id.replace(/[^a-z0-9-]/g, '_')}.tieline-proof.json`;
      writeFileSync(
        file,
        await createHubClient(flags.hub).getText(`/v1/proofs/${encodeURIComponent(id)}`),
      );
      print(
        terminal,
        flags,
        { file },
        `Wrote ${file}; judge it with \`tieline proof verify ${file} --trust <anchor>\`.\n`,
      );
    });
  proof
    .command('verify')
    .description('judge proof files against an anchor you hold already; needs no node')
    .argument('<files...>', 'proof files')
    .option(
      '--trust <anchor>',
      'genesis hash of the main chain, or the digest of one of its checkpoints',
      parseDigest,
    )
    .option('--json', 'print JSON')
    .action((files: string[], flags: VerifyFlags) => runVerify(files, flags, terminal));
  addProofExport(proof, terminal);
}

async function runVerify(
  files: readonly string[],
  flags: VerifyFlags,
  terminal: Terminal,
): Promise<void> {
  const ports = await loadPorts();
  const proven = files.map((file) => verifyProofFile(readProof(file), flags.trust, ports));
  const texts = proven.map((each, at) => `${files[at] ?? ''}: proven\n${describe(each)}`);
  const records = proven.map((each, at) => ({
    file: files[at],
    ...each,
    summary: summarise(each),
  }));
  print(terminal, flags, records, texts.join('\n'));
}

function describe(proven: Proven): string {
  const { mainHeight, mainTimeMs } = proven;
  const rows = [
    ['proof of a', proven.type],
    ...Object.entries(summarise(proven)),
    ...details(proven),
    ['checkpoint', `main chain block ${mainHeight}, ${isoTime(mainTimeMs)}`],
  ].map(([name = '', value = '']) => [name, value]);
  return formatTable([{ title: 'fact' }, { title: 'proven' }], rows);
}

/** What was proven beside the summary. */
function details(proven: Proven): readonly (readonly [string, string])[] {
  switch (proven.type) {
    case 'transfer':
      return [
        ...(proven.memo === undefined ? [] : [['memo', proven.memo] as const]),
        ['deadline', isoTime(proven.deadlineSeconds * 1000n)],
      ];
    case 'supply': {
      const { intervalStart, intervalEnd } = proven.statement;
      if (intervalEnd === 0n) return [];
      return [['interval', `${isoTime(intervalStart * 1000n)} to ${isoTime(intervalEnd * 1000n)}`]];
    }
    case 'retirement':
      return [];
  }
}

function isoTime(timeMs: bigint): string {
  const date = new Date(Number(timeMs));
  return Number.isNaN(date.getTime()) ? `${timeMs} ms` : date.toISOString();
}

function readProof(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw cliError('CLI_FILE', { file }, cause);
  }
}
