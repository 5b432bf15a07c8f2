/**
 * How far the story has come, as a file: signed transactions are kept before they are offered, so that
 * a start after any crash offers the same bytes again instead of doing anything twice.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseHex } from '../../schemas/codec/hex.ts';
import { toHex } from '../../schemas/hash.ts';
import { cliError } from '../cli/errors.ts';
import type { SignedTransaction } from '../up/wallet.ts';

interface ProgressRecord {
  readonly finished: boolean;
  /** Signed transactions of a step by its name, hex. */
  readonly signed: Readonly<
    Record<string, readonly { readonly id: string; readonly bytes: string }[]>
  >;
  /** What a step has to remember, by its name. */
  readonly notes: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Progress {
  readonly finished: boolean;
  finish(): void;
  note(step: string): Readonly<Record<string, string>> | undefined;
  signed(step: string): readonly SignedTransaction[] | undefined;
  /** Keeps what a step has signed, and what it has to remember, before anything is offered. */
  keep(
    step: string,
    signed: readonly SignedTransaction[],
    note: Readonly<Record<string, string>>,
  ): void;
}

const NOTHING: ProgressRecord = { finished: false, signed: {}, notes: {} };

/** Opens the file, which need not exist. @throws CLI_JSON */
export function openProgress(file: string): Progress {
  let record = readRecord(file);
  const write = (next: ProgressRecord): void => {
    writeFileSync(`${file}.new`, `${JSON.stringify(next)}\n`, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
    record = next;
  };
  return {
    get finished() {
      return record.finished;
    },
    finish: () => write({ ...record, finished: true }),
    note: (step) => record.notes[step],
    signed: (step) =>
      record.signed[step]?.map(({ id, bytes }) => ({ id: parseHex(id), bytes: parseHex(bytes) })),
    keep(step, signed, note) {
      const kept = signed.map(({ id, bytes }) => ({ id: toHex(id), bytes: toHex(bytes) }));
      write({
        ...record,
        signed: { ...record.signed, [step]: kept },
        notes: { ...record.notes, [step]: note },
      });
    },
  };
}

function readRecord(file: string): ProgressRecord {
  try {
    return { ...NOTHING, ...(JSON.parse(readFileSync(file, 'utf8')) as Partial<ProgressRecord>) };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING;
    throw cliError('CLI_JSON', { file }, cause);
  }
}
