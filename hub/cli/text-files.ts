/** Text files a command reads and writes: never over another file, and never half. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cliError } from './errors.ts';

/** @throws CLI_FILE */
export function readText(file: string): string {
  return attempt(file, () => readFileSync(file, 'utf8'));
}

/** Writes a file that is not there yet. @throws CLI_FILE */
export function writeNew(file: string, text: string): void {
  attempt(file, () => writeFileSync(file, text, { flag: 'wx' }));
}

/** Puts the text in the place of what is there, all of it or nothing. @throws CLI_FILE */
export function replaceText(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}`;
  attempt(file, () => {
    writeFileSync(unfinished, text);
    renameSync(unfinished, file);
  });
}

function attempt<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw cliError('CLI_FILE', { file, why: cause instanceof Error ? cause.message : '' }, cause);
  }
}
