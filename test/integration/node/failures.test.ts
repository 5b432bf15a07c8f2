/** What a node does when something under it fails: a coded sentence, no torn state, and a way on. */
import { afterEach, describe, expect, it } from 'vitest';
import type { FaultPort, WritePoint } from '../../../main-chain/host/fault-port.ts';
import type { Application } from '../../../main-chain/ledger/context.ts';
import { MAX_WAITERS } from '../../../main-chain/node/rpc/heads.ts';
import { chainApplication } from '../../../main-chain/relay/application.ts';
import { toHex } from '../../../schemas/hash.ts';
import { testAddress } from '../../fakes/ledger-context.ts';
import { type LocalNode, type LocalNodeOptions, openLocalNode } from '../../fakes/local-node.ts';

const opened: LocalNode[] = [];
async function open(options: LocalNodeOptions = {}): Promise<LocalNode> {
  const node = await openLocalNode(options);
  opened.push(node);
  return node;
}
afterEach(async () => {
  for (const node of opened.splice(0).reverse()) await node.remove();
});

const ISSUER = 20;
const QUIET = { heartbeatMs: 3_600_000 };

async function rootAt({ call }: LocalNode, height: bigint): Promise<string> {
  const { block } = await call('block', { height });
  return toHex(block?.header.stateRoot ?? new Uint8Array(0));
}

/** A port that fails at `point` with an error of that code, once it is armed. */
function failing(point: WritePoint, code: string): FaultPort & { arm(): void; disarm(): void } {
  let isArmed = false;
  const port: FaultPort = (at, side) => {
    if (isArmed && at === point && side === 'before') {
      throw Object.assign(new Error(`${code}: write`), { code });
    }
  };
  const set = (value: boolean) => () => {
    isArmed = value;
  };
  return Object.assign(port, { arm: set(true), disarm: set(false) });
}

describe('a disk that takes no more', () => {
  it.each(['node/block', 'node/certificate', 'signer/mark', 'signer/sync', 'signer/copy'] as const)(
    'F6: full at %s stops the chain with a clear code, and a restart goes on from the same root',
    async (point) => {
      const faults = failing(point, 'ENOSPC');
      const said: string[] = [];
      const node = await open({ settings: QUIET, faults, say: (sentence) => said.push(sentence) });
      await node.connectMain();
      const resourceId = await node.issue(ISSUER, 0n, 50n);
      const { height } = await node.call('info', {});
      const root = await rootAt(node, height);
      const message = {
        type: 'transfer',
        resourceId,
        quantity: 20n,
        receiver: testAddress(30),
      } as const;
      const bytes = await node.sign(ISSUER, 1n, message);
      faults.arm();
      expect((await node.call('submit', { transactions: [bytes] })).codes).toEqual(['']);
      await expect.poll(() => said.join('\n'), { timeout: 10_000 }).toContain('STORE_FULL: ');
      await expect(node.call('submit', { transactions: [bytes] })).rejects.toMatchObject({
        code: 'NODE_HALTED',
        data: { reason: 'STORE_FULL' },
      });
      expect((await node.call('info', {})).height).toBe(
        height + (point === 'node/block' ? 0n : 1n),
      );
      // Free space does not bring it back by itself: what was torn stays behind whatever came after.
      faults.disarm();
      await expect(node.call('submit', { transactions: [bytes] })).rejects.toMatchObject({
        code: 'NODE_HALTED',
      });
      await node.close();
      const again = await open({ settings: QUIET, directory: node.directory });
      expect(await rootAt(again, height)).toBe(root);
      const { codes } = await again.call('submit', { transactions: [bytes] });
      expect(codes).toEqual([point === 'node/block' ? '' : 'MEMPOOL_NONCE_USED']);
      expect(await again.run(ISSUER, 2n, { ...message, quantity: 30n })).toBe('');
      expect(await again.run(ISSUER, 3n, { ...message, quantity: 1n })).toBe(
        'HOLDING_INSUFFICIENT',
      );
      const { certificate } = await again.call('certificate', { height: undefined });
      expect(certificate?.checkpoint.height).toBe((await again.call('info', {})).height);
    },
  );

  it('any other failure is STORE_FAILED', async () => {
    const faults = failing('node/block', 'EIO');
    const node = await open({ faults, settings: { heartbeatMs: 20 } });
    faults.arm();
    await expect
      .poll(() => node.call('submit', { transactions: [] }).catch((error) => error.data.reason), {
        timeout: 10_000,
      })
      .toBe('STORE_FAILED');
  });

  it('a defect of the rules halts the chain before anything is written', async () => {
    const application: Application = {
      ...chainApplication,
      messages: {
        ...chainApplication.messages,
        transfer: () => {
          throw new RangeError('defect');
        },
      },
    };
    const node = await open({ application, settings: QUIET });
    const { height } = await node.call('info', {});
    const message = {
      type: 'transfer',
      resourceId: new Uint8Array(32),
      quantity: 1n,
      receiver: testAddress(1),
    } as const;
    const transactions = [await node.sign(ISSUER, 0n, message)];
    await node.call('submit', { transactions });
    await expect
      .poll(() => node.call('submit', { transactions }).catch(({ code, data }) => [code, data]))
      .toEqual(['NODE_HALTED', { reason: 'NODE_INTERNAL' }]);
    expect((await node.call('info', {})).height).toBe(height);
  });
});

describe('callers who wait', () => {
  it('are bounded: one more than the most is NODE_BUSY, and all are answered at the next block', async () => {
    const node = await open({ settings: QUIET });
    const { height } = await node.call('info', {});
    const wait = () => node.call('wait', { after: height, waitMs: 30_000 });
    const waiting = Array.from({ length: MAX_WAITERS }, wait);
    await expect(wait()).rejects.toMatchObject({ code: 'NODE_BUSY', retry: 'later' });
    const message = {
      type: 'transfer',
      resourceId: new Uint8Array(32),
      quantity: 1n,
      receiver: testAddress(1),
    } as const;
    await node.call('submit', { transactions: [await node.sign(ISSUER, 0n, message)] });
    const heads = await Promise.all(waiting);
    expect(heads.every((head) => head.height === height + 1n)).toBe(true);
  });
});
