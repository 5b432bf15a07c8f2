/** Action createClient: the main chain has a client of every side chain, a side chain one, of the main chain. */
import { binaryBytes } from '../../../schemas/hash.ts';
import type { ClientSpec } from '../../../schemas/wire/action.ts';
import { MAIN_CLIENT_KEY } from '../../../schemas/wire/state-keys.ts';
import { type ExecutionContext, emit } from '../../ledger/context.ts';
import { relayError } from '../errors.ts';
import { lightClientOf } from './light-clients.ts';

/** @throws CLIENT_UNSUPPORTED CLIENT_EXISTS CLIENT_SPEC CLIENT_TRUSTING_PERIOD ID_CLIENT ID_CHAIN */
export function createClient(context: ExecutionContext, spec: ClientSpec): void {
  const { client } = spec;
  lightClientOf(spec.chainId).initialise(context, spec);
  if (context.chain.genesis.kind === 'shard') {
    if (context.state.get(MAIN_CLIENT_KEY) !== undefined) {
      throw relayError('CLIENT_EXISTS', { client });
    }
    context.state.set(MAIN_CLIENT_KEY, binaryBytes(client));
  }
  emit(context, 'clientCreated', { client, sequence: spec.height, subject: spec.genesisHash });
}
