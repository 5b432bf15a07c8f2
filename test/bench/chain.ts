/*
 * `npm run bench -- chain [--json] [--seconds n] [--rates a,b,c]`: one embedded chain, pre-signed
 * transfers of many accounts, constant arrivals, every signature checked, every block synced to the
 * disk. Counts from the ledger (events of certified blocks), not from what the client was told.
 */
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { encode } from '../../schemas/codec/codec.ts';
import { toHex } from '../../schemas/hash.ts';
import type { Message } from '../../schemas/wire/message.ts';
import { nodeMethods } from '../../schemas/wire/node-api.ts';
import { testAddress, testKey } from '../fakes/ledger-context.ts';
import { type LocalNode, ORGANISATION, openLocalNode } from '../fakes/local-node.ts';
import { isBeyondKnee, judgeStep, type StepResult } from './parts/knee.ts';
import { createSigningPool, type SigningPool } from './parts/signing-pool.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '5' },
    accounts: { type: 'string', default: '2000' },
    workers: { type: 'string', default: '2' },
    rates: {
      type: 'string',
      default: '8000,10000,12000,13500,15000,16500,18000,20000,22000,25000',
    },
  },
});
const SECONDS = Number(options.seconds);
const ACCOUNTS = Number(options.accounts);
const ISSUER = 10;
const FIRST_ACCOUNT = 1000;
const TICK_MS = 5;
const HUBS = 200;

const accounts = Array.from({ length: ACCOUNTS }, (_, index) => {
  const n = FIRST_ACCOUNT + index;
  return { secretKey: testKey(n), address: testAddress(n), nonce: 0n };
});

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** An issuer by proposal, one issue, then transfers to 200 accounts and from these to all others. */
async function fundAccounts(node: LocalNode, pool: SigningPool): Promise<Uint8Array> {
  const granted = await node.act(0n, {
    type: 'registerIssuer',
    issuer: testAddress(ISSUER),
    kinds: ['settlement-credit/v1'],
    home: node.node.chainId,
    cap: 10n ** 30n,
    validFromSeconds: 0n,
    validUntilSeconds: 10n ** 12n,
  });
  if (granted !== '') throw new Error(`no issuer: ${granted} (organisation ${ORGANISATION})`);
  const resourceId = await node.issue(ISSUER, 0n, 10n ** 20n);
  const pay = (receiver: Uint8Array, quantity: bigint): Message => ({
    type: 'transfer',
    resourceId,
    quantity,
    receiver,
  });
  const expirySeconds = (await node.call('info', {})).timeMs / 1000n + 80_000n;
  const issuer = { secretKey: testKey(ISSUER), sender: testAddress(ISSUER) };
  const hubs = accounts.slice(0, HUBS);
  await submitAll(node, pool, [
    {
      ...issuer,
      transactions: hubs.map(({ address }, index) => ({
        sender: issuer.sender,
        nonce: BigInt(index + 1),
        expirySeconds,
        message: pay(address, 10n ** 15n),
      })),
    },
  ]);
  await submitAll(
    node,
    pool,
    hubs.map((hub, index) => ({
      secretKey: hub.secretKey,
      transactions: accounts
        .filter((_, at) => at >= HUBS && at % HUBS === index)
        .map(({ address }) => ({
          sender: hub.address,
          nonce: hub.nonce++,
          expirySeconds,
          message: pay(address, 10n ** 12n),
        })),
    })),
  );
  return resourceId;
}

type Jobs = Parameters<SigningPool['sign']>[0];

async function submitAll(
  node: LocalNode,
  pool: SigningPool,
  jobs: readonly Omit<Jobs[number], 'genesisHash'>[],
): Promise<void> {
  const { genesisHash } = node;
  const signed = (await pool.sign(jobs.map((job) => ({ ...job, genesisHash })))).flatMap(
    (job) => job.signed,
  );
  const { codes } = await node.call('submit', { transactions: signed });
  const refused = codes.find((code) => code !== '');
  if (refused !== undefined) throw new Error(`set-up refused: ${refused}`);
  await node.call('wait', { after: (await node.call('info', {})).height + 1n, waitMs: 5000 });
}

interface Load {
  readonly bytes: readonly Uint8Array[];
  readonly ids: readonly string[];
}

/** `count` transfers, the accounts taking turns. */
async function presign(
  node: LocalNode,
  pool: SigningPool,
  resourceId: Uint8Array,
  count: number,
): Promise<Load> {
  const expirySeconds = (await node.call('info', {})).timeMs / 1000n + 80_000n;
  const perAccount = Math.ceil(count / ACCOUNTS);
  const jobs = accounts.map((account, index) => ({
    genesisHash: node.genesisHash,
    secretKey: account.secretKey,
    transactions: Array.from({ length: perAccount }, (_, turn) => ({
      sender: account.address,
      nonce: account.nonce++,
      expirySeconds,
      message: {
        type: 'transfer' as const,
        resourceId,
        quantity: 1n,
        receiver: accounts[(index * 7 + turn * 13 + 1) % ACCOUNTS]?.address ?? account.address,
      },
    })),
  }));
  const signed = await pool.sign(jobs);
  const bytes: Uint8Array[] = [];
  const ids: string[] = [];
  for (let turn = 0; turn < perAccount; turn++) {
    for (const job of signed) {
      const [one, id] = [job.signed[turn], job.ids[turn]];
      if (one === undefined || id === undefined) continue;
      bytes.push(one);
      ids.push(toHex(id));
    }
  }
  return { bytes, ids };
}

/** Offers the load at a constant rate, then reads from the ledger when each transaction was certified. */
async function runStep(node: LocalNode, rate: number, load: Load): Promise<StepResult> {
  const count = Math.min(load.bytes.length, Math.floor(rate * SECONDS));
  const firstHeight = (await node.call('info', {})).height + 1n;
  const certifiedAt = new Map<bigint, number>();
  const { submit } = nodeMethods;
  let watching = true;
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const watch = (async () => {
    let after = firstHeight - 1n;
    while (watching) {
      const head = await node.call('wait', { after, waitMs: 200 });
      const now = performance.now() - started;
      for (let height = after + 1n; height <= head.height; height++) certifiedAt.set(height, now);
      after = head.height;
    }
  })();
  const refusals = new Map<string, number>();
  const offers: Promise<void>[] = [];
  let offered = 0;
  while (offered < count) {
    const due = Math.min(count, Math.floor(((performance.now() - started) / 1000) * rate));
    if (due > offered) {
      const request = encode(submit.request, { transactions: load.bytes.slice(offered, due) });
      offered = due;
      offers.push(
        node.node.call('submit', request).then((answer) => {
          // One code of length zero each: 2 bytes of count, 2 bytes a code.
          if (answer.length !== 2 + 2 * (answer[0] ?? 0) * 256 + 2 * (answer[1] ?? 0)) {
            refusals.set('refused', (refusals.get('refused') ?? 0) + 1);
          }
        }),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(offers);
  await drain(node);
  watching = false;
  await watch;
  const cpu = process.cpuUsage(cpuBefore);
  const completed = await completionTimes(node, firstHeight, certifiedAt);
  const due = Array.from({ length: count }, (_, index) => ((index + 1) / rate) * 1000);
  const blocks = [...certifiedAt.keys()].length;
  const cpuEach = Math.round((cpu.user + cpu.system) / count);
  say(
    `  ${cpuEach} µs of processor each, ${blocks} blocks, ${completed.size} committed of ${count}${refusals.size > 0 ? ', with refusals' : ''}`,
  );
  return judgeStep(
    rate,
    SECONDS,
    due,
    load.ids.slice(0, count).map((id) => completed.get(id)),
  );
}

/** Waits until two certified blocks in a row held nothing. */
async function drain(node: LocalNode): Promise<void> {
  for (let empty = 0; empty < 2; ) {
    const { height } = await node.call('info', {});
    await node.call('wait', { after: height, waitMs: 5000 });
    const { blocks } = await node.call('events', { fromHeight: height + 1n, maxBlocks: 1 });
    empty = blocks.length === 0 ? empty + 1 : 0;
  }
}

async function completionTimes(
  node: LocalNode,
  from: bigint,
  certifiedAt: ReadonlyMap<bigint, number>,
): Promise<Map<string, number>> {
  const completed = new Map<string, number>();
  let fromHeight = from;
  for (;;) {
    const { blocks, nextHeight } = await node.call('events', { fromHeight, maxBlocks: 16 });
    for (const { height, transactionIds, results } of blocks) {
      const at = certifiedAt.get(height);
      for (const [index, id] of transactionIds.entries()) {
        if (results[index]?.code !== '') throw new Error(`failed: ${results[index]?.code}`);
        if (at !== undefined) completed.set(toHex(id), at);
      }
    }
    if (blocks.length === 0) return completed;
    fromHeight = nextHeight;
  }
}

const pool = createSigningPool();
const node = await openLocalNode({
  kind: 'main',
  settings: {
    signatureWorkers: Number(options.workers),
    minBlockIntervalMs: 50,
    heartbeatMs: 250,
    maxPoolTransactions: 200_000,
    maxPoolBytes: 256 * 1_048_576,
  },
  say,
});
let best: StepResult | undefined;
try {
  say(`ports: ${node.ports.hash.name}; ${node.ports.signatures.name}`);
  const resourceId = await fundAccounts(node, pool);
  for (const rate of options.rates.split(',').map(Number)) {
    const load = await presign(node, pool, resourceId, rate * SECONDS);
    const step = await runStep(node, rate, load);
    say(`chain/transfer rate=${rate}: ${JSON.stringify(step)}`);
    if (isBeyondKnee(step)) break;
    best = step;
  }
} finally {
  await pool.close();
  await node.close();
  rmSync(node.directory, { recursive: true, force: true });
}
const result = {
  transactionsPerSecond: best?.completedPerSecond ?? 0,
  latencyMs: best?.latencyMs ?? { p50: null, p99: null },
  rssMiB: Math.round(process.memoryUsage().rss / 1_048_576),
};
process.stdout.write(
  options.json ? `${JSON.stringify(result)}\n` : `chain/transfer ${JSON.stringify(result)}\n`,
);
