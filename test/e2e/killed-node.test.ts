/* Real node processes, killed with SIGKILL in the middle of work and at write points: nothing is lost. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseHex } from '../../schemas/codec/hex.ts';
import { binaryBytes, toHex } from '../../schemas/hash.ts';
import { holdingKey } from '../../schemas/wire/state-keys.ts';
import { testAddress } from '../fakes/ledger-context.ts';
import { type LocalNode, openLocalNode } from '../fakes/local-node.ts';
import type { LandedLine } from '../fakes/node-process.ts';
import { temporaryDirectory } from './command-line.ts';

const PROGRAM = fileURLToPath(new URL('../fakes/node-process.ts', import.meta.url));
const TSX = resolve(PROGRAM, '../../../node_modules/tsx/dist/loader.mjs');
const ISSUER = 20;
const QUANTITY = 1_000_000n;

interface Killed {
  readonly signal: NodeJS.Signals | null;
  readonly lines: readonly LandedLine[];
  readonly err: string;
}

/** Lets a node process work; `onLine` may kill it. */
function live(
  args: readonly string[],
  onLine: (lines: readonly LandedLine[], child: ChildProcess) => void = () => undefined,
): Promise<Killed> {
  const child = spawn(process.execPath, ['--import', TSX, PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: LandedLine[] = [];
  let rest = '';
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    // A line cut off by the kill has said nothing.
    rest = parts.pop() ?? '';
    for (const part of parts) {
      lines.push(JSON.parse(part));
      onLine(lines, child);
    }
  });
  return new Promise((done) => {
    child.on('close', (_, signal) => done({ signal, lines, err }));
  });
}

async function holdingOf({ call }: LocalNode, resourceId: Uint8Array, n: number): Promise<bigint> {
  const keys = [binaryBytes(holdingKey(resourceId, testAddress(n)))];
  const { values } = await call('query', { keys, height: undefined, prove: false });
  return BigInt(`0x0${values[0] === undefined ? '' : toHex(values[0])}`);
}

describe('a node process killed with SIGKILL', () => {
  const directory = temporaryDirectory();
  let resourceId = new Uint8Array(0);

  beforeEach(async () => {
    const node = await openLocalNode({ directory: directory.path });
    await node.connectMain();
    resourceId = Uint8Array.from(await node.issue(ISSUER, 0n, QUANTITY));
    await node.close();
  });
  afterEach(() => rmSync(directory.path, { recursive: true, force: true }));

  /** Everything said is there, with the same root, nothing is there twice, and the node goes on. */
  async function requireNothingLost(lines: readonly LandedLine[], lives: number): Promise<void> {
    const node = await openLocalNode({ directory: directory.path });
    try {
      for (const { id, height, code, stateRoot } of lines) {
        const { found } = await node.call('transaction', { id: parseHex(id) });
        expect([found?.height, found?.result.code]).toEqual([BigInt(height), code]);
        const { block } = await node.call('block', { height: BigInt(height) });
        expect(toHex(block?.header.stateRoot ?? new Uint8Array(0))).toBe(stateRoot);
      }
      const sent = await holdingsOf(node, [30, 31, 32]);
      expect(sent + (await holdingOf(node, resourceId, ISSUER))).toBe(QUANTITY);
      // Without having been said is there at most the one transaction of each life that was under way.
      expect(Number(sent)).toBeGreaterThanOrEqual(lines.length);
      expect(Number(sent)).toBeLessThanOrEqual(lines.length + lives);
      const receiver = testAddress(30);
      const message = { type: 'transfer', resourceId, quantity: 1n, receiver } as const;
      expect(await node.run(ISSUER, 200n, message)).toBe('');
      const { certificate } = await node.call('certificate', { height: undefined });
      expect(certificate?.checkpoint.height).toBeGreaterThanOrEqual(
        BigInt(lines.at(-1)?.height ?? 0),
      );
    } finally {
      await node.close();
    }
  }

  async function holdingsOf(node: LocalNode, owners: readonly number[]): Promise<bigint> {
    const held = await Promise.all(owners.map((n) => holdingOf(node, resourceId, n)));
    return held.reduce((sum, each) => sum + each, 0n);
  }

  it('F6 in the middle of work, again and again, restarts to the same roots with nothing lost', async () => {
    const said: LandedLine[] = [];
    for (const lines of [5, 17, 40]) {
      const life = await live([directory.path, toHex(resourceId)], (all, child) => {
        if (all.length === lines) child.kill('SIGKILL');
      });
      expect([life.signal, life.err]).toEqual(['SIGKILL', '']);
      said.push(...life.lines);
    }
    expect(said.length).toBeGreaterThanOrEqual(62);
    expect(new Set(said.map(({ id }) => id)).size).toBe(said.length);
    await requireNothingLost(said, 3);
  });

  it.each([
    ['node/block', 'before', '7'],
    ['node/block', 'after', '7'],
    ['signer/mark', 'after', '6'],
    ['signer/sync', 'after', '6'],
    ['node/certificate', 'before', '8'],
  ])('F6 at %s, %s it, restarts with nothing lost', async (point, side, times) => {
    const life = await live([directory.path, toHex(resourceId), point, side, times]);
    expect([life.signal, life.err]).toEqual(['SIGKILL', '']);
    await requireNothingLost(life.lines, 1);
  });

  it('F6 at its very first write of a directory, starts as if nothing had been there', async () => {
    rmSync(directory.path, { recursive: true, force: true });
    const life = await live([directory.path, toHex(resourceId), 'directory/rename', 'before', '1']);
    expect(life.signal).toBe('SIGKILL');
    const node = await openLocalNode({ directory: directory.path });
    expect((await node.call('info', {})).height).toBeGreaterThan(0n);
    await node.close();
  });
});
