/**
 * `npm run bench -- gas [--json] [--write] [--hardfork prague|osaka] [--leaves 1000000]`: what each flow
 * of the Ethereum contracts costs in gas; exact and the same in every run. --write puts the tables into
 * docs/gas.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { anvilMissing } from '../fakes/ethereum/anvil.ts';
import { projectRoot } from '../fakes/ethereum/artefact.ts';
import { measureGas } from './parts/gas-flows.ts';
import { renderGasTables } from './parts/gas-table.ts';

function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
}

const missing = anvilMissing();
if (missing !== undefined) throw new Error(missing);
const hardfork = option('--hardfork', 'prague') === 'osaka' ? 'osaka' : 'prague';
const leaves = Number(option('--leaves', '1000000'));
const rows = await measureGas({ hardfork, leaves });
if (!process.argv.includes('--json')) {
  for (const { field, gas, calldata, bytes, atFloor } of rows) {
    console.log(
      `gas/${field}: ${gas}, calldata ${calldata} of it (${bytes} bytes a transaction)${atFloor ? ', at the floor of EIP-7623' : ''}`,
    );
  }
}
if (process.argv.includes('--write')) {
  const path = join(projectRoot(), 'docs/gas.md');
  const text = readFileSync(path, 'utf8');
  const [start, end] = ['<!-- measured -->\n', '<!-- end -->'];
  const from = text.indexOf(start) + start.length;
  writeFileSync(path, text.slice(0, from) + renderGasTables(rows) + text.slice(text.indexOf(end)));
}
const fields = Object.fromEntries(rows.map(({ field, gas }) => [field, gas]));
console.log(JSON.stringify({ hardfork, leaves, ...fields, rows }));
