/** The receipt of a transaction in a block, as the relayer needs it. */
import { adapterError } from '../errors.ts';
import { readHex, readQuantity, readRecord } from './rpc/rpc-values.ts';

export interface LandedReceipt {
  readonly hash: string;
  readonly height: bigint;
  readonly blockHash: string;
  readonly transactionIndex: bigint;
  /** False where the call reverted. */
  readonly ok: boolean;
  readonly gasUsed: bigint;
}

/** Of the transaction of that hash; undefined while no block holds it. @throws ADAPTER_RPC_VALUE */
export function readReceipt(result: unknown, hash: string): LandedReceipt | undefined {
  if (result === null) return undefined;
  const receipt = readRecord(result);
  if (readHex(receipt['transactionHash'], 32) !== hash) {
    throw adapterError('ADAPTER_RPC_VALUE', { expected: `receipt of ${hash}` });
  }
  return {
    hash,
    height: readQuantity(receipt['blockNumber'], 64),
    blockHash: readHex(receipt['blockHash'], 32),
    transactionIndex: readQuantity(receipt['transactionIndex'], 32),
    ok: readQuantity(receipt['status'], 1) === 1n,
    gasUsed: readQuantity(receipt['gasUsed'], 64),
  };
}
