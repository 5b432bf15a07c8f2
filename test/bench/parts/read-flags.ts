/* Flags of a bench: strict, each with its form; whatever does not fit is refused with one sentence. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { benchError } from './errors.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The flags as text and booleans. @throws BENCH_FLAG for unknown, valueless, surplus and repeated ones */
export function readFlags<const T extends Options>(args: readonly string[], options: T) {
  const names = args.filter((each) => each.startsWith('--')).map((each) => each.split('=')[0]);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw benchError('BENCH_FLAG', { flag: twice, wants: 'once' });
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    const flag = /'([^']+)'/.exec(cause instanceof Error ? cause.message : '')?.[1] ?? '';
    throw benchError('BENCH_FLAG', { flag }, cause);
  }
}

/** A whole number in decimal digits. @throws BENCH_FLAG */
export function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw benchError('BENCH_FLAG', { flag, value: text, wants: `a whole number ${least}-${most}` });
}

/** Whole numbers with commas between. @throws BENCH_FLAG */
export function wholeNumbers(flag: string, text: string, least: number, most: number): number[] {
  return text.split(',').map((each) => wholeNumber(flag, each, least, most));
}

/** `1%` or `0.5%` as a share of one, above 0 and at most `most` percent. @throws BENCH_FLAG */
export function percentage(flag: string, text: string, most: number): number {
  const value = Number(/^([0-9]{1,3}(?:\.[0-9]{1,3})?)%$/.exec(text)?.[1] ?? Number.NaN);
  if (value > 0 && value <= most) return value / 100;
  throw benchError('BENCH_FLAG', { flag, value: text, wants: `above 0% and at most ${most}%` });
}
