/**
 * Writes every generated file of the repository, or with --check says which are stale and exits 1: the
 * JSON Schema 2020-12 twins of the resource kinds, the ICS-23 ProofSpec of the state tree, ABI and code of
 * the Ethereum contracts. The contracts are compiled when their sources have changed, and always with --all.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ICS23_PROOF_SPEC } from '../main-chain/ledger/ics23/proof-spec.ts';
import { renderJsonSchemas } from '../schemas/resource/json-schema.ts';
import { compileContracts, contractsDigest } from './compile-contracts.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');
const all = process.argv.includes('--all');
const files = [
  ...renderJsonSchemas().map(({ name, text }) => ({
    path: join('schemas/resource/json-schema', name),
    text,
  })),
  { path: 'docs/ics23-proof-spec.json', text: renderProofSpec() },
  ...(all || contractsAreStale() ? compileContracts() : []),
];

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

/** Whether a contract's file was made from other sources; all are made at once. */
function contractsAreStale(): boolean {
  const made = readOrEmpty(join(root, 'side-chains/ethereum/generated/TielineHub.json'));
  return !made.includes(contractsDigest());
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** protobuf's JSON form of cosmos.ics23.v1.ProofSpec: bytes in base64, operations by name. */
function renderProofSpec(): string {
  const operations: Readonly<Record<number, string>> = { 0: 'NO_HASH', 1: 'SHA256' };
  const named = (key: string, value: unknown): unknown => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    if (key === 'length') return value === 0 ? 'NO_PREFIX' : value;
    const isOperation = key === 'hash' || key.startsWith('prehashKey') || key === 'prehashValue';
    return isOperation && typeof value === 'number' ? operations[value] : value;
  };
  const text = JSON.stringify(ICS23_PROOF_SPEC, named, 2);
  // The formatter keeps a list of numbers on one line.
  return `${text.replace(/\[[\s\d,]+\]/g, (list) => list.replace(/\s+/g, '').replace(',', ', '))}\n`;
}
