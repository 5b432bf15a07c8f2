/*
 * Counts a kept run again from its stores and compares. Shares no counting with the bench: that one
 * reads events from running nodes, this one proofs from stored blocks.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import { decode } from '../../../schemas/codec/codec.ts';
import type { ErrorData } from '../../../schemas/errors.ts';
import { nativeChainId } from '../../../schemas/ids.ts';
import { type Genesis, genesisCodec, genesisHash } from '../../../schemas/wire/genesis.ts';
import { benchError } from '../parts/errors.ts';
import { readFlags } from '../parts/read-flags.ts';
import { ChainBook } from './chain-book.ts';
import { openRecords } from './chain-records.ts';
import { type Claim, readClaim } from './claim-file.ts';
import { compareClaim, createTally, type Recount } from './compare-claim.ts';
import {
  countTransfers,
  countUnproven,
  isConserved,
  requireClients,
  type WalkedChain,
} from './count-transfers.ts';
import { recountError } from './errors.ts';
import { type VerifyDeps, verifyChain } from './verify-chain.ts';

/** The directory to recount. @throws BENCH_FLAG */
export function readRecountOptions(args: readonly string[]): string {
  const { data } = readFlags(args, {
    json: { type: 'boolean', default: false },
    data: { type: 'string' },
  });
  if (data === undefined) throw benchError('BENCH_FLAG', { flag: '--data', wants: 'a directory' });
  return resolve(data);
}

/** What the stores prove, and where the claim says otherwise. @throws RECOUNT_CLAIM RECOUNT_STORE RECOUNT_PROOF */
export async function runRecount(
  directory: string,
  say: (line: string) => void,
): Promise<Recount & { readonly blocks: Readonly<Record<string, number>> }> {
  const claim: Claim = readClaim(directory);
  const deps = await loadPorts();
  const blocks: Record<string, number> = {};
  const walk = async (alias: string): Promise<WalkedChain> => {
    const walked = await walkChain(directory, alias, deps);
    blocks[alias] = walked.blocks;
    say(`${alias}: ${walked.blocks} blocks proven`);
    if (walked.unproven > 0)
      say(`${alias}: the newest block's ${walked.unproven} transactions are not proven yet`);
    return walked;
  };
  const jiangsu = await walk('jiangsu');
  const main = await walk('main');
  const anhui = await walk('anhui');
  for (const side of [jiangsu, anhui]) requireClients(main, side);
  const tally = createTally(claim);
  for (const transfer of countTransfers(jiangsu, main, anhui)) tally.enter(transfer);
  const recount = compareClaim(claim, tally, {
    unproven: countUnproven(main, jiangsu) + countUnproven(main, anhui),
    isConserved: isConserved(main, [jiangsu, anhui]),
    relays: [jiangsu, main, anhui].map(({ book }) => book.relays),
  });
  return { ...recount, blocks };
}

/** @throws RECOUNT_DISAGREES with the first thing that differs */
export function requireAgreement({ disagreements }: Recount): void {
  const [first] = disagreements;
  if (first === undefined) return;
  const data: ErrorData = { ...first, differences: disagreements.length };
  throw recountError('RECOUNT_DISAGREES', data);
}

async function walkChain(
  directory: string,
  alias: string,
  deps: VerifyDeps,
): Promise<WalkedChain & { readonly blocks: number; readonly unproven: number }> {
  const genesis = readGenesis(directory, alias);
  const hash = genesisHash(genesis, deps.hash);
  const records = await openRecords(alias, join(directory, 'chains', alias));
  try {
    const book = new ChainBook(deps.hash);
    const end = await verifyChain(alias, genesis, records, deps, (block) => book.enter(block));
    return { alias, chainId: nativeChainId(hash), genesisHash: hash, book, ...end };
  } finally {
    await records.close();
  }
}

/** @throws RECOUNT_STORE */
function readGenesis(directory: string, alias: string): Genesis {
  const place = join(directory, `${alias}.genesis`);
  try {
    return decode(genesisCodec, new Uint8Array(readFileSync(place)), 'genesis');
  } catch (cause) {
    throw recountError('RECOUNT_STORE', { chain: alias, place }, cause);
  }
}
