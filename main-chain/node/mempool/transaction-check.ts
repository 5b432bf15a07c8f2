/**
 * What is checked of a transaction's own bytes before it may wait: the strict layout and the
 * sender's signature over this chain's digest. Runs in the node and in its signature workers.
 */
import { isTielineError } from '../../../schemas/errors.ts';
import { equalBytes } from '../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../schemas/ports.ts';
import { decodeTransaction, transactionId } from '../../../schemas/wire/transaction.ts';

/** Why the bytes were refused; `NODE_CLOSED` where the node closed before it looked. */
export type CheckRefusal = 'MEMPOOL_MALFORMED' | 'MEMPOOL_SIGNATURE' | 'NODE_CLOSED';
/** The 32-byte transaction id, or the refusal. */
export type CheckOutcome = Uint8Array | CheckRefusal;

export interface CheckPorts {
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
}

/** Checks one transaction; total over all inputs. */
export function checkTransaction(
  bytes: Uint8Array,
  genesisHash: Uint8Array,
  ports: CheckPorts,
): CheckOutcome {
  try {
    const { sender, signature } = decodeTransaction(bytes);
    const id = transactionId(bytes, genesisHash, ports.hash);
    const signer = ports.signatures.recoverAddress(id, signature);
    return signer !== undefined && equalBytes(signer, sender) ? id : 'MEMPOOL_SIGNATURE';
  } catch (error) {
    if (isTielineError(error)) return 'MEMPOOL_MALFORMED';
    throw error;
  }
}
