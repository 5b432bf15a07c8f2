/** A node in this process: submit, query with proof, deliver, restart to the same root. */
import { afterEach, describe, expect, it } from 'vitest';
import { binaryBytes, toHex } from '../../../schemas/hash.ts';
import { verifyOutboxRange } from '../../../schemas/tree/outbox.ts';
import { verifySparseProof } from '../../../schemas/tree/sparse-proof.ts';
import { checkpointDigest } from '../../../schemas/wire/checkpoint.ts';
import { packetCommitment } from '../../../schemas/wire/packet.ts';
import { holdingKey, outboxRootKey } from '../../../schemas/wire/state-keys.ts';
import { testAddress } from '../../fakes/ledger-context.ts';
import { type LocalNode, MAIN_CLIENT, openLocalNode } from '../../fakes/local-node.ts';

const opened: LocalNode[] = [];
async function open(...args: Parameters<typeof openLocalNode>): Promise<LocalNode> {
  const node = await openLocalNode(...args);
  opened.push(node);
  return node;
}
afterEach(async () => {
  for (const node of opened.splice(0)) await node.remove();
});

const ISSUER = 20;
const OWNER = 30;

async function withClient(): Promise<LocalNode> {
  const node = await open();
  await node.connectMain();
  return node;
}

describe('a node', () => {
  it('answers info and has a certified first block when it is open', async () => {
    const { call, genesisHash, ports } = await open();
    const info = await call('info', {});
    expect(info).toMatchObject({ kind: 'shard', name: 'test', height: 1n, genesisHash });
    const { certificate } = await call('certificate', { height: undefined });
    expect(certificate?.checkpoint.height).toBe(1n);
    const [first] = certificate?.signatures ?? [];
    if (certificate === undefined || first === undefined) throw new Error('no certificate');
    const digest = checkpointDigest(certificate.checkpoint, genesisHash, ports.hash);
    expect(ports.signatures.recoverAddress(digest, first.signature)).toEqual(testAddress(100));
  });

  it('executes a transfer and proves the holding and an absence under the certificate', async () => {
    const { call, issue, run, ports } = await withClient();
    const resourceId = await issue(ISSUER, 0n, 50n);
    const code = await run(ISSUER, 1n, {
      type: 'transfer',
      resourceId,
      quantity: 20n,
      receiver: testAddress(OWNER),
    });
    expect(code).toBe('');
    const keys = [
      holdingKey(resourceId, testAddress(OWNER)),
      holdingKey(resourceId, testAddress(31)),
    ].map(binaryBytes);
    const { height, values, proof } = await call('query', { keys, height: undefined, prove: true });
    const { certificate } = await call('certificate', { height });
    expect(values.map((value) => value?.at(-1))).toEqual([20, undefined]);
    const claims = keys.map((key, index) => ({ key, value: values[index] }));
    verifySparseProof(
      certificate?.checkpoint.stateRoot ?? new Uint8Array(32),
      claims,
      proof,
      ports.hash,
    );
  });

  it('answers older heights with the values and proofs of those heights', async () => {
    const { call, issue, run, ports } = await withClient();
    const resourceId = await issue(ISSUER, 0n, 50n);
    const before = await call('info', {});
    await run(ISSUER, 1n, {
      type: 'transfer',
      resourceId,
      quantity: 50n,
      receiver: testAddress(OWNER),
    });
    const keys = [binaryBytes(holdingKey(resourceId, testAddress(ISSUER)))];
    const { certificate } = await call('certificate', { height: before.height });
    const old = await call('query', { keys, height: before.height, prove: true });
    expect(old.values[0]?.at(-1)).toBe(50);
    const claims = [{ key: keys[0] ?? new Uint8Array(0), value: old.values[0] }];
    verifySparseProof(
      certificate?.checkpoint.stateRoot ?? new Uint8Array(32),
      claims,
      old.proof,
      ports.hash,
    );
    const now = await call('query', { keys, height: undefined, prove: false });
    expect(now.values).toEqual([undefined]);
    await expect(call('query', { keys, height: 10_000n, prove: false })).rejects.toMatchObject({
      code: 'STATE_HEIGHT_PRUNED',
    });
  });

  it('delivers what it sent, provable under the newest certificate from any older height', async () => {
    const { call, issue, run, ports } = await withClient();
    for (let index = 0n; index < 3n; index++) await issue(ISSUER, index, 5n);
    await run(ISSUER, 3n, {
      type: 'transfer',
      resourceId: new Uint8Array(32),
      quantity: 1n,
      receiver: testAddress(1),
    });
    const answer = await call('deliveries', { client: MAIN_CLIENT, fromHeight: 0n, maxItems: 256 });
    expect(answer.segments.map(({ packets }) => packets.map(({ sequence }) => sequence))).toEqual([
      [1n],
      [2n],
      [3n],
    ]);
    const checkpoint = answer.certificate?.checkpoint;
    if (checkpoint === undefined) throw new Error('no certificate');
    for (const { outboxHeight, rootProof, rangeProof, start, packets } of answer.segments) {
      const { block } = await call('block', { height: outboxHeight });
      const outboxRoot = block?.header.outboxRoot ?? new Uint8Array(32);
      const claim = { key: binaryBytes(outboxRootKey(outboxHeight)), value: outboxRoot };
      if (outboxHeight !== answer.height) {
        verifySparseProof(checkpoint.stateRoot, [claim], rootProof, ports.hash);
      }
      const items = packets.map((packet) => ({
        client: MAIN_CLIENT,
        kind: 1 as const,
        sequence: packet.sequence,
        commitment: packetCommitment(packet, ports.hash),
      }));
      verifyOutboxRange(outboxRoot, start, items, rangeProof, ports.hash);
    }
    const { nextHeight } = answer;
    const rest = await call('deliveries', {
      client: MAIN_CLIENT,
      fromHeight: nextHeight,
      maxItems: 256,
    });
    expect(rest.segments).toEqual([]);
    const one = await call('deliveries', { client: MAIN_CLIENT, fromHeight: 0n, maxItems: 2 });
    expect(one.segments).toHaveLength(2);
    expect(one.nextHeight).toBe(answer.segments[2]?.outboxHeight);
    expect(
      (await call('deliveries', { client: 'nobody', fromHeight: 0n, maxItems: 9 })).segments,
    ).toEqual([]);
  });

  it('lists events of blocks with transactions, and blocks as they were executed', async () => {
    const { call, issue } = await withClient();
    await issue(ISSUER, 0n, 5n);
    const { blocks, nextHeight } = await call('events', { fromHeight: 0n, maxBlocks: 10 });
    expect(blocks.map(({ results }) => results.map(({ code }) => code))).toEqual([
      [''],
      [''],
      [''],
      [''],
    ]);
    expect(nextHeight).toBe((await call('info', {})).height + 1n);
    const two = await call('events', { fromHeight: 0n, maxBlocks: 2 });
    expect(two.blocks).toEqual(blocks.slice(0, 2));
    expect((await call('events', { fromHeight: two.nextHeight, maxBlocks: 2 })).blocks).toEqual(
      blocks.slice(2),
    );
    const last = blocks.at(-1);
    const { block } = await call('block', { height: last?.height ?? 0n });
    expect(block?.results).toEqual(last?.results);
    expect(block?.transactions).toHaveLength(1);
    expect((await call('block', { height: 10_000n })).block).toBeUndefined();
    expect((await call('transaction', { id: new Uint8Array(32) })).found).toBeUndefined();
  });

  it('continues after a restart at the same height with the same root', async () => {
    const first = await withClient();
    const resourceId = await first.issue(ISSUER, 0n, 50n);
    const before = await first.call('info', {});
    const root = (await first.call('certificate', { height: before.height })).certificate
      ?.checkpoint.stateRoot;
    await first.close();
    const second = await open({ directory: first.directory });
    const after = await second.call('info', {});
    expect(after.height).toBe(before.height);
    const again = (await second.call('certificate', { height: undefined })).certificate?.checkpoint;
    expect(toHex(again?.stateRoot ?? new Uint8Array(0))).toBe(toHex(root ?? new Uint8Array(0)));
    expect(
      await second.run(ISSUER, 1n, {
        type: 'transfer',
        resourceId,
        quantity: 1n,
        receiver: testAddress(OWNER),
      }),
    ).toBe('');
    expect((await second.call('info', {})).height).toBeGreaterThan(before.height);
  });

  it('makes certificates with all of several validators', async () => {
    const { call } = await open({ validators: 4 });
    const { certificate } = await call('certificate', { height: undefined });
    expect(certificate?.signatures.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  });

  it('refuses calls after it was closed', async () => {
    const node = await open();
    await node.close();
    await expect(node.call('info', {})).rejects.toMatchObject({ code: 'NODE_CLOSED' });
  });
});
