/**
 * Compiles the Ethereum contracts, and those of the tests, with solc-js in one run: ABI, creation code and
 * storage layout of each deployable contract, with the digest of all that went in. A function or event
 * that NatSpec says nothing of is an error. (solc has no types and OpenZeppelin's sources are named in
 * Solidity only: knip.json lists both.)
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const CONTRACTS = 'side-chains/ethereum/contracts';
const FIXTURES = 'test/fixtures/ethereum';
/** Contract → where its file is written; each stands in the source file of its name. */
const DEPLOYED: Readonly<Record<string, string>> = {
  TielineHub: 'side-chains/ethereum/generated',
  Governance: 'side-chains/ethereum/generated',
  ReenteringReceiver: FIXTURES,
};
/** london: what a clique network runs, and every later fork too. More runs than these make the hub too large (EIP-170). */
const SETTINGS = {
  viaIR: true,
  optimizer: { enabled: true, runs: 1000 },
  evmVersion: 'london',
  metadata: { appendCBOR: false },
} as const;

const OUTPUT = [
  'abi',
  'storageLayout',
  'evm.bytecode.object',
  'evm.methodIdentifiers',
  'userdoc',
  'devdoc',
];

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
  readonly abi: readonly AbiEntry[];
  readonly evm: {
    readonly bytecode: { readonly object: string };
    readonly methodIdentifiers: Readonly<Record<string, string>>;
  };
  readonly storageLayout: {
    readonly storage: readonly { label: string; slot: string; offset: number; type: string }[];
  };
  readonly userdoc: Documented;
  readonly devdoc: Documented;
}

interface AbiEntry {
  readonly type: string;
  readonly name?: string;
}

/** NatSpec by signature. */
interface Documented {
  readonly methods?: Readonly<Record<string, object>>;
  readonly events?: Readonly<Record<string, object>>;
  readonly stateVariables?: Readonly<Record<string, object>>;
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
  const output = compile(readSources());
  return Object.entries(DEPLOYED).map(([contract, folder]) => {
    const compiled = output.contracts[`${contract}.sol`]?.[contract];
    if (compiled === undefined) throw new Error(`${contract} was not compiled`);
    if (folder !== FIXTURES) requireNatSpec(contract, compiled);
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
    const path = `${folder}/${contract}.json`;
    return { path, text: `${JSON.stringify(artefact, null, 1)}\n` };
  });
}

/** Every external function and event is documented; errors have the names of docs/errors.md instead. */
function requireNatSpec(contract: string, { abi, evm, userdoc, devdoc }: CompiledContract): void {
  const functions = { ...devdoc.methods, ...devdoc.stateVariables, ...userdoc.methods };
  const events = { ...devdoc.events, ...userdoc.events };
  const named = (documented: object) =>
    new Set(Object.keys(documented).map((signature) => signature.replace(/\(.*/, '')));
  const [known, shown] = [named(functions), named(events)];
  const silent = [
    ...Object.keys(evm.methodIdentifiers)
      .map((signature) => signature.replace(/\(.*/, ''))
      .filter((name) => !known.has(name)),
    ...abi
      .filter(({ type, name = '' }) => type === 'event' && !shown.has(name))
      .map(({ name }) => name),
  ];
  if (silent.length > 0) throw new Error(`${contract}: no NatSpec on ${silent.join(', ')}`);
}

/** Compiles sources by name; imports may name files of the contracts and of npm packages. */
function compile(sources: Sources): CompilerOutput {
  const compiler = createRequire(import.meta.url)('solc') as Compiler;
  const input = {
    language: 'Solidity',
    sources,
    settings: {
      ...SETTINGS,
      outputSelection: { '*': { '*': OUTPUT } },
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
  const files = [CONTRACTS, FIXTURES].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.sol'))
      .sort()
      .map((name) => [name, { content: readFileSync(join(root, folder, name), 'utf8') }] as const),
  );
  return Object.fromEntries(files);
}

function packageVersion(name: string): string {
  const text = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
