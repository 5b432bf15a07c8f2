/**
 * One JSON-RPC endpoint of an Ethereum network over kept-alive HTTP connections: one request a call, each
 * answer bounded in bytes and in time and judged strictly before anything is read from it. What it says is
 * one machine's word; rpc-quorum.ts makes an answer of several. docs/architecture.md#ethereum-adapter
 */
import { Pool } from 'undici';
import { isTielineError } from '../../../schemas/errors.ts';
import { adapterError } from '../../errors.ts';

/** Largest answer in bytes that is read. */
const MAX_ANSWER = 32 * 1024 * 1024;
const MAX_SENTENCE = 256;

export interface RpcEndpointConfig {
  /** URL of the endpoint; a path may carry a key, and is never shown. */
  readonly url: string;
  /** Milliseconds within which the whole answer must be here. */
  readonly timeoutMs: number;
  readonly connections?: number;
}

export interface RpcEndpoint {
  /** Scheme, host and port: what may be shown of the URL. */
  readonly origin: string;
  /** The result. @throws ADAPTER_UNREACHABLE ADAPTER_RPC_ANSWER ADAPTER_RPC_REFUSED ADAPTER_CLOSED */
  call(method: string, params: readonly unknown[]): Promise<unknown>;
  close(): Promise<void>;
}

export function createRpcEndpoint(config: RpcEndpointConfig): RpcEndpoint {
  const { origin, pathname, search } = new URL(config.url);
  const pool = new Pool(origin, {
    connections: config.connections ?? 8,
    pipelining: 1,
    maxResponseSize: MAX_ANSWER,
  });
  let last = 0;
  return {
    origin,
    async call(method, params) {
      if (pool.closed || pool.destroyed) throw adapterError('ADAPTER_CLOSED');
      last += 1;
      const id = last;
      try {
        const { statusCode, body } = await pool.request({
          path: pathname + search,
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ jsonrpc: '2.0', id, method, params }),
          // One clock for the whole answer: a trickle of bytes is a stall too.
          signal: AbortSignal.timeout(config.timeoutMs),
        });
        return readAnswer(await body.text(), { origin, method, id, status: statusCode });
      } catch (cause) {
        if (isTielineError(cause)) throw cause;
        if (pool.closed || pool.destroyed) throw adapterError('ADAPTER_CLOSED', {}, cause);
        throw adapterError('ADAPTER_UNREACHABLE', { url: origin, method }, cause);
      }
    },
    close: () => pool.destroy(),
  };
}

interface Asked {
  readonly origin: string;
  readonly method: string;
  readonly id: number;
  readonly status: number;
}

/** Exactly one of result and error, for this very request; some nodes answer an error with another status. */
function readAnswer(text: string, { origin, method, id, status }: Asked): unknown {
  const strange = (cause?: unknown) =>
    adapterError('ADAPTER_RPC_ANSWER', { endpoint: origin, method, status }, cause);
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch (cause) {
    throw strange(cause);
  }
  if (!isRecord(answer) || answer['id'] !== id) throw strange();
  const { result, error } = answer;
  if (isRecord(error) && result === undefined) throw refusal(origin, method, error);
  if (error !== undefined && error !== null) throw strange();
  if (result === undefined || status !== 200) throw strange();
  return result;
}

function refusal(origin: string, method: string, error: Readonly<Record<string, unknown>>): Error {
  const { code, message, data } = error;
  const nested = isRecord(data) ? data['data'] : data;
  return adapterError('ADAPTER_RPC_REFUSED', {
    endpoint: origin,
    method,
    rpcCode: typeof code === 'number' ? code : 0,
    reason: String(message ?? '').slice(0, MAX_SENTENCE),
    // What a contract reverted with.
    revert: typeof nested === 'string' && /^0x[0-9a-f]*$/i.test(nested) ? nested.toLowerCase() : '',
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
