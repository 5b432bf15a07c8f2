/** Offers users' signed transactions and waits for them to land. */
import type { LandedTransaction } from '../../adapters/chain-adapter.ts';
import type { KnownChain } from '../registry.ts';
import { chainRefusal } from './problem.ts';

const WAIT_MS = 1000;

export interface Submitted {
  readonly id: Uint8Array;
  /** Undefined where it has not landed within the patience. */
  readonly landed: LandedTransaction | undefined;
}

/** @throws the code the pool or the block refused it with */
export async function submitAndWait(
  { alias, adapter }: KnownChain,
  bytes: Uint8Array,
  patienceMs: number,
): Promise<Submitted> {
  const [offered] = await adapter.submit([bytes]);
  if (offered === undefined || offered.code !== '')
    throw chainRefusal(offered?.code ?? 'HUB_REQUEST', alias);
  const giveUpAt = performance.now() + patienceMs;
  let height = 0n;
  for (;;) {
    const landed = await adapter.lookup(offered.id);
    if (landed !== undefined && landed.result.code !== '')
      throw chainRefusal(landed.result.code, alias);
    if (landed !== undefined || performance.now() >= giveUpAt) return { id: offered.id, landed };
    height = (await adapter.wait(height, WAIT_MS)).height;
  }
}
