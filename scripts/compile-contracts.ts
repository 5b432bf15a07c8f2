/**
 * Compiles the Ethereum contracts with solc-js into side-chains/ethereum/generated: ABI, creation code
 * and storage layout of each deployable contract, with the digest of all that went in. (solc has no
 * types and OpenZeppelin's sources are named in Solidity only: knip.json lists both.)
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const CONTRACTS = 'side-chains/ethereum/contracts';
const DEPLOYED: Readonly<Record<string, string>> = {
  TielineHub: 'TielineHub.sol',
  Governance: 'Governance.sol',
};
/** london: what a clique network runs, and every later fork too. */
const SETTINGS = {
  viaIR: true,
  optimizer: { enabled: true, runs: 2000 },
  evmVersion: 'london',
  metadata: { appendCBOR: false },
} as const;

/** What is committed of a contract. */
export interface Artefact {
  readonly contract: string;
  readonly compiler: string;
  /** SHA-256 of sources, settings and compiler version: tells a stale file from a fresh one. */
  readonly sourceDigest: string;
  readonly abi: readonly unknown[];
  /** Creation code, hex with 0x. */
  readonly bytecode: string;
  /** Variables in slot order. */
  readonly storage: readonly string[];
}

interface CompilerOutput {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts: Readonly<Record<string, Readonly<Record<string, CompiledContract>>>>;
}

interface CompiledContract {
  readonly abi: readonly unknown[];
  readonly evm: { readonly bytecode: { readonly object: string } };
  readonly storageLayout: {
    readonly storage: readonly { label: string; slot: string; offset: number; type: string }[];
  };
}

interface Compiler {
  version(): string;
  compile(
    input: string,
    callbacks: { import(path: string): { contents: string } | { error: string } },
  ): string;
}

type Sources = Readonly<Record<string, { readonly content: string }>>;

/** The digest the artefacts of the sources at hand must carry. */
export function contractsDigest(): string {
  const input = JSON.stringify([readSources(), SETTINGS, packageVersion('solc')]);
  return createHash('sha256')
    .update(input + packageVersion('@openzeppelin/contracts'))
    .digest('hex');
}

/** Path from the root → text of every artefact; takes a minute. */
export function compileContracts(): readonly { readonly path: string; readonly text: string }[] {
  const output = compileSources(readSources());
  return Object.entries(DEPLOYED).map(([contract, file]) => {
    const compiled = output.contracts[file]?.[contract];
    if (compiled === undefined) throw new Error(`${contract} was not compiled`);
    const artefact: Artefact = {
      contract,
      compiler: `solc ${packageVersion('solc')}, ${SETTINGS.evmVersion}, viaIR, ${SETTINGS.optimizer.runs} runs`,
      sourceDigest: contractsDigest(),
      abi: compiled.abi,
      bytecode: `0x${compiled.evm.bytecode.object}`,
      storage: compiled.storageLayout.storage.map(
        ({ slot, offset, label, type }) =>
          `${slot}${offset === 0 ? '' : `+${offset}`} ${label}: ${type.replace(/(t_struct\(\w+\))\d+/g, '$1')}`,
      ),
    };
    const path = `side-chains/ethereum/generated/${contract}.json`;
    return { path, text: `${JSON.stringify(artefact, null, 1)}\n` };
  });
}

/** Compiles sources by name; imports may name files of the contracts and of npm packages. */
export function compileSources(sources: Sources): CompilerOutput {
  const compiler = createRequire(import.meta.url)('solc') as Compiler;
  const input = {
    language: 'Solidity',
    sources,
    settings: {
      ...SETTINGS,
      outputSelection: { '*': { '*': ['abi', 'storageLayout', 'evm.bytecode.object'] } },
    },
  };
  const answer = compiler.compile(JSON.stringify(input), { import: readImport });
  const output = JSON.parse(answer) as CompilerOutput;
  const complaints = output.errors ?? [];
  if (complaints.length > 0) {
    throw new Error(complaints.map(({ formattedMessage }) => formattedMessage).join('\n'));
  }
  return output;
}

function readImport(path: string): { contents: string } | { error: string } {
  for (const folder of ['node_modules', CONTRACTS]) {
    try {
      return { contents: readFileSync(join(root, folder, path), 'utf8') };
    } catch {}
  }
  return { error: `${path} is in no package and no contract` };
}

function readSources(): Sources {
  const names = readdirSync(join(root, CONTRACTS), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.sol')).sort();
  return Object.fromEntries(
    files.map((name) => [name, { content: readFileSync(join(root, CONTRACTS, name), 'utf8') }]),
  );
}

function packageVersion(name: string): string {
  const text = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
