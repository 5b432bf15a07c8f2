/**
 * The newest block of an Ethereum network that counts as final by the network's policy, agreed upon by
 * enough endpoints. A block that was final once and is no longer there is a reorganisation deeper than
 * the policy allows for: from then on nothing is attested (C8). docs/architecture.md#ethereum-adapter
 */
import { adapterError } from '../errors.ts';
import type { RpcQuorum } from './rpc/rpc-quorum.ts';
import { readHex, readQuantity, readRecord, toQuantity } from './rpc/rpc-values.ts';

/** When a block counts as final: so many blocks below the newest, or where the network itself says so. */
export type FinalityPolicy =
  | { readonly by: 'depth'; readonly blocks: bigint }
  | { readonly by: 'tag'; readonly tag: 'safe' | 'finalized' };

export interface FinalBlock {
  readonly height: bigint;
  /** 0x and 64 lower-case hex digits, as the other hashes. */
  readonly hash: string;
  readonly parentHash: string;
  readonly stateRoot: string;
  /** Unix milliseconds. */
  readonly timeMs: bigint;
}

/** Follows the final head of one network; it never goes back. */
export class FinalHead {
  readonly #quorum: RpcQuorum;
  readonly #policy: FinalityPolicy;
  #newest: Pick<FinalBlock, 'height' | 'hash'> | undefined;
  #broken: Error | undefined;

  /** `known`: a block that has been attested before, by an earlier run. */
  constructor(
    quorum: RpcQuorum,
    policy: FinalityPolicy,
    known?: Pick<FinalBlock, 'height' | 'hash'>,
  ) {
    this.#quorum = quorum;
    this.#policy = policy;
    this.#newest = known;
  }

  /** The newest final block. @throws ADAPTER_DISAGREEMENT ADAPTER_REORGANISED, and then ever after */
  async read(): Promise<FinalBlock> {
    if (this.#broken !== undefined) throw this.#broken;
    const { threshold } = this.#quorum;
    const heights = [...(await this.#heights())].sort((left, right) => (left < right ? 1 : -1));
    // As many endpoints as have to agree are at this height or above it.
    const reached = heights[threshold - 1] ?? 0n;
    const newest = this.#newest;
    const block = await this.block(
      newest !== undefined && reached < newest.height ? newest.height : reached,
    );
    await this.#requireKept(block);
    // Another read may have got further while this one waited.
    if (block.height >= (this.#newest?.height ?? 0n)) this.#newest = block;
    return block;
  }

  /** The block of a height as enough endpoints have it. @throws ADAPTER_DISAGREEMENT */
  block(height: bigint): Promise<FinalBlock> {
    const params = [toQuantity(height), false];
    return this.#quorum.agree('eth_getBlockByNumber', params, (result) => {
      const block = readBlock(result);
      if (block.height !== height) throw adapterError('ADAPTER_RPC_VALUE', { height });
      return block;
    });
  }

  #heights(): Promise<readonly bigint[]> {
    const policy = this.#policy;
    if (policy.by === 'tag') {
      const params = [policy.tag, false];
      return this.#quorum.each('eth_getBlockByNumber', params, (each) => readBlock(each).height);
    }
    return this.#quorum.each('eth_blockNumber', [], (each) => {
      const height = readQuantity(each, 64);
      return height > policy.blocks ? height - policy.blocks : 0n;
    });
  }

  async #requireKept(block: FinalBlock): Promise<void> {
    const newest = this.#newest;
    if (newest === undefined || block.height < newest.height) return;
    const { hash } = block.height === newest.height ? block : await this.block(newest.height);
    if (hash === newest.hash) return;
    this.#broken = adapterError('ADAPTER_REORGANISED', {
      height: newest.height,
      final: newest.hash,
      found: hash,
    });
    throw this.#broken;
  }
}

function readBlock(result: unknown): FinalBlock {
  const block = readRecord(result);
  return {
    height: readQuantity(block['number'], 64),
    hash: readHex(block['hash'], 32),
    parentHash: readHex(block['parentHash'], 32),
    stateRoot: readHex(block['stateRoot'], 32),
    timeMs: readQuantity(block['timestamp'], 54) * 1000n,
  };
}
