/**
 * Before a node makes its first block: is its store as new as what it has signed and what others have
 * seen certified? A store from a backup catches up from a peer or does not start, for a different
 * block at a signed height would be equivocation. docs/architecture.md#restore
 */
import { equalBytes, toHex } from '../../../schemas/hash.ts';
import { checkpointOf } from '../../../schemas/wire/block.ts';
import { checkpointDigest } from '../../../schemas/wire/checkpoint.ts';
import type { Chain } from '../chain.ts';
import { nodeError } from '../errors.ts';
import { catchUp } from './catch-up.ts';
import { isMarkBehind, type KeyRing } from './key-ring.ts';
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
  const testimonies = await ask(deps);
  // Where a mark is lost one that keeps silent may be the one that has seen more.
  if (testimonies.length === 0 || testimonies.length < witnesses.length) await requireMarks(deps);
  const marks = keys.held.flatMap(({ signer }) => signer.mark ?? []);
  const known = [...testimonies, ...marks].reduce(
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
  requireSignedBlocks(deps);
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

async function requireMarks({ chain, keys }: RestoreDeps): Promise<void> {
  const { store } = chain.deps;
  const newest = store.certificate(await store.certifiedHeight());
  for (const { signer } of keys.held) {
    if (isMarkBehind(signer, newest))
      throw nodeError('SIGNER_MARK_BEHIND', { address: toHex(signer.address) });
  }
}

/** The block each key signed last is the block this store has at its height. */
function requireSignedBlocks({ chain, keys }: RestoreDeps): void {
  const { store, hash, rules } = chain.deps;
  for (const { signer } of keys.held) {
    const header = signer.mark && store.header(signer.mark.height);
    if (signer.mark === undefined || header === undefined) continue;
    const digest = checkpointDigest(checkpointOf(header), rules.genesisHash, hash);
    if (!equalBytes(digest, signer.mark.digest))
      throw nodeError('SIGNER_CONFLICT', { height: header.height });
  }
}
