/**
 * Whether the main chain still holds what a proof file must show. What is gone for good is said as such
 * and not as something to wait for. docs/protocol.md#pruning
 */
import type { TransferProof } from '../../main-chain/relay/evidence/transfer-proof.ts';
import {
  forwardKey,
  forwardsBelowKey,
  outboxRootKey,
  prunedBelowKey,
} from '../../schemas/wire/state-keys.ts';
import { hubError } from '../errors.ts';

type Facts = Pick<TransferProof, 'source' | 'onward' | 'answer'>;

/** `values` are the main chain's by key, as its state proof shows them. @throws HUB_PROOF_PRUNED */
export function requireUnpruned(
  { source, onward, answer }: Facts,
  values: ReadonlyMap<string, Uint8Array | undefined>,
): void {
  const present = (key: string, record: string): void => {
    if (values.get(key) === undefined) throw hubError('HUB_PROOF_PRUNED', { record });
  };
  if (onward !== undefined) {
    const { client, packet, sent } = onward;
    const { sequence } = packet;
    const record = `forward/${client}/${sequence}`;
    present(outboxRootKey(sent.outboxHeight), `outboxRoot/${sent.outboxHeight}`);
    if (source !== undefined) present(forwardKey(client, sequence), record);
    else requireAtLeast(sequence, values.get(forwardsBelowKey(client)), record);
  }
  if (answer !== undefined) {
    const { outboxHeight } = answer.written;
    present(outboxRootKey(outboxHeight), `outboxRoot/${outboxHeight}`);
  } else if (source !== undefined) {
    const { client, packet } = source;
    const record = `receipt ${client}/${packet.sequence}`;
    requireAtLeast(packet.sequence, values.get(prunedBelowKey(client)), record);
  }
}

/** `mark` is the first sequence that was not pruned, 8 bytes, absent before any was. @throws HUB_PROOF_PRUNED */
export function requireAtLeast(
  sequence: bigint,
  mark: Uint8Array | undefined,
  record: string,
): void {
  if (mark === undefined) return;
  const prunedBelow = new DataView(mark.buffer, mark.byteOffset, 8).getBigUint64(0);
  if (sequence < prunedBelow) throw hubError('HUB_PROOF_PRUNED', { record, prunedBelow });
}
