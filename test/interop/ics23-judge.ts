/*
 * The ICS-23 library of the Cosmos projects as a judge: a small Go program, built once by the Go client
 * into a cache outside the checkout and keyed by its sources and go.sum. Without Go, or without the
 * module, there is no judge but a reason.
 */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { toHex } from '../../schemas/hash.ts';

/** What a proof is said to prove; no value: the key is absent. */
export interface JudgedClaim {
  readonly root: Uint8Array;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
  readonly proof: Uint8Array;
}

/** The library's verdict on each claim. */
export type Judge = (claims: readonly JudgedClaim[]) => Promise<readonly boolean[]>;

const HERE = dirname(fileURLToPath(import.meta.url));
const SOURCE = join(HERE, 'ics23-go');
/** The very file that is published, in protobuf's JSON form. */
const SPEC = join(HERE, '../../docs/ics23-proof-spec.json');
const BUILD_TIMEOUT_MS = 300_000;

/** The judge, or why there is none on this machine. */
export async function openJudge(): Promise<Judge | { readonly missing: string }> {
  const sources = ['go.mod', 'go.sum', 'main.go'].map((name) => readFileSync(join(SOURCE, name)));
  const key = createHash('sha256').update(Buffer.concat(sources)).digest('hex').slice(0, 16);
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const program = join(cache, 'tieline', 'go-tools', key, 'ics23-judge');
  if (!existsSync(program)) {
    try {
      await build(program);
    } catch (error) {
      return { missing: `no ICS-23 judge could be built with Go: ${lastLine(error)}` };
    }
  }
  return (claims) => run(program, claims);
}

async function build(program: string): Promise<void> {
  mkdirSync(dirname(program), { recursive: true });
  const unfinished = `${program}.${process.pid}`;
  const options = { cwd: SOURCE, timeout: BUILD_TIMEOUT_MS };
  await promisify(execFile)('go', ['build', '-mod=readonly', '-o', unfinished, '.'], options);
  renameSync(unfinished, program);
}

function lastLine(error: unknown): string {
  const { stderr = '', message = '' } = error as { stderr?: string; message?: string };
  return (stderr.trim() || message).split('\n').at(-1) ?? '';
}

function run(program: string, claims: readonly JudgedClaim[]): Promise<readonly boolean[]> {
  const lines = claims.map(({ root, key, value, proof }) =>
    JSON.stringify({
      root: toHex(root),
      key: toHex(key),
      value: value === undefined ? null : toHex(value),
      proof: toHex(proof),
    }),
  );
  return new Promise((resolve, reject) => {
    const child = spawn(program, [SPEC], { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.once('error', reject).once('close', (code) => {
      const verdicts = text.split('\n').filter((line) => line !== '');
      if (code === 0 && verdicts.length === claims.length)
        resolve(verdicts.map((line) => line === 'true'));
      else reject(new Error(`the judge ended with ${code} after ${verdicts.length} verdicts`));
    });
    child.stdin.end(`${lines.join('\n')}\n`);
  });
}
