/** The API over a real network: what users do, and that no request makes it fail. */
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../../hub/api/listen-api.ts';
import { ChainRegistry } from '../../../hub/registry.ts';
import { CLIENT_OF_MAIN } from '../../../hub/up/join-network.ts';
import { createWallet } from '../../../hub/up/wallet.ts';
import { verifyProofFile } from '../../../main-chain/relay/evidence/proof-file.ts';
import { parseHex } from '../../../schemas/codec/hex.ts';
import { concatBytes, toHex } from '../../../schemas/hash.ts';
import { formatAddress } from '../../../schemas/ids.ts';
import { signTransaction } from '../../../schemas/wire/transaction.ts';
import { idleAdapter } from '../../fakes/idle-adapter.ts';
import { testAddress, testKey } from '../../fakes/ledger-context.ts';
import { openHub, type TestHub, untilTrue } from '../../fakes/native-hub.ts';
import {
  type NativeChain,
  type NativeNetwork,
  OUTSIDER,
  OWNER,
  openNativeNetwork,
} from '../../fakes/native-pair.ts';
import { hostileRequests, type OpenApi, routesOf } from './hostile-requests.ts';

let network: NativeNetwork;
let jiangsu: NativeChain;
let opened: TestHub;
let app: Awaited<ReturnType<typeof createApi>>;
let resourceId: string;
const unexpected: string[] = [];
const log = { info: () => undefined, warn: (sentence: string) => void unexpected.push(sentence) };

const get = async (url: string) => {
  const { statusCode, json } = await app.inject({ method: 'GET', url });
  return { status: statusCode, body: json() };
};
const post = async (url: string, payload: object, options: InjectOptions = {}) => {
  const { statusCode, json } = await app.inject({ method: 'POST', url, payload, ...options });
  return { status: statusCode, body: json() };
};
const owner = formatAddress(testAddress(OWNER));

beforeAll(async () => {
  network = await openNativeNetwork({ sides: ['jiangsu', 'anhui'] });
  const [first] = network.sides;
  if (first === undefined) throw new Error('a side was asked for');
  jiangsu = first;
  opened = await openHub(network);
  const { registry, relayer, journalStore: journal } = opened.hub;
  app = await createApi({ registry, relayer, journal, ...network.ports, log });
  await untilTrue('first certificates', async () => {
    const clients = await Promise.all(
      network.sides.map(({ adapter }) => adapter.facts('client', [{ client: CLIENT_OF_MAIN }])),
    );
    return (
      clients.flat().every((client) => client !== undefined && client.latestTimeMs > 0n) ||
      undefined
    );
  });
  const id = await network.issue(10_000n);
  resourceId = toHex(id);
  await untilTrue(
    'the supply',
    async () => (await network.main.adapter.facts('books', [{ resourceId: id }]))[0],
  );
});
afterAll(async () => {
  await app?.close();
  await opened?.close();
  await network?.close();
});

const transfer = (changes: object = {}) => ({
  source: 'jiangsu',
  destination: 'anhui',
  sender: owner,
  receiver: owner,
  resourceId,
  quantity: '25',
  ...changes,
});

describe('a user of the API', () => {
  it('prepares, signs and posts a transfer, and follows it to its end and its proof', async () => {
    const prepared = await post('/v1/transfers/prepare', transfer());
    expect(prepared.status).toBe(200);
    const { body, digest } = prepared.body;
    const signature = network.ports.signatures.sign(parseHex(digest), testKey(OWNER));
    const transaction = toHex(concatBytes(signature, parseHex(body)));
    const posted = await post('/v1/transfers', { source: 'jiangsu', transaction });
    expect(posted.status).toBe(201);
    const { transferId, transactionId } = posted.body;
    await opened.untilView(transferId, ({ status }) => status === 'completed');
    const { body: shown } = await get(`/v1/transfers/${transferId}`);
    expect(shown).toMatchObject({
      id: transferId,
      kind: 'transfer',
      status: 'completed',
      source: 'jiangsu',
      destination: 'anhui',
      quantity: '25',
      sender: owner,
      receiver: owner,
      code: '',
    });
    expect((await get('/v1/transfers?limit=1')).body.transfers[0].id).toBe(transferId);
    expect((await get(`/v1/chains/jiangsu/transactions/${transactionId}`)).body).toMatchObject({
      code: '',
      chain: 'jiangsu',
    });
    const again = await post('/v1/transfers', { source: 'jiangsu', transaction });
    expect([again.status, again.body.code]).toEqual([409, 'MEMPOOL_NONCE_USED']);
    const proof = await app.inject(`/v1/proofs/${transferId}`);
    expect([proof.statusCode, proof.headers['content-type']]).toEqual([
      200,
      'application/json; charset=utf-8',
    ]);
    expect(proof.json()).toMatchObject({ format: 'tieline-proof/1', transfer: { quantity: '25' } });
  });

  it('sees chains, accounts, lanes and the location ledger, which balances', async () => {
    const { body } = await get('/v1/chains');
    expect(body.chains.map(({ alias }: { alias: string }) => alias)).toEqual([
      'main',
      'jiangsu',
      'anhui',
    ]);
    expect((await get('/v1/chains/anhui')).body).toMatchObject({
      kind: 'side',
      label: 'proven',
      client: CLIENT_OF_MAIN,
    });
    expect((await get(`/v1/chains/anhui/accounts/${owner}`)).body).toMatchObject({
      admitted: true,
      nextNonce: '0',
    });
    expect((await get('/v1/lanes')).body.directions).toHaveLength(4);
    const { body: resource } = await get(`/v1/resources/${resourceId}`);
    expect(resource).toMatchObject({
      registered: '10000',
      inTransit: '0',
      balanced: true,
      homeAlias: 'jiangsu',
    });
    expect(resource.places).toMatchObject([
      { chain: 'main', located: '0' },
      { chain: 'jiangsu', located: '9975', supply: '9975', balanced: true },
      { chain: 'anhui', located: '25', supply: '25', balanced: true },
    ]);
    const { body: holdings } = await get(`/v1/resources/${resourceId}/holdings/${owner}`);
    expect(holdings.holdings.map(({ quantity }: { quantity: string }) => quantity)).toEqual([
      '0',
      '9975',
      '25',
    ]);
    expect((await get('/v1/resources')).body.resources).toEqual([{ id: resourceId }]);
    expect((await get('/health')).body.status).toBe('ok');
  });

  it('posts any signed transaction and learns each one’s code', async () => {
    const { timeMs } = await jiangsu.adapter.wait(0n, 0);
    const message = {
      type: 'transfer',
      resourceId: parseHex(resourceId),
      quantity: 1n,
      receiver: testAddress(OWNER),
    } as const;
    const head = { sender: testAddress(OWNER), nonce: 77n, expirySeconds: timeMs / 1000n + 60n };
    const bytes = signTransaction(
      { ...head, message },
      testKey(OWNER),
      jiangsu.node.genesisHash,
      network.ports,
    );
    const garbage = 'ff'.repeat(150);
    const { status, body } = await post('/v1/transactions', {
      chain: 'jiangsu',
      transactions: [toHex(bytes), garbage],
    });
    expect(status).toBe(202);
    expect(body.results[0].code).toBe('');
    expect(body.results[1].code).toMatch(/^MEMPOOL_/);
    const transfers = await post('/v1/transfers', { source: 'jiangsu', transaction: toHex(bytes) });
    expect([transfers.status, transfers.body.code]).toEqual([400, 'HUB_NOT_A_SEND']);
  });

  it('is told what the chain refuses the transfer for', async () => {
    const outsider = formatAddress(testAddress(OUTSIDER));
    const { body } = await post('/v1/transfers/prepare', transfer({ sender: outsider }));
    const signature = network.ports.signatures.sign(parseHex(body.digest), testKey(OUTSIDER));
    const transaction = toHex(concatBytes(signature, parseHex(body.body)));
    const refused = await post('/v1/transfers', { source: 'jiangsu', transaction });
    expect([refused.status, refused.body.code]).toEqual([403, 'ACCOUNT_NOT_ADMITTED']);
    expect(refused.body).toMatchObject({
      type: 'docs/errors.md#account_not_admitted',
      data: { chain: 'jiangsu' },
    });
  });

  it('fetches the proof of a supply and of a retirement', async () => {
    const { supply } = await untilTrue<{ supply?: object }>('the end of the supply', async () => {
      const answer = await app.inject(`/v1/proofs/jiangsu-${CLIENT_OF_MAIN}-1`);
      return answer.statusCode === 200 ? answer.json() : undefined;
    });
    expect(supply).toMatchObject({ outcome: 'booked', quantity: '10000', statement: '1' });
    const key = { secretKey: testKey(OWNER), address: testAddress(OWNER) };
    const [landed] = await createWallet(jiangsu.adapter, key, network.ports).send([
      {
        type: 'retire',
        resourceId: parseHex(resourceId),
        quantity: 7n,
        beneficiary: 'Nanjing Metro',
        purpose: '2027',
      },
    ]);
    const sent = landed?.result.events.find(({ type }) => type === 'packetSent');
    const retirement = await untilTrue('the end of the retirement', async () => {
      const answer = await app.inject(`/v1/proofs/jiangsu-${CLIENT_OF_MAIN}-${sent?.sequence}`);
      return answer.statusCode === 200 ? answer.body : undefined;
    });
    const anchor = network.main.node.genesisHash;
    expect(verifyProofFile(retirement, anchor, network.ports)).toMatchObject({
      type: 'retirement',
      outcome: 'booked',
      quantity: 7n,
      beneficiary: 'Nanjing Metro',
    });
  });
});

describe('a refusal', () => {
  const nothing = 'ee'.repeat(32);
  it.each([
    ['/v1/nowhere', 404, 'HUB_ROUTE_UNKNOWN'],
    ['/v1/chains/hubei', 404, 'HUB_CHAIN_UNKNOWN'],
    ['/v1/transfers/jiangsu-tieline-main-999', 404, 'HUB_TRANSFER_UNKNOWN'],
    ['/v1/proofs/jiangsu-tieline-main-999', 404, 'HUB_TRANSFER_UNKNOWN'],
    [`/v1/resources/${nothing}`, 404, 'HUB_RESOURCE_UNKNOWN'],
    [`/v1/chains/main/transactions/${nothing}`, 404, 'HUB_TRANSACTION_UNKNOWN'],
    ['/v1/transfers/x', 400, 'HUB_REQUEST'],
    ['/v1/transfers?limit=0', 400, 'HUB_REQUEST'],
    ['/v1/transfers?after=x', 400, 'HUB_REQUEST'],
    ['/v1/%', 400, 'HUB_REQUEST'],
  ])('of GET %s is %d %s', async (url, status, code) => {
    const answer = await app.inject(url);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it.each([
    [{ quantity: '0' }, 'HUB_REQUEST'],
    [{ quantity: '-5' }, 'HUB_REQUEST'],
    [{ quantity: '1.5' }, 'HUB_REQUEST'],
    [{ extra: 1 }, 'HUB_REQUEST'],
    [{ destination: 'hubei' }, 'HUB_CHAIN_UNKNOWN'],
    [{ quantity: '9'.repeat(39) }, 'CODEC_VALUE'],
    [{ memo: '\ud800' }, 'CODEC_TEXT'],
  ])('of a transfer with %j is %s (F2)', async (changes, code) => {
    const { status, body } = await post('/v1/transfers/prepare', transfer(changes));
    expect([status < 500, body.code]).toEqual([true, code]);
  });

  it('of a body that is too large or no JSON names which', async () => {
    const large = await post('/v1/transfers', { source: 'a'.repeat(5 * 1_048_576) });
    expect([large.status, large.body.code]).toEqual([413, 'HUB_BODY_TOO_LARGE']);
    const text = await app.inject({
      method: 'POST',
      url: '/v1/transfers',
      payload: 'x',
      headers: { 'content-type': 'application/xml' },
    });
    expect([text.statusCode, text.json().code]).toEqual([415, 'HUB_MEDIA_TYPE']);
  });

  it('of the thousand and first request of another machine is HUB_RATE_LIMIT', async () => {
    const request = { url: '/v1/lanes', remoteAddress: '192.0.2.7' };
    for (let turn = 0; turn < 1000; turn++) await app.inject(request);
    const answer = await app.inject(request);
    expect([answer.statusCode, answer.json().code]).toEqual([429, 'HUB_RATE_LIMIT']);
    expect((await app.inject('/v1/lanes')).statusCode).toBe(200);
  });
});

describe('an operator’s command', () => {
  it('holds and releases a lane', async () => {
    expect((await post('/v1/lanes/anhui/hold', {})).body).toEqual({ lane: 'anhui', held: true });
    expect(opened.hub.relayer.status().filter(({ held }) => held)).toHaveLength(2);
    expect((await post('/v1/lanes/anhui/release', {})).body).toEqual({
      lane: 'anhui',
      held: false,
    });
    expect(opened.hub.relayer.status().filter(({ held }) => held)).toHaveLength(0);
    expect((await post('/v1/lanes/hubei/hold', {})).body.code).toBe('HUB_LANE_UNKNOWN');
  });

  it.each([
    ['another machine', { remoteAddress: '192.0.2.9' }],
    ['another site’s page', { headers: { origin: 'https://evil.example' } }],
    ['a name that was pointed here', { headers: { host: 'evil.example' } }],
  ])('is refused to %s with HUB_LOOPBACK_ONLY, and nothing is held', async (_, options) => {
    const { status, body } = await post('/v1/lanes/anhui/hold', {}, options);
    expect([status, body.code]).toEqual([403, 'HUB_LOOPBACK_ONLY']);
    expect(opened.hub.relayer.status().filter(({ held }) => held)).toHaveLength(0);
  });
});

describe('whatever is sent', () => {
  it('is answered below 500 with a code, on every route of the OpenAPI document', async () => {
    const document: OpenApi = (await app.inject('/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    const routes = routesOf(document);
    expect(routes.length).toBeGreaterThan(12);
    for (const route of routes) {
      const property = fc.asyncProperty(hostileRequests(route), async ({ payload, ...request }) => {
        const answer = await app.inject({ ...request, ...(payload !== undefined && { payload }) });
        const seen = `${request.method} ${request.url.slice(0, 200)} ${payload?.slice(0, 200)}: ${answer.statusCode}`;
        expect(answer.statusCode, seen).toBeLessThan(500);
        if (answer.statusCode < 400) return;
        expect(answer.headers['content-type'], seen).toMatch(/^application\/problem\+json/);
        expect(answer.json().code, seen).toMatch(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/);
        expect(answer.body, seen).not.toMatch(/node_modules|\.ts:|\.js:|at .+\(/);
      });
      await fc.assert(property, { seed: 7, numRuns: 60 });
    }
    expect(unexpected).toEqual([]);
  }, 60_000);

  it('a defect is answered with HUB_INTERNAL and told to the log, not to the caller', async () => {
    const broken = idleAdapter(1, 'main', {
      facts: () => Promise.reject(new Error('secret detail')),
    });
    const lines: string[] = [];
    const registry = new ChainRegistry([{ alias: 'main', adapter: broken }], log);
    const { relayer, journalStore: journal } = opened.hub;
    const warn = (_: string, facts?: object) => void lines.push(JSON.stringify(facts));
    const failing = await createApi({
      registry,
      relayer,
      journal,
      ...network.ports,
      log: { info: () => undefined, warn },
    });
    const answer = await failing.inject(`/v1/chains/main/accounts/${owner}`);
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'HUB_INTERNAL']);
    expect(answer.body).not.toContain('secret detail');
    expect(lines.join()).toContain('secret detail');
    await failing.close();
  });
});
