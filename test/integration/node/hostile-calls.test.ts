/** What strangers send to a node: coded refusals, and the node goes on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenHttp } from '../../../main-chain/node/http-server.ts';
import { type NodeMethod, nodeMethods } from '../../../schemas/wire/node-api.ts';
import { type LocalNode, openLocalNode } from '../../fakes/local-node.ts';
import { Samples } from '../../unit/schemas/wire/wire-samples.ts';

let local: LocalNode;
let server: Awaited<ReturnType<typeof listenHttp>>;
let url: string;

beforeAll(async () => {
  local = await openLocalNode();
  server = await listenHttp(local.node, { host: '127.0.0.1', port: 0 });
  url = `http://127.0.0.1:${server.port}`;
});
afterAll(async () => {
  await server.close();
  await local.remove();
});

const methods = Object.keys(nodeMethods) as NodeMethod[];

describe('a node under hostile calls', () => {
  it('answers random bytes to every route with a coded 4xx problem or a result, never 5xx', async () => {
    const samples = new Samples(17);
    for (const method of methods) {
      for (let turn = 0; turn < 40; turn++) {
        const body = samples.bytes(samples.int(200));
        const response = await fetch(`${url}/rpc/${method}`, {
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream' },
          body,
        });
        expect(response.status, `${method} ${body.join(',')}`).toBeLessThan(500);
        if (response.status !== 200) expect(await response.json()).toHaveProperty('code');
        else await response.arrayBuffer();
      }
    }
    expect((await local.call('info', {})).height).toBeGreaterThan(0n);
  });

  it('names an unknown method, an unknown route, a wrong content type and a body that is too large', async () => {
    const post = (path: string, type: string, body: string | Uint8Array<ArrayBuffer>) =>
      fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': type }, body });
    const codes = await Promise.all([
      post('/rpc/nothing', 'application/octet-stream', ''),
      post('/elsewhere', 'application/octet-stream', ''),
      post('/rpc/info', 'text/html', '<p>'),
      post('/rpc/info', 'application/octet-stream', new Uint8Array(9 * 1_048_576)),
    ]).then((answers) =>
      Promise.all(
        answers.map(async (each) => [each.status, ((await each.json()) as { code: string }).code]),
      ),
    );
    for (const [status] of codes) expect(status).toBeLessThan(500);
    expect(codes[0]?.[1]).toBe('NODE_METHOD_UNKNOWN');
  });

  it('D12: reaches nothing but the methods of the API, by whatever name every object has', async () => {
    for (const method of [
      'constructor',
      '__proto__',
      'toString',
      'hasOwnProperty',
      'Info',
      'info/',
    ])
      await expect(local.node.call(method, new Uint8Array())).rejects.toMatchObject({
        code: 'NODE_METHOD_UNKNOWN',
      });
  });

  it('bounds the count of offered transactions before it makes anything of them (A11)', async () => {
    const offer = (count: number): Promise<Uint8Array> => {
      const body = new Uint8Array(4 + 4 * count);
      new DataView(body.buffer).setUint32(0, count);
      return local.node.call('submit', body);
    };
    const before = (await local.call('info', {})).height;
    await expect(offer(65_537)).rejects.toMatchObject({ code: 'CODEC_BOUND' });
    await expect(offer(8193)).rejects.toMatchObject({ code: 'NODE_REQUEST_BOUND' });
    const lie = Uint8Array.of(0xff, 0xff, 0xff, 0xff);
    await expect(local.node.call('submit', lie)).rejects.toMatchObject({ code: 'CODEC_BOUND' });
    const { blocks } = await local.call('events', { fromHeight: before, maxBlocks: 16 });
    expect(blocks).toEqual([]);
  });

  it('says that a port is taken', async () => {
    await expect(
      listenHttp(local.node, { host: '127.0.0.1', port: server.port }),
    ).rejects.toMatchObject({ code: 'NODE_PORT_TAKEN' });
  });
});
