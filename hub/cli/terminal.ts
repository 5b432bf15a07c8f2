/** What commands write to, how they fail, and when the user asked them to stop. */
import { isTielineError } from '../../schemas/errors.ts';
import type { HubLog, LogFacts } from '../log.ts';
import { cliError } from './errors.ts';

/** Standard output and error, and the wish to stop. */
export interface Terminal {
  /** Text for standard output, exactly as given. */
  out(text: string): void;
  /** One sentence for standard error. */
  warn(sentence: string): void;
  /** The environment, for configuration alone. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Resolves at the first SIGINT or SIGTERM from now on; until it is called they end the process. */
  stopped(): Promise<void>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    warn: (sentence) => void process.stderr.write(`${sentence}\n`),
    // biome-ignore lint/style/noProcessEnv: the one place that hands the environment to configuration
    environment: process.env,
    stopped: () =>
      new Promise((resolve) => {
        process.once('SIGINT', resolve).once('SIGTERM', resolve);
      }),
  };
}

/** A hub's log on standard error: warnings always, what else happens when `verbose`. */
export function terminalLog(terminal: Terminal, verbose: boolean): HubLog {
  const line = (sentence: string, facts: LogFacts = {}): string =>
    [sentence, ...Object.entries(facts).map(([name, value]) => `${name}=${value}`)].join(' ');
  return {
    info: (sentence, facts) => (verbose ? terminal.warn(line(sentence, facts)) : undefined),
    warn: (sentence, facts) => terminal.warn(line(sentence, facts)),
  };
}

/** One sentence with the code, the facts and the way out; with `verbose` also where it came from. */
export function tellError(error: unknown, terminal: Terminal, verbose: boolean): void {
  const known = isTielineError(error)
    ? error
    : cliError('CLI_INTERNAL', { reason: String(error) }, error);
  terminal.warn(`${known.code}: ${known.message}.`);
  if (verbose && error instanceof Error) terminal.warn(String(error.stack));
}
