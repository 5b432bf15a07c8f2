/*
 * Runs the import rules of .dependency-cruiser.cjs, and fails as well when fewer modules were read
 * than there are sources: a cruiser that reads nothing finds nothing.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { root } from './ensure.mjs';

process.chdir(root);
const folders = [
  'schemas',
  'main-chain',
  'side-chains',
  'adapters',
  'hub',
  'test',
  'scripts',
].filter((folder) => existsSync(folder));
const sources = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name)),
);

const { forbidden, options } = await extractConfig('./.dependency-cruiser.cjs');
const { output } = await cruise(
  folders,
  { ...options, ruleSet: { forbidden }, validate: true },
  undefined,
  { tsConfig: extractTsConfig('tsconfig.json') },
);
const cruised = new Set(output.modules.map(({ source }) => source));
const missed = sources.filter((source) => !cruised.has(source));

for (const { rule, from, to, cycle } of output.summary.violations) {
  const { comment } = forbidden.find(({ name }) => name === rule.name);
  const path = cycle ? cycle.map(({ name }) => name).join(' -> ') : to;
  console.error(`${from} -> ${path}\n  ${rule.name}: ${comment}`);
}
for (const source of missed) console.error(`${source} was not read`);
console.error(`${sources.length - missed.length} of ${sources.length} sources read`);
process.exitCode = output.summary.error === 0 && missed.length === 0 && sources.length > 0 ? 0 : 1;
