/* Runs the transfer bench from open network to result: joins, funds, warms up, then one step a rate. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type NetworkAdapters,
  networkAdapters,
  waitForClients,
} from '../../../hub/up/join-demo.ts';
import { joinNetwork } from '../../../hub/up/join-network.ts';
import { organisationKeys } from '../../../hub/up/network.ts';
import { loadPorts, type Ports } from '../../../main-chain/host/native-ports.ts';
import { benchError } from '../parts/errors.ts';
import { isBeyondKnee } from '../parts/knee.ts';
import { diskMiB, sampleMemory } from '../parts/machine.ts';
import { createSigningPool } from '../parts/signing-pool.ts';
import { type Account, createDraw, seededAccount } from './accounts.ts';
import { writeClaim } from './claim.ts';
import { createForger, type ForgeryCount } from './forger.ts';
import { fund, KIND } from './fund.ts';
import type { TransferOptions } from './options.ts';
import { prepareSends } from './sends.ts';
import { runStep, type TransferStep } from './step.ts';
import { openTopology, type Topology } from './topology.ts';

const WARM_UP = { rate: 300, count: 600 };
const NEXT_BLOCK_MS = 10_000;
const LONE_TURNS = 30;
const NO_FORGERIES: ForgeryCount = { offered: 0, refused: 0, accepted: 0, codes: {} };

type Say = (line: string) => void;
/** Runs one step of so many transfers at a rate. */
type Step = (rate: number, count: number) => Promise<TransferStep>;

/** The result object of a run, what the bench's last line says. @throws BENCH_DATA BENCH_PROCESS NODE_* */
export async function runTransfer(options: TransferOptions, say: Say): Promise<object> {
  const directory = openDirectory(options.data);
  try {
    const ports = await loadPorts();
    say(`ports: ${ports.hash.name}; ${ports.signatures.name}`);
    const topology = await openTopology(directory, options.processes, { ports, say });
    try {
      return await runOn(topology, directory, options, ports, say);
    } finally {
      await topology.close();
    }
  } finally {
    if (options.data === undefined) rmSync(directory, { recursive: true, force: true });
  }
}

/** @throws BENCH_DATA */
function openDirectory(data: string | undefined): string {
  if (data === undefined) return mkdtempSync(join(tmpdir(), 'tieline-bench-'));
  const directory = resolve(data);
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw benchError('BENCH_DATA', { directory });
  mkdirSync(directory, { recursive: true });
  return directory;
}

async function runOn(
  topology: Topology,
  directory: string,
  options: TransferOptions,
  ports: Ports,
  say: Say,
): Promise<object> {
  const { seed } = options;
  const chains = networkAdapters(topology.chains);
  const issuer = seededAccount(seed, 'issuer', 0, ports);
  await joinChains(topology, chains, issuer, ports);
  await topology.startHub();
  await waitForClients(chains);
  const pool = createSigningPool();
  try {
    const accounts = Array.from({ length: options.accounts }, (_, index) =>
      seededAccount(seed, 'account', index, ports),
    );
    const resourceId = await fund(issuer, accounts, { ...chains, pool, ports });
    const forger =
      options.forge > 0 ? createForger(options.forge, seed, { chains, ports }) : undefined;
    const draw = createDraw(seed);
    const destination = chains.anhui.description.chainId;
    const deps = { jiangsu: chains.jiangsu, destination, resourceId, accounts, pool, draw };
    const steps: TransferStep[] = [];
    const relayer = topology.keys.key('relayer').address;
    const step: Step = async (rate, count) => {
      const sends = await prepareSends(count, deps);
      const of = { chains, resourceId, pids: topology.pids, forger };
      const done = await runStep(sends, rate, count, of);
      steps.push(done);
      writeClaim(directory, relayer, steps, forger?.count() ?? NO_FORGERIES);
      return done;
    };
    if (options.lone) {
      const result = await runLone(step, say);
      await untilProven(chains);
      return result;
    }
    const stores = join(directory, 'chains');
    const sampler = sampleMemory(topology.pids, stores);
    try {
      const best = await runRates(step, options, say);
      await untilProven(chains);
      const { memory, peakMiB } = sampler.stop();
      const forged = forger?.count();
      return {
        completedPerSecond: best.acknowledged.completedPerSecond,
        deliveryMs: best.delivered.latencyMs,
        ackMs: best.acknowledged.latencyMs,
        rssMiB: peakMiB,
        lost: sum(steps, 'lost'),
        doubled: sum(steps, 'doubled'),
        refunded: sum(steps, 'refunded'),
        ...(forged && {
          forgedRefused: forged.refused,
          forgedAccepted: forged.accepted,
          forgedCodes: forged.codes,
        }),
        rate: best.rate,
        seconds: options.seconds,
        seed,
        processes: options.processes,
        processorMicros: best.processorMicros,
        diskMiB: diskMiB(stores),
        memory,
      };
    } finally {
      sampler.stop();
    }
  } finally {
    await pool.close();
  }
}

/** One more block on each chain: a block's results are proven by the next one only. */
async function untilProven(chains: NetworkAdapters): Promise<void> {
  for (const chain of Object.values(chains)) {
    const { height } = await chain.wait(0n, 0);
    await chain.wait(height, NEXT_BLOCK_MS);
  }
}

function sum(steps: readonly TransferStep[], field: 'lost' | 'doubled' | 'refunded'): number {
  return steps.reduce((total, step) => total + step[field], 0);
}

function joinChains(
  { geneses, keys }: Topology,
  chains: NetworkAdapters,
  { address }: Account,
  ports: Ports,
): Promise<void> {
  const member = (alias: keyof NetworkAdapters) => ({
    alias,
    adapter: chains[alias],
    genesis: geneses[alias],
    admitted: [],
  });
  const grant = {
    issuer: address,
    kinds: [KIND],
    home: chains.jiangsu.description.chainId,
    cap: 10n ** 30n,
    validFromSeconds: 0n,
    validUntilSeconds: 10n ** 12n,
  };
  const organisations = organisationKeys(keys);
  const sides = [member('jiangsu'), member('anhui')];
  return joinNetwork({ main: member('main'), sides, issuers: [grant], organisations }, ports);
}

/** Rates one after another up to the knee; the last step below it, or the first where none is. */
async function runRates(
  step: Step,
  { rates, seconds }: TransferOptions,
  say: Say,
): Promise<TransferStep> {
  let best = await step(WARM_UP.rate, WARM_UP.count);
  let isFirst = true;
  for (const rate of rates) {
    const done = await step(rate, Math.max(1, rate * seconds));
    const { acknowledged, delivered, lost, doubled } = done;
    say(
      `${rate}/s offered: ${acknowledged.completedPerSecond}/s completed, delivery ${JSON.stringify(delivered.latencyMs)}, acknowledgement ${JSON.stringify(acknowledged.latencyMs)}, lost ${lost}, doubled ${doubled}, ${done.processorMicros} µs of processor a transfer`,
    );
    if (isFirst || !isBeyondKnee(acknowledged)) best = done;
    isFirst = false;
    if (isBeyondKnee(acknowledged)) break;
  }
  return best;
}

async function runLone(step: Step, say: Say): Promise<object> {
  const lone: number[] = [];
  for (let turn = 0; turn < LONE_TURNS; turn++) {
    lone.push((await step(1000, 1)).delivered.latencyMs.p50);
  }
  lone.sort((left, right) => left - right);
  say(JSON.stringify(lone));
  return { loneDeliveryMs: { p50: lone[LONE_TURNS / 2], p99: lone[LONE_TURNS - 1] } };
}
