/* Agreement of several endpoints over a real node: whoever lies, stalls or serves another chain changes nothing. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRpcEndpoint } from '../../../adapters/ethereum/rpc/rpc-endpoint.ts';
import { createRpcQuorum, type RpcQuorum } from '../../../adapters/ethereum/rpc/rpc-quorum.ts';
import { readHex, readQuantity, readRecord } from '../../../adapters/ethereum/rpc/rpc-values.ts';
import { isTielineError, type TielineError } from '../../../schemas/errors.ts';
import { type Anvil, startAnvil } from '../../fakes/ethereum/anvil.ts';
import {
  type LyingEndpoint,
  type Manner,
  startEndpoint,
} from '../../fakes/ethereum/lying-endpoint.ts';
import { describeWithAnvil } from '../../fakes/ethereum/with-anvil.ts';

const CHAIN_ID = 31_337n;
const HONEST: Manner = { does: 'honest' };
const STALL: Manner = { does: 'stall' };
const DOWN: Manner = { does: 'say', text: 'down', status: 503 };
const LIE: Manner = {
  does: 'lie',
  change: (method, result) =>
    method === 'eth_getBalance' ? '0x1' : method === 'eth_blockNumber' ? '0xffffff' : result,
};

describeWithAnvil('endpoints of an Ethereum network', () => {
  let anvil: Anvil;
  let other: Anvil;
  let endpoints: LyingEndpoint[];
  let quorum: RpcQuorum;
  let genesisHash: string;

  beforeAll(async () => {
    anvil = await startAnvil('london');
    other = await startAnvil('london', ['--chain-id', '31338']);
    const genesis = await anvil.rpc<{ hash: string }>('eth_getBlockByNumber', ['0x0', false]);
    genesisHash = genesis.hash;
  });
  afterAll(async () => {
    await anvil?.close();
    await other?.close();
  });
  beforeEach(async () => {
    endpoints = await Promise.all([anvil, anvil, anvil].map(({ url }) => startEndpoint(url)));
    quorum = connect(endpoints.map(({ url }) => url));
  });
  afterEach(async () => {
    await quorum.close();
    await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  });

  const connect = (urls: readonly string[], threshold = 2) =>
    createRpcQuorum(
      { chainId: CHAIN_ID, genesisHash, threshold },
      urls.map((url) => createRpcEndpoint({ url, timeoutMs: 3000 })),
    );
  const balance = (of = quorum) =>
    of.agree('eth_getBalance', [anvil.accounts[0], 'latest'], (each) => readQuantity(each));
  const behave = (...manners: readonly Manner[]) => {
    for (const [at, manner] of manners.entries()) {
      const endpoint = endpoints[at];
      if (endpoint !== undefined) endpoint.manner = manner;
    }
  };
  const failure = async (run: Promise<unknown>): Promise<TielineError> => {
    const error: unknown = await run.catch((reason: unknown) => reason);
    if (!isTielineError(error)) throw new Error('not refused');
    return error;
  };

  it('outvote one that lies and do not wait for one that stalls (C10)', async () => {
    const truth = await balance();
    expect(truth).toBeGreaterThan(1n);
    for (const odd of [LIE, STALL, DOWN]) {
      behave(odd, HONEST, HONEST);
      expect(await balance()).toBe(truth);
    }
  });

  it('attest nothing where one says yes and the others differ or are silent (C10)', async () => {
    for (const [first, second, third] of [
      [HONEST, LIE, STALL],
      [HONEST, DOWN, DOWN],
      [LIE, DOWN, DOWN],
      [DOWN, DOWN, DOWN],
    ] as const) {
      behave(first, second, third);
      const { code, data, retry } = await failure(balance());
      expect([code, retry]).toEqual(['ADAPTER_DISAGREEMENT', 'later']);
      expect(Number(data['agreeing'])).toBeLessThan(2);
    }
    behave(HONEST, HONEST, HONEST);
    expect(await balance()).toBeGreaterThan(1n);
  });

  it('do not count an endpoint of another chain, from the start or from one day on (C2, C10)', async () => {
    const strange = connect([other.url, endpoints[0]?.url ?? '']);
    const { code, data } = await failure(balance(strange));
    expect([code, data['failed']]).toEqual(['ADAPTER_DISAGREEMENT', 'ADAPTER_WRONG_CHAIN']);
    await strange.close();

    await balance();
    const foreign: Manner = {
      does: 'lie',
      change: (method, result) =>
        method === 'eth_chainId' ? '0x7a6a' : method === 'eth_getBalance' ? null : result,
    };
    behave(foreign, HONEST, DOWN);
    expect((await failure(balance())).data['failed']).toContain('ADAPTER_RPC_VALUE');
    // Having failed once it must show its chain again, and cannot.
    expect((await failure(balance())).data['failed']).toContain('ADAPTER_WRONG_CHAIN');
  });

  it('agree on what a contract refuses as on any answer', async () => {
    // PUSH4 0xdeadbeef PUSH1 0 MSTORE PUSH1 4 PUSH1 28 REVERT, run as creation code
    const call = { data: '0x63deadbeef6000526004601cfd' };
    const ask = () => quorum.agree('eth_call', [call, 'latest'], (each) => readHex(each));
    const { code, data } = await failure(ask());
    expect([code, data['revert']]).toEqual(['ADAPTER_RPC_REFUSED', '0xdeadbeef']);
    const text = JSON.stringify({ id: 0, error: { code: 3, message: 'no', data: '0x01' } });
    behave({ does: 'say', text }, { does: 'say', text }, HONEST);
    expect((await failure(ask())).code).toBe('ADAPTER_DISAGREEMENT');
  });

  it('report each what they see, as soon as enough of them do', async () => {
    behave(HONEST, LIE, STALL);
    const heights = await quorum.each('eth_blockNumber', [], (each) => readQuantity(each));
    expect([...heights].sort()).toEqual([0n, 0xffffffn].sort());
    behave(HONEST, DOWN, DOWN);
    const silent = quorum.each('eth_blockNumber', [], (each) => readQuantity(each));
    expect((await failure(silent)).code).toBe('ADAPTER_DISAGREEMENT');
  });

  it('give one answer for sending as long as one of them lives, and the failure where none does', async () => {
    behave(STALL, { does: 'say', text: '' }, HONEST);
    const ask = () => quorum.any('eth_getBlockByNumber', ['0x0', false], readRecord);
    expect((await ask())['hash']).toBe(genesisHash);
    behave(STALL, STALL, STALL);
    expect((await failure(ask())).code).toBe('ADAPTER_UNREACHABLE');
  });

  it('are not taken where a minority could decide or one is named twice (B5)', async () => {
    const urls = endpoints.map(({ url }) => url);
    for (const [named, threshold] of [
      [[], 0],
      [urls, 0],
      [urls, 1],
      [urls, 4],
      [urls.slice(0, 2), 1],
      [[urls[0] ?? '', urls[0] ?? '', urls[1] ?? ''], 2],
    ] as const) {
      expect(() => connect(named, threshold)).toThrow(
        expect.objectContaining({ code: 'ADAPTER_ENDPOINTS' }),
      );
    }
  });

  it('answer nothing any more once they are closed', async () => {
    await quorum.close();
    expect((await failure(balance())).code).toBe('ADAPTER_CLOSED');
  });
});
