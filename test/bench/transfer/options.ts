/* What `npm run bench -- transfer` may be told; docs/performance.md describes each flag. */
import { percentage, readFlags, wholeNumber, wholeNumbers } from '../parts/read-flags.ts';

export interface TransferOptions {
  /** Length of each step's window. */
  readonly seconds: number;
  /** Arrivals a second, one step each. */
  readonly rates: readonly number[];
  readonly accounts: number;
  /** Fixes accounts, amounts, receivers and order. */
  readonly seed: number;
  /** Where the stores stay; undefined: a temporary directory that is removed. */
  readonly data: string | undefined;
  /** Nodes and hub as processes of their own, over sockets. */
  readonly processes: boolean;
  /** Bad packets as a share of the good ones. */
  readonly forge: number;
  /** One transfer at a time instead of a load. */
  readonly lone: boolean;
}

/** @throws BENCH_FLAG */
export function readTransferOptions(args: readonly string[]): TransferOptions {
  const flags = readFlags(args, {
    json: { type: 'boolean', default: false },
    lone: { type: 'boolean', default: false },
    processes: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '6' },
    accounts: { type: 'string', default: '2000' },
    rates: { type: 'string', default: '500,1000,1500,2000,2500,3000,3500' },
    seed: { type: 'string', default: '1' },
    data: { type: 'string' },
    forge: { type: 'string' },
  });
  return {
    seconds: wholeNumber('--seconds', flags.seconds, 1, 86_400),
    rates: wholeNumbers('--rates', flags.rates, 1, 100_000),
    accounts: wholeNumber('--accounts', flags.accounts, 10, 50_000),
    seed: wholeNumber('--seed', flags.seed, 0, 2 ** 32 - 1),
    data: flags.data,
    processes: flags.processes,
    forge: flags.forge === undefined ? 0 : percentage('--forge', flags.forge, 50),
    lone: flags.lone,
  };
}
