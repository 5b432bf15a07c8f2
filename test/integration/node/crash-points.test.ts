/**
 * A node killed at every write it makes, before and after: whatever the place, after the restart nothing
 * is lost, nothing is doubled, the roots are the same and no height is signed twice.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WRITE_POINTS } from '../../../main-chain/host/fault-port.ts';
import { binaryBytes, toHex } from '../../../schemas/hash.ts';
import { holdingKey } from '../../../schemas/wire/state-keys.ts';
import { transactionId } from '../../../schemas/wire/transaction.ts';
import { type Image, imageTaker } from '../../fakes/crash.ts';
import { testAddress } from '../../fakes/ledger-context.ts';
import { type LocalNode, openLocalNode } from '../../fakes/local-node.ts';

const ISSUER = 20;
const RECEIVERS = [30, 31, 32, 33];
const QUIET = { heartbeatMs: 3_600_000 };
const NODE_POINTS = WRITE_POINTS.filter((point) => /^(directory|node|signer)\//.test(point));
const root = mkdtempSync(join(tmpdir(), 'tieline-crash-'));
const directory = join(root, 'node');

/** What the node that was never killed has made. */
interface History {
  /** By height from 1: state root, and what was signed. */
  readonly roots: readonly string[];
  readonly signatures: readonly string[];
  readonly transactions: readonly Uint8Array[];
  readonly codes: readonly string[];
  readonly holdings: readonly string[];
}

let images: readonly Image[] = [];
/** The newest height that had been answered when an image was made. */
const answered = new Map<Image, bigint>();
let resourceId = new Uint8Array(32);
let history: History;
/** The height at which resource and clients are set up: what comes after is offered again as it stands. */
let setUpHeight = 0n;

async function read({ call }: LocalNode): Promise<History> {
  const { height } = await call('info', {});
  const roots: string[] = [];
  const signatures: string[] = [];
  const transactions: Uint8Array[] = [];
  const codes: string[] = [];
  for (let at = 1n; at <= height; at++) {
    const { block } = await call('block', { height: at });
    const { certificate } = await call('certificate', { height: at });
    roots.push(toHex(block?.header.stateRoot ?? new Uint8Array(0)));
    signatures.push(certificate?.signatures.map((each) => toHex(each.signature)).join() ?? '');
    transactions.push(...(block?.transactions ?? []));
    codes.push(...(block?.results.map(({ code }) => code) ?? []));
  }
  const keys = [ISSUER, ...RECEIVERS].map((n) =>
    binaryBytes(holdingKey(resourceId, testAddress(n))),
  );
  const { values } = await call('query', { keys, height: undefined, prove: false });
  const holdings = values.map((value) => toHex(value ?? new Uint8Array(0)));
  return { roots, signatures, transactions, codes, holdings };
}

beforeAll(async () => {
  mkdirSync(directory);
  let height = 0n;
  const taker = imageTaker(() => directory, root);
  const node = await openLocalNode({
    directory,
    settings: QUIET,
    faults: (point, side) => {
      taker(point, side);
      const image = taker.images.at(-1);
      if (image !== undefined) answered.set(image, height);
    },
  });
  const note = async () => {
    ({ height } = await node.call('info', {}));
  };
  await note();
  await node.connectMain();
  await note();
  resourceId = Uint8Array.from(await node.issue(ISSUER, 0n, 50n));
  await note();
  setUpHeight = height;
  for (const [at, n] of RECEIVERS.entries()) {
    const receiver = testAddress(n);
    // The last one asks for more than is left.
    const quantity = n === RECEIVERS.at(-1) ? 99n : 10n;
    await node.run(ISSUER, BigInt(at) + 1n, { type: 'transfer', resourceId, quantity, receiver });
    await note();
  }
  images = [...taker.images];
  history = await read(node);
  await node.close();
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Shows that a node makes blocks, whatever it was set up with. */
async function requireWorking(node: LocalNode): Promise<void> {
  const message = {
    type: 'transfer',
    resourceId: new Uint8Array(32).fill(255),
    quantity: 1n,
    receiver: testAddress(30),
  } as const;
  expect(await node.run(40, 0n, message)).toBe('RESOURCE_UNKNOWN');
  const { certificate } = await node.call('certificate', { height: undefined });
  expect(certificate?.checkpoint.height).toBe((await node.call('info', {})).height);
}

/** Offers everything again that the other node has executed, in its order, each until it has landed. */
async function offerAgain(node: LocalNode): Promise<void> {
  for (const bytes of history.transactions) {
    const { codes } = await node.call('submit', { transactions: [bytes] });
    expect(['', 'MEMPOOL_NONCE_USED']).toContain(codes[0]);
    const id = transactionId(bytes, node.genesisHash, node.ports.hash);
    for (;;) {
      const { height } = await node.call('info', {});
      if ((await node.call('transaction', { id })).found !== undefined) break;
      await node.call('wait', { after: height, waitMs: 1000 });
    }
  }
}

async function requireNothingLost(image: Image): Promise<void> {
  const where = `${image.point} ${image.side} ${image.nth}`;
  const known = Number(answered.get(image) ?? 0n);
  const node = await openLocalNode({ directory: image.directory, settings: QUIET });
  try {
    const found = await read(node);
    expect(found.roots.length, where).toBeGreaterThanOrEqual(known);
    expect(found.roots.slice(0, known), where).toEqual(history.roots.slice(0, known));
    expect(found.signatures.slice(0, known), where).toEqual(history.signatures.slice(0, known));
    const { certificate } = await node.call('certificate', { height: undefined });
    expect(certificate?.checkpoint.height, where).toBe(BigInt(found.roots.length));
    if (known < setUpHeight) return await requireWorking(node);
    await offerAgain(node);
    const after = await read(node);
    expect(after.codes, where).toEqual(history.codes);
    expect(after.transactions.map(toHex), where).toEqual(history.transactions.map(toHex));
    expect(after.holdings, where).toEqual(history.holdings);
  } finally {
    await node.close();
  }
}

describe('a node killed', () => {
  it('has been killed at every write point, on both sides', () => {
    const killed = new Set(images.map(({ point, side }) => `${point} ${side}`));
    const all = NODE_POINTS.flatMap((point) => [`${point} before`, `${point} after`]);
    expect([...killed].sort()).toEqual(all.sort());
    expect(NODE_POINTS.length).toBeGreaterThan(6);
    expect(history.codes.filter((code) => code !== '')).toEqual(['HOLDING_INSUFFICIENT']);
  });

  for (const point of NODE_POINTS) {
    for (const side of ['before', 'after'] as const) {
      it(`F6 ${side} ${point} loses nothing and doubles nothing, and signs no height twice`, async () => {
        for (const image of images)
          if (image.point === point && image.side === side) await requireNothingLost(image);
      }, 120_000);
    }
  }
});
