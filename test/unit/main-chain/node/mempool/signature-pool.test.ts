/** The signature pool with live workers gives the answers of one thread, also when a worker dies. */
import { afterEach, describe, expect, it } from 'vitest';
import { loadPorts, type Ports } from '../../../../../main-chain/host/native-ports.ts';
import {
  packOutcomes,
  packRequest,
  unpackOutcomes,
  unpackRequest,
} from '../../../../../main-chain/node/mempool/check-batch.ts';
import {
  SignaturePool,
  type SignaturePoolConfig,
} from '../../../../../main-chain/node/mempool/signature-pool.ts';
import {
  type CheckOutcome,
  checkTransaction,
} from '../../../../../main-chain/node/mempool/transaction-check.ts';
import { signTransaction } from '../../../../../schemas/wire/transaction.ts';
import { testAddress, testKey } from '../../../../fakes/ledger-context.ts';

const genesisHash = new Uint8Array(32).fill(3);
const ports: Ports = await loadPorts();
const pools: SignaturePool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

function open(config: SignaturePoolConfig, onLost?: (error: Error) => void): SignaturePool {
  const pool = new SignaturePool(config, ports, onLost);
  pools.push(pool);
  return pool;
}

function signed(nonce: number, memoBytes = 0): Uint8Array {
  const transaction = {
    sender: testAddress(1),
    nonce: BigInt(nonce),
    expirySeconds: 1n,
    message: {
      type: 'propose',
      action: new Uint8Array(memoBytes),
      expirySeconds: 1n,
    },
  } as const;
  return signTransaction(transaction, testKey(1), genesisHash, ports);
}

/** Every seventh has a signature by nobody, every eleventh is cut off. */
const offered = Array.from({ length: 300 }, (_, at) => {
  const bytes = signed(at);
  if (at % 7 === 3) bytes[10] = (bytes[10] ?? 0) ^ 1;
  return at % 11 === 5 ? bytes.subarray(0, 70) : bytes;
});
const expected = offered.map((bytes) => checkTransaction(bytes, genesisHash, ports));

const shown = (outcomes: readonly CheckOutcome[]) =>
  outcomes.map((outcome) =>
    typeof outcome === 'string' ? outcome : Buffer.from(outcome).toString('hex'),
  );

describe('a signature pool', () => {
  it('refuses bad signatures and bad bytes one by one, in the order they were offered', () => {
    expect(expected[3]).toBe('MEMPOOL_SIGNATURE');
    expect(expected[5]).toBe('MEMPOOL_MALFORMED');
    expect(expected[0]).toBeInstanceOf(Uint8Array);
  });

  it.each([0, 1, 2])('with %d workers answers as one thread does', async (workers) => {
    const pool = open({ workers, genesisHash });
    expect(shown(await pool.check(offered))).toEqual(shown(expected));
    expect(await pool.check([])).toEqual([]);
  });

  it('gives small offers their own answers while large ones are in hand', async () => {
    const pool = open({ workers: 2, genesisHash });
    const big = [offered, offered, offered].map((each) => pool.check(each));
    const small = [0, 3, 5].map((at) => pool.check(offered.slice(at, at + 1)));
    for (const answer of await Promise.all(big)) expect(shown(answer)).toEqual(shown(expected));
    const singles = (await Promise.all(small)).flat();
    expect(shown(singles)).toEqual(shown([0, 3, 5].flatMap((at) => expected.slice(at, at + 1))));
  });

  it('weighs large transactions as several small ones', async () => {
    const heavy = Array.from({ length: 12 }, (_, at) => signed(at, 8000));
    const answers = await open({ workers: 1, genesisHash }).check(heavy);
    expect(answers.every((each) => typeof each !== 'string')).toBe(true);
  });

  it('settles everything with NODE_CLOSED when it closes under load, and after', async () => {
    const pool = open({ workers: 1, genesisHash });
    const under = pool.check([...offered, ...offered, ...offered]);
    await pool.close();
    const answers = await under;
    expect(answers).toHaveLength(900);
    expect(new Set(shown(answers))).toContain('NODE_CLOSED');
    expect(await pool.check(offered.slice(0, 2))).toEqual(['NODE_CLOSED', 'NODE_CLOSED']);
  });

  it('loses nothing when its worker dies: it says so and goes on alone', async () => {
    let reads = 0;
    const config = {
      workers: 1,
      // The worker is told a genesis hash it cannot work with and dies at its first batch.
      get genesisHash(): Uint8Array {
        reads += 1;
        return reads === 1 ? (undefined as unknown as Uint8Array) : genesisHash;
      },
    };
    const lost: Error[] = [];
    const pool = open(config, (error) => lost.push(error));
    expect(shown(await pool.check(offered))).toEqual(shown(expected));
    expect(lost).toHaveLength(1);
    expect(shown(await pool.check(offered.slice(0, 9)))).toEqual(shown(expected.slice(0, 9)));
  });
});

describe('a batch between threads', () => {
  it('comes out as it went in', () => {
    const request = packRequest(7, offered);
    expect(request.batch).toBe(7);
    expect(unpackRequest(request)).toEqual(offered.map((each) => Uint8Array.from(each)));
    const outcomes: CheckOutcome[] = [...expected, 'NODE_CLOSED'];
    expect(shown(unpackOutcomes(packOutcomes(outcomes)))).toEqual(shown(outcomes));
  });
});
