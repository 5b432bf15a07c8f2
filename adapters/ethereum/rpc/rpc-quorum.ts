/**
 * Several independent endpoints of one network, more than half of which must give the same answer before
 * it counts: whoever lies, stalls or serves another chain is outvoted, and where too few are left nothing
 * is attested (C10). docs/architecture.md#ethereum-adapter
 */
import { isTielineError, type TielineError } from '../../../schemas/errors.ts';
import { adapterError } from '../../errors.ts';
import type { RpcEndpoint } from './rpc-endpoint.ts';
import { toQuantity } from './rpc-values.ts';

const GRACE_MS = 250;

export interface RpcQuorumConfig {
  /** EIP-155 chain id. */
  readonly chainId: bigint;
  /** Hash of block 0, 0x and 64 lower-case hex digits. */
  readonly genesisHash: string;
  /** Equal answers it takes: more than half of the endpoints. */
  readonly threshold: number;
}

/** Reads one endpoint's result; throws where it is not what the method gives. */
export type Read<T> = (result: unknown) => T;

export interface RpcQuorum {
  /** The answer `threshold` endpoints give alike, or the refusal they agree on. @throws ADAPTER_DISAGREEMENT ADAPTER_RPC_REFUSED ADAPTER_CLOSED */
  agree<T>(method: string, params: readonly unknown[], read: Read<T>): Promise<T>;
  /** What each endpoint of this network says, where at least `threshold` say something. @throws ADAPTER_DISAGREEMENT ADAPTER_CLOSED */
  each<T>(method: string, params: readonly unknown[], read: Read<T>): Promise<readonly T[]>;
  /**
   * The first answer of any endpoint: for sending and guessing, never for attesting. Where all fail, ADAPTER_RPC_REFUSED
   * says that every one of them refused, another code that at least one did not answer.
   */
  any<T>(method: string, params: readonly unknown[], read: Read<T>): Promise<T>;
  readonly threshold: number;
  close(): Promise<void>;
}

/** @throws ADAPTER_ENDPOINTS where a minority could decide, or one endpoint is named twice */
export function createRpcQuorum(
  config: RpcQuorumConfig,
  endpoints: readonly RpcEndpoint[],
): RpcQuorum {
  const { threshold } = config;
  const origins = new Set(endpoints.map(({ origin }) => origin));
  if (
    origins.size !== endpoints.length ||
    !Number.isInteger(threshold) ||
    threshold > endpoints.length ||
    threshold * 2 <= endpoints.length
  ) {
    throw adapterError('ADAPTER_ENDPOINTS', { endpoints: origins.size, threshold });
  }
  const members = endpoints.map((endpoint) => identified(config, endpoint));
  const askAll = <T>(method: string, params: readonly unknown[], read: Read<T>) =>
    members.map((call) => call(method, params, read));
  return {
    threshold,
    agree: (method, params, read) => agreed(askAll(method, params, read), threshold, method),
    each: (method, params, read) => gathered(askAll(method, params, read), threshold, method),
    any: (method, params, read) => Promise.any(askAll(method, params, read)).catch(worst),
    async close() {
      await Promise.all(endpoints.map((endpoint) => endpoint.close()));
    },
  };
}

type Call = <T>(method: string, params: readonly unknown[], read: Read<T>) => Promise<T>;

/** Calls of an endpoint that has shown chain id and genesis; it shows them again after each failure. */
function identified({ chainId, genesisHash }: RpcQuorumConfig, endpoint: RpcEndpoint): Call {
  let shown: Promise<void> | undefined;
  async function identify(): Promise<void> {
    const [id, genesis] = await Promise.all([
      endpoint.call('eth_chainId', []),
      endpoint.call('eth_getBlockByNumber', ['0x0', false]),
    ]);
    const hash = (genesis as { readonly hash?: unknown } | null)?.hash;
    if (id === toQuantity(chainId) && hash === genesisHash) return;
    throw adapterError('ADAPTER_WRONG_CHAIN', {
      endpoint: endpoint.origin,
      expected: `${chainId} ${genesisHash}`,
      found: `${String(id).slice(0, 80)} ${String(hash).slice(0, 80)}`,
    });
  }
  return async (method, params, read) => {
    try {
      shown ??= identify();
      await shown;
      return read(await endpoint.call(method, params));
    } catch (error) {
      if (!isTielineError(error, 'ADAPTER_RPC_REFUSED')) shown = undefined;
      throw error;
    }
  };
}

/** Settles as soon as `threshold` answers are alike, or no longer can be. */
function agreed<T>(asked: readonly Promise<T>[], threshold: number, method: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const votes = new Map<string, number>();
    const failed: unknown[] = [];
    let open = asked.length;
    const count = (text: string, decide: () => void) => {
      const now = (votes.get(text) ?? 0) + 1;
      votes.set(text, now);
      if (now === threshold) decide();
    };
    const close = () => {
      open -= 1;
      const most = Math.max(0, ...votes.values());
      if (most + open < threshold) reject(disagreement(method, threshold, most, failed));
    };
    for (const each of asked) {
      void each
        .then(
          (value) => count(`answer ${canonical(value)}`, () => resolve(value)),
          (error: unknown) => {
            failed.push(error);
            const revert = revertOf(error);
            if (revert !== undefined) count(`revert ${revert}`, () => reject(error));
          },
        )
        .finally(close);
    }
  });
}

/** Of all failures one that leaves open what happened, where there is one. */
function worst({ errors }: AggregateError): never {
  throw errors.find((error) => !isTielineError(error, 'ADAPTER_RPC_REFUSED')) ?? errors[0];
}

/** What is said within GRACE_MS after the answer that makes them enough: a stall holds up nobody for long. */
function gathered<T>(
  asked: readonly Promise<T>[],
  threshold: number,
  method: string,
): Promise<readonly T[]> {
  return new Promise((resolve, reject) => {
    const said: T[] = [];
    const failed: unknown[] = [];
    let grace: NodeJS.Timeout | undefined;
    const settle = () => {
      const isDone = said.length + failed.length === asked.length;
      if (isDone && said.length < threshold) {
        reject(disagreement(method, threshold, said.length, failed));
      } else if (isDone) {
        clearTimeout(grace);
        resolve(said);
      } else if (said.length >= threshold) {
        grace ??= setTimeout(() => resolve(said), GRACE_MS);
      }
    };
    for (const each of asked) {
      void each
        .then(
          (value) => said.push(value),
          (error: unknown) => failed.push(error),
        )
        .then(settle);
    }
  });
}

/** What a call reverted with: an answer like any other. */
function revertOf(error: unknown): string | undefined {
  if (!isTielineError(error, 'ADAPTER_RPC_REFUSED')) return undefined;
  const { revert } = (error as TielineError).data;
  return typeof revert === 'string' && revert !== '' ? revert : undefined;
}

function disagreement(
  method: string,
  needed: number,
  agreeing: number,
  failed: readonly unknown[],
): unknown {
  const closed = failed.find((error) => isTielineError(error, 'ADAPTER_CLOSED'));
  if (closed !== undefined) return closed;
  const codes = failed.map((error) => (isTielineError(error) ? error.code : 'unreadable'));
  return adapterError('ADAPTER_DISAGREEMENT', {
    method,
    needed,
    agreeing,
    failed: [...new Set(codes)].sort().join(' '),
  });
}

/** One text for equal values, whatever the order of their fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'bigint') return `${each}n`;
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
