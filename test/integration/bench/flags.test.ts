/** What a bench may be told, and that one seed asks for the same run again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import { createDraw, seededAccount, shuffle } from '../../bench/transfer/accounts.ts';
import { readTransferOptions } from '../../bench/transfer/options.ts';
import { runTransfer } from '../../bench/transfer/run-transfer.ts';
import { refusalCode } from '../../fakes/refusal.ts';

describe('the flags of the transfer bench', () => {
  it('are all there with defaults', () => {
    expect(readTransferOptions([])).toMatchObject({
      seconds: 6,
      seed: 1,
      data: undefined,
      processes: false,
      forge: 0,
      lone: false,
    });
    const flags =
      '--json --processes --seconds 1800 --seed 42 --data /tmp/x --forge 1% --rates 7,8';
    expect(readTransferOptions(flags.split(' '))).toMatchObject({
      seconds: 1800,
      seed: 42,
      data: '/tmp/x',
      processes: true,
      forge: 0.01,
      rates: [7, 8],
    });
  });

  it.each([
    ['--sed 1'],
    ['--seed'],
    ['--seed -1'],
    ['--seed 1.5'],
    ['--seed 4294967296'],
    ['--seed 0x10'],
    ['--seconds 0'],
    ['--seconds 1e3'],
    ['--rates 1000,'],
    ['--rates fast'],
    ['--forge 1'],
    ['--forge 0%'],
    ['--forge 51%'],
    ['--forge -1%'],
    ['--processes=yes'],
    ['--seed 1 --seed 2'],
    ['surplus'],
  ])('refuse %s with BENCH_FLAG', (flags) => {
    expect(refusalCode(() => readTransferOptions(flags.split(' ')))).toBe('BENCH_FLAG');
  });

  it('never write into a directory that holds something', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tieline-bench-'));
    try {
      writeFileSync(join(directory, 'mine'), '');
      const run = runTransfer(readTransferOptions(['--data', directory]), () => undefined);
      await expect(run).rejects.toMatchObject({ code: 'BENCH_DATA' });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('a seed', () => {
  it('gives the same accounts, draws and order each time, and others than another seed', async () => {
    const ports = await loadPorts();
    const run = (seed: number) => {
      const draw = createDraw(seed);
      const drawn = Array.from({ length: 20 }, () => draw(1000));
      const { address } = seededAccount(seed, 'account', 3, ports);
      return { address, drawn, order: shuffle([1, 2, 3, 4, 5, 6, 7, 8], draw) };
    };
    expect(run(5)).toEqual(run(5));
    expect(run(6)).not.toEqual(run(5));
    expect(run(5).order.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
