/** The node API over one open socket: what a hub relies on, and what strangers send. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createStreamTransport } from '../../../adapters/shard/stream-transport.ts';
import { listenHttp } from '../../../main-chain/node/http-server.ts';
import type { NodeMethod } from '../../../schemas/wire/node-api.ts';
import { answerMessage, MAX_REQUEST_MESSAGE } from '../../../schemas/wire/rpc-message.ts';
import { type LocalNode, openLocalNode, typedCall } from '../../fakes/local-node.ts';

let local: LocalNode;
let server: Awaited<ReturnType<typeof listenHttp>>;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  local = await openLocalNode();
  server = await listenHttp(local.node, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(async () => {
  await server.close();
  await local.remove();
});

function stream(url = `http://127.0.0.1:${server.port}`) {
  const transport = createStreamTransport({ url });
  closers.push(() => transport.close());
  return transport;
}

const NOTHING = new Uint8Array(0);

/** A stranger's socket, and how it ended: the code of the close, or why it was never opened. */
function stranger(path = '/rpc', protocol = 'tieline-rpc', headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${path}`, protocol, { headers });
  closers.push(() => socket.terminate());
  const opened = new Promise<void>((done) => socket.once('open', done));
  const ended = new Promise<number | string>((done) => {
    socket.once('close', done);
    socket.on('error', ({ message }) => done(message));
  });
  return { socket, opened, ended };
}

describe('a stream to a node', () => {
  it('answers many calls at once as the process itself does', async () => {
    const transport = stream();
    const call = typedCall((method, bytes) => transport.call(method as NodeMethod, bytes));
    const waiting = call('wait', { after: 10n ** 9n, waitMs: 50 });
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => call('certificate', { height: 1n })),
    );
    const inside = await local.call('certificate', { height: 1n });
    for (const answer of answers) expect(answer).toEqual(inside);
    expect((await waiting).height).toBeGreaterThan(0n);
  });

  it('gives refusals their code and goes on', async () => {
    const transport = stream();
    await expect(transport.call('nothing' as NodeMethod, NOTHING)).rejects.toMatchObject({
      code: 'NODE_METHOD_UNKNOWN',
    });
    await expect(transport.call('wait', Uint8Array.of(1))).rejects.toMatchObject({
      code: 'CODEC_TRUNCATED',
    });
    expect((await transport.call('info', NOTHING)).length).toBeGreaterThan(0);
  });

  it('ends a stranger whose message is above the bound, and lives (A11)', async () => {
    const { socket, opened, ended } = stranger();
    await opened;
    socket.send(new Uint8Array(MAX_REQUEST_MESSAGE + 1));
    expect(await ended).not.toBe(1000);
    expect((await local.call('info', {})).height).toBeGreaterThan(0n);
  });

  it('ends a stranger whose message is too short to be a request, or text, and lives', async () => {
    for (const message of [Uint8Array.of(0, 0, 0, 1), 'info', new Uint8Array(0)]) {
      const { socket, opened, ended } = stranger();
      await opened;
      socket.send(message);
      expect(await ended).toBe(1006);
    }
    expect((await local.call('info', {})).height).toBeGreaterThan(0n);
  });

  it('opens for nothing but its own protocol at /rpc, and for no page in a browser', async () => {
    const refused = 'Unexpected server response: 400';
    expect(await stranger('/elsewhere').ended).toBe(refused);
    expect(await stranger('/rpc', 'chat').ended).toBe(refused);
    expect(await stranger('/rpc', 'tieline-rpc', { origin: 'https://example.org' }).ended).toBe(
      refused,
    );
  });

  it('serves more calls than may be under way at once, however they arrive', async () => {
    const transport = stream();
    const answers = await Promise.all(
      Array.from({ length: 2000 }, () => transport.call('info', NOTHING)),
    );
    expect(answers.every((bytes) => bytes.length > 0)).toBe(true);
  });

  it('is reopened by the next call when the connection was lost, and fails what was under way', async () => {
    const other = await listenHttp(local.node, { host: '127.0.0.1', port: 0 });
    const transport = stream(`http://127.0.0.1:${other.port}`);
    await transport.call('info', NOTHING);
    const wait = new Uint8Array(12).fill(0x0f);
    const underWay = transport.call('wait', wait);
    await Promise.all([
      expect(underWay).rejects.toMatchObject({ code: 'ADAPTER_UNREACHABLE', retry: 'later' }),
      other.close(),
    ]);
    await expect(transport.call('info', NOTHING)).rejects.toMatchObject({
      code: 'ADAPTER_UNREACHABLE',
    });
    const again = await listenHttp(local.node, { host: '127.0.0.1', port: other.port });
    closers.push(() => again.close());
    expect((await transport.call('info', NOTHING)).length).toBeGreaterThan(0);
  });

  it('throws ADAPTER_CLOSED once it is closed, for what is under way too', async () => {
    const transport = stream();
    await transport.call('info', NOTHING);
    const underWay = transport.call('wait', new Uint8Array(12).fill(0x0f));
    await Promise.all([
      expect(underWay).rejects.toMatchObject({ code: 'ADAPTER_CLOSED' }),
      transport.close(),
    ]);
    await expect(transport.call('info', NOTHING)).rejects.toMatchObject({ code: 'ADAPTER_CLOSED' });
  });
});

describe('a stream to something that is no node', () => {
  /** A server that opens the stream and answers whatever it is told; without `answers` a web page. */
  async function serve(...answers: readonly Uint8Array[]): Promise<string> {
    const web: Server = createServer((_request, response) => response.end('<html>'));
    if (answers.length > 0) {
      new WebSocketServer({ server: web }).on('connection', (socket) => {
        closers.push(() => socket.terminate());
        socket.once('message', () => {
          for (const answer of answers) socket.send(answer);
        });
      });
    }
    await new Promise<void>((ready) => web.listen(0, '127.0.0.1', ready));
    closers.push(() => web.close());
    return `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
  }

  it('throws ADAPTER_ANSWER where a web server answers', async () => {
    await expect(stream(await serve()).call('info', NOTHING)).rejects.toMatchObject({
      code: 'ADAPTER_ANSWER',
    });
  });

  it.each(['<html>', '{}', 'null'])(
    'throws ADAPTER_ANSWER where a refusal is no problem document but %s',
    async (text) => {
      const refusal = answerMessage({ id: 1, isRefusal: true, bytes: Buffer.from(text) });
      await expect(stream(await serve(refusal)).call('info', NOTHING)).rejects.toMatchObject({
        code: 'ADAPTER_ANSWER',
      });
    },
  );

  it('throws what the node refused with, its data included', async () => {
    const problem = { code: 'MEMPOOL_FULL', status: 503, retry: 'later', title: 'x' };
    const text = JSON.stringify({ ...problem, data: { waiting: 9 } });
    const refusal = answerMessage({ id: 1, isRefusal: true, bytes: Buffer.from(text) });
    await expect(stream(await serve(refusal)).call('wait', NOTHING)).rejects.toMatchObject({
      code: 'MEMPOOL_FULL',
      retry: 'later',
      data: { waiting: 9 },
    });
  });

  it('throws ADAPTER_UNREACHABLE where the answer is none, or nobody listens', async () => {
    for (const url of [await serve(Buffer.alloc(8, 0xff)), 'http://127.0.0.1:9']) {
      await expect(stream(url).call('info', NOTHING)).rejects.toMatchObject({
        code: 'ADAPTER_UNREACHABLE',
      });
    }
  });

  it('ignores an answer nobody asked for', async () => {
    const [stray, own] = [99, 1].map((id) =>
      answerMessage({ id, isRefusal: false, bytes: NOTHING }),
    );
    const url = await serve(stray as Uint8Array, own as Uint8Array);
    expect(await stream(url).call('info', NOTHING)).toEqual(NOTHING);
  });
});
