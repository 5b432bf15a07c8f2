/**
 * What one contract logged in final blocks, from any height on: the height to go on from is the whole
 * cursor, so after a lost connection or a restart the same heights are read again. Agreed upon as every
 * answer; a log of another contract, of a removed block or out of place makes an endpoint's answer void
 * (A16, D7). docs/architecture.md#ethereum-adapter
 */
import { isTielineError } from '../../schemas/errors.ts';
import { adapterError } from '../errors.ts';
import type { FinalHead } from './final-head.ts';
import type { RpcQuorum } from './rpc/rpc-quorum.ts';
import { readHex, readList, readQuantity, readRecord, toQuantity } from './rpc/rpc-values.ts';

export interface ContractLog {
  readonly transactionHash: string;
  readonly transactionIndex: bigint;
  readonly logIndex: bigint;
  readonly topics: readonly string[];
  readonly data: string;
}

/** A final block in which the contract logged something. */
export interface LoggedBlock {
  readonly height: bigint;
  readonly hash: string;
  readonly timeMs: bigint;
  readonly logs: readonly ContractLog[];
}

export interface FinalLogsDeps {
  readonly quorum: RpcQuorum;
  readonly head: FinalHead;
}

/**
 * Logs of `address` from `fromHeight` on, over at most `maxBlocks` heights; `nextHeight` is where to go on.
 * @throws ADAPTER_DISAGREEMENT ADAPTER_REORGANISED
 */
export async function readFinalLogs(
  { quorum, head }: FinalLogsDeps,
  address: string,
  fromHeight: bigint,
  maxBlocks: number,
): Promise<{ readonly blocks: readonly LoggedBlock[]; readonly nextHeight: bigint }> {
  const { height } = await head.read();
  if (fromHeight > height) return { blocks: [], nextHeight: fromHeight };
  const most = fromHeight + BigInt(maxBlocks) - 1n;
  const to = most < height ? most : height;
  let placed: readonly PlacedLog[];
  try {
    placed = await askLogs(quorum, address, fromHeight, to);
  } catch (error) {
    // Nodes bound what one answer holds: half the heights then.
    const isBounded = isTielineError(error) && String(error.data['failed']).includes('REFUSED');
    if (!isBounded || to === fromHeight) throw error;
    return readFinalLogs({ quorum, head }, address, fromHeight, Math.ceil(maxBlocks / 2));
  }
  const heights = [...new Set(placed.map((log) => log.height))];
  const blocks = await Promise.all(heights.map((each) => placeInBlock(head, each, placed)));
  return { blocks, nextHeight: to + 1n };
}

interface PlacedLog {
  readonly height: bigint;
  readonly blockHash: string;
  readonly log: ContractLog;
}

function askLogs(quorum: RpcQuorum, address: string, from: bigint, to: bigint) {
  const filter = { address, fromBlock: toQuantity(from), toBlock: toQuantity(to) };
  return quorum.agree('eth_getLogs', [filter], (result) => {
    const logs = readList(result, (each) => readLog(each, address));
    const isInOrder = logs.every(({ height, log }, at) => {
      const before = logs[at - 1];
      if (height < from || height > to) return false;
      if (before === undefined || before.height < height) return true;
      return before.height === height && before.log.logIndex < log.logIndex;
    });
    if (!isInOrder) throw adapterError('ADAPTER_RPC_VALUE', { expected: 'logs in order' });
    return logs;
  });
}

function readLog(result: unknown, address: string): PlacedLog {
  const log = readRecord(result);
  const isOwn = readHex(log['address'], 20) === address.toLowerCase();
  if (!isOwn || log['removed'] === true) {
    throw adapterError('ADAPTER_RPC_VALUE', { expected: `log of ${address}` });
  }
  return {
    height: readQuantity(log['blockNumber'], 64),
    blockHash: readHex(log['blockHash'], 32),
    log: {
      transactionHash: readHex(log['transactionHash'], 32),
      transactionIndex: readQuantity(log['transactionIndex'], 32),
      logIndex: readQuantity(log['logIndex'], 32),
      topics: readList(log['topics'], (each) => readHex(each, 32)),
      data: readHex(log['data']),
    },
  };
}

/** The logs of one height, all of them of the block that is final there. */
async function placeInBlock(
  head: FinalHead,
  height: bigint,
  placed: readonly PlacedLog[],
): Promise<LoggedBlock> {
  const { hash, timeMs } = await head.block(height);
  const here = placed.filter((each) => each.height === height);
  const strange = here.find(({ blockHash }) => blockHash !== hash);
  if (strange !== undefined) {
    throw adapterError('ADAPTER_DISAGREEMENT', {
      method: 'eth_getLogs',
      height,
      block: hash,
      logged: strange.blockHash,
    });
  }
  return { height, hash, timeMs, logs: here.map(({ log }) => log) };
}
