/*
 * What the start, test, build and bench scripts share: install when node_modules does not fit the
 * lock file, build when dist/ does not fit the sources, run a child with signals and exit code passed on.
 * Uses Node alone; writes to standard error only.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { constants } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(import.meta.url), '../..');

const SOURCES = ['schemas', 'main-chain', 'side-chains', 'adapters', 'hub'];

/** Says one sentence on standard error and ends the process. */
export function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const say = (sentence) => process.stderr.write(`${sentence}\n`);

/** Installs the dependencies unless what npm noted in node_modules is what the lock file asks for. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  requireWritable();
  await withLock(async () => {
    if (isInstalled()) return;
    say('Installing dependencies (this happens once) …');
    const npmCli = process.env.npm_execpath ?? '';
    const [command, first] = /^npm(-cli)?\.c?js$/.test(basename(npmCli))
      ? [process.execPath, [npmCli]]
      : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
    const options = [
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--include=dev',
      '--include=optional',
      // Without a network npm would try for more than a minute: six seconds are enough.
      '--fetch-retry-mintimeout=1000',
      '--fetch-retry-factor=4',
    ];
    const { code, tail } = await run(command, [...first, 'ci', ...options]);
    if (code > 128) process.exit(code);
    if (code !== 0) fail(installSentence(code, tail));
  });
}

/** Builds the program (or `bench`: it and the benches) unless dist/ was built from these very sources. */
export async function ensureBuilt(target = 'build') {
  if (isBuilt(target)) return;
  requireWritable();
  await withLock(async () => {
    if (isBuilt(target)) return;
    say(target === 'bench' ? 'Building the benches …' : 'Building …');
    const digest = sourceDigest(target);
    // The compiler trusts its own notes over the disk: without our mark they may not fit.
    if (!fs.existsSync(markerOf(target)))
      fs.rmSync(`${root}/dist/${target}.tsbuildinfo`, { force: true });
    fs.rmSync(markerOf(target), { force: true });
    const tsc = `${root}/node_modules/typescript/bin/tsc`;
    const { code } = await run(process.execPath, [tsc, '-p', `${root}/tsconfig.${target}.json`]);
    if (code > 128) process.exit(code);
    if (code !== 0)
      fail('The sources do not compile: mend the errors listed above and start again.');
    for (const file of sourceFiles(target)) {
      if (isAsset(file) && !/^test.(?!bench)/.test(file))
        fs.cpSync(join(root, file), join(root, 'dist', file));
    }
    // The compiler makes plain files; `npx tieline` runs this one by itself.
    fs.chmodSync(`${root}/dist/hub/cli.js`, 0o755);
    fs.writeFileSync(markerOf(target), digest);
  });
}

/** How V8 collects where several chains share the machine's cores. docs/performance.md#collection */
export const COLLECTION = ['--single-threaded-gc', '--max-semi-space-size=32'];

/** Runs Node on `args` with this process's own streams and ends with the child's exit code. */
export async function runAndExit(args) {
  const { code } = await run(process.execPath, args, 'inherit');
  process.exit(code);
}

/** Runs a child, output to standard error unless inherited; resolves to its exit code and last output. */
function run(command, args, output = 'stderr') {
  return new Promise((done) => {
    const inherited = output === 'inherit';
    const child = spawn(command, args, {
      cwd: inherited ? process.cwd() : root,
      stdio: inherited ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      shell: command.endsWith('.cmd'),
    });
    let tail = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        process.stderr.write(chunk);
        tail = (tail + chunk).slice(-8000);
      });
    }
    const forward = (signal) => child.kill(signal);
    // A terminal gives Ctrl-C to parent and child alike: passing it on would deliver it twice.
    const interrupt = process.stdin.isTTY ? () => undefined : forward;
    process.on('SIGINT', interrupt).on('SIGTERM', forward);
    // npm passes a signal to its shell alone, which dies and leaves us: follow it.
    const parent = process.ppid;
    const orphaned = () => process.ppid !== parent && child.kill('SIGTERM');
    const watch = process.env.npm_lifecycle_event && setInterval(orphaned, 300);
    const finish = (code) => {
      clearInterval(watch);
      process.off('SIGINT', interrupt).off('SIGTERM', forward);
      done({ code, tail });
    };
    child.on('error', (error) => {
      tail += error.code;
      finish(127);
    });
    child.on('close', (code, signal) => finish(code ?? 128 + constants.signals[signal]));
  });
}

function isInstalled() {
  const wanted = readJson('package-lock.json')?.packages;
  const present = readJson('node_modules/.package-lock.json')?.packages;
  if (wanted === undefined)
    fail('package-lock.json is missing: take a complete copy of the project.');
  return (
    present !== undefined &&
    Object.entries(wanted).every(
      ([path, { version, optional }]) =>
        path === '' || optional || present[path]?.version === version,
    )
  );
}

function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(join(root, file), 'utf8'));
  } catch {
    return undefined;
  }
}

function installSentence(code, tail) {
  const again = 'and start again.';
  if (/ENOENT/.test(tail) && code === 127)
    return `npm was not found: install Node.js with npm from https://nodejs.org ${again}`;
  if (/EACCES|EPERM|EROFS/.test(tail))
    return `npm may not write here: make ${root} and npm's cache writable ${again}`;
  if (/ENOSPC/.test(tail)) return `The disk is full: free about 400 MB ${again}`;
  if (/ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ERR_SOCKET|network/i.test(tail)) {
    return `The npm registry cannot be reached: connect to the network (or set npm's registry and proxy) ${again}`;
  }
  return `npm could not install the dependencies (exit ${code}): mend what it says above ${again}`;
}

function requireWritable() {
  try {
    fs.accessSync(root, fs.constants.W_OK);
  } catch {
    fail(
      `Cannot write to ${root}: make the folder writable (or copy the project to one that is) and start again.`,
    );
  }
}

const markerOf = (target) => `${root}/dist/${target}.digest`;

function isBuilt(target) {
  try {
    return fs.readFileSync(markerOf(target), 'utf8') === sourceDigest(target);
  } catch {
    return false;
  }
}

/** Files that are no TypeScript but belong beside the compiled program (data, pages). */
const isAsset = (file) => !['.ts', '.md'].includes(extname(file));

function sourceFiles(target) {
  const folders = target === 'bench' ? [...SOURCES, 'test'] : SOURCES;
  return folders
    .filter((folder) => fs.existsSync(join(root, folder)))
    .flatMap((folder) =>
      fs
        .readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
    )
    .sort();
}

function sourceDigest(target) {
  const hash = createHash('sha256');
  const settings = [
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'tsconfig.bench.json',
  ];
  for (const file of [...settings, ...sourceFiles(target)]) {
    hash.update(`${file}\0`).update(fs.readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** One installation or build at a time a checkout; a lock whose owner is gone is taken over. */
async function withLock(work) {
  const lock = join(root, '.setup.lock');
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isAlive(lock)) fs.rmSync(lock, { force: true });
      else await new Promise((wake) => setTimeout(wake, 200));
    }
  }
  const release = () => fs.rmSync(lock, { force: true });
  process.on('exit', release);
  try {
    await work();
  } catch (error) {
    if (error.syscall === undefined) throw error;
    fail(`The set-up stopped (${error.message}): mend the named file and start again.`);
  } finally {
    process.off('exit', release);
    release();
  }
}

function isAlive(lock) {
  try {
    process.kill(Number(fs.readFileSync(lock, 'utf8')), 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
