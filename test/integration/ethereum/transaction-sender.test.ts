/* The relayer's transactions on a real node: nonces, fees, replacement, reorganisation, strangers, liars. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FinalHead } from '../../../adapters/ethereum/final-head.ts';
import { createRpcEndpoint } from '../../../adapters/ethereum/rpc/rpc-endpoint.ts';
import { createRpcQuorum, type RpcQuorum } from '../../../adapters/ethereum/rpc/rpc-quorum.ts';
import { TransactionSender } from '../../../adapters/ethereum/transaction-sender.ts';
import { loadPorts } from '../../../main-chain/host/native-ports.ts';
import { isTielineError, type TielineError } from '../../../schemas/errors.ts';
import { toHex } from '../../../schemas/hash.ts';
import { type Anvil, startAnvil } from '../../fakes/ethereum/anvil.ts';
import {
  type LyingEndpoint,
  type Manner,
  startEndpoint,
} from '../../fakes/ethereum/lying-endpoint.ts';
import { describeWithAnvil } from '../../fakes/ethereum/with-anvil.ts';

const GWEI = 10n ** 9n;
const CAP = 10n * GWEI;
const STUCK_MS = 10_000;
const SECRET = new Uint8Array(32).fill(0x51);
const SOMEBODY = new Uint8Array(20).fill(0x77);
const HONEST: Manner = { does: 'honest' };

describeWithAnvil('the relayer’s transactions on an Ethereum network', () => {
  let anvil: Anvil;
  let endpoints: LyingEndpoint[];
  let quorum: RpcQuorum;
  let sender: TransactionSender;
  let account: string;
  let clock = 0;

  beforeEach(async () => {
    clock = 0;
    anvil = await startAnvil('london');
    endpoints = await Promise.all([1, 2, 3].map(() => startEndpoint(anvil.url)));
    const genesis = await anvil.rpc<{ hash: string }>('eth_getBlockByNumber', ['0x0', false]);
    quorum = createRpcQuorum(
      { chainId: 31_337n, genesisHash: genesis.hash, threshold: 2 },
      endpoints.map(({ url }) => createRpcEndpoint({ url, timeoutMs: 15_000 })),
    );
    const ports = await loadPorts();
    account = `0x${toHex(ports.signatures.addressOf(SECRET))}`;
    await anvil.rpc('anvil_setBalance', [account, '0x56bc75e2d63100000']);
    sender = new TransactionSender(
      { chainId: 31_337n, secretKey: SECRET, feeCap: CAP, stuckMs: STUCK_MS },
      {
        ...ports,
        quorum,
        head: new FinalHead(quorum, { by: 'depth', blocks: 2n }),
        now: () => clock,
      },
    );
  });
  afterEach(async () => {
    sender?.close();
    await quorum?.close();
    await Promise.all((endpoints ?? []).map((endpoint) => endpoint.close()));
    await anvil?.close();
  });

  const call = (byte = 0) => ({ to: SOMEBODY, data: Uint8Array.of(byte) });
  const mine = (blocks: number) => anvil.rpc('anvil_mine', [`0x${blocks.toString(16)}`]);
  const pooled = async () => {
    const { pending } = await anvil.rpc<{
      pending: Readonly<Record<string, Readonly<Record<string, { maxFeePerGas: string }>>>>;
    }>('txpool_content');
    const own = Object.entries(pending).find(([from]) => from.toLowerCase() === account);
    return Object.values(own?.[1] ?? {}).map(({ maxFeePerGas }) => BigInt(maxFeePerGas));
  };
  const failure = async (run: Promise<unknown>): Promise<TielineError> => {
    const error: unknown = await run.catch((reason: unknown) => reason);
    if (!isTielineError(error)) throw new Error('not refused');
    return error;
  };
  /** Until the sender has given that many to the nodes. */
  const untilUnderWay = async (count: number) => {
    while (sender.underWay < count) await new Promise((next) => setImmediate(next));
  };

  it('land in order under nonces without gaps, once a final block holds them', async () => {
    const landed = Promise.all([1, 2, 3, 4].map((byte) => sender.send(call(byte))));
    await untilUnderWay(4);
    await sender.tick();
    expect(sender.underWay).toBeGreaterThan(0);
    await mine(2);
    await sender.tick();
    const receipts = await landed;
    expect(receipts.every(({ ok }) => ok)).toBe(true);
    expect(receipts.map(({ height }) => height)).toEqual([1n, 2n, 3n, 4n]);
    expect(Number(await anvil.rpc('eth_getTransactionCount', [account, 'latest']))).toBe(4);
    expect(sender.underWay).toBe(0);
  });

  it('are replaced by a dearer version when stuck, and land once', async () => {
    await anvil.rpc('evm_setAutomine', [false]);
    const landed = sender.send(call());
    await untilUnderWay(1);
    const [before = 0n] = await pooled();
    clock += STUCK_MS - 1;
    await sender.tick();
    expect(await pooled()).toEqual([before]);
    clock += 1;
    await sender.tick();
    const [after = 0n, ...more] = await pooled();
    expect(more).toEqual([]);
    expect(after).toBeGreaterThanOrEqual(before + before / 10n);
    await mine(3);
    await sender.tick();
    expect((await landed).ok).toBe(true);
    expect(Number(await anvil.rpc('eth_getTransactionCount', [account, 'latest']))).toBe(1);
  });

  it('never offer more than the cap, at first or as a replacement', async () => {
    await anvil.rpc('evm_setAutomine', [false]);
    const landed = sender.send(call());
    await untilUnderWay(1);
    for (let round = 0; round < 20; round++) {
      clock += STUCK_MS;
      await sender.tick();
    }
    const offers = await pooled();
    expect(offers).toHaveLength(1);
    expect(offers[0]).toBeLessThanOrEqual(CAP);
    await mine(3);
    await sender.tick();
    expect((await landed).ok).toBe(true);
    await anvil.rpc('anvil_setNextBlockBaseFeePerGas', [`0x${(2n * CAP).toString(16)}`]);
    await mine(1);
    const { code, retry } = await failure(sender.send(call()));
    expect([code, retry]).toEqual(['ADAPTER_FEE_CAP', 'later']);
    expect(sender.underWay).toBe(0);
  });

  it('use no nonce where the call would revert', async () => {
    // A contract that reverts with 0xdeadbeef.
    await anvil.rpc('anvil_setCode', [`0x${toHex(SOMEBODY)}`, '0x63deadbeef6000526004601cfd']);
    const { code, data } = await failure(sender.send(call()));
    expect([code, data['revert']]).toEqual(['ADAPTER_RPC_REFUSED', '0xdeadbeef']);
    await anvil.rpc('anvil_setCode', [`0x${toHex(SOMEBODY)}`, '0x']);
    const landed = sender.send(call());
    await untilUnderWay(1);
    await mine(2);
    await sender.tick();
    expect((await landed).ok).toBe(true);
  });

  it('are sent again after a reorganisation has taken them out (C8)', async () => {
    await mine(5);
    const landed = sender.send(call());
    await untilUnderWay(1);
    await sender.tick();
    await anvil.rpc('anvil_reorg', [1, []]);
    await anvil.rpc('anvil_dropAllTransactions');
    clock += STUCK_MS;
    await sender.tick();
    await mine(2);
    await sender.tick();
    const { ok, hash } = await landed;
    const receipt = await anvil.rpc<{ status: string }>('eth_getTransactionReceipt', [hash]);
    expect([ok, receipt.status]).toEqual([true, '0x1']);
  });

  it('say when somebody else has used their nonce (F5)', async () => {
    await anvil.rpc('evm_setAutomine', [false]);
    const lost = failure(sender.send(call()));
    await untilUnderWay(1);
    await anvil.rpc('anvil_impersonateAccount', [account]);
    const dear = `0x${(CAP * 2n).toString(16)}`;
    const fees = { maxFeePerGas: dear, maxPriorityFeePerGas: dear };
    const stranger = { from: account, to: account, nonce: '0x0', ...fees };
    await anvil.rpc('eth_sendTransaction', [stranger]);
    await mine(1);
    await sender.tick();
    expect(sender.underWay).toBe(1);
    await mine(2);
    await sender.tick();
    expect((await lost).code).toBe('ADAPTER_NONCE_TAKEN');
  });

  it('are believed to have landed only by agreement, whatever one endpoint says (C10)', async () => {
    await anvil.rpc('evm_setAutomine', [false]);
    await mine(3);
    const landed = sender.send(call());
    await untilUnderWay(1);
    const block = await anvil.rpc<{ hash: string }>('eth_getBlockByNumber', ['0x1', false]);
    const [liar] = endpoints;
    if (liar === undefined) throw new Error('no endpoint');
    let isLying = false;
    liar.manner = {
      does: 'lie',
      change(method, result) {
        if (method === 'eth_getTransactionCount') return '0x9';
        if (method !== 'eth_getTransactionReceipt') return result;
        isLying = true;
        const forged = { blockNumber: '0x1', blockHash: block.hash, transactionIndex: '0x0' };
        return {
          ...forged,
          transactionHash: `0x${'00'.repeat(32)}`,
          status: '0x1',
          gasUsed: '0x1',
        };
      },
    };
    await sender.tick();
    expect(sender.underWay).toBe(1);
    await mine(3);
    await sender.tick();
    const { height } = await landed;
    expect([height, isLying]).toEqual([4n, true]);
    liar.manner = HONEST;
  });

  it('survive nodes that do not answer: a lost answer is no lost transaction', async () => {
    const each = (manner: Manner) => {
      for (const endpoint of endpoints) endpoint.manner = manner;
    };
    each({ does: 'cut', method: 'eth_sendRawTransaction' });
    const landed = sender.send(call());
    await untilUnderWay(1);
    each({ does: 'say', text: 'down', status: 503 });
    await sender.tick();
    each(HONEST);
    await mine(2);
    await sender.tick();
    expect((await landed).ok).toBe(true);
  });

  it('end as closed when the sender is closed', async () => {
    await anvil.rpc('evm_setAutomine', [false]);
    const open = failure(sender.send(call()));
    await untilUnderWay(1);
    sender.close();
    expect((await open).code).toBe('ADAPTER_CLOSED');
    expect((await failure(sender.send(call()))).code).toBe('ADAPTER_CLOSED');
  });
});
