/**
 * The certificates a checkpoint client needs to get from the set it trusts to a height: one for each
 * set change between, as the chain itself holds them. docs/protocol.md#checkpoint-client
 */
import { equalBytes } from '../../schemas/hash.ts';
import type { Certificate } from '../../schemas/wire/checkpoint.ts';
import type { ClientFact } from '../chain-facts.ts';
import { adapterError } from '../errors.ts';

/** Certificates of set changes above a height, in order; empty where there are none. */
export type ReadSetChanges = (after: bigint) => Promise<readonly Certificate[]>;

/** Most set changes followed at once: a node that names more does not tell the truth. */
const MAX_PATH = 65_536;

/**
 * Certificates to submit in this order, the target last; undefined where the client waits for a set
 * that is announced but does not sign yet, so that nothing can move it. The common case, no change
 * of set, asks the node nothing. @throws ADAPTER_UPDATE_PATH
 */
export async function certificatePath(
  client: ClientFact,
  target: Certificate,
  readSetChanges: ReadSetChanges,
): Promise<readonly Certificate[] | undefined> {
  const path: Certificate[] = [];
  const { height: end, validatorSetHash, nextValidatorSetHash } = target.checkpoint;
  let { latestHeight: height, trusted } = client;
  if (end <= height) return [target];
  while (!equalBytes(validatorSetHash, trusted)) {
    const changes = await readSetChanges(height);
    if (changes.length === 0 && path.length === 0 && equalBytes(nextValidatorSetHash, trusted))
      return undefined;
    if (changes.length === 0 || path.length > MAX_PATH)
      throw adapterError('ADAPTER_UPDATE_PATH', { height: end, from: height });
    for (const change of changes) {
      if (equalBytes(validatorSetHash, trusted)) break;
      const { checkpoint } = change;
      if (
        checkpoint.height <= height ||
        checkpoint.height >= end ||
        !equalBytes(checkpoint.validatorSetHash, trusted)
      )
        throw adapterError('ADAPTER_UPDATE_PATH', { height: end, from: height });
      path.push(change);
      height = checkpoint.height;
      trusted = checkpoint.nextValidatorSetHash;
    }
  }
  path.push(target);
  return path;
}
