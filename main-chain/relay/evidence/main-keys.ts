/**
 * Which keys of the main chain's state a transfer proof speaks of: derived from its facts alone, so
 * that a file cannot choose what its values are values of. docs/protocol.md#offline-proof
 */
import { receiptPath } from '../../../schemas/wire/packet.ts';
import {
  clientKey,
  consensusKey,
  forwardKey,
  forwardsBelowKey,
  outboxRootKey,
  prunedBelowKey,
} from '../../../schemas/wire/state-keys.ts';
import type { TransferProof } from './transfer-proof.ts';

/** The keys in the order of `values`, each once. */
export function mainKeys(proof: Pick<TransferProof, 'source' | 'onward' | 'answer'>): string[] {
  const { source, onward, answer } = proof;
  const keys = new Set<string>();
  if (source !== undefined) {
    keys.add(clientKey(source.client)).add(consensusKey(source.client, source.height));
  }
  if (onward !== undefined) {
    keys.add(clientKey(onward.client)).add(consensusKey(onward.client, onward.height));
    keys.add(outboxRootKey(onward.sent.outboxHeight));
    keys.add(forwardKey(onward.client, onward.packet.sequence));
    if (source === undefined) keys.add(forwardsBelowKey(onward.client));
  }
  if (answer !== undefined) {
    keys.add(outboxRootKey(answer.written.outboxHeight));
  } else if (source !== undefined) {
    keys.add(receiptPath(source.client, source.packet.sequence)).add(prunedBelowKey(source.client));
  }
  return [...keys];
}

/** The keys of a destination's state that show a packet was never received there. */
export function absenceKeys(client: string, sequence: bigint): readonly [string, string] {
  return [receiptPath(client, sequence), prunedBelowKey(client)];
}
