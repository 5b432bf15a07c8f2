/* A development Ethereum node (anvil) on a loopback port of its own, and JSON-RPC to it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './artefact.ts';

const BINARY = 'node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil';
/** First block's time: far from now, so that nothing rests on this machine's clock. */
export const START_SECONDS = 1_800_000_000;

export interface Anvil {
  readonly url: string;
  readonly accounts: readonly string[];
  rpc<T>(method: string, params?: readonly unknown[]): Promise<T>;
  close(): Promise<void>;
}

/** Why there is no node to test with, or undefined where there is one. */
export function anvilMissing(): string | undefined {
  if (existsSync(join(projectRoot(), BINARY))) return undefined;
  return `anvil is not there (${BINARY}): the contracts are NOT tested on this machine`;
}

/** Starts a node; blocks are mined one a transaction. `further`: more of its options. */
export async function startAnvil(
  hardfork: 'london' | 'prague' | 'osaka',
  further: readonly string[] = [],
): Promise<Anvil> {
  const options = `--host 127.0.0.1 --port 0 --hardfork ${hardfork} --accounts 60 --balance 100000 --gas-limit 100000000 --timestamp ${START_SECONDS}`;
  const child = spawn(join(projectRoot(), BINARY), [...options.split(' '), ...further], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await listening(child);
  let id = 0;
  async function rpc<T>(method: string, params: readonly unknown[] = []): Promise<T> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
    });
    const answer = (await response.json()) as { result?: T; error?: RpcFailure };
    if (answer.error !== undefined) throw new RpcError(method, answer.error);
    return answer.result as T;
  }
  return {
    url,
    accounts: await rpc<string[]>('eth_accounts'),
    rpc,
    async close() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await gone;
    },
  };
}

interface RpcFailure {
  readonly message: string;
  readonly data?: string;
}

/** What the node refused; `data` is what the contract reverted with. */
export class RpcError extends Error {
  readonly data: string | undefined;
  constructor(method: string, { message, data }: RpcFailure) {
    super(`${method}: ${message}`);
    this.data = data;
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = '';
    child.once('exit', (code) => reject(new Error(`anvil ended with ${code}: ${seen}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      if (seen.length < 65_536) seen += chunk.toString();
      const address = /Listening on (127\.0\.0\.1:\d+)/.exec(seen)?.[1];
      if (address !== undefined) resolve(`http://${address}`);
    });
  });
}
