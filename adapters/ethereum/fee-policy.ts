/**
 * What to offer for gas: twice the next base fee and the network's own tip, never above a cap; and what a
 * replacement has to offer, which nodes take only for an eighth more of both. docs/architecture.md#ethereum-adapter
 */
import type { Fees } from './fee-transaction.ts';
import { readList, readQuantity, readRecord } from './rpc/rpc-values.ts';

/** What eth_feeHistory said, in wei a gas. */
export interface FeeMarket {
  readonly baseFee: bigint;
  readonly tip: bigint;
}

/** Parameters of eth_feeHistory whose answer readFeeMarket reads: four blocks, the median tip. */
export const FEE_HISTORY: readonly unknown[] = ['0x4', 'latest', [50]];

/** A network without congestion may report no tip at all; nodes ask for something. */
const LEAST_TIP = 1n;

/** @throws ADAPTER_RPC_VALUE */
export function readFeeMarket(result: unknown): FeeMarket {
  const history = readRecord(result);
  const quantities = (value: unknown) => readList(value, (each) => readQuantity(each));
  const baseFee = quantities(history['baseFeePerGas']).at(-1) ?? 0n;
  const tips = readList(history['reward'] ?? [], quantities).map(([tip]) => tip ?? 0n);
  let highest = LEAST_TIP;
  for (const tip of tips) if (tip > highest) highest = tip;
  return { baseFee, tip: highest };
}

/** Undefined where even the next block would cost more than `cap` a gas. */
export function offerFees({ baseFee, tip }: FeeMarket, cap: bigint): Fees | undefined {
  if (baseFee + LEAST_TIP > cap) return undefined;
  const wished = 2n * baseFee + tip;
  const maxFee = wished < cap ? wished : cap;
  return { maxFee, maxPriorityFee: tip < maxFee ? tip : maxFee };
}

/** Fees a node takes in place of `before`; undefined where they would be above the cap. */
export function replaceFees(before: Fees, market: FeeMarket, cap: bigint): Fees | undefined {
  const offered = offerFees(market, cap);
  const raise = (fee: bigint) => fee + fee / 8n + 1n;
  const most = (left: bigint, right: bigint) => (left > right ? left : right);
  const maxFee = most(raise(before.maxFee), offered?.maxFee ?? 0n);
  const maxPriorityFee = most(raise(before.maxPriorityFee), offered?.maxPriorityFee ?? 0n);
  if (maxFee > cap || maxPriorityFee > maxFee) return undefined;
  return { maxFee, maxPriorityFee };
}
