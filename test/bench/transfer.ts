/*
 * `npm run bench -- transfer [--json] [--seconds n] [--rates a,b,c] [--accounts n] [--seed n]
 * [--data directory] [--processes] [--forge 1%] [--lone]`: Jiangsu → main → Anhui at a constant rate.
 * Pre-signed transfers of many accounts; every signature and proof checked, every block synced. Counts
 * from the three ledgers (events of certified blocks and supplies), not from what a client was told.
 */
import { runBench } from './parts/run-bench.ts';
import { readTransferOptions } from './transfer/options.ts';
import { runTransfer } from './transfer/run-transfer.ts';

await runBench(() =>
  runTransfer(readTransferOptions(process.argv.slice(2)), (line) =>
    process.stderr.write(`${line}\n`),
  ),
);
