/* Final head and final logs over a real node: policies, laggards, liars, reorganisations, reconnection. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FinalHead, type FinalityPolicy } from '../../../adapters/ethereum/final-head.ts';
import { readFinalLogs } from '../../../adapters/ethereum/final-logs.ts';
import { createRpcEndpoint } from '../../../adapters/ethereum/rpc/rpc-endpoint.ts';
import { createRpcQuorum, type RpcQuorum } from '../../../adapters/ethereum/rpc/rpc-quorum.ts';
import { isTielineError, type TielineError } from '../../../schemas/errors.ts';
import { type Anvil, startAnvil } from '../../fakes/ethereum/anvil.ts';
import {
  type LyingEndpoint,
  type Manner,
  startEndpoint,
} from '../../fakes/ethereum/lying-endpoint.ts';
import { describeWithAnvil } from '../../fakes/ethereum/with-anvil.ts';

const DEPTH: FinalityPolicy = { by: 'depth', blocks: 3n };
/** Creation code of a contract that logs the word it is called with: CALLDATALOAD, MSTORE, LOG1. */
const LOGGER = '0x600d600c600039600d6000f360003560005260aa60206000a1';
const HONEST: Manner = { does: 'honest' };
const DOWN: Manner = { does: 'say', text: '', status: 503 };

describeWithAnvil('the final head of an Ethereum network', () => {
  let anvil: Anvil;
  let endpoints: LyingEndpoint[];
  let quorum: RpcQuorum;

  beforeEach(async () => {
    anvil = await startAnvil('london', ['--slots-in-an-epoch', '1']);
    endpoints = await Promise.all([1, 2, 3].map(() => startEndpoint(anvil.url)));
    const genesis = await anvil.rpc<{ hash: string }>('eth_getBlockByNumber', ['0x0', false]);
    quorum = createRpcQuorum(
      { chainId: 31_337n, genesisHash: genesis.hash, threshold: 2 },
      endpoints.map(({ url }) => createRpcEndpoint({ url, timeoutMs: 3000 })),
    );
  });
  afterEach(async () => {
    await quorum?.close();
    await Promise.all((endpoints ?? []).map((endpoint) => endpoint.close()));
    await anvil?.close();
  });

  const mine = (blocks: number) => anvil.rpc('anvil_mine', [`0x${blocks.toString(16)}`]);
  const behave = (...manners: readonly Manner[]) => {
    for (const [at, manner] of manners.entries()) {
      const endpoint = endpoints[at];
      if (endpoint !== undefined) endpoint.manner = manner;
    }
  };
  const lie = (name: string, change: (result: never) => unknown): Manner => ({
    does: 'lie',
    change: (method, result) => (method === name ? change(result as never) : result),
  });
  const failure = async (run: Promise<unknown>): Promise<TielineError> => {
    const error: unknown = await run.catch((reason: unknown) => reason);
    if (!isTielineError(error)) throw new Error('not refused');
    return error;
  };

  it('stands as deep as the policy says, or where the network’s own tag is', async () => {
    const head = new FinalHead(quorum, DEPTH);
    expect((await head.read()).height).toBe(0n);
    await mine(10);
    const { height, hash, timeMs } = await head.read();
    const block = await anvil.rpc<{ hash: string; timestamp: string }>('eth_getBlockByNumber', [
      '0x7',
      false,
    ]);
    expect([height, hash, timeMs]).toEqual([7n, block.hash, BigInt(block.timestamp) * 1000n]);
    const tagged = new FinalHead(quorum, { by: 'tag', tag: 'finalized' });
    expect((await tagged.read()).height).toBeLessThan(10n);
  });

  it('is not moved by one endpoint that runs ahead, lags or invents a block (C8, C10)', async () => {
    await mine(10);
    const head = new FinalHead(quorum, DEPTH);
    for (const odd of [
      lie('eth_blockNumber', () => '0xffff'),
      lie('eth_blockNumber', () => '0x4'),
      lie('eth_getBlockByNumber', (block: object) => ({
        ...block,
        stateRoot: `0x${'11'.repeat(32)}`,
      })),
    ]) {
      behave(odd, HONEST, HONEST);
      const { height, stateRoot } = await head.read();
      expect(height).toBe(7n);
      expect(stateRoot).not.toContain('1111');
    }
    behave(
      lie('eth_getBlockByNumber', () => null),
      { does: 'stall' },
      HONEST,
    );
    expect((await failure(head.read())).code).toBe('ADAPTER_DISAGREEMENT');
  });

  it('never goes back where endpoints lag behind what was final', async () => {
    await mine(10);
    const head = new FinalHead(quorum, DEPTH);
    await head.read();
    const late = lie('eth_blockNumber', () => '0x5');
    behave(late, late, late);
    expect((await head.read()).height).toBe(7n);
  });

  it('allows reorganisations above the policy’s depth', async () => {
    await mine(10);
    const head = new FinalHead(quorum, DEPTH);
    await head.read();
    await anvil.rpc('anvil_reorg', [2, []]);
    await mine(3);
    expect((await head.read()).height).toBe(10n);
  });

  it('stops for good where a final block is gone, also one of an earlier run (C8)', async () => {
    await mine(10);
    const head = new FinalHead(quorum, DEPTH);
    const known = await head.read();
    await anvil.rpc('anvil_reorg', [6, []]);
    await mine(1);
    const { code, data } = await failure(head.read());
    expect([code, data['height'], data['final']]).toEqual(['ADAPTER_REORGANISED', 7n, known.hash]);
    expect((await failure(head.read())).code).toBe('ADAPTER_REORGANISED');
    const restarted = new FinalHead(quorum, DEPTH, known);
    expect((await failure(restarted.read())).code).toBe('ADAPTER_REORGANISED');
  });

  it('gives the logs of a contract from any height on, once they are final', async () => {
    const { logger, log } = await deployLogger();
    for (const word of [1, 2, 3]) await log(word);
    const deps = { quorum, head: new FinalHead(quorum, DEPTH) };
    expect((await readFinalLogs(deps, logger, 1n, 100)).blocks).toEqual([]);
    await mine(3);
    const all = await readFinalLogs(deps, logger, 1n, 100);
    expect(all.blocks.map(({ logs }) => logs.map(({ data }) => Number(data)))).toEqual([
      [1],
      [2],
      [3],
    ]);
    const heights: bigint[] = [];
    for (let from = 1n; from < all.nextHeight; ) {
      const { blocks, nextHeight } = await readFinalLogs(deps, logger, from, 1);
      heights.push(...blocks.map(({ height }) => height));
      from = nextHeight;
    }
    expect(heights).toEqual(all.blocks.map(({ height }) => height));
    const none = await readFinalLogs(deps, logger, all.nextHeight, 100);
    expect(none).toEqual({ blocks: [], nextHeight: all.nextHeight });
  });

  it('reads the same logs again after the connection was lost, and halves what a node will not answer', async () => {
    const { logger, log } = await deployLogger();
    for (const word of [1, 2, 3, 4]) await log(word);
    await mine(3);
    const deps = { quorum, head: new FinalHead(quorum, DEPTH) };
    const before = await readFinalLogs(deps, logger, 1n, 100);
    behave(DOWN, DOWN, DOWN);
    expect((await failure(readFinalLogs(deps, logger, 1n, 100))).code).toBe('ADAPTER_DISAGREEMENT');
    behave(HONEST, HONEST, HONEST);
    expect(await readFinalLogs(deps, logger, 1n, 100)).toEqual(before);
    const bounded: Manner = { does: 'bound', blocks: 2 };
    behave(bounded, bounded, bounded);
    const blocks = [];
    for (let from = 1n; from < before.nextHeight; ) {
      const part = await readFinalLogs(deps, logger, from, 4);
      expect(part.nextHeight).toBeGreaterThan(from);
      blocks.push(...part.blocks);
      from = part.nextHeight;
    }
    expect(blocks).toEqual(before.blocks);
  });

  it('believes no log an endpoint adds, drops, takes from another contract or from a removed block (A16, D7, C10)', async () => {
    const { logger, log } = await deployLogger();
    await log(1);
    await mine(3);
    const deps = { quorum, head: new FinalHead(quorum, DEPTH) };
    const truth = await readFinalLogs(deps, logger, 1n, 100);
    type Logs = readonly Readonly<Record<string, unknown>>[];
    const lies = [
      (logs: Logs) => [...logs, ...logs.map((each) => ({ ...each, logIndex: '0x9' }))],
      () => [],
      (logs: Logs) => logs.map((each) => ({ ...each, address: `0x${'99'.repeat(20)}` })),
      (logs: Logs) => logs.map((each) => ({ ...each, removed: true })),
      (logs: Logs) => logs.map((each) => ({ ...each, data: `0x${'22'.repeat(32)}` })),
      (logs: Logs) => logs.map((each) => ({ ...each, blockHash: `0x${'33'.repeat(32)}` })),
    ].map((change) => lie('eth_getLogs', change));
    for (const each of lies) {
      behave(each, HONEST, HONEST);
      expect(await readFinalLogs(deps, logger, 1n, 100)).toEqual(truth);
      behave(each, HONEST, DOWN);
      expect((await failure(readFinalLogs(deps, logger, 1n, 100))).code).toBe(
        'ADAPTER_DISAGREEMENT',
      );
    }
    // Enough endpoints lie alike, but not about the block: their logs are of no block that is final.
    const [, , , , , elsewhere = HONEST] = lies;
    behave(elsewhere, elsewhere, elsewhere);
    expect((await failure(readFinalLogs(deps, logger, 1n, 100))).data['method']).toBe(
      'eth_getLogs',
    );
  });

  async function deployLogger() {
    const [from = ''] = anvil.accounts;
    const send = async (call: object) => {
      const hash = await anvil.rpc<string>('eth_sendTransaction', [{ from, ...call }]);
      for (;;) {
        const receipt = await anvil.rpc<{ contractAddress: string } | null>(
          'eth_getTransactionReceipt',
          [hash],
        );
        if (receipt !== null) return receipt;
      }
    };
    const { contractAddress } = await send({ data: LOGGER });
    const log = (word: number) =>
      send({ to: contractAddress, data: `0x${word.toString(16).padStart(64, '0')}` });
    return { logger: contractAddress, log };
  }
});
