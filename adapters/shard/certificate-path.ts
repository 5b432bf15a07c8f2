/**
 * The certificates a checkpoint client needs to get from the set it trusts to a height: the last one
 * each intermediate set signed, found by bisection. docs/protocol.md#checkpoint-client
 */
import { equalBytes } from '../../schemas/hash.ts';
import type { Certificate } from '../../schemas/wire/checkpoint.ts';
import { MAX_UPDATES } from '../../schemas/wire/message.ts';
import type { ClientFact } from '../chain-facts.ts';
import { adapterError } from '../errors.ts';

/** The certificate of a height, if the node has it. */
export type ReadCertificate = (height: bigint) => Promise<Certificate | undefined>;

/**
 * Certificates to submit in this order, the target last. The common case, no change of set, asks
 * the node nothing. @throws ADAPTER_UPDATE_PATH
 */
export async function certificatePath(
  client: ClientFact,
  target: Certificate,
  read: ReadCertificate,
): Promise<readonly Certificate[]> {
  const path: Certificate[] = [];
  const end = target.checkpoint.height;
  let { latestHeight: height, trusted } = client;
  if (end <= height) return [target];
  while (!equalBytes(target.checkpoint.validatorSetHash, trusted)) {
    if (path.length + 1 >= MAX_UPDATES) return path;
    const step = await lastOfSet(trusted, height, end, read);
    if (step === undefined)
      throw adapterError('ADAPTER_UPDATE_PATH', { height: end, from: height });
    path.push(step);
    height = step.checkpoint.height;
    trusted = step.checkpoint.nextValidatorSetHash;
  }
  path.push(target);
  return path;
}

/** The newest certificate below `end` that the set signed; it announces the next set. */
async function lastOfSet(
  set: Uint8Array,
  above: bigint,
  end: bigint,
  read: ReadCertificate,
): Promise<Certificate | undefined> {
  let low = above + 1n;
  let high = end - 1n;
  let found: Certificate | undefined;
  while (low <= high) {
    const middle = (low + high) / 2n;
    const certificate = await read(middle);
    if (certificate !== undefined && equalBytes(certificate.checkpoint.validatorSetHash, set)) {
      found = certificate;
      low = middle + 1n;
    } else {
      high = middle - 1n;
    }
  }
  return found;
}
