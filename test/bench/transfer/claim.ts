/*
 * What a run claims, kept beside its stores as `bench.json` for `npm run bench -- recount`, which reads
 * the file by its own code. Counts are of transfers sent in a step.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../../../schemas/hash.ts';
import type { ForgeryCount } from './forger.ts';
import type { TransferStep } from './step.ts';

/** The step as the claim tells it; heights are Jiangsu's, in decimal. */
function stepClaim({
  rate,
  count,
  startedMs,
  windowMs,
  acknowledged,
  completed,
  refunded,
  lost,
  doubled,
  heights,
}: TransferStep): object {
  return {
    rate,
    sent: count,
    startedMs,
    windowMs,
    completedPerSecond: acknowledged.completedPerSecond,
    completed,
    refunded,
    lost,
    doubled,
    fromHeight: `${heights.from}`,
    toHeight: `${heights.to}`,
  };
}

/** Writes the claim; `relayer` is the hub's account. */
export function writeClaim(
  directory: string,
  relayer: Uint8Array,
  steps: readonly TransferStep[],
  forgeries: ForgeryCount,
): void {
  const { refused, accepted } = forgeries;
  const claim = {
    relayer: toHex(relayer),
    steps: steps.map(stepClaim),
    forgedRefused: refused,
    forgedAccepted: accepted,
  };
  writeFileSync(join(directory, 'bench.json'), `${JSON.stringify(claim, undefined, 2)}\n`);
}
