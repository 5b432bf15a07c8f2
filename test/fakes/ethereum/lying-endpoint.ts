/*
 * An HTTP endpoint of a real node's answers, between which it may lie, stall, trickle or talk nonsense:
 * what a poisoned or broken RPC provider looks like from outside.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';

/** What the endpoint does with the node's answer to a method. */
export type Manner =
  | { readonly does: 'honest' }
  | { readonly does: 'stall' }
  | { readonly does: 'trickle' }
  | { readonly does: 'say'; readonly text: string; readonly status?: number }
  /** Passes a method on and hangs up before the answer. */
  | { readonly does: 'cut'; readonly method: string }
  /** Refuses logs of more heights than these, as public nodes do. */
  | { readonly does: 'bound'; readonly blocks: number }
  | { readonly does: 'lie'; readonly change: (method: string, result: unknown) => unknown };

export interface LyingEndpoint {
  readonly url: string;
  manner: Manner;
  /** Methods asked so far. */
  readonly asked: string[];
  close(): Promise<void>;
}

interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** An endpoint before the node at `node`; without one it has no answers of its own. */
export async function startEndpoint(node?: string): Promise<LyingEndpoint> {
  const asked: string[] = [];
  const open = new Set<ServerResponse>();
  const endpoint = { manner: { does: 'honest' } as Manner };
  const server = createServer((request, response) => {
    open.add(response);
    response.once('close', () => open.delete(response));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A node that ends while a call is on its way: whoever asked loses the connection.
    request.on('end', () => {
      answer(Buffer.concat(chunks), response).catch(() => response.destroy());
    });
  });

  async function answer(body: Buffer, response: ServerResponse): Promise<void> {
    const { method, id, params } = JSON.parse(body.toString()) as Call;
    asked.push(method);
    const { manner } = endpoint;
    if (manner.does === 'stall') return;
    if (manner.does === 'trickle') return trickle(response);
    if (manner.does === 'say') return say(response, manner.text, manner.status);
    if (manner.does === 'bound' && method === 'eth_getLogs' && spanOf(params) > manner.blocks) {
      return say(response, JSON.stringify({ id, error: { code: -32_005, message: 'too many' } }));
    }
    const truth = node === undefined ? { id, result: null } : await forward(node, body);
    if (manner.does === 'cut' && manner.method === method) {
      response.destroy();
      return;
    }
    const isLie = manner.does === 'lie' && 'result' in truth;
    const told = isLie ? { ...truth, result: manner.change(method, truth['result']) } : truth;
    say(response, JSON.stringify(told));
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: urlOf(server),
    get manner() {
      return endpoint.manner;
    },
    set manner(manner: Manner) {
      endpoint.manner = manner;
    },
    asked,
    async close() {
      for (const response of open) response.destroy();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function spanOf([filter]: readonly unknown[]): number {
  const { fromBlock, toBlock } = filter as { readonly fromBlock: string; readonly toBlock: string };
  return Number(toBlock) - Number(fromBlock) + 1;
}

async function forward(node: string, body: Buffer): Promise<Readonly<Record<string, unknown>>> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(node, { method: 'POST', headers, body: body.toString() });
  return (await response.json()) as Readonly<Record<string, unknown>>;
}

function say(response: ServerResponse, text: string, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(text);
}

/** A byte now and then, for ever: no single pause is long. */
function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drip = setInterval(() => response.write(' '), 20);
  response.once('close', () => clearInterval(drip));
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return `http://127.0.0.1:${address.port}`;
}
