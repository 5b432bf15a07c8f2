/**
 * A shard is a native side chain: the same node and rules as the main chain under a genesis of kind
 * `shard`, which has exactly one client, of the main chain. docs/architecture.md#shards
 */
import { createNativeGenesis, type GenesisOptions } from '../../main-chain/node/native-genesis.ts';

/** Genesis bytes of a shard. @throws GENESIS_* VALIDATOR_* */
export function createShardGenesis(options: GenesisOptions): Uint8Array {
  return createNativeGenesis('shard', options);
}
