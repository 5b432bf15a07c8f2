/* The same topology as separate processes over loopback sockets: three nodes, a hub, a user's commands. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Ended,
  freeBasePort,
  type Running,
  run,
  start,
  temporaryDirectory,
} from './command-line.ts';

describe('nodes and a hub as separate processes', () => {
  const directory = temporaryDirectory();
  const running: Running[] = [];
  const keys = join(directory.path, 'keys');
  let hub = '';

  const tieline = (...args: string[]): Promise<Ended> =>
    run([...args, '--hub', hub, '--json'], directory.path);
  const signed = (...args: string[]): Promise<Ended> => tieline(...args, '--keys', keys);

  beforeAll(async () => {
    const port = await freeBasePort();
    hub = `http://127.0.0.1:${port}`;
    expect((await run(['network', 'init', directory.path, '--base-port', String(port)])).code).toBe(
      0,
    );
    for (const alias of ['main', 'jiangsu', 'anhui']) {
      running.push(start(['node', '--config', join(directory.path, `${alias}.json`)]));
    }
    await Promise.all(running.map((node) => node.line(/answers at http/)));
    const theHub = start(['hub', '--config', join(directory.path, 'hub.json')]);
    running.push(theHub);
    await theHub.line(/answers at http/);
    const joined = await run(['network', 'join', directory.path]);
    expect(joined.err).toBe('');
    expect(joined.code).toBe(0);
  });

  afterAll(async () => {
    await Promise.all(running.reverse().map((each) => each.stop()));
    directory.remove();
  });

  it('issues, moves, refuses, retires and proves', async () => {
    const file = join(directory.path, 'unit.json');
    const unit = {
      mRID: '6f1d5a10-0c32-4a5e-9b11-0000000000aa',
      name: 'Test unit',
      energySource: 'wind',
      nominalPWatts: 2_000_000,
      minOperatingPWatts: 0,
      maxOperatingPWatts: 2_000_000,
      subdivision: 'CN-JS',
      commissioningDate: '2020-01-01',
      meteringPoint: '11'.repeat(32),
    };
    writeFileSync(file, JSON.stringify(unit));
    const issue = await signed(
      'resource',
      'issue',
      '--chain',
      'jiangsu',
      '--kind',
      'generating-unit/v1',
      '--static',
      file,
      '--owner',
      'issuer',
      '--key',
      'issuer',
      '--save',
      join(directory.path, 'resources'),
    );
    expect(issue.err).toBe('');
    const { resourceId } = JSON.parse(issue.out);
    const move = ['--resource', resourceId, '--quantity', '1'];
    const moved = await signed(
      'transfer',
      '--from',
      'jiangsu',
      '--to',
      'anhui',
      ...move,
      '--receiver',
      'anhui-retailer',
      '--key',
      'issuer',
    );
    expect(moved.err).toBe('');
    const { id, status } = JSON.parse(moved.out);
    expect(status).toBe('completed');
    const short = await signed(
      'transfer',
      '--from',
      'jiangsu',
      '--to',
      'anhui',
      ...move,
      '--receiver',
      'anhui-retailer',
      '--key',
      'issuer',
    );
    expect(short.code).toBe(1);
    expect(short.err).toContain('HOLDING_INSUFFICIENT');
    const retired = await signed(
      'retire',
      '--chain',
      'anhui',
      ...move,
      '--beneficiary',
      '合肥',
      '--key',
      'anhui-retailer',
    );
    expect(JSON.parse(retired.out).status).toBe('completed');
    const shown = JSON.parse((await tieline('resource', 'show', resourceId)).out);
    expect(shown).toMatchObject({ registered: '1', retired: '1', balanced: true });
    const proof = join(directory.path, 'proof.json');
    expect((await tieline('proof', 'get', id, '--out', proof)).code).toBe(0);
    const { chains } = JSON.parse(readFileSync(join(directory.path, 'hub.json'), 'utf8'));
    const judged = await run([
      'proof',
      'verify',
      proof,
      '--trust',
      chains[0].genesisHash,
      '--json',
    ]);
    expect(JSON.parse(judged.out)[0]).toMatchObject({ outcome: 'delivered', quantity: '1' });
    const untrusted = await run(['proof', 'verify', proof]);
    expect(untrusted.code).toBe(1);
    expect(untrusted.err).toContain('PROOF_NO_ANCHOR');
    expect(readdirSync(join(directory.path, 'resources'))).toHaveLength(1);
  });

  it('holds and releases a lane at the operator’s command', async () => {
    expect((await tieline('lane', 'hold', 'anhui')).err).toBe('');
    const held = JSON.parse((await tieline('status')).out);
    const lane = (of: { directions: readonly { lane: string; held: boolean }[] }) =>
      of.directions.filter((each) => each.lane === 'anhui').map((each) => each.held);
    expect(lane(held)).toEqual([true, true]);
    expect((await tieline('lane', 'release', 'anhui')).code).toBe(0);
    expect(lane(JSON.parse((await tieline('status')).out))).toEqual([false, false]);
    const unknown = await tieline('lane', 'hold', 'sichuan');
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain('HUB_LANE_UNKNOWN');
  });

  it('tells wrong usage from a refusal by its exit code', async () => {
    expect((await run(['nonsense'])).code).toBe(2);
    expect((await run(['proof', 'verify', 'x', '--trust', '00'])).code).toBe(2);
    expect((await run(['proof', 'verify', '/nowhere', '--trust', '00'.repeat(32)])).err).toContain(
      'CLI_FILE',
    );
    expect((await run(['--help'])).code).toBe(0);
  });
});
