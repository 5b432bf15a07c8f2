/* The committed contracts are those of the sources, keep their storage, and name only known errors. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Artefact, contractsDigest } from '../../../../scripts/compile-contracts.ts';
import { readText } from '../../docs/project-files.ts';

const read = (name: string, folder = 'side-chains/ethereum/generated') =>
  JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as Artefact;

describe('the committed contracts', () => {
  it('were made from the sources, settings and compiler at hand (npm run generate)', () => {
    const artefacts = [
      read('TielineHub'),
      read('Governance'),
      read('ReenteringReceiver', 'test/fixtures/ethereum'),
    ];
    for (const { contract, sourceDigest } of artefacts) {
      expect([contract, sourceDigest]).toEqual([contract, contractsDigest()]);
    }
  });

  it('keep each variable in the slot it was proven from', () => {
    expect(read('TielineHub').storage).toEqual([
      '0 _head: t_uint256',
      '1 _sets: t_bytes32',
      '2 _lane: t_uint256',
      '3 _commitments: t_mapping(t_uint256,t_bytes32)',
      '4 _statuses: t_mapping(t_uint256,t_uint256)',
      '5 _holdings: t_mapping(t_bytes32,t_mapping(t_address,t_uint256))',
      '6 _resources: t_mapping(t_bytes32,t_uint256)',
      '7 _dynamicHeads: t_mapping(t_bytes32,t_struct(DynamicHead)_storage)',
      '8 _admitted: t_mapping(t_address,t_bool)',
      '9 _kinds: t_mapping(t_bytes32,t_uint256)',
      '10 _approvals: t_mapping(t_address,t_mapping(t_address,t_bool))',
      '11 _resends: t_mapping(t_uint256,t_bytes32)',
      '12 _guardians: t_mapping(t_address,t_uint256)',
      '13 _pausedUntilSeconds: t_uint256',
      '14 _ring: t_array(t_uint256)1024_storage',
    ]);
    expect(read('Governance').storage).toEqual([
      '0 _organisations: t_array(t_address)dyn_storage',
      '1 quorum: t_uint256',
      '2 delaySeconds: t_uint256',
      '3 _proposals: t_mapping(t_bytes32,t_uint256)',
      '4 _votes: t_mapping(t_bytes32,t_mapping(t_address,t_bool))',
    ]);
  });

  it('fit into what a chain takes (EIP-170, creation code the larger)', () => {
    expect(read('TielineHub').bytecode.length / 2 - 1).toBeLessThan(2 * 24_576);
  });

  it('throw errors under the names of docs/errors.md', () => {
    const names = [
      ...readText('side-chains/ethereum/contracts/interfaces/ITielineErrors.sol').matchAll(
        / {4}error (\w+)\(/g,
      ),
    ].map(([, name]) => name);
    const documented = new Set(
      [...readText('docs/errors.md').matchAll(/^#### (\w+)$/gm)].map(([, name]) => name),
    );
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !documented.has(name))).toEqual([]);
  });
});
