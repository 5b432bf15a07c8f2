/**
 * Asks other nodes how far this chain has come: a peer of the same chain for its newest certificate, a
 * counterparty for what its client of this chain has accepted. docs/architecture.md#restore
 */
import { type Codec, decode, encode } from '../../../schemas/codec/codec.ts';
import { binaryBytes, binaryString, equalBytes } from '../../../schemas/hash.ts';
import {
  type NodeMethod,
  type NodeRequest,
  type NodeResponse,
  nodeMethods,
} from '../../../schemas/wire/node-api.ts';
import { clientKey, MAIN_CLIENT_KEY, routeKey } from '../../../schemas/wire/state-keys.ts';
import type { ChainRules } from '../../ledger/context.ts';
import { clientStateCodec } from '../../relay/clients/client-state.ts';
import { routeRecordCodec } from '../../relay/routes.ts';
import { nodeError } from '../errors.ts';

/** Most milliseconds one answer may take. */
const PATIENCE_MS = 10_000;

/** One call of another node's API. @throws NODE_WITNESS_ANSWER */
export type WitnessCall = <M extends NodeMethod>(
  method: M,
  request: NodeRequest<M>,
) => Promise<NodeResponse<M>>;

/** What a witness knows: the newest height of this chain that is certified for all it has seen. */
export interface Testimony {
  readonly url: string;
  readonly height: bigint;
  /** To fetch blocks from, where the witness is a node of this chain. */
  readonly peer: WitnessCall | undefined;
}

/** The node API at `url`. */
export function createWitnessCall(url: string): WitnessCall {
  return async <M extends NodeMethod>(method: M, request: NodeRequest<M>) => {
    const codecs = nodeMethods[method] as unknown as {
      readonly request: Codec<NodeRequest<M>>;
      readonly response: Codec<NodeResponse<M>>;
    };
    try {
      const answer = await fetch(new URL(`/rpc/${method}`, url), {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: new Uint8Array(encode(codecs.request, request)),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      if (answer.ok)
        return decode(codecs.response, new Uint8Array(await answer.arrayBuffer()), method);
    } catch (cause) {
      throw nodeError('NODE_WITNESS_ANSWER', { url, method }, cause);
    }
    throw nodeError('NODE_WITNESS_ANSWER', { url, method });
  };
}

/** @throws NODE_WITNESS_ANSWER NODE_WITNESS_STRANGER */
export async function askWitness(
  url: string,
  { genesisHash, chainId }: ChainRules,
): Promise<Testimony> {
  const call = createWitnessCall(url);
  const info = await call('info', {});
  if (equalBytes(info.genesisHash, genesisHash)) {
    const { certificate } = await call('certificate', { height: undefined });
    return { url, height: certificate?.checkpoint.height ?? 0n, peer: call };
  }
  const read = async (key: string): Promise<Uint8Array | undefined> => {
    const { values } = await call('query', {
      keys: [binaryBytes(key)],
      height: undefined,
      prove: false,
    });
    return values[0];
  };
  const route = await read(routeKey(chainId));
  const mainClient = await read(MAIN_CLIENT_KEY);
  const client =
    route === undefined
      ? mainClient && binaryString(mainClient)
      : decode(routeRecordCodec, route, 'route').client;
  const bytes = client === undefined ? undefined : await read(clientKey(client));
  const state = bytes && decode(clientStateCodec, bytes, 'client');
  if (state === undefined || !equalBytes(state.genesisHash, genesisHash))
    throw nodeError('NODE_WITNESS_STRANGER', { url });
  return { url, height: state.latestHeight, peer: undefined };
}
