/* Proof files before a verifier written in Python from docs/protocol.md alone: same verdict, same code. */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import { verifyProofFile } from '../../../main-chain/relay/evidence/proof-file.ts';
import { parseHex } from '../../../schemas/codec/hex.ts';
import { isTielineError } from '../../../schemas/errors.ts';
import { toHex } from '../../../schemas/hash.ts';
import { readText } from '../../unit/docs/project-files.ts';

interface ProofFile {
  readonly format: string;
  readonly transfer: Readonly<Record<string, string>>;
  readonly proof: string;
}
interface Case {
  readonly anchor: string;
  readonly file: string;
}
interface Vectors {
  readonly anchor: string;
  readonly files: readonly ProofFile[];
}

const PROGRAM = fileURLToPath(
  new URL('../../interop/verifier-python/verify_proof.py', import.meta.url),
);
const { anchor, files } = JSON.parse(readText('test/vectors/protocol/proof-files.json')) as Vectors;
const ports = await loadPorts();
const python = spawnSync('python3', ['--version']).status === 0;
if (!python)
  console.warn('SKIPPED: there is no python3 on this machine to run the second verifier');

/** The outcome, or the code of the refusal. */
function ours({ anchor: trusted, file }: Case): string {
  try {
    return verifyProofFile(file, parseHex(trusted), ports).outcome;
  } catch (error) {
    if (isTielineError(error)) return error.code;
    throw error;
  }
}

/** The same from the Python program, one line a case. */
function theirs(cases: readonly Case[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn('python3', [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.once('error', reject).once('close', (status) => {
      const lines = text.split('\n').filter((line) => line !== '');
      if (status !== 0) reject(new Error(`the second verifier ended with ${status}`));
      else {
        const verdicts = lines.map(
          (line) => JSON.parse(line) as { outcome?: string; code?: string },
        );
        resolve(verdicts.map(({ outcome, code }) => outcome ?? code ?? ''));
      }
    });
    child.stdin.on('error', reject);
    child.stdin.end(cases.map((each) => JSON.stringify(each)).join('\n'));
  });
}

async function expectAgreement(cases: readonly Case[]): Promise<readonly string[]> {
  const expected = cases.map(ours);
  expect(await theirs(cases)).toEqual(expected);
  return expected;
}

const caseOf = (file: ProofFile, changes: Partial<ProofFile> = {}): Case => ({
  anchor,
  file: JSON.stringify({ ...file, ...changes }),
});

/** The proof with one bit changed. */
function flipped(file: ProofFile, at: number, bit: number): Case {
  const bytes = parseHex(file.proof);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  return caseOf(file, { proof: toHex(bytes) });
}

describe.skipIf(!python)('a verifier written from the protocol page alone', () => {
  it('comes to the same outcome on genuine files', async () => {
    const verdicts = await expectAgreement(files.map((file) => caseOf(file)));
    expect(new Set(verdicts)).toEqual(
      new Set(['delivered', 'refunded-on-error', 'refunded-on-timeout']),
    );
  });

  it('B1 refuses a file under another anchor, and one that brings its own, with the same code', async () => {
    const [file] = files;
    if (file === undefined) throw new Error('no vectors');
    const verdicts = await expectAgreement([
      { ...caseOf(file), anchor: 'ab'.repeat(32) },
      { anchor, file: JSON.stringify({ ...file, anchor }) },
      { anchor, file: JSON.stringify({ ...file, note: 'x' }) },
      { anchor, file: '{' },
    ]);
    expect(verdicts).toEqual(['PROOF_ANCHOR', 'PROOF_NO_ANCHOR', 'PROOF_FORMAT', 'PROOF_FORMAT']);
  });

  it('refuses a summary that says something else with the same code', async () => {
    const altered = files.flatMap((file) =>
      Object.keys(file.transfer).map((field) =>
        caseOf(file, { transfer: { ...file.transfer, [field]: 'another' } }),
      ),
    );
    const verdicts = await expectAgreement(altered);
    expect(new Set(verdicts)).toEqual(new Set(['PROOF_SUMMARY']));
  });

  it('refuses a bit changed anywhere, a shorter and a longer file, with the same code', async () => {
    const altered = files.flatMap((file) => {
      const length = file.proof.length / 2;
      const step = Math.ceil(length / 60);
      const places = Array.from({ length: Math.floor(length / step) }, (_, at) => at * step);
      return [
        ...places.map((at) => flipped(file, at, at % 8)),
        caseOf(file, { proof: file.proof.slice(0, -2) }),
        caseOf(file, { proof: `${file.proof}00` }),
      ];
    });
    const verdicts = await expectAgreement(altered);
    expect(verdicts.filter((verdict) => !verdict.startsWith('PROOF_'))).toEqual([]);
  });
});
