/**
 * Making a client: what holds for all kinds, then what the kind asks. Action createClient: the main chain
 * has a client of every side chain, a side chain one, of the main chain. docs/protocol.md#client-kinds
 */
import { binaryBytes } from '../../../schemas/hash.ts';
import { parseChainId, parseClientId } from '../../../schemas/ids.ts';
import type { ClientSpec } from '../../../schemas/wire/action.ts';
import type { ClientKind } from '../../../schemas/wire/clients/client-material.ts';
import { MAIN_CLIENT_KEY } from '../../../schemas/wire/state-keys.ts';
import { type ChainRules, type ExecutionContext, emit } from '../../ledger/context.ts';
import { relayError } from '../errors.ts';
import { readClient, writeClient } from './client-state.ts';
import { lightClientOf } from './light-clients.ts';

/** Three times the longest timeout of 24 hours. */
export const LEAST_TRUSTING_SECONDS = 259_200n;

/** @throws as initialiseClient */
export function createClient(context: ExecutionContext, spec: ClientSpec): void {
  const { client } = spec;
  const height = initialiseClient(context, spec);
  if (context.chain.genesis.kind === 'shard') {
    if (context.state.get(MAIN_CLIENT_KEY) !== undefined) {
      throw relayError('CLIENT_EXISTS', { client });
    }
    context.state.set(MAIN_CLIENT_KEY, binaryBytes(client));
  }
  emit(context, 'clientCreated', { client, sequence: height, subject: spec.genesisHash });
}

/**
 * Makes a client that holds no root and returns the height it starts from.
 * @throws CLIENT_UNSUPPORTED CLIENT_EXISTS CLIENT_SPEC CLIENT_TRUSTING_PERIOD ID_CLIENT ID_CHAIN and as the kind's start
 */
export function initialiseClient(context: ExecutionContext, spec: ClientSpec): bigint {
  const { client, counterpartyClient, chainId, genesisHash, start } = spec;
  const most = context.chain.genesis.trustingPeriodSeconds;
  parseClientId(client);
  parseClientId(counterpartyClient);
  parseChainId(chainId);
  if (!isJudgedBy(context.chain, chainId, start.type)) {
    throw relayError('CLIENT_UNSUPPORTED', { chain: chainId, kind: start.type });
  }
  if (chainId === context.chain.chainId) {
    throw relayError('CLIENT_SPEC', { client, chain: chainId });
  }
  if (spec.trustingPeriodSeconds < LEAST_TRUSTING_SECONDS || spec.trustingPeriodSeconds > most) {
    throw relayError('CLIENT_TRUSTING_PERIOD', {
      seconds: spec.trustingPeriodSeconds,
      least: LEAST_TRUSTING_SECONDS,
      most,
    });
  }
  if (readClient(context.state, client) !== undefined)
    throw relayError('CLIENT_EXISTS', { client });
  const { latestHeight, trust } = lightClientOf(start.type).begin(context, spec, start);
  writeClient(context.state, client, {
    chainId,
    genesisHash,
    counterpartyClient,
    trustingPeriodSeconds: spec.trustingPeriodSeconds,
    maxClockDriftSeconds: spec.maxClockDriftSeconds,
    createdMs: context.timeMs,
    latestHeight,
    latestTimeMs: 0n,
    consensusCount: 0n,
    frozen: false,
    trust,
  });
  return latestHeight;
}

/** A native chain is judged by its checkpoints, an Ethereum network by the three others, on the main chain alone. */
function isJudgedBy({ genesis }: ChainRules, chainId: string, kind: ClientKind): boolean {
  if (kind === 'checkpoint') return chainId.startsWith('tieline:');
  return chainId.startsWith('eip155:') && genesis.kind === 'main';
}
