/** A node restored from a backup, and two nodes with one key: never two digests at one height. */
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { NodeSettings } from '../../../main-chain/node/config.ts';
import { askWitness, createWitnessCall } from '../../../main-chain/node/engine/witnesses.ts';
import { type HttpServer, listenHttp } from '../../../main-chain/node/http-server.ts';
import type { Node } from '../../../main-chain/node/node.ts';
import { decode, encode } from '../../../schemas/codec/codec.ts';
import { toHex } from '../../../schemas/hash.ts';
import { nativeChainId } from '../../../schemas/ids.ts';
import type { Action } from '../../../schemas/wire/action.ts';
import { checkpointCodec } from '../../../schemas/wire/checkpoint.ts';
import { checkpointUpdates } from '../../../schemas/wire/clients/client-material.ts';
import { type NodeResponse, nodeMethods } from '../../../schemas/wire/node-api.ts';
import { validatorSetHash } from '../../../schemas/wire/validator-set.ts';
import { testAddress } from '../../fakes/ledger-context.ts';
import {
  type LocalNode,
  type LocalNodeOptions,
  ORGANISATION,
  openLocalNode,
  VALIDATOR,
} from '../../fakes/local-node.ts';
import { putKey, validatorSet } from '../../fakes/validator-change.ts';

const root = () => mkdtempSync(join(tmpdir(), 'tieline-restore-'));
const directories: string[] = [];
const closers: (() => Promise<void>)[] = [];
const said: string[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true });
  said.length = 0;
});

/** A quiet node: blocks only where something is to be done. */
async function open(
  directory: string,
  settings: NodeSettings = {},
  options: LocalNodeOptions = {},
): Promise<LocalNode> {
  if (!directories.includes(directory)) directories.push(directory);
  const node = await openLocalNode({
    ...options,
    directory,
    say: (sentence) => said.push(sentence),
    settings: { heartbeatMs: 3_600_000, ...settings },
  });
  closers.push(() => node.close());
  return node;
}

async function serve(node: Pick<Node, 'call' | 'chainId'>): Promise<string> {
  const server: HttpServer = await listenHttp(node, { host: '127.0.0.1', port: 0 });
  closers.push(() => server.close());
  return `http://127.0.0.1:${server.port}`;
}

/** Makes blocks `nonce …` by admitting and expelling accounts; each makes two. */
async function work(node: LocalNode, nonce: bigint, acts: number): Promise<void> {
  for (let at = 0n; at < acts; at++) {
    const address = testAddress(500 + Number(nonce + at));
    expect(await node.act(nonce + at * 2n, { type: 'admit', address })).toBe('');
  }
}

/** Answers a call otherwise than the peer did. */
type Lie = (method: string, answer: Uint8Array) => Uint8Array;

const dataOf = (directory: string) => join(directory, 'data');
const signerOf = (directory: string) => join(dataOf(directory), 'signer');

/** Copies a closed node's directory; the marks only where asked. */
function backup(from: string, withMarks = false): string {
  const to = root();
  cpSync(from, to, { recursive: true });
  directories.push(to);
  if (!withMarks) rmSync(signerOf(to), { recursive: true, force: true });
  return to;
}

/**
 * A closed node with 4 acts done, a backup from after the first two, and the marks as they are now put
 * into it where asked.
 */
async function history({ marks }: { readonly marks: boolean }) {
  const newest = root();
  let node = await open(newest);
  const genesisHash = node.genesisHash;
  await work(node, 0n, 2);
  await node.close();
  const old = backup(newest);
  const oldMarks = signerOf(backup(newest, true));
  node = await open(newest);
  await work(node, 4n, 2);
  const head = (await node.call('info', {})).height;
  await node.close();
  if (marks) cpSync(signerOf(newest), signerOf(old), { recursive: true });
  return { newest, old, oldMarks, head, genesisHash };
}

async function digests(node: LocalNode): Promise<Map<bigint, string>> {
  const found = new Map<bigint, string>();
  const { height } = await node.call('info', {});
  for (let at = 1n; at <= height; at++) {
    const { certificate } = await node.call('certificate', { height: at });
    if (certificate) found.set(at, toHex(encode(checkpointCodec, certificate.checkpoint)));
  }
  return found;
}

describe('a restored node asked to sign again', () => {
  it('does not start below what its key has signed: NODE_STORE_BEHIND', async () => {
    const { old } = await history({ marks: true });
    await expect(open(old)).rejects.toMatchObject({ code: 'NODE_STORE_BEHIND' });
  });

  it('does not start where the mark is lost and nobody can be asked: SIGNER_MARK_BEHIND', async () => {
    const { old } = await history({ marks: false });
    await expect(open(old)).rejects.toMatchObject({ code: 'SIGNER_MARK_BEHIND' });
    await expect(open(old, { witnesses: ['http://127.0.0.1:9'] })).rejects.toMatchObject({
      code: 'SIGNER_MARK_BEHIND',
    });
    expect(said.some((sentence) => /witness tells nothing/.test(sentence))).toBe(true);
  });

  it('C10: does not start where an older mark was put back, or one of its witnesses keeps silent or is a stranger', async () => {
    const { newest, old, oldMarks } = await history({ marks: false });
    const refused = { code: 'SIGNER_MARK_BEHIND' };
    const stale = backup(newest);
    cpSync(oldMarks, signerOf(stale), { recursive: true });
    await expect(open(stale)).rejects.toMatchObject(refused);
    const peer = await open(backup(newest), { validatorKeyFiles: [] });
    const stranger = await open(root(), {}, { genesis: { name: 'stranger' } });
    const [knows, strange] = [await serve(peer.node), await serve(stranger.node)];
    for (const witnesses of [[strange], [knows, strange], [knows, 'http://127.0.0.1:9']])
      await expect(open(old, { witnesses })).rejects.toMatchObject(refused);
    await open(old, { witnesses: [knows] });
  });

  it('takes the missing blocks from a peer, with the same roots, and goes on from there', async () => {
    for (const marks of [true, false]) {
      const { newest, old, head } = await history({ marks });
      const copy = backup(newest);
      const peer = await open(copy, { validatorKeyFiles: [] });
      const url = await serve(peer.node);
      const restored = await open(old, { witnesses: [url] });
      expect((await restored.call('info', {})).height).toBe(head);
      expect(await digests(restored)).toEqual(await digests(peer));
      await work(restored, 8n, 1);
      const { certificate } = await restored.call('certificate', { height: undefined });
      expect(certificate?.checkpoint.height).toBe(head + 2n);
      expect(said).toContain(`Blocks ${head - 3n} to ${head} are fetched from ${url}`);
    }
  });

  it('does not start below what a counterparty has seen, and starts at it', async () => {
    const { newest, old, genesisHash, head } = await history({ marks: false });
    const current = await open(newest);
    const { certificate } = await current.call('certificate', { height: head });
    if (certificate === undefined) throw new Error('no certificate');
    await current.close();
    for (const kind of ['main', 'shard'] as const) {
      const counterparty = await open(root(), {}, { kind, genesis: { name: 'counterparty' } });
      const url = await serve(counterparty.node);
      await expect(askWitness(url, rulesOf(current))).rejects.toMatchObject({
        code: 'NODE_WITNESS_STRANGER',
      });
      await joinChains(counterparty, genesisHash);
      await counterparty.run(ORGANISATION, kind === 'main' ? 4n : 2n, {
        type: 'update',
        client: 'ours',
        updates: checkpointUpdates(certificate),
      });
      expect((await askWitness(url, rulesOf(current))).height).toBe(head);
      await expect(open(old, { witnesses: [url] })).rejects.toMatchObject({
        code: 'NODE_STORE_BEHIND',
      });
      const fresh = backup(newest);
      const started = await open(fresh, { witnesses: [url] });
      expect((await started.call('info', {})).height).toBe(head);
      await started.close();
    }
  });

  it('refuses a peer whose blocks or certificates are not the chain’s: NODE_PEER_MISMATCH', async () => {
    const { newest, old } = await history({ marks: true });
    const peer = await open(backup(newest), { validatorKeyFiles: [] });
    const tampered = (change: Lie): Pick<Node, 'call' | 'chainId'> => ({
      chainId: peer.node.chainId,
      call: async (method, request) => change(method, await peer.node.call(method, request)),
    });
    const { block, certificate } = nodeMethods;
    const found = (answer: Uint8Array) => decode(block.response, answer, 'block').block;
    const aboutBlocks: ((answer: Uint8Array) => NodeResponse<'block'>['block'])[] = [
      (answer) => {
        const honest = found(answer);
        return honest && { ...honest, transactions: [] };
      },
      (answer) => {
        const honest = found(answer);
        return (
          honest && { ...honest, header: { ...honest.header, timeMs: honest.header.timeMs + 1n } }
        );
      },
      () => undefined,
    ];
    const lies: Lie[] = aboutBlocks.map(
      (lie) => (method, answer) =>
        method === 'block' ? encode(block.response, { block: lie(answer) }) : answer,
    );
    lies.push((method, answer) => {
      if (method !== 'certificate') return answer;
      const honest = decode(certificate.response, answer, 'certificate').certificate;
      return encode(certificate.response, { certificate: honest && { ...honest, signatures: [] } });
    });
    for (const lie of lies) {
      const url = await serve(tampered(lie));
      await expect(open(old, { witnesses: [url] })).rejects.toMatchObject({
        code: 'NODE_PEER_MISMATCH',
      });
    }
    const url = await serve(peer.node);
    const restored = await open(old, { witnesses: [url] });
    expect(await digests(restored)).toEqual(await digests(peer));
  });

  it('a store that went another way than its key has signed does not start: SIGNER_CONFLICT', async () => {
    const { newest, old } = await history({ marks: false });
    const peer = await open(backup(old), { validatorKeyFiles: [] });
    const fork = await open(old, { witnesses: [await serve(peer.node)] });
    await work(fork, 100n, 2);
    await fork.close();
    rmSync(signerOf(old), { recursive: true });
    renameSync(signerOf(newest), signerOf(old));
    await expect(open(old)).rejects.toMatchObject({ code: 'SIGNER_CONFLICT' });
  });

  it('with its whole data directory emptied takes every block from a peer, and signs none of them anew', async () => {
    const { newest, head } = await history({ marks: true });
    const peer = await open(backup(newest), { validatorKeyFiles: [] });
    rmSync(dataOf(newest), { recursive: true });
    const emptied = await open(newest, { witnesses: [await serve(peer.node)] });
    expect((await emptied.call('info', {})).height).toBe(head);
    expect(await digests(emptied)).toEqual(await digests(peer));
  });

  it('does not start with a mark that is damaged beyond reading, and has signed nothing: SIGNER_MARK_CORRUPT', async () => {
    const directory = root();
    const node = await open(directory);
    await work(node, 0n, 1);
    const { height } = await node.call('info', {});
    await node.close();
    const mark = join(signerOf(directory), `${toHex(testAddress(VALIDATOR))}.mark`);
    const whole = readFileSync(mark);
    writeFileSync(mark, whole.subarray(1));
    await expect(open(directory)).rejects.toMatchObject({ code: 'SIGNER_MARK_CORRUPT' });
    writeFileSync(mark, whole);
    const again = await open(directory);
    expect((await again.call('info', {})).height).toBe(height);
  });
});

/**
 * A running node without keys, on a store that lost the blocks its key has signed last; the key and its
 * newest mark are there to arrive.
 */
async function keyless() {
  const { newest, old, head } = await history({ marks: true });
  const arriving = join(old, 'arriving');
  const node = await open(old, { validatorKeyFiles: [], validatorKeyDirectory: arriving });
  const certified = (await node.call('wait', { after: 0n, waitMs: 0 })).height;
  const markOf = () => readFileSync(join(signerOf(old), `${toHex(testAddress(VALIDATOR))}.mark`));
  return { newest, node, arriving, head, certified, mark: markOf(), markOf };
}

describe('a key that arrives while the node runs', () => {
  it('does not sign for a store that went another way than it has signed: SIGNER_CONFLICT', async () => {
    const { node, arriving, head, certified, mark, markOf } = await keyless();
    await work(node, 4n, 2);
    putKey(arriving, VALIDATOR);
    await work(node, 8n, 1);
    expect((await node.call('info', {})).height).toBeGreaterThan(head);
    expect(said.filter((sentence) => /another checkpoint of this height/.test(sentence))).toEqual([
      expect.stringContaining(`height ${head}`),
    ]);
    expect((await node.call('wait', { after: 0n, waitMs: 0 })).height).toBe(certified);
    expect(markOf()).toEqual(mark);
  });

  it('does not sign below what it has signed, and not above it on another store: NODE_STORE_BEHIND', async () => {
    const { node, arriving, head, certified, mark, markOf } = await keyless();
    putKey(arriving, VALIDATOR);
    await work(node, 4n, 1);
    expect((await node.call('info', {})).height).toBeLessThan(head);
    expect(said.filter((sentence) => /store is behind/.test(sentence))).toHaveLength(1);
    await work(node, 6n, 2);
    expect((await node.call('info', {})).height).toBeGreaterThan(head);
    expect((await node.call('wait', { after: 0n, waitMs: 0 })).height).toBe(certified);
    expect(markOf()).toEqual(mark);
  });

  it('signs where the store has the block it has signed last', async () => {
    const { newest, head } = await keyless();
    const arriving = join(newest, 'arriving');
    const node = await open(newest, { validatorKeyFiles: [], validatorKeyDirectory: arriving });
    putKey(arriving, VALIDATOR);
    await work(node, 8n, 1);
    expect((await node.call('wait', { after: head, waitMs: 5000 })).height).toBe(head + 2n);
    expect(said).toEqual([]);
  });
});

describe('two nodes with one key', () => {
  it('share one mark: the second waits for the first, and never signs another digest at a height', async () => {
    const marks = root();
    directories.push(marks);
    const shared = { signerDirectory: marks };
    const primary = root();
    let first = await open(primary, shared);
    await work(first, 0n, 1);
    await first.close();
    const standby = backup(primary, true);
    first = await open(primary, shared);
    await expect(open(standby, shared)).rejects.toMatchObject({ code: 'DATA_DIRECTORY_LOCKED' });
    await work(first, 2n, 2);
    const signed = await digests(first);
    await first.close();
    await expect(open(standby, shared)).rejects.toMatchObject({ code: 'NODE_STORE_BEHIND' });
    const peer = await open(backup(primary, true), { validatorKeyFiles: [] });
    const second = await open(standby, { ...shared, witnesses: [await serve(peer.node)] });
    await work(second, 6n, 1);
    const after = await digests(second);
    for (const [height, digest] of signed) expect(after.get(height)).toBe(digest);
    expect(after.size).toBe(signed.size + 2);
    await second.close();
    await expect(open(primary, shared)).rejects.toMatchObject({ code: 'NODE_STORE_BEHIND' });
  });
});

describe('a witness that cannot be asked', () => {
  it('is NODE_WITNESS_ANSWER where nothing listens, and where what listens is no node', async () => {
    const refused = { code: 'NODE_WITNESS_ANSWER' };
    await expect(createWitnessCall('http://127.0.0.1:9')('info', {})).rejects.toMatchObject(
      refused,
    );
    const node = await open(root());
    const call = createWitnessCall(await serve(node.node));
    await expect(
      call('query', { keys: [Uint8Array.of(1)], height: 999n, prove: false }),
    ).rejects.toMatchObject(refused);
    const url = await serve({
      chainId: node.node.chainId,
      call: () => Promise.resolve(Uint8Array.of(1, 2, 3)),
    });
    await expect(createWitnessCall(url)('info', {})).rejects.toMatchObject(refused);
  });
});

/** What a witness is asked about. */
const rulesOf = ({ node, genesisHash }: LocalNode) =>
  ({ genesisHash, chainId: node.chainId }) as Parameters<typeof askWitness>[1];

/** Gives the counterparty its client of our chain, and the main chain its route too. */
async function joinChains(counterparty: LocalNode, genesisHash: Uint8Array): Promise<void> {
  const chainId = nativeChainId(genesisHash);
  const { kind } = await counterparty.call('info', {});
  const create: Action = {
    type: 'createClient',
    client: 'ours',
    counterpartyClient: 'theirs',
    chainId,
    genesisHash,
    trustingPeriodSeconds: 315_360_000n,
    maxClockDriftSeconds: 60n,
    start: {
      type: 'checkpoint',
      validatorSetHash: validatorSetHash(validatorSet([VALIDATOR]), counterparty.ports.hash),
      height: 0n,
    },
  };
  expect(await counterparty.act(0n, create)).toBe('');
  const route: Action = {
    type: 'registerRoute',
    chainId,
    alias: 'ours',
    client: 'ours',
    genesisHash,
  };
  if (kind === 'main') expect(await counterparty.act(2n, route)).toBe('');
}
