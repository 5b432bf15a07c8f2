/* What the real series give: quantities, carries and static groups their kinds accept. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { planUnit } from '../../../../hub/demo/certificate-plan.ts';
import { DEMO_UNITS } from '../../../../hub/demo/series/series-catalogue.ts';
import { ACCOUNTS, CHAPTERS, UNIT_ROLES } from '../../../../hub/demo/story.ts';
import { nobleHash } from '../../../../schemas/hash.ts';
import { checkSupply, validateResource } from '../../../../schemas/resource/registry.ts';

const directory = fileURLToPath(new URL('../../../../hub/demo/series/', import.meta.url));
const plans = DEMO_UNITS.map((unit) => {
  const role = UNIT_ROLES[unit.id];
  if (role === undefined) throw new Error(`no role for ${unit.id}`);
  return planUnit(unit, role, directory, new Uint8Array(16), nobleHash);
});

describe('the plan of the demonstration', () => {
  it('issues what the readings give, and carries the rooftop’s month over whole', () => {
    const told = plans.map(({ unit, month }) => [unit.id, month.certificates, month.carryOut]);
    expect(told).toEqual([
      ['r80711', 471n, 70_203n],
      ['r80721', 374n, 891_563n],
      ['r80736', 419n, 694_115n],
      ['r80790', 432n, 444_028n],
      ['serf-east', 0n, 858_896n],
    ]);
  });

  it('makes static groups the kinds accept, metering point and certificates alike', () => {
    for (const { unitGroup, certificateGroup, month } of plans) {
      validateResource('generating-unit/v1', 'static', unitGroup);
      const group = certificateGroup(new Uint8Array(32).fill(1));
      const supply = { value: BigInt(month.certificates), unit: 'certificate' } as const;
      checkSupply('green-certificate/v1', group, supply);
      expect(group['meteringPoint']).toBe(unitGroup['meteringPoint']);
    }
    expect(new Set(plans.map(({ unitGroup }) => unitGroup['meteringPoint'])).size).toBe(
      plans.length,
    );
  });

  it('speaks only of units and accounts there are, and never spends a share twice in one chapter', () => {
    for (const { steps } of CHAPTERS) {
      const spenders = steps.map(
        (step) => `${step.unit} ${step.type === 'transfer' ? step.from : step.owner}`,
      );
      expect(new Set(spenders).size).toBe(spenders.length);
      for (const { unit } of steps) expect(UNIT_ROLES[unit]).toBeDefined();
    }
    expect(Object.keys(ACCOUNTS)).toContain('unlisted-buyer');
  });
});
