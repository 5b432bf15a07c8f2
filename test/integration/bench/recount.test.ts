/** A short run with forgeries, counted again from its stores; and lies planted in claim and stores. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Level } from 'level';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  readRecountOptions,
  requireAgreement,
  runRecount,
} from '../../bench/recount/run-recount.ts';
import { readTransferOptions } from '../../bench/transfer/options.ts';
import { runTransfer } from '../../bench/transfer/run-transfer.ts';
import { refusalCode } from '../../fakes/refusal.ts';

const directory = mkdtempSync(join(tmpdir(), 'tieline-recount-'));
const kept = join(directory, 'kept');
const silent = (): void => undefined;
let result: Record<string, unknown>;
let copies = 0;

/** A copy of the run to plant a lie in. */
function copy(): string {
  const lied = join(directory, `lied-${++copies}`);
  cpSync(kept, lied, { recursive: true });
  return lied;
}

function alterClaim(lied: string, alter: (claim: Record<string, unknown>) => void): void {
  const file = join(lied, 'bench.json');
  const claim = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  alter(claim);
  writeFileSync(file, JSON.stringify(claim));
}

/** Opens a chain's store and changes one record, the last of its area. */
async function alterLast(
  lied: string,
  alias: string,
  area: string,
  alter: (value: Buffer) => Buffer | undefined,
): Promise<void> {
  const encoding = { keyEncoding: 'buffer', valueEncoding: 'buffer' } as const;
  const store = new Level<Buffer, Buffer>(join(lied, 'chains', alias, 'store'), encoding);
  await store.open();
  const range = { gte: Buffer.from(area), lt: Buffer.from([area.charCodeAt(0) + 1]) };
  for await (const [key, value] of store.iterator({ ...range, reverse: true, limit: 1 })) {
    const altered = alter(Buffer.from(value));
    if (altered === undefined) await store.del(key);
    else await store.put(key, altered);
  }
  await store.close();
}

const flipLast = (value: Buffer): Buffer => {
  value[value.length - 1] = (value[value.length - 1] ?? 0) ^ 1;
  return value;
};

beforeAll(async () => {
  const flags = '--rates 40 --seconds 2 --accounts 120 --seed 3 --forge 10%'.split(' ');
  const options = readTransferOptions([...flags, '--data', kept]);
  result = (await runTransfer(options, silent)) as Record<string, unknown>;
}, 240_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('a run of the transfer bench', () => {
  it('loses and doubles nothing and reports memory as a bounded series', () => {
    expect(result).toMatchObject({ lost: 0, doubled: 0, refunded: 0, seed: 3, processes: false });
    expect(result['memory']).toBeInstanceOf(Array);
    expect((result['memory'] as unknown[]).length).toBeLessThanOrEqual(121);
    expect(result['rssMiB']).toBeGreaterThan(0);
    expect(Object.keys(result)).toEqual(
      expect.arrayContaining(['completedPerSecond', 'deliveryMs', 'ackMs', 'diskMiB']),
    );
  });

  it('has every kind of forged packet refused with a code, and takes none', () => {
    expect(result).toMatchObject({ forgedRefused: 68, forgedAccepted: 0 });
    const codes = result['forgedCodes'] as Record<string, Record<string, number>>;
    expect(Object.keys(codes).sort()).toEqual([
      'alteredProof',
      'forgedAcknowledgement',
      'replayedReceipt',
      'wrongAmount',
      'wrongHeight',
    ]);
    for (const byCode of Object.values(codes)) expect(Object.keys(byCode)).not.toContain('');
    expect(Object.keys(codes['wrongHeight'] ?? {})).toEqual(['CONSENSUS_UNKNOWN']);
  });
});

describe('a recount', () => {
  it('agrees with an honest run, every transfer proven', async () => {
    const recount = await runRecount(kept, silent);
    expect(recount.disagreements).toEqual([]);
    expect(recount).toMatchObject({
      agrees: true,
      sent: 680,
      completed: 680,
      lost: 0,
      doubled: 0,
      unproven: 0,
      forgedRefused: 68,
      conserved: true,
    });
  });

  it.each([
    ['completed', 79],
    ['sent', 81],
    ['lost', 1],
    ['doubled', 1],
    ['refunded', 1],
    ['completedPerSecond', 4000],
    ['toHeight', '1'],
  ])('disagrees with a claim whose %s is altered to %s', async (figure, value) => {
    const lied = copy();
    alterClaim(lied, (claim) => {
      Object.assign((claim['steps'] as object[])[1] ?? {}, { [figure]: value });
    });
    const recount = await runRecount(lied, silent);
    expect(recount.agrees).toBe(false);
    expect(refusalCode(() => requireAgreement(recount))).toBe('RECOUNT_DISAGREES');
  });

  it('disagrees with a claim of fewer forgeries than were offered', async () => {
    const lied = copy();
    alterClaim(lied, (claim) => Object.assign(claim, { forgedRefused: 67 }));
    expect((await runRecount(lied, silent)).disagreements).toEqual([
      { step: 'all', figure: 'forgedRefused', claimed: 67, proven: 68 },
    ]);
  });

  it.each([
    ['anhui', 'o', 'outbox'],
    ['main', 'b', 'transactions'],
    ['jiangsu', 'r', 'results'],
    ['anhui', 'c', 'no certificate'],
    ['jiangsu', 'p', 'packet'],
    ['main', 's', 'state'],
    ['jiangsu', 'h', 'state'],
  ])('finds a record missing from the store of %s, area %s', async (alias, area, what) => {
    const lied = copy();
    await alterLast(lied, alias, area, () => undefined);
    await expect(runRecount(lied, silent)).rejects.toMatchObject({
      code: 'RECOUNT_PROOF',
      data: { chain: alias, what },
    });
  });

  it.each([
    ['anhui', 'o'],
    ['main', 'b'],
    ['main', 'h'],
    ['jiangsu', 'c'],
    ['anhui', 's'],
  ])('finds one flipped bit in the store of %s, area %s', async (alias, area) => {
    const lied = copy();
    await alterLast(lied, alias, area, flipLast);
    await expect(runRecount(lied, silent)).rejects.toMatchObject({
      code: expect.stringMatching(/^RECOUNT_(PROOF|STORE)$/),
    });
  });

  it('refuses a directory without a claim, a malformed one, and one without stores', async () => {
    await expect(runRecount(directory, silent)).rejects.toMatchObject({ code: 'RECOUNT_CLAIM' });
    const lied = copy();
    rmSync(join(lied, 'chains', 'main', 'store'), { recursive: true });
    await expect(runRecount(lied, silent)).rejects.toMatchObject({ code: 'RECOUNT_STORE' });
    alterClaim(lied, (claim) => Object.assign(claim, { forgedRefused: -1 }));
    await expect(runRecount(lied, silent)).rejects.toMatchObject({ code: 'RECOUNT_CLAIM' });
    expect(refusalCode(() => readRecountOptions([]))).toBe('BENCH_FLAG');
    expect(refusalCode(() => readRecountOptions(['--dta', 'x']))).toBe('BENCH_FLAG');
  });
});
