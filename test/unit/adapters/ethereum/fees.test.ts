/* EIP-1559 transactions byte for byte as ethers reads them, and what is offered for gas. */
import { Transaction } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offerFees, readFeeMarket, replaceFees } from '../../../../adapters/ethereum/fee-policy.ts';
import { signFeeTransaction } from '../../../../adapters/ethereum/fee-transaction.ts';
import { loadPorts } from '../../../../main-chain/host/native-ports.ts';
import { toHex } from '../../../../schemas/hash.ts';

const ports = await loadPorts();
const wei = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });

describe('a signed EIP-1559 transaction', () => {
  it('is what another implementation reads, from the one who signed', () => {
    const bytes = (length: number) =>
      fc.uint8Array({ minLength: length, maxLength: length, max: 255 });
    fc.assert(
      fc.property(
        fc.record({
          chainId: fc.bigInt({ min: 1n, max: 2n ** 40n }),
          nonce: wei(50),
          maxPriorityFee: wei(60),
          maxFee: wei(64),
          gasLimit: wei(24),
          to: bytes(20),
          data: fc.oneof(
            bytes(0),
            bytes(1),
            bytes(55),
            bytes(56),
            fc.uint8Array({ maxLength: 900 }),
          ),
        }),
        bytes(32).filter((key) => (key[0] ?? 0) > 0 && (key[0] ?? 0) < 255),
        (drawn, key) => {
          const isOver = drawn.maxPriorityFee > drawn.maxFee;
          const transaction = isOver ? { ...drawn, maxPriorityFee: drawn.maxFee } : drawn;
          const { raw, hash } = signFeeTransaction(transaction, key, ports);
          const read = Transaction.from(raw);
          expect(read.type).toBe(2);
          expect(read.hash).toBe(hash);
          expect(read.serialized).toBe(raw);
          expect(read.from?.toLowerCase()).toBe(`0x${toHex(ports.signatures.addressOf(key))}`);
          expect(read.to?.toLowerCase()).toBe(`0x${toHex(transaction.to)}`);
          expect([
            read.chainId,
            BigInt(read.nonce),
            read.maxPriorityFeePerGas,
            read.maxFeePerGas,
            read.gasLimit,
            read.value,
            read.data,
          ]).toEqual([
            transaction.chainId,
            transaction.nonce,
            transaction.maxPriorityFee,
            transaction.maxFee,
            transaction.gasLimit,
            0n,
            `0x${toHex(transaction.data)}`,
          ]);
        },
      ),
      { numRuns: 60, seed: 5 },
    );
  });
});

describe('fees', () => {
  const fees = fc.record({ maxFee: wei(60), maxPriorityFee: wei(60) });
  const market = fc.record({ baseFee: wei(60), tip: wei(40) });

  it('stay under the cap, pay the next block, and tip no more than they offer', () => {
    fc.assert(
      fc.property(market, wei(62), (now, cap) => {
        const offered = offerFees(now, cap);
        if (offered === undefined) {
          expect(now.baseFee).toBeGreaterThanOrEqual(cap);
          return;
        }
        expect(offered.maxFee).toBeLessThanOrEqual(cap);
        expect(offered.maxFee).toBeGreaterThanOrEqual(now.baseFee);
        expect(offered.maxPriorityFee).toBeLessThanOrEqual(offered.maxFee);
      }),
      { seed: 5 },
    );
  });

  it('of a replacement are a tenth more in both parts at least, or none', () => {
    fc.assert(
      fc.property(fees, market, wei(62), (before, now, cap) => {
        const after = replaceFees(before, now, cap);
        if (after === undefined) return;
        expect(after.maxFee * 10n).toBeGreaterThanOrEqual(before.maxFee * 11n);
        expect(after.maxPriorityFee * 10n).toBeGreaterThanOrEqual(before.maxPriorityFee * 11n);
        expect(after.maxFee).toBeLessThanOrEqual(cap);
        expect(after.maxPriorityFee).toBeLessThanOrEqual(after.maxFee);
      }),
      { seed: 5 },
    );
    const before = { maxFee: 100n, maxPriorityFee: 1n };
    const now = { baseFee: 1n, tip: 1n };
    expect(replaceFees(before, now, 112n)).toBeUndefined();
    expect(replaceFees(before, now, 113n)).toEqual({ maxFee: 113n, maxPriorityFee: 2n });
  });

  it('are read from the fee history: the next base fee, the highest median tip', () => {
    const history = { baseFeePerGas: ['0x5', '0x7'], reward: [['0x2'], ['0x9'], ['0x0']] };
    expect(readFeeMarket(history)).toEqual({ baseFee: 7n, tip: 9n });
    expect(readFeeMarket({ baseFeePerGas: ['0x5'] })).toEqual({ baseFee: 5n, tip: 1n });
    expect(() => readFeeMarket({ baseFeePerGas: '0x5' })).toThrow(
      expect.objectContaining({ code: 'ADAPTER_RPC_VALUE' }),
    );
  });
});
