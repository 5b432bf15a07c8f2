import { MessageChannel } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { createInProcessTransport } from '../../../../adapters/shard/in-process-transport.ts';
import { createMessagePortTransport } from '../../../../adapters/shard/message-port-transport.ts';
import { createNodeCall } from '../../../../adapters/shard/node-client.ts';

const REQUEST = Uint8Array.of(1, 2, 3);
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('the message port transport', () => {
  function ports() {
    const { port1, port2 } = new MessageChannel();
    closers.push(() => port2.close());
    return { transport: createMessagePortTransport(port1), node: port2 };
  }

  it('matches answers to calls whatever their order', async () => {
    const { transport, node } = ports();
    const calls: { id: number; bytes: Uint8Array }[] = [];
    node.on('message', (call) => {
      calls.push(call);
      if (calls.length < 2) return;
      for (const { id, bytes } of [...calls].reverse()) node.postMessage({ id, bytes });
    });
    const answers = await Promise.all([
      transport.call('info', Uint8Array.of(1)),
      transport.call('info', Uint8Array.of(2)),
    ]);
    expect(answers).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
  });

  it('throws what the node refused with', async () => {
    const { transport, node } = ports();
    node.on('message', ({ id }) =>
      node.postMessage({ id, error: { code: 'NODE_CLOSED', message: 'Closed' } }),
    );
    await expect(transport.call('info', REQUEST)).rejects.toMatchObject({ code: 'NODE_CLOSED' });
  });

  it('fails what is under way with ADAPTER_CLOSED when the thread ends', async () => {
    const { transport, node } = ports();
    const call = transport.call('info', REQUEST);
    node.close();
    await expect(call).rejects.toMatchObject({ code: 'ADAPTER_CLOSED' });
    await expect(transport.call('info', REQUEST)).rejects.toMatchObject({ code: 'ADAPTER_CLOSED' });
  });
});

describe('the in-process transport', () => {
  it('calls the node until it is closed', async () => {
    const transport = createInProcessTransport({ call: async (_method, bytes) => bytes });
    expect(await transport.call('info', REQUEST)).toEqual(REQUEST);
    await transport.close();
    await expect(transport.call('info', REQUEST)).rejects.toMatchObject({ code: 'ADAPTER_CLOSED' });
  });
});

describe('a typed call', () => {
  it('throws ADAPTER_ANSWER where the bytes are no answer of the method', async () => {
    const call = createNodeCall({
      call: async () => Uint8Array.of(1),
      close: async () => undefined,
    });
    await expect(call('wait', { after: 0n, waitMs: 0 })).rejects.toMatchObject({
      code: 'ADAPTER_ANSWER',
    });
  });
});
