/*
 * `npm run bench -- transfer [--json] [--seconds n] [--rates a,b,c] [--accounts n] [--lone]`: Jiangsu →
 * main → Anhui. Embedded engines in worker threads, a hub with its relayer, pre-signed transfers of
 * many accounts at a constant rate; every signature and proof checked, every block synced. Counts
 * from the three ledgers (events of certified blocks and supplies), not from what a client was told.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import { composeHub, threadPlace } from '../../hub/compose.ts';
import { DEFAULT_RELAYER } from '../../hub/relayer/relayer.ts';
import { networkAdapters, waitForClients } from '../../hub/up/join-demo.ts';
import { CLIENT_OF_MAIN, joinNetwork } from '../../hub/up/join-network.ts';
import {
  NETWORK_ALIASES,
  openNetwork,
  organisationKeys,
  validatorKeyFile,
} from '../../hub/up/network.ts';
import { loadPorts } from '../../main-chain/host/native-ports.ts';
import { encode } from '../../schemas/codec/codec.ts';
import { toHex } from '../../schemas/hash.ts';
import { resourceIdOf } from '../../schemas/resource/resource-id.ts';
import {
  type SupplyStatement,
  supplyStatementDigest,
} from '../../schemas/resource/supply-statement.ts';
import { unixSeconds } from '../../schemas/units.ts';
import { genesisCodec } from '../../schemas/wire/genesis.ts';
import type { Message } from '../../schemas/wire/message.ts';
import { signTransaction } from '../../schemas/wire/transaction.ts';
import { testAddress, testKey } from '../fakes/ledger-context.ts';
import { isBeyondKnee, judgeStep, type StepResult } from './parts/knee.ts';
import { createSigningPool } from './parts/signing-pool.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    lone: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '6' },
    accounts: { type: 'string', default: '2000' },
    rates: { type: 'string', default: '500,1000,1500,2000,2500,3000,3500' },
  },
});
const SECONDS = Number(options.seconds);
const ACCOUNTS = Number(options.accounts);
const HUBS = 100;
const FIRST_ACCOUNT = 1000;
const ISSUER = 10;
const KIND = 'settlement-credit/v1';
const TICK_MS = 5;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const ports = await loadPorts();
const directory = mkdtempSync(join(tmpdir(), 'tieline-bench-'));
const network = openNetwork(directory, BigInt(Date.now()), ports);
const genesisOf = (alias: (typeof NETWORK_ALIASES)[number]) => ({
  ...network.chains[alias].genesis,
  admission: 'open' as const,
});
const composed = await composeHub(
  {
    chains: await Promise.all(
      NETWORK_ALIASES.map((alias) =>
        threadPlace(
          alias,
          {
            dataDirectory: join(directory, 'chains', alias),
            validatorKeyFiles: [validatorKeyFile(network.keys, alias)],
            signatureWorkers: 0,
            maxPoolTransactions: 200_000,
            maxPoolBytes: 256 * 1_048_576,
          },
          encode(genesisCodec, genesisOf(alias)),
        ),
      ),
    ),
    relayerKey: network.keys.key('relayer').secretKey,
    dataDirectory: join(directory, 'hub'),
    relayer: DEFAULT_RELAYER,
    api: undefined,
    journal: false,
  },
  { info: say, warn: say },
);
const { main, jiangsu, anhui } = networkAdapters(composed.chains);
const genesisHash = jiangsu.description.genesisHash;
const pool = createSigningPool();
const accounts = Array.from({ length: ACCOUNTS }, (_, index) => ({
  secretKey: testKey(FIRST_ACCOUNT + index),
  address: testAddress(FIRST_ACCOUNT + index),
  nonce: 0n,
}));

const chainSeconds = async (chain: ChainAdapter): Promise<bigint> =>
  (await chain.wait(0n, 0)).timeMs / 1000n;

async function offer(signed: readonly Uint8Array[]): Promise<void> {
  const refused = (await jiangsu.submit(signed)).find(({ code }) => code !== '');
  if (refused !== undefined) throw new Error(`refused: ${refused.code}`);
}

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((wake) => setTimeout(wake, 20));
}

const holds = (resourceId: Uint8Array, owner: Uint8Array) => async (): Promise<boolean> =>
  ((await jiangsu.facts('holding', [{ resourceId, owner }]))[0] ?? 0n) > 0n;

/** One issue, registered on the main chain, then spread over 100 accounts and from these over all. */
async function fund(): Promise<Uint8Array> {
  const origin = {
    kind: KIND,
    home: jiangsu.description.chainId,
    issuer: testAddress(ISSUER),
    staticRoot: new Uint8Array(32).fill(3),
  };
  const resourceId = resourceIdOf(origin, ports.hash);
  const statement: SupplyStatement = {
    mainGenesisHash: main.description.genesisHash,
    resourceId,
    index: 1n,
    quantity: 10n ** 20n,
    unit: 'fen',
    meteringPoint: new Uint8Array(32),
    intervalStart: unixSeconds(0n),
    intervalEnd: unixSeconds(0n),
  };
  const signature = ports.signatures.sign(
    supplyStatementDigest(statement, ports.hash),
    testKey(ISSUER),
  );
  const issuer = testAddress(ISSUER);
  const expirySeconds = (await chainSeconds(jiangsu)) + 3600n;
  const issuing: Message[] = [
    {
      type: 'issue',
      kind: KIND,
      staticRoot: origin.staticRoot,
      owner: issuer,
      statement: { statement, signature },
    },
    ...accounts.slice(0, HUBS).map(({ address }): Message => pay(resourceId, address, 10n ** 15n)),
  ];
  await offer(
    issuing.map((message, nonce) =>
      signTransaction(
        { sender: issuer, nonce: BigInt(nonce), expirySeconds, message },
        testKey(ISSUER),
        genesisHash,
        ports,
      ),
    ),
  );
  await until(holds(resourceId, accounts[HUBS - 1]?.address ?? issuer));
  const jobs = accounts.slice(0, HUBS).map((hub, index) => ({
    genesisHash,
    secretKey: hub.secretKey,
    transactions: accounts
      .filter((_, at) => at >= HUBS && at % HUBS === index)
      .map(({ address }) => ({
        sender: hub.address,
        nonce: hub.nonce++,
        expirySeconds,
        message: pay(resourceId, address, 10n ** 12n),
      })),
  }));
  await offer((await pool.sign(jobs)).flatMap(({ signed }) => signed));
  await until(holds(resourceId, accounts.at(-1)?.address ?? issuer));
  await until(
    async () => ((await main.facts('books', [{ resourceId }]))[0]?.registered ?? 0n) > 0n,
  );
  return resourceId;
}

function pay(resourceId: Uint8Array, receiver: Uint8Array, quantity: bigint): Message {
  return { type: 'transfer', resourceId, quantity, receiver };
}

/** `count` sends of one unit each, the accounts taking turns. */
async function presign(
  resourceId: Uint8Array,
  count: number,
): Promise<{ bytes: Uint8Array[]; ids: string[] }> {
  const now = await chainSeconds(jiangsu);
  const perAccount = Math.ceil(count / ACCOUNTS);
  const signed = await pool.sign(
    accounts.map((account, index) => ({
      genesisHash,
      secretKey: account.secretKey,
      transactions: Array.from({ length: perAccount }, (_, turn) => ({
        sender: account.address,
        nonce: account.nonce++,
        expirySeconds: now + 3600n,
        message: {
          type: 'send' as const,
          client: CLIENT_OF_MAIN,
          resourceId,
          quantity: 1n,
          receiver: accounts[(index * 7 + turn * 13 + 1) % ACCOUNTS]?.address ?? account.address,
          destination: anhui.description.chainId,
          timeoutSeconds: now + 3600n,
          deadlineSeconds: now + 3600n,
          memo: '',
        },
      })),
    })),
  );
  const turns = Array.from({ length: perAccount }, (_, turn) => turn);
  const bytes = turns.flatMap((turn) => signed.flatMap((job) => job.signed.slice(turn, turn + 1)));
  const ids = turns.flatMap((turn) =>
    signed.flatMap((job) => job.ids.slice(turn, turn + 1).map(toHex)),
  );
  return { bytes: bytes.slice(0, count), ids: ids.slice(0, count) };
}

/** When each height of a chain was first seen certified, in milliseconds since `started`. */
function watchHeads(chain: ChainAdapter, from: bigint, started: number) {
  const seen = new Map<bigint, number>();
  let isOver = false;
  const watching = (async () => {
    for (let after = from; !isOver; ) {
      const { height } = await chain.wait(after, 200);
      const now = performance.now() - started;
      for (let each = after + 1n; each <= height; each++) seen.set(each, now);
      after = height;
    }
  })();
  return {
    seen,
    async stop() {
      isOver = true;
      await watching;
    },
  };
}

type Visit = (
  event: { type: string; client: string; sequence: bigint; origin: string },
  at: number | undefined,
  id: string,
) => void;

async function readEvents(
  chain: ChainAdapter,
  from: bigint,
  seen: ReadonlyMap<bigint, number>,
  visit: Visit,
): Promise<void> {
  for (let fromHeight = from; ; ) {
    const { blocks, nextHeight } = await chain.events(fromHeight, 16);
    for (const { height, transactions } of blocks) {
      for (const { id, events } of transactions) {
        for (const event of events) visit(event, seen.get(height), toHex(id));
      }
    }
    if (nextHeight === fromHeight) return;
    fromHeight = nextHeight;
  }
}

interface TransferStep {
  readonly acknowledged: StepResult;
  readonly delivered: StepResult;
  readonly lost: number;
  readonly doubled: number;
}

async function runStep(resourceId: Uint8Array, rate: number, count: number): Promise<TransferStep> {
  const { bytes, ids } = await presign(resourceId, count);
  const chains = [jiangsu, main, anhui] as const;
  const heads = await Promise.all(chains.map((chain) => chain.wait(0n, 0)));
  const supplyOf = async (): Promise<bigint> =>
    (await anhui.facts('supply', [{ resourceId }]))[0] ?? 0n;
  const before = await supplyOf();
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  const watches = chains.map((chain, at) => watchHeads(chain, heads[at]?.height ?? 0n, started));
  const offers: Promise<void>[] = [];
  for (let offered = 0; offered < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - started) / 1000) * rate));
    if (due > offered) offers.push(offer(bytes.slice(offered, due)));
    offered = Math.max(offered, due);
    await new Promise((wake) => setTimeout(wake, TICK_MS));
  }
  await Promise.all(offers);
  const settled = async (): Promise<boolean> => {
    const [lane] = await jiangsu.facts('lane', [{ client: CLIENT_OF_MAIN }]);
    return lane !== undefined && lane.settledBelow === lane.nextSequence;
  };
  const patience = performance.now() + 120_000;
  await until(async () => (await settled()) || performance.now() > patience);
  const cpu = process.cpuUsage(cpuBefore);
  await Promise.all(watches.map((watch) => watch.stop()));
  const from = (at: number): bigint => (heads[at]?.height ?? 0n) + 1n;
  const seen = (at: number): ReadonlyMap<bigint, number> => watches[at]?.seen ?? new Map();
  const idOf = new Map<string, string>();
  const acknowledged = new Map<string, number | undefined>();
  const delivered = new Map<string, number | undefined>();
  await readEvents(jiangsu, from(0), seen(0), ({ type, sequence }, at, id) => {
    if (type === 'packetSent') idOf.set(`${sequence}`, id);
    if (type === 'packetAcknowledged') acknowledged.set(idOf.get(`${sequence}`) ?? '', at);
  });
  const onward = new Map<string, string>();
  await readEvents(main, from(1), seen(1), ({ type, sequence, origin }) => {
    if (type === 'packetForwarded') onward.set(`${sequence}`, origin.split('/')[1] ?? '');
  });
  let receipts = 0;
  await readEvents(anhui, from(2), seen(2), ({ type, sequence }, at) => {
    if (type !== 'packetReceived') return;
    receipts += 1;
    delivered.set(idOf.get(onward.get(`${sequence}`) ?? '') ?? '', at);
  });
  const arrived = Number((await supplyOf()) - before);
  const due = Array.from({ length: count }, (_, index) => ((index + 1) / rate) * 1000);
  const judge = (times: ReadonlyMap<string, number | undefined>): StepResult =>
    judgeStep(
      rate,
      count / rate,
      due,
      ids.map((id) => times.get(id)),
    );
  say(
    `  ${Math.round((cpu.user + cpu.system) / count)} µs of processor a transfer; ${watches.map(({ seen: blocks }) => blocks.size).join(', ')} blocks; ${acknowledged.size} acknowledged of ${count}`,
  );
  return {
    acknowledged: judge(acknowledged),
    delivered: judge(delivered),
    lost: count - arrived,
    doubled: Math.max(0, arrived - count) + receipts - delivered.size,
  };
}

try {
  say(`ports: ${ports.hash.name}; ${ports.signatures.name}`);
  const joining = (alias: (typeof NETWORK_ALIASES)[number], adapter: ChainAdapter) => ({
    alias,
    adapter,
    genesis: genesisOf(alias),
  });
  await joinNetwork(
    {
      main: joining('main', main),
      sides: [
        { ...joining('jiangsu', jiangsu), admitted: [] },
        { ...joining('anhui', anhui), admitted: [] },
      ],
      issuers: [
        {
          issuer: testAddress(ISSUER),
          kinds: [KIND],
          home: jiangsu.description.chainId,
          cap: 10n ** 30n,
          validFromSeconds: 0n,
          validUntilSeconds: 10n ** 12n,
        },
      ],
      organisations: organisationKeys(network.keys),
    },
    ports,
  );
  await composed.hub.start();
  await waitForClients({ main, jiangsu, anhui });
  const resourceId = await fund();
  if (options.lone) {
    const lone: number[] = [];
    for (let turn = 0; turn < 30; turn++) {
      const { delivered } = await runStep(resourceId, 1000, 1);
      lone.push(delivered.latencyMs.p50);
    }
    lone.sort((left, right) => left - right);
    say(JSON.stringify(lone));
    process.stdout.write(
      `${JSON.stringify({ loneDeliveryMs: { p50: lone[15], p99: lone[29] } })}\n`,
    );
  } else {
    await runStep(resourceId, 300, 600);
    let best: TransferStep | undefined;
    for (const rate of options.rates.split(',').map(Number)) {
      const step = await runStep(resourceId, rate, Math.floor(rate * SECONDS));
      const { acknowledged, delivered, lost, doubled } = step;
      say(
        `${rate}/s offered: ${acknowledged.completedPerSecond}/s completed, delivery ${JSON.stringify(delivered.latencyMs)}, acknowledgement ${JSON.stringify(acknowledged.latencyMs)}, lost ${lost}, doubled ${doubled}`,
      );
      if (best === undefined || !isBeyondKnee(acknowledged)) best = step;
      if (isBeyondKnee(acknowledged)) break;
    }
    const result = best && {
      completedPerSecond: best.acknowledged.completedPerSecond,
      deliveryMs: best.delivered.latencyMs,
      ackMs: best.acknowledged.latencyMs,
      rssMiB: Math.round(process.memoryUsage().rss / 1_048_576),
      lost: best.lost,
      doubled: best.doubled,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
} finally {
  await pool.close();
  await composed.close();
  rmSync(directory, { recursive: true, force: true });
}
