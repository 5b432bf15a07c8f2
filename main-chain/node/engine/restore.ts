/**
 * Before a node makes its first block: is its store as new as what it has signed and what others have
 * seen certified? A store from a backup catches up from a peer or does not start, for a different
 * block at a signed height would be equivocation. docs/architecture.md#restore
 */
import type { Chain } from '../chain.ts';
import { nodeError } from '../errors.ts';
import { catchUp } from './catch-up.ts';
import type { KeyRing } from './key-ring.ts';
import { requireNewestMark, requireSignedBlock } from './verify-mark.ts';
import { askWitness, type Testimony } from './witnesses.ts';

export interface RestoreDeps {
  readonly chain: Chain;
  readonly keys: KeyRing;
  /** URLs of nodes to ask: peers of this chain, counterparties. */
  readonly witnesses: readonly string[];
  /** Says a sentence to the operator. */
  readonly say: (sentence: string) => void;
}

/**
 * Returns when the node may make and sign blocks.
 * @throws SIGNER_MARK_BEHIND SIGNER_CONFLICT NODE_STORE_BEHIND NODE_PEER_MISMATCH
 */
export async function restore(deps: RestoreDeps): Promise<void> {
  const { chain, keys, witnesses } = deps;
  const { store, hash, rules } = chain.deps;
  const marks = { store, hash, genesisHash: rules.genesisHash };
  const testimonies = await ask(deps);
  // Where a mark is lost one that keeps silent may be the one that has seen more.
  if (testimonies.length === 0 || testimonies.length < witnesses.length) {
    for (const { signer } of keys.held) await requireNewestMark(signer, marks);
  }
  const signed = keys.held.map(({ signer }) => signer.mark);
  const known = [...testimonies, ...signed].reduce(
    (most, { height }) => (height > most ? height : most),
    0n,
  );
  for (const { peer, height, url } of testimonies) {
    if (chain.committed.height >= known) break;
    if (peer === undefined || height <= chain.committed.height) continue;
    deps.say(`Blocks ${chain.committed.height + 1n} to ${height} are fetched from ${url}`);
    await catchUp(chain, peer, height);
  }
  if (chain.committed.height < known)
    throw nodeError('NODE_STORE_BEHIND', { height: chain.committed.height, known });
  for (const { signer } of keys.held) requireSignedBlock(signer, marks);
}

async function ask({ witnesses, chain, say }: RestoreDeps): Promise<readonly Testimony[]> {
  const asked = witnesses.map((url) => askWitness(url, chain.deps.rules));
  const answers = await Promise.allSettled(asked);
  return answers.flatMap((answer) => {
    if (answer.status === 'fulfilled') return [answer.value];
    say(`A witness tells nothing of this chain: ${String(answer.reason)}`);
    return [];
  });
}
