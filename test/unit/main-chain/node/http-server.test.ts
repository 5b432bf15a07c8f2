/** The server of the node API refuses what it cannot read with codes of its own. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpServer, listenHttp, MAX_BODY } from '../../../../main-chain/node/http-server.ts';

let server: HttpServer;
let calls = 0;

/** A node that fails at the method `defect` and echoes else. */
const node = {
  chainId: 'tieline:0',
  call: (method: string, bytes: Uint8Array) => {
    calls += 1;
    return method === 'defect'
      ? Promise.reject(new RangeError('secret detail'))
      : Promise.resolve(bytes);
  },
};

beforeAll(async () => {
  server = await listenHttp(node, { host: '127.0.0.1', port: 0 });
});
afterAll(() => server.close());

const OCTETS = { 'content-type': 'application/octet-stream' };

async function post(
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<readonly [number, unknown]> {
  const url = `http://127.0.0.1:${server.port}${path}`;
  const answer = await fetch(url, { method: 'POST', headers, body });
  return [answer.status, ((await answer.json()) as { code?: string }).code];
}

/** Sends text as it stands and gives what comes back. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.end(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('the server of the node API', () => {
  it('hands bytes through and answers an empty body', async () => {
    const url = `http://127.0.0.1:${server.port}/rpc/echo`;
    const body = Uint8Array.of(1, 2);
    const answer = await fetch(url, { method: 'POST', headers: OCTETS, body });
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(body);
    const empty = await fetch(url, { method: 'POST' });
    expect([empty.status, (await empty.arrayBuffer()).byteLength]).toEqual([200, 0]);
    const health = await fetch(`http://127.0.0.1:${server.port}/health`);
    expect(await health.json()).toEqual({ status: 'ok', chainId: 'tieline:0' });
  });

  it('refuses another media type, too long a body and bad framing before the node is asked (A11)', async () => {
    const before = calls;
    expect(await post('/rpc/echo', { 'content-type': 'text/html' }, '<p>')).toEqual([
      415,
      'NODE_MEDIA_TYPE',
    ]);
    expect(await post('/rpc/echo', OCTETS, new Uint8Array(MAX_BODY + 1))).toEqual([
      413,
      'NODE_REQUEST_BOUND',
    ]);
    const long = `/rpc/${'a'.repeat(65)}`;
    expect((await post(long, OCTETS, ''))[0]).toBeLessThan(500);
    const framed = await raw(
      'POST /rpc/%zz HTTP/1.1\r\nhost: x\r\ncontent-type: application/octet-stream\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
    );
    expect(framed).toContain('NODE_REQUEST_INVALID');
    expect(calls).toBe(before);
  });

  it('answers a defect with its code and no detail', async () => {
    const url = `http://127.0.0.1:${server.port}/rpc/defect`;
    const answer = await fetch(url, { method: 'POST', headers: OCTETS, body: '' });
    const text = await answer.text();
    expect([answer.status, JSON.parse(text).code]).toEqual([500, 'NODE_INTERNAL']);
    expect(text).not.toContain('secret');
  });

  it('says which address cannot be listened on', async () => {
    // 192.0.2.0/24 is for documentation (RFC 5737): no machine has such an address.
    await expect(listenHttp(node, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      code: 'NODE_ADDRESS_UNUSABLE',
      data: { host: '192.0.2.1' },
    });
    await expect(listenHttp(node, { host: '127.0.0.1', port: server.port })).rejects.toMatchObject({
      code: 'NODE_PORT_TAKEN',
    });
  });
});
