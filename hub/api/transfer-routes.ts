/**
 * Transfers: prepare (the user signs), submit, list, timeline; and the offline proof of one that has
 * ended. docs/architecture.md#api
 */
import { Type } from 'typebox';
import type { LandedTransaction } from '../../adapters/chain-adapter.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { toHex } from '../../schemas/hash.ts';
import { parseAddress } from '../../schemas/ids.ts';
import type { MessageOf } from '../../schemas/wire/message.ts';
import { decodeTransaction } from '../../schemas/wire/transaction.ts';
import { type ClientPlace, readHealth } from '../client-health.ts';
import { hubError } from '../errors.ts';
import { transferId } from '../journal/locate-event.ts';
import { awaitedClient, type Stranded, strandedBy } from '../journal/stranded.ts';
import { type TransferView, transferView } from '../journal/transfer-view.ts';
import { buildTransferProof } from '../proof/build-proof.ts';
import { transferTrail } from '../proof/transfer-trail.ts';
import type { ChainRegistry, KnownChain } from '../registry.ts';
import {
  Page,
  PostedTransfer,
  PostTransfer,
  Prepared,
  PrepareTransfer,
  ProofFile,
  Transfer,
  TransferId,
  Transfers,
} from './api-schemas.ts';
import { type ApiContext, addressText } from './context.ts';
import { REFUSALS, type RouteScope } from './routes.ts';
import { submitAndWait } from './submit.ts';

const DEFAULT_LIFETIME_SECONDS = 600;
const LANDING_PATIENCE_MS = 10_000;

export function transferRoutes(scope: RouteScope, context: ApiContext): void {
  readingRoutes(scope, context);
  const { registry } = context;
  scope.post(
    '/v1/transfers/prepare',
    { schema: { body: PrepareTransfer, response: { 200: Prepared, ...REFUSALS } } },
    async (request) => {
      const chain = registry.chain(request.body.source);
      const message = await sendMessage(context, chain, request.body);
      const prepared = await chain.adapter.prepare(parseAddress(request.body.sender), message);
      return {
        chain: chain.alias,
        body: toHex(prepared.body),
        digest: toHex(prepared.digest),
        nonce: prepared.nonce.toString(),
        expirySeconds: prepared.expirySeconds.toString(),
        deadlineSeconds: message.deadlineSeconds.toString(),
      };
    },
  );
  scope.post(
    '/v1/transfers',
    {
      schema: {
        body: PostTransfer,
        response: { 201: PostedTransfer, 202: PostedTransfer, ...REFUSALS },
      },
    },
    async (request, reply) => {
      const chain = registry.chain(request.body.source);
      const bytes = parseHex(request.body.transaction);
      if (chain.adapter.description.family === 'native') requireSend(bytes);
      const { id, landed } = await submitAndWait(chain, bytes, LANDING_PATIENCE_MS);
      const transactionId = toHex(id);
      if (landed === undefined)
        return reply.status(202).send({ transactionId, transferId: '', height: '' });
      const height = landed.height.toString();
      return reply
        .status(201)
        .send({ transactionId, transferId: idOfLanded(chain, landed), height });
    },
  );
}

function readingRoutes(scope: RouteScope, context: ApiContext): void {
  const { registry, journal } = context;
  scope.get(
    '/v1/transfers',
    { schema: { querystring: Page, response: { 200: Transfers, ...REFUSALS } } },
    async (request) => {
      const { limit = 50, after = '' } = request.query;
      const [timeMs = '', id = ''] = after.split('.');
      const position = /^[0-9]{1,19}$/.test(timeMs) ? { timeMs: BigInt(timeMs), id } : undefined;
      if (after !== '' && position === undefined)
        throw hubError('HUB_REQUEST', {
          where: 'querystring/after',
          why: 'is no `next` of an answer',
        });
      const ids = await journal.list(limit, position);
      const views = (await Promise.all(ids.map((each) => readView(context, each)))).filter(
        (view) => view !== undefined,
      );
      const last = views.at(-1);
      const next = ids.length === limit && last !== undefined ? `${last.sentAtMs}.${last.id}` : '';
      const stranded = await readStranded(registry, views);
      return { transfers: views.map((view, at) => transferJson(view, stranded[at])), next };
    },
  );
  const params = Type.Object({ id: TransferId });
  scope.get(
    '/v1/transfers/:id',
    { schema: { params, response: { 200: Transfer, ...REFUSALS } } },
    async (request) => {
      const view = await requireView(context, request.params.id);
      const [stranded] = await readStranded(registry, [view]);
      return transferJson(view, stranded);
    },
  );
  scope.get(
    '/v1/proofs/:id',
    { schema: { params, response: { 200: ProofFile, ...REFUSALS } } },
    async (request, reply) => {
      const { id } = request.params;
      const trail = transferTrail(registry, await requireView(context, id));
      const { text } = await buildTransferProof(registry.main.adapter, trail, context);
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="${id}.tieline-proof.json"`)
        .send(text);
    },
  );
}

async function readView(
  { journal, registry }: ApiContext,
  id: string,
): Promise<TransferView | undefined> {
  const hops = await journal.hops(id);
  return transferView(id, hops, (client) => registry.pairByMainClient(client)?.alias);
}

/** @throws HUB_TRANSFER_UNKNOWN */
async function requireView(context: ApiContext, id: string): Promise<TransferView> {
  const view = await readView(context, id);
  if (view === undefined) throw hubError('HUB_TRANSFER_UNKNOWN', { transfer: id });
  return view;
}

/** Asks each client that is waited for once. */
async function readStranded(
  registry: ChainRegistry,
  views: readonly TransferView[],
): Promise<readonly (Stranded | undefined)[]> {
  const awaited = views.map(awaitedClient);
  const keyOf = ({ chain, client }: ClientPlace) => `${chain}/${client}`;
  const places = new Map(awaited.flatMap((each) => (each ? [[keyOf(each), each] as const] : [])));
  const health = await readHealth(registry, [...places.values()]);
  const known = new Map([...places.keys()].map((key, at) => [key, health[at]]));
  return awaited.map((each) => each && strandedBy(each, known.get(keyOf(each))));
}

function transferJson(view: TransferView, stranded: Stranded | undefined) {
  const {
    resourceId,
    quantity,
    destination,
    sender,
    receiver,
    sentAtMs,
    endedAtMs,
    hops,
    ...rest
  } = view;
  return {
    ...rest,
    resourceId: toHex(resourceId),
    quantity: quantity.toString(),
    destination: destination ?? '',
    sender: addressText(sender),
    receiver: addressText(receiver),
    sentAtMs: sentAtMs.toString(),
    endedAtMs: endedAtMs?.toString() ?? '',
    ...(stranded && { stranded }),
    hops: hops.map(({ chain, place, event, height, timeMs, client, sequence, code }) => ({
      chain,
      place,
      event,
      height: height.toString(),
      timeMs: timeMs.toString(),
      client,
      sequence: sequence.toString(),
      code,
    })),
  };
}

interface SendRequest {
  readonly destination: string;
  readonly receiver: string;
  readonly resourceId: string;
  readonly quantity: string;
  readonly lifetimeSeconds?: number;
  readonly memo?: string;
}

/** The message a user signs: one deadline, which is also the first hop's timeout. @throws HUB_CHAIN_UNKNOWN HUB_LANE_UNKNOWN */
async function sendMessage(
  { registry }: ApiContext,
  source: KnownChain,
  request: SendRequest,
): Promise<MessageOf<'send'>> {
  const {
    destination,
    receiver,
    resourceId,
    quantity,
    lifetimeSeconds = DEFAULT_LIFETIME_SECONDS,
    memo = '',
  } = request;
  const target = registry.chainById(destination) ?? registry.chain(destination);
  const client =
    source === registry.main
      ? registry.lane(target.alias).main.client
      : registry.lane(source.alias).side.client;
  const { timeMs } = await source.adapter.wait(0n, 0);
  const deadlineSeconds = timeMs / 1000n + BigInt(lifetimeSeconds);
  return {
    type: 'send',
    client,
    resourceId: parseHex(resourceId, 32),
    quantity: BigInt(quantity),
    receiver: parseAddress(receiver),
    destination: target.adapter.description.chainId,
    timeoutSeconds: deadlineSeconds,
    deadlineSeconds,
    memo: memo.normalize('NFC'),
  };
}

/** @throws HUB_NOT_A_SEND CODEC_* */
function requireSend(bytes: Uint8Array): void {
  const { message } = decodeTransaction(bytes);
  if (message.type !== 'send') throw hubError('HUB_NOT_A_SEND', { type: message.type });
}

function idOfLanded({ alias }: KnownChain, { result }: LandedTransaction): string {
  const sent = result.events.find(({ type }) => type === 'packetSent');
  return sent === undefined ? '' : transferId(alias, sent.client, sent.sequence);
}
