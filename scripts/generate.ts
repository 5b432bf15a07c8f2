/**
 * Writes every generated file of the repository, or with --check says which are stale and exits 1.
 * Today: the JSON Schema 2020-12 twins of the resource kinds.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderJsonSchemas } from '../schemas/resource/json-schema.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');
const files = renderJsonSchemas().map(({ name, text }) => ({
  path: join('schemas/resource/json-schema', name),
  text,
}));

let stale = 0;
for (const { path, text } of files) {
  const target = join(root, path);
  if (readOrEmpty(target) === text) continue;
  stale += 1;
  process.stdout.write(`${check ? 'stale' : 'written'}: ${path}\n`);
  if (check) continue;
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
if (check && stale > 0) {
  process.stdout.write('run `npm run generate`\n');
  process.exitCode = 1;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
