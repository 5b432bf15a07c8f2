import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openNetwork, organisationKeys, validatorKeyFile } from '../../../../hub/up/network.ts';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { nobleHash } from '../../../../schemas/hash.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const ports = { hash: nobleHash, signatures: nobleSignature };
const directory = mkdtempSync(join(tmpdir(), 'tieline-network-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('openNetwork', () => {
  it('makes three chains once and reads the same ones again', () => {
    const first = openNetwork(directory, 1_700_000_000_000n, ports);
    const again = openNetwork(directory, 1_800_000_000_000n, ports);
    expect(again.chains).toEqual(first.chains);
    const { main, jiangsu, anhui } = first.chains;
    expect([main.genesis.kind, jiangsu.genesis.name, anhui.genesis.name]).toEqual([
      'main',
      'jiangsu-32',
      'anhui-34',
    ]);
    expect([jiangsu.genesis.admission, anhui.genesis.admission]).toEqual(['open', 'list']);
    expect(new Set([main.chainId, jiangsu.chainId, anhui.chainId]).size).toBe(3);
    expect(organisationKeys(first.keys)).toHaveLength(main.genesis.quorum);
    expect(statSync(validatorKeyFile(first.keys, 'main')).mode & 0o777).toBe(0o600);
  });

  it('refuses a network file it did not write', () => {
    const other = mkdtempSync(join(tmpdir(), 'tieline-network-'));
    for (const text of ['{', '{"chains":[]}', '{"chains":[{"genesis":"zz"}]}']) {
      writeFileSync(join(other, 'network.json'), text);
      expect(refusalCode(() => openNetwork(other, 0n, ports))).toBe('CLI_JSON');
    }
    rmSync(other, { recursive: true });
  });
});
