/* Ends a bench: its result as the last line of standard output, a refusal as one sentence and exit code. */
import { isTielineError } from '../../../schemas/errors.ts';

/** Exit code 2 where the flags are wrong, 1 where the run fails. */
export async function runBench(work: () => Promise<object>): Promise<void> {
  // An exit, not a sudden end: whatever was started hangs on it.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  try {
    process.stdout.write(`${JSON.stringify(await work())}\n`);
  } catch (error) {
    if (!isTielineError(error)) throw error;
    process.stderr.write(`${error.code}: ${error.message}\n`);
    process.exitCode = error.code === 'BENCH_FLAG' ? 2 : 1;
  }
}
