import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInProcessTransport } from '../../../../adapters/shard/in-process-transport.ts';
import { createNativeAdapter } from '../../../../adapters/shard/native-adapter.ts';
import { testAddress } from '../../../fakes/ledger-context.ts';
import { type LocalNode, openLocalNode } from '../../../fakes/local-node.ts';

let local: LocalNode;
const connect = (config: Parameters<typeof createNativeAdapter>[0]) =>
  createNativeAdapter(config, {
    transport: createInProcessTransport(local.node),
    ...local.ports,
    now: () => performance.now(),
  });

beforeAll(async () => {
  local = await openLocalNode();
});
afterAll(() => local?.remove());

describe('the native adapter', () => {
  it('says what the genesis says', async () => {
    const { description } = await connect({ genesisHash: local.genesisHash });
    expect(description).toMatchObject({
      chainId: local.node.chainId,
      kind: 'side',
      family: 'native',
      name: 'test',
      label: 'proven',
      leastTimeoutSeconds: 1n,
    });
  });

  it('refuses another chain than the configured one with ADAPTER_WRONG_CHAIN', async () => {
    await expect(connect({ genesisHash: new Uint8Array(32) })).rejects.toMatchObject({
      code: 'ADAPTER_WRONG_CHAIN',
    });
  });

  it('refuses to relay without a key with ADAPTER_NO_RELAYER', async () => {
    const adapter = await connect({});
    const updates = { type: 'checkpoint', certificates: [] } as const;
    const bundle = { task: 'update', height: 1n, timeMs: 1n, updates } as const;
    await expect(adapter.relay('tieline-main', bundle)).rejects.toMatchObject({
      code: 'ADAPTER_NO_RELAYER',
    });
  });

  it('prepares a transaction with the account’s free nonce and an hour of validity', async () => {
    const adapter = await connect({});
    const message = {
      type: 'transfer',
      resourceId: new Uint8Array(32),
      quantity: 1n,
      receiver: testAddress(2),
    } as const;
    const { timeMs } = await adapter.wait(0n, 0);
    const prepared = await adapter.prepare(testAddress(77), message);
    expect(prepared.nonce).toBe(0n);
    expect(prepared.expirySeconds - timeMs / 1000n).toBeGreaterThanOrEqual(3600n);
    expect(prepared.digest).toHaveLength(32);
  });

  it('answers hundreds of questions in several calls, in order', async () => {
    const adapter = await connect({});
    const questions = Array.from({ length: 700 }, (_, n) => ({
      client: 'tieline-main',
      sequence: BigInt(n + 1),
    }));
    const received = await adapter.facts('received', questions);
    expect(received).toHaveLength(700);
    expect(received.every((each) => each === false)).toBe(true);
  });

  it('proves values and absence under the newest certificate', async () => {
    const adapter = await connect({});
    const { values, certificate, height, proof } = await adapter.prove([
      'chain/genesis',
      'no/such/key',
    ]);
    expect([values[0] !== undefined, values[1]]).toEqual([true, undefined]);
    expect(certificate.checkpoint.height).toBe(height);
    expect(proof.length).toBeGreaterThan(0);
  });
});
