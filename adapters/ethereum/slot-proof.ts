/**
 * EIP-1186 proofs of slots of one contract, as the trie nodes on the ways to them: account first, then
 * storage, each node once. Nothing here judges them; the chain that receives them does.
 * docs/architecture.md#ethereum-adapter
 */
import { adapterError } from '../errors.ts';
import type { RpcQuorum } from './rpc/rpc-quorum.ts';
import {
  bytesOf,
  readHex,
  readList,
  readQuantity,
  readRecord,
  toQuantity,
} from './rpc/rpc-values.ts';

/**
 * Nodes proving `slots` (0x and 64 hex digits each, present or absent) of `address` in the state after
 * the block of `height`, as enough endpoints give them. @throws ADAPTER_DISAGREEMENT
 */
export async function readSlotProof(
  quorum: RpcQuorum,
  address: string,
  slots: readonly string[],
  height: bigint,
): Promise<readonly Uint8Array[]> {
  const params = [address, slots, toQuantity(height)];
  const nodes = await quorum.agree('eth_getProof', params, (result) => {
    const proof = readRecord(result);
    const storage = readList(proof['storageProof'], readRecord);
    const isAsked = storage.every(({ key }, at) => isSlot(key, slots[at]));
    if (storage.length !== slots.length || !isAsked) {
      throw adapterError('ADAPTER_RPC_VALUE', { expected: `proof of ${slots.length} slots` });
    }
    const ways = [proof['accountProof'], ...storage.map((each) => each['proof'])];
    return [...new Set(ways.flatMap((way) => readList(way, (node) => readHex(node))))];
  });
  return nodes.map(bytesOf);
}

/** Some nodes give keys back as quantities. */
function isSlot(key: unknown, asked: string | undefined): boolean {
  if (asked === undefined || typeof key !== 'string') return false;
  return key.length === asked.length
    ? key.toLowerCase() === asked.toLowerCase()
    : readQuantity(key) === BigInt(asked);
}
