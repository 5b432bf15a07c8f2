/** A running node whose validators change: new keys sign, old ones do not, missing ones may come later. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { verifyCertificate } from '../../../main-chain/relay/checkpoint/verify-certificate.ts';
import { toHex } from '../../../schemas/hash.ts';
import { testAddress } from '../../fakes/ledger-context.ts';
import { type LocalNode, openLocalNode, VALIDATOR } from '../../fakes/local-node.ts';
import { certificateOf, putKey, setValidators } from '../../fakes/validator-change.ts';

const directories: string[] = [];
const opened: LocalNode[] = [];
const said: string[] = [];
afterEach(async () => {
  for (const node of opened.splice(0)) await node.close();
  for (const path of directories.splice(0)) rmSync(path, { recursive: true, force: true });
  said.length = 0;
});

/** A node whose further keys come into `arriving`. */
async function open(
  directory = mkdtempSync(join(tmpdir(), 'tieline-validators-')),
  validators = 1,
): Promise<{ node: LocalNode; arriving: string }> {
  if (!directories.includes(directory)) directories.push(directory);
  const arriving = join(directory, 'arriving');
  const node = await openLocalNode({
    directory,
    validators,
    say: (sentence) => said.push(sentence),
    settings: { heartbeatMs: 20, validatorKeyDirectory: arriving },
  });
  opened.push(node);
  return { node, arriving };
}

const markOf = (node: LocalNode, n: number): string =>
  toHex(readFileSync(join(node.directory, 'data', 'signer', `${toHex(testAddress(n))}.mark`)));

describe('a node whose validators change', () => {
  it('signs with the new keys from the height that is announced, and a retired key signs no more', async () => {
    const { node, arriving } = await open();
    for (const n of [101, 102]) putKey(arriving, n);
    expect(await node.act(0n, setValidators(node, [101, 102]))).toBe('');
    const certificate = await certificateOf(node, [101, 102]);
    const { hash, signatures } = node.ports;
    verifyCertificate(certificate, node.genesisHash, hash, signatures);
    const { certificates } = await node.call('setChanges', { after: 0n });
    const [change] = certificates;
    expect(certificates).toHaveLength(1);
    expect(change?.checkpoint.nextValidatorSetHash).toEqual(
      certificate.checkpoint.validatorSetHash,
    );
    expect(change?.validators).toEqual([{ address: testAddress(VALIDATOR), power: 1n }]);
    const retired = markOf(node, VALIDATOR);
    const { height } = certificate.checkpoint;
    await node.call('wait', { after: height + 3n, waitMs: 5000 });
    expect(markOf(node, VALIDATOR)).toBe(retired);
    expect(markOf(node, 101)).not.toBe(retired);
    const last = change?.checkpoint.height ?? 0n;
    expect((await node.call('setChanges', { after: last })).certificates).toEqual([]);
    expect((await node.call('setChanges', { after: (1n << 64n) - 1n })).certificates).toEqual([]);
  });

  it('keeps the announcements over a restart, and goes on with the new set', async () => {
    const { node, arriving } = await open();
    putKey(arriving, 101);
    await node.act(0n, setValidators(node, [101]));
    await certificateOf(node, [101]);
    const before = await node.call('setChanges', { after: 0n });
    await node.close();
    const again = await open(node.directory);
    expect(await again.node.call('setChanges', { after: 0n })).toEqual(before);
    const { height } = await again.node.call('info', {});
    expect((await again.node.call('wait', { after: height, waitMs: 5000 })).height).toBeGreaterThan(
      height,
    );
    expect(said).toEqual([]);
  });

  it('says NODE_POWER_MISSING once, makes blocks meanwhile, and certifies again when keys arrive', async () => {
    const { node, arriving } = await open();
    putKey(arriving, 101);
    await node.act(0n, setValidators(node, [101, 102, 103]));
    for (let height = 0n; said.length === 0; )
      ({ height } = await node.call('wait', { after: height, waitMs: 50 }));
    const uncertified = await node.call('wait', { after: 0n, waitMs: 0 });
    const stop = (await node.call('info', {})).height + 5n;
    for (let made = 0n; made < stop; ) {
      await node.call('wait', { after: uncertified.height, waitMs: 20 });
      made = (await node.call('info', {})).height;
    }
    expect((await node.call('wait', { after: 0n, waitMs: 0 })).height).toBe(uncertified.height);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/NODE_POWER_MISSING: .*held 1, total 3/);
    putKey(arriving, 102);
    chmodSync(putKey(arriving, 103), 0o644);
    for (let height = 0n; said.length === 1; )
      ({ height } = await node.call('wait', { after: height, waitMs: 50 }));
    expect(said[1]).toMatch(/may be read by others/);
    chmodSync(join(arriving, '103.json'), 0o600);
    const certificate = await certificateOf(node, [101, 102, 103]);
    expect(certificate.signatures).toHaveLength(3);
    expect(said).toHaveLength(2);
  });

  it('certifies without one of four keys, and the code of what is missing is NODE_POWER_MISSING', async () => {
    const { node, arriving } = await open(undefined, 4);
    for (const n of [201, 202, 203]) putKey(arriving, n);
    await node.act(0n, setValidators(node, [201, 202, 203, 204]));
    const certificate = await certificateOf(node, [201, 202, 203, 204]);
    expect(certificate.signatures).toHaveLength(3);
  });

  it('a lost mark of a key that arrives is noticed while the node runs: SIGNER_MARK_BEHIND', async () => {
    const { node, arriving } = await open(undefined, 1);
    await node.act(0n, setValidators(node, [101, 102]));
    for (let height = 0n; said.length === 0; )
      ({ height } = await node.call('wait', { after: height, waitMs: 50 }));
    putKey(arriving, 101);
    putKey(arriving, 102);
    await certificateOf(node, [101, 102]);
    await node.close();
    rmSync(join(node.directory, 'data', 'signer', `${toHex(testAddress(101))}.mark`));
    await expect(open(node.directory)).rejects.toMatchObject({ code: 'SIGNER_MARK_BEHIND' });
    rmSync(join(arriving, '101.json'));
    const again = await open(node.directory);
    putKey(arriving, 101);
    for (let height = 0n; !said.some((sentence) => /mark of this key is missing/.test(sentence)); )
      ({ height } = await again.node.call('wait', { after: height, waitMs: 50 }));
    const head = await again.node.call('wait', { after: 0n, waitMs: 0 });
    const { certificate } = await again.node.call('certificate', { height: head.height });
    expect(certificate?.signatures).toHaveLength(2);
  });
});
