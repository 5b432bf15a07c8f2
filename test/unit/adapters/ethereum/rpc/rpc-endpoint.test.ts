/* One JSON-RPC endpoint: what counts as an answer of it, and what never does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createRpcEndpoint,
  type RpcEndpoint,
} from '../../../../../adapters/ethereum/rpc/rpc-endpoint.ts';
import {
  readHex,
  readList,
  readQuantity,
  readRecord,
  toQuantity,
} from '../../../../../adapters/ethereum/rpc/rpc-values.ts';
import { isTielineError } from '../../../../../schemas/errors.ts';
import { type LyingEndpoint, startEndpoint } from '../../../../fakes/ethereum/lying-endpoint.ts';

describe('a JSON-RPC endpoint', () => {
  let server: LyingEndpoint;
  let endpoint: RpcEndpoint;
  beforeAll(async () => {
    server = await startEndpoint();
    endpoint = createRpcEndpoint({ url: `${server.url}/v3/secret-key`, timeoutMs: 400 });
  });
  afterAll(async () => {
    await endpoint.close();
    await server.close();
  });

  const failure = async (run: () => Promise<unknown>) => {
    const error: unknown = await run().catch((reason: unknown) => reason);
    if (!isTielineError(error)) throw new Error('not refused');
    return error;
  };
  const call = () => endpoint.call('eth_chainId', []);

  it('gives the result of the very request', async () => {
    server.manner = { does: 'honest' };
    expect(await call()).toBe(null);
    expect(server.asked.at(-1)).toBe('eth_chainId');
  });

  it('counts a stall and a trickle as no answer, and does not wait for ever (C10)', async () => {
    for (const does of ['stall', 'trickle'] as const) {
      server.manner = { does };
      const error = await failure(call);
      expect(error.code).toBe('ADAPTER_UNREACHABLE');
      expect(JSON.stringify([error.message, error.data])).not.toContain('secret-key');
    }
  });

  it('refuses answers to other requests, both result and error, neither, and no JSON-RPC at all (A14)', async () => {
    for (const text of [
      '',
      'null',
      '[]',
      '"0x1"',
      '<html>502</html>',
      '{"jsonrpc":"2.0","id":0,"result":"0x1"}',
      '{"jsonrpc":"2.0","result":"0x1"}',
    ]) {
      server.manner = { does: 'say', text };
      expect([text, (await failure(call)).code]).toEqual([text, 'ADAPTER_RPC_ANSWER']);
    }
    const fresh = createRpcEndpoint({ url: server.url, timeoutMs: 400 });
    for (const [id, rest, status] of [
      [1, '', 200],
      [2, ',"result":"0x1","error":{"code":1,"message":"no"}', 200],
      [3, ',"result":"0x1"', 500],
      [4, ',"error":"no"', 200],
    ] as const) {
      server.manner = { does: 'say', text: `{"jsonrpc":"2.0","id":${id}${rest}}`, status };
      const error = await failure(() => fresh.call('eth_chainId', []));
      expect([rest, error.code]).toEqual([rest, 'ADAPTER_RPC_ANSWER']);
    }
    await fresh.close();
  });

  it('passes a refusal on with what the contract reverted with', async () => {
    const fresh = createRpcEndpoint({ url: server.url, timeoutMs: 400 });
    const error = { code: 3, message: 'execution reverted', data: '0xAB' };
    server.manner = { does: 'say', text: JSON.stringify({ id: 1, error }), status: 400 };
    const { code, data } = await failure(() => fresh.call('eth_call', []));
    expect(code).toBe('ADAPTER_RPC_REFUSED');
    expect(data).toMatchObject({ revert: '0xab', rpcCode: 3, reason: 'execution reverted' });
    await fresh.close();
    expect((await failure(() => fresh.call('eth_call', []))).code).toBe('ADAPTER_CLOSED');
  });

  it('says when nobody is there', async () => {
    const gone = await startEndpoint();
    await gone.close();
    const nobody = createRpcEndpoint({ url: gone.url, timeoutMs: 400 });
    const { code } = await failure(() => nobody.call('eth_chainId', []));
    expect(code).toBe('ADAPTER_UNREACHABLE');
    await nobody.close();
  });
});

describe('values of JSON-RPC', () => {
  it('are read in their one spelling only (A14)', () => {
    expect(readQuantity('0x0')).toBe(0n);
    expect(readQuantity(toQuantity(2n ** 64n - 1n), 64)).toBe(2n ** 64n - 1n);
    expect(readHex('0xAB', 1)).toBe('0xab');
    expect(readHex('0x')).toBe('0x');
    expect(readList(['0x1'], (each) => readQuantity(each))).toEqual([1n]);
    for (const read of [
      () => readQuantity('0x00'),
      () => readQuantity('0x'),
      () => readQuantity('1'),
      () => readQuantity(1),
      () => readQuantity('0x10000000000000000', 64),
      () => readQuantity(`0x1${'0'.repeat(64)}`),
      () => readHex('0xabc'),
      () => readHex('0xab', 2),
      () => readHex(null),
      () => readRecord([]),
      () => readRecord(null),
      () => readList({}, String),
    ]) {
      expect(read).toThrow(expect.objectContaining({ code: 'ADAPTER_RPC_VALUE' }));
    }
  });
});
