/**
 * The node API over HTTP: POST /rpc/<method>, application/octet-stream both ways, connections kept
 * alive; refusals come as problem details. docs/protocol.md#node-api
 */
import { Pool } from 'undici';
import type { NodeTransport } from '../../schemas/wire/node-api.ts';
import { adapterError } from '../errors.ts';
import { errorFromProblem } from '../problem.ts';

/** Largest answer in bytes that is read from a node. */
const MAX_ANSWER = 128 * 1024 * 1024;
const ANSWER_TIMEOUT_MS = 60_000;

export interface HttpTransportConfig {
  /** Origin of the node's RPC, for instance `http://127.0.0.1:8101`. */
  readonly url: string;
  /** Connections kept open; a long poll holds one. */
  readonly connections?: number;
}

/** @throws ADAPTER_UNREACHABLE ADAPTER_ANSWER ADAPTER_CLOSED and the node's own codes, from `call` */
export function createHttpTransport(config: HttpTransportConfig): NodeTransport {
  const pool = new Pool(config.url, {
    connections: config.connections ?? 16,
    pipelining: 1,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    maxResponseSize: MAX_ANSWER,
  });
  return {
    async call(method, request) {
      if (pool.closed || pool.destroyed) throw adapterError('ADAPTER_CLOSED');
      let answer: { readonly status: number; readonly bytes: Uint8Array };
      try {
        const { statusCode, body } = await pool.request({
          path: `/rpc/${method}`,
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream' },
          body: request,
        });
        answer = { status: statusCode, bytes: new Uint8Array(await body.arrayBuffer()) };
      } catch (cause) {
        if (pool.closed || pool.destroyed) throw adapterError('ADAPTER_CLOSED', {}, cause);
        throw adapterError('ADAPTER_UNREACHABLE', { url: config.url, method }, cause);
      }
      if (answer.status === 200) return answer.bytes;
      throw refusal(method, answer.status, answer.bytes);
    },
    async close() {
      await pool.destroy();
    },
  };
}

function refusal(method: string, status: number, bytes: Uint8Array): Error {
  try {
    const error = errorFromProblem(JSON.parse(new TextDecoder().decode(bytes)));
    if (error !== undefined) return error;
  } catch {
    // no JSON: falls through to what can be said anyway
  }
  return adapterError('ADAPTER_ANSWER', { method, status });
}
