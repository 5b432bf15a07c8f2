/**
 * The embedded engine: one process orders alone and holds all validator keys (development, tests, a
 * single operator). Blocks are made on demand, at once when the chain is idle, else at most one an
 * interval; an idle chain makes one a heartbeat, so that its clock is seen to advance.
 * docs/architecture.md#engines
 */
import { isTielineError } from '../../../schemas/errors.ts';
import type { BlockHeader } from '../../../schemas/wire/block.ts';
import type { Certificate } from '../../../schemas/wire/checkpoint.ts';
import type { Cancel, Clock } from '../../host/clock.ts';
import { isWriteFailure } from '../../host/write-failure.ts';
import type { Chain } from '../chain.ts';
import type { BlockLimits, Mempool } from '../mempool/mempool.ts';
import type { Certifier } from './certifier.ts';
import type { Engine } from './engine.ts';

export interface EmbeddedConfig extends BlockLimits {
  /** Least milliseconds between the starts of two blocks. */
  readonly minBlockIntervalMs: number;
  /** Milliseconds after which an idle chain makes an empty block. */
  readonly heartbeatMs: number;
}

export interface EmbeddedDeps {
  readonly chain: Chain;
  readonly mempool: Mempool;
  readonly certifier: Certifier;
  readonly clock: Clock;
  /** The chain cannot go on; the engine has stopped. */
  readonly onHalt: (error: unknown) => void;
  /** A block has its certificate. */
  readonly onCertified: (certificate: Certificate) => void;
  /** A block stands but got no certificate; told once while the reason stays the same. */
  readonly onUncertified: (error: unknown) => void;
}

/** Makes blocks one after another. */
export class EmbeddedEngine implements Engine {
  readonly name = 'embedded';
  readonly #config: EmbeddedConfig;
  readonly #deps: EmbeddedDeps;
  #running = false;
  #cooling = false;
  #heartbeatDue = false;
  /** Why the newest block has no certificate; empty where it has one. */
  #uncertified = '';
  #inHand: Promise<void> | undefined;
  #cancelHeartbeat: Cancel | undefined;
  #cancelCooling: Cancel | undefined;

  constructor(config: EmbeddedConfig, deps: EmbeddedDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  async start(): Promise<void> {
    this.#running = true;
    this.#heartbeatDue = this.#deps.chain.committed.height === 0n;
    this.#pump();
    await this.#inHand;
    if (this.#cancelHeartbeat === undefined) this.#armHeartbeat();
  }

  notify(): void {
    this.#pump();
  }

  async close(): Promise<void> {
    this.#stop();
    await this.#inHand;
  }

  #stop(): void {
    this.#running = false;
    this.#cancelHeartbeat?.();
    this.#cancelCooling?.();
  }

  #pump(): void {
    if (!this.#running || this.#inHand !== undefined || this.#cooling) return;
    if (this.#deps.mempool.ready === 0 && !this.#heartbeatDue) return;
    this.#heartbeatDue = false;
    this.#cooling = true;
    this.#cancelCooling = this.#deps.clock.after(this.#config.minBlockIntervalMs, () => {
      this.#cooling = false;
      this.#pump();
    });
    this.#armHeartbeat();
    this.#inHand = this.#makeBlock().then(
      () => {
        this.#inHand = undefined;
        this.#pump();
      },
      (error: unknown) => {
        this.#inHand = undefined;
        this.#stop();
        this.#deps.onHalt(error);
      },
    );
  }

  #armHeartbeat(): void {
    this.#cancelHeartbeat?.();
    this.#cancelHeartbeat = this.#deps.clock.after(this.#config.heartbeatMs, () => {
      this.#heartbeatDue = true;
      this.#pump();
    });
  }

  async #makeBlock(): Promise<void> {
    const { chain, mempool, clock } = this.#deps;
    // What arrives in the same turn of the event loop goes into the same block.
    await new Promise((turn) => setImmediate(turn));
    const timeMs = chain.blockTime(clock.nowMs());
    const block = chain.execute(mempool.take(this.#config), timeMs);
    await chain.commit(block);
    await this.#certify(block.header);
  }

  async #certify(header: BlockHeader): Promise<void> {
    const { certifier, onCertified, onUncertified } = this.#deps;
    try {
      const certificate = await certifier.certify(header);
      this.#uncertified = '';
      onCertified(certificate);
    } catch (error) {
      // Without a key the chain goes on uncertified; on a disk that takes no writes it ends here.
      if (isWriteFailure(error)) throw error;
      const reason = isTielineError(error) ? error.code : String(error);
      if (reason !== this.#uncertified) onUncertified(error);
      this.#uncertified = reason;
    }
  }
}
