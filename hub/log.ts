/** What the hub says while it runs: one sentence and its facts, to wherever the operator looks. */

/** Facts of one line; never secret. */
export type LogFacts = Readonly<Record<string, string | number | bigint | boolean>>;

export interface HubLog {
  info(sentence: string, facts?: LogFacts): void;
  warn(sentence: string, facts?: LogFacts): void;
}
