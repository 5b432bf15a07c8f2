/**
 * Checks the bytes and signatures of offered transactions: large batches in worker threads, small
 * ones at once in slices of milliseconds, so that consensus never waits for them.
 */
import { Worker } from 'node:worker_threads';
import { workerEntry } from '../../host/worker-entry.ts';
import { type CheckResponse, packRequest, unpackOutcomes } from './check-batch.ts';
import { type CheckOutcome, type CheckPorts, checkTransaction } from './transaction-check.ts';

/** Transactions of one message to a worker; a round trip is dear below a hundred. */
const BATCH = 128;
/** Less than this is checked here while there is little traffic: cheaper than asking a worker, and at once. */
const WORTH_A_WORKER = 24;
/** Bytes that weigh as much as one small transaction: large ones are slow to read. */
const WEIGHT_BYTES = 2048;
/** Batches a worker may have in hand, so that it never runs dry. */
const IN_HAND = 2;
/** How long a small rest waits for company while there is traffic. */
const GATHER_MS = 8;
const SLICE_MS = 4;

interface Waiting {
  readonly bytes: Uint8Array;
  readonly settle: (outcome: CheckOutcome) => void;
}

interface Lane {
  readonly worker: Worker;
  readonly batches: Map<number, readonly Waiting[]>;
}

export interface SignaturePoolConfig {
  /** Worker threads; 0 checks everything in the node's own thread. */
  readonly workers: number;
  readonly genesisHash: Uint8Array;
}

/** Opened with its workers (`onLost` hears of one that failed); `close` ends them and refuses what still waits. */
export class SignaturePool {
  readonly #config: SignaturePoolConfig;
  readonly #ports: CheckPorts;
  readonly #onLost: (error: Error) => void;
  readonly #lanes: Lane[] = [];
  #waiting: Waiting[] = [];
  #scheduled = false;
  #lastCrowd = Number.NEGATIVE_INFINITY;
  #batch = 0;
  #closed = false;

  constructor(
    config: SignaturePoolConfig,
    ports: CheckPorts,
    onLost: (error: Error) => void = () => undefined,
  ) {
    this.#config = config;
    this.#ports = ports;
    this.#onLost = onLost;
    for (let at = 0; at < config.workers; at++) this.#addLane();
  }

  /** Outcomes in the order of `transactions`. */
  check(transactions: readonly Uint8Array[]): Promise<readonly CheckOutcome[]> {
    if (this.#closed) return Promise.resolve(transactions.map(() => 'NODE_CLOSED'));
    if (transactions.length === 0) return Promise.resolve([]);
    return new Promise((resolve) => {
      const outcomes = new Array<CheckOutcome>(transactions.length);
      let left = transactions.length;
      for (const [index, bytes] of transactions.entries()) {
        const settle = (outcome: CheckOutcome): void => {
          outcomes[index] = outcome;
          left -= 1;
          if (left === 0) resolve(outcomes);
        };
        this.#waiting.push({ bytes, settle });
      }
      this.#pump();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const lost = [
      ...this.#waiting,
      ...this.#lanes.flatMap(({ batches }) => [...batches.values()].flat()),
    ];
    this.#waiting = [];
    for (const { settle } of lost) settle('NODE_CLOSED');
    await Promise.all(this.#lanes.map(({ worker }) => worker.terminate()));
  }

  #addLane(): void {
    const { url, execArgv } = workerEntry('signature-worker', import.meta.url);
    const { genesisHash } = this.#config;
    const worker = new Worker(url, { execArgv, workerData: { genesisHash } });
    const lane: Lane = { worker, batches: new Map() };
    worker.unref();
    worker.on('message', ({ batch, outcomes }: CheckResponse) => {
      const waiting = lane.batches.get(batch) ?? [];
      lane.batches.delete(batch);
      for (const [index, outcome] of unpackOutcomes(outcomes).entries()) {
        waiting[index]?.settle(outcome);
      }
      this.#pump();
    });
    worker.on('error', (error) => {
      this.#onLost(error);
      this.#dropLane(lane);
    });
    this.#lanes.push(lane);
  }

  /** A dead worker's batches go back to the front; without workers everything is checked here. */
  #dropLane(lane: Lane): void {
    const at = this.#lanes.indexOf(lane);
    if (at >= 0) this.#lanes.splice(at, 1);
    this.#waiting.unshift(...[...lane.batches.values()].flat());
    lane.batches.clear();
    this.#pump();
  }

  #pump(): void {
    while (this.#waiting.length >= BATCH) {
      const lane = this.#freeLane();
      if (lane === undefined) break;
      this.#send(lane, this.#waiting.splice(0, BATCH));
    }
    if (this.#waiting.length === 0 || this.#scheduled) return;
    if (this.#lanes.length > 0 && this.#freeLane() === undefined) return;
    this.#scheduled = true;
    const busy = this.#lanes.length > 0 && performance.now() - this.#lastCrowd < 2 * GATHER_MS;
    if (busy) setTimeout(() => this.#flush(1), GATHER_MS);
    else setImmediate(() => this.#flush(WORTH_A_WORKER));
  }

  /** What has not filled a batch: to a worker where it weighs `least`, else checked here. */
  #flush(least: number): void {
    this.#scheduled = false;
    if (this.#closed) return;
    const lane = this.#freeLane();
    const weight = weightOf(this.#waiting);
    if (weight >= WORTH_A_WORKER / 2) this.#lastCrowd = performance.now();
    if (this.#lanes.length === 0 || weight < least) this.#checkHere();
    else if (lane !== undefined) this.#send(lane, this.#waiting.splice(0, BATCH));
    this.#pump();
  }

  #checkHere(): void {
    const until = performance.now() + SLICE_MS;
    let done = 0;
    for (const { bytes, settle } of this.#waiting) {
      settle(checkTransaction(bytes, this.#config.genesisHash, this.#ports));
      done += 1;
      if (performance.now() >= until) break;
    }
    this.#waiting.splice(0, done);
  }

  #freeLane(): Lane | undefined {
    let best: Lane | undefined;
    for (const lane of this.#lanes) {
      const fits = lane.batches.size < IN_HAND;
      if (fits && (best === undefined || lane.batches.size < best.batches.size)) best = lane;
    }
    return best;
  }

  #send(lane: Lane, waiting: readonly Waiting[]): void {
    this.#batch += 1;
    lane.batches.set(this.#batch, waiting);
    const request = packRequest(
      this.#batch,
      waiting.map(({ bytes }) => bytes),
    );
    lane.worker.postMessage(request, [request.bytes.buffer, request.ends.buffer]);
  }
}

function weightOf(waiting: readonly Waiting[]): number {
  let weight = 0;
  for (const { bytes } of waiting) weight += 1 + Math.floor(bytes.length / WEIGHT_BYTES);
  return weight;
}
