/**
 * Sends the relayer's transactions to an Ethereum network and stays with each until a final block holds
 * it: nonces in order, fees by EIP-1559, a dearer replacement of what is stuck, the same bytes again where
 * nodes forgot them. Nothing runs by itself: whoever holds a sender calls `tick`, say at each new head.
 * docs/architecture.md#ethereum-adapter
 */
import { isTielineError } from '../../schemas/errors.ts';
import { toHex } from '../../schemas/hash.ts';
import { adapterError } from '../errors.ts';
import { FEE_HISTORY, offerFees, readFeeMarket, replaceFees } from './fee-policy.ts';
import { type FeeTransaction, type SigningPorts, signFeeTransaction } from './fee-transaction.ts';
import type { FinalHead } from './final-head.ts';
import { type LandedReceipt, readReceipt } from './landed-receipt.ts';
import type { RpcQuorum } from './rpc/rpc-quorum.ts';
import { readQuantity, toQuantity } from './rpc/rpc-values.ts';

/** Gas of a block that no transaction may exceed (EIP-7825). */
const MOST_GAS = 1n << 24n;

export interface TransactionSenderConfig {
  readonly chainId: bigint;
  /** 32 bytes. */
  readonly secretKey: Uint8Array;
  /** Highest price in wei a gas that is ever offered. */
  readonly feeCap: bigint;
  /** Milliseconds after which a transaction that is in no block is replaced. */
  readonly stuckMs: number;
}

export interface TransactionSenderDeps extends SigningPorts {
  readonly quorum: RpcQuorum;
  readonly head: FinalHead;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
}

/** A call without ether. */
export interface ContractCall {
  /** 20 bytes. */
  readonly to: Uint8Array;
  readonly data: Uint8Array;
}

interface UnderWay {
  transaction: FeeTransaction;
  sentAt: number;
  /** Of every version that was sent. */
  readonly hashes: string[];
  readonly land: (receipt: LandedReceipt) => void;
  readonly fail: (error: unknown) => void;
}

/** One account's transactions; no second process may use the same key. */
export class TransactionSender {
  readonly #config: TransactionSenderConfig;
  readonly #deps: TransactionSenderDeps;
  readonly #account: string;
  readonly #open = new Map<bigint, UnderWay>();
  #next: bigint | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(config: TransactionSenderConfig, deps: TransactionSenderDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#account = `0x${toHex(deps.signatures.addressOf(config.secretKey))}`;
  }

  /** Transactions under way. */
  get underWay(): number {
    return this.#open.size;
  }

  /**
   * Resolves with the receipt once a final block holds the transaction, whether it succeeded or not.
   * @throws ADAPTER_RPC_REFUSED (revert at estimation: nothing was sent) ADAPTER_FEE_CAP ADAPTER_NONCE_TAKEN ADAPTER_CLOSED
   */
  async send(call: ContractCall): Promise<LandedReceipt> {
    const { quorum } = this.#deps;
    const wish = { from: this.#account, to: `0x${toHex(call.to)}`, data: `0x${toHex(call.data)}` };
    const estimate = await quorum.any('eth_estimateGas', [wish], (each) => readQuantity(each, 64));
    const wanted = estimate + estimate / 4n;
    const gasLimit = wanted < MOST_GAS ? wanted : MOST_GAS;
    // One after another: a nonce is taken only by a transaction that a node has taken.
    const { landed } = await this.#inTurn(() => this.#offer({ ...call, gasLimit }));
    return await landed;
  }

  /** Looks after what is under way: settles, replaces, sends again. Never throws; what fails is tried at the next. */
  async tick(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#open.size === 0) return;
      const head = await this.#deps.head.read();
      const used = await this.#transactionCount();
      for (const [nonce, open] of this.#open) {
        const isStuck = this.#deps.now() - open.sentAt >= this.#config.stuckMs;
        const step =
          nonce < used
            ? this.#settle(nonce, open, head.height)
            : isStuck
              ? this.#renew(open)
              : undefined;
        // One that cannot be looked after now holds up no other.
        await step?.catch(() => undefined);
      }
    }).catch(() => undefined);
  }

  /** Fails what is under way; it may still land. */
  close(): void {
    this.#closed = true;
    for (const { fail } of this.#open.values()) fail(adapterError('ADAPTER_CLOSED'));
    this.#open.clear();
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const run = this.#turn.then(step);
    this.#turn = run.catch(() => undefined);
    return run;
  }

  /** Signs and offers one transaction; its landing comes wrapped, so that the turn does not wait for it. */
  async #offer(call: ContractCall & { readonly gasLimit: bigint }) {
    if (this.#closed) throw adapterError('ADAPTER_CLOSED');
    const { quorum, now } = this.#deps;
    const { chainId, feeCap } = this.#config;
    const market = await quorum.any('eth_feeHistory', FEE_HISTORY, readFeeMarket);
    const fees = offerFees(market, feeCap);
    if (fees === undefined) {
      throw adapterError('ADAPTER_FEE_CAP', { baseFee: market.baseFee, cap: feeCap });
    }
    const used = await this.#transactionCount();
    const nonce = this.#next === undefined || this.#next < used ? used : this.#next;
    const transaction = { ...call, ...fees, chainId, nonce };
    const { raw, hash } = signFeeTransaction(transaction, this.#config.secretKey, this.#deps);
    await this.#broadcast(raw, hash).catch((error: unknown) => {
      // Only where every node refused is it certain that none has it; a lost answer may be a taken one.
      if (isTielineError(error, 'ADAPTER_RPC_REFUSED')) throw error;
    });
    this.#next = nonce + 1n;
    const landed = new Promise<LandedReceipt>((land, fail) => {
      this.#open.set(nonce, { transaction, sentAt: now(), hashes: [hash], land, fail });
    });
    // Whoever asked listens a moment later; until then a failure must not count as unheard.
    landed.catch(() => undefined);
    return { landed };
  }

  /** Enough that one node takes it, or has it already. */
  async #broadcast(raw: string, hash: string): Promise<void> {
    const { quorum } = this.#deps;
    try {
      await quorum.any('eth_sendRawTransaction', [raw], (each) => each);
    } catch (error) {
      const isKnown = await quorum
        .any('eth_getTransactionByHash', [hash], (each) => each !== null)
        .catch(() => false);
      if (!isKnown) throw error;
    }
  }

  /** Nonces used, as enough endpoints have reached. */
  async #transactionCount(): Promise<bigint> {
    const { quorum } = this.#deps;
    const params = [this.#account, 'latest'];
    const read = (each: unknown) => readQuantity(each, 64);
    const counts = [...(await quorum.each('eth_getTransactionCount', params, read))];
    counts.sort((left, right) => (left < right ? 1 : -1));
    return counts[quorum.threshold - 1] ?? 0n;
  }

  /** Its nonce is used: by which version, or by whom else? */
  async #settle(nonce: bigint, open: UnderWay, finalHeight: bigint): Promise<void> {
    const { quorum, head } = this.#deps;
    const receipt = await this.#receiptOf(open.hashes);
    if (receipt !== undefined) {
      if (receipt.height > finalHeight) return;
      const { hash } = await head.block(receipt.height);
      if (hash !== receipt.blockHash) return;
      this.#open.delete(nonce);
      open.land(receipt);
      return;
    }
    const params = [this.#account, toQuantity(finalHeight)];
    const read = (each: unknown) => readQuantity(each, 64);
    if ((await quorum.agree('eth_getTransactionCount', params, read)) <= nonce) return;
    this.#open.delete(nonce);
    open.fail(adapterError('ADAPTER_NONCE_TAKEN', { account: this.#account, nonce }));
  }

  /** Of whichever version a block holds, the newest first. */
  async #receiptOf(hashes: readonly string[]): Promise<LandedReceipt | undefined> {
    for (const hash of hashes.toReversed()) {
      const read = (each: unknown) => readReceipt(each, hash);
      const receipt = await this.#deps.quorum.agree('eth_getTransactionReceipt', [hash], read);
      if (receipt !== undefined) return receipt;
    }
    return undefined;
  }

  /** A dearer version where the cap allows one, else the same bytes again. */
  async #renew(open: UnderWay): Promise<void> {
    const { quorum, now } = this.#deps;
    const market = await quorum.any('eth_feeHistory', FEE_HISTORY, readFeeMarket);
    const fees = replaceFees(open.transaction, market, this.#config.feeCap);
    const transaction = { ...open.transaction, ...fees };
    const { raw, hash } = signFeeTransaction(transaction, this.#config.secretKey, this.#deps);
    // Known before it is sent: a lost answer must not make it a stranger's.
    if (!open.hashes.includes(hash)) open.hashes.push(hash);
    open.sentAt = now();
    open.transaction = transaction;
    // Refused: underpriced as a replacement, or mined a moment ago. The next tick sees which.
    await this.#broadcast(raw, hash);
  }
}
