/*
 * `npm run bench -- recount --data directory [--json]`: counts a run of the transfer bench again, from
 * stored blocks and proofs alone, and compares with what it claimed. Exit code 1 where they differ.
 */
import { runBench } from './parts/run-bench.ts';
import { readRecountOptions, requireAgreement, runRecount } from './recount/run-recount.ts';

await runBench(async () => {
  const recount = await runRecount(readRecountOptions(process.argv.slice(2)), (line) =>
    process.stderr.write(`${line}\n`),
  );
  if (!recount.agrees) process.stdout.write(`${JSON.stringify(recount)}\n`);
  requireAgreement(recount);
  return recount;
});
