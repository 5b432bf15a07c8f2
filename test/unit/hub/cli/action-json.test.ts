/* Actions as JSON: what is lodged is what was written, and what is shown is what was lodged. */
import { describe, expect, it } from 'vitest';
import { actionFromJson, actionToJson } from '../../../../hub/cli/action-json.ts';
import type { Action } from '../../../../schemas/wire/action.ts';
import { refusalCode } from '../../../fakes/refusal.ts';
import { Samples, sampleAction } from '../../schemas/wire/wire-samples.ts';

const LANE = {
  type: 'setLane',
  client: 'tieline-anhui',
  paused: true,
  leastQuantity: '0',
  outflowLimit: '100',
  windowSeconds: '3600',
  leastRemainingSeconds: '60',
};

const CLIENT = {
  client: 'eth-main',
  counterpartyClient: 'tieline-main',
  chainId: 'eip155:1',
  genesisHash: '00'.repeat(32),
  trustingPeriodSeconds: '604800',
  maxClockDriftSeconds: '30',
};

describe('an action as JSON', () => {
  it('comes back as it was, for every type of action', () => {
    const samples = new Samples(5);
    const types = new Set<Action['type']>();
    for (let n = 0; n < 500; n++) {
      const action = sampleAction(samples);
      types.add(action.type);
      const json: unknown = JSON.parse(JSON.stringify(actionToJson(action)));
      expect(actionFromJson(json)).toEqual(action);
    }
    expect(types.size).toBeGreaterThan(15);
  });

  it('is refused where a field is missing, added or of another form, with its name', () => {
    const bad: [object | unknown[], string][] = [
      [{ ...LANE, type: 'setLanes' }, 'type'],
      [{ ...LANE, client: undefined }, 'setLane.client'],
      [{ ...LANE, surplus: 1 }, 'setLane.surplus'],
      [{ ...LANE, outflowLimit: 100 }, 'setLane.outflowLimit'],
      [{ ...LANE, outflowLimit: '1e3' }, 'setLane.outflowLimit'],
      [{ ...LANE, outflowLimit: '-1' }, 'setLane.outflowLimit'],
      [{ ...LANE, paused: 'yes' }, 'setLane.paused'],
      [{ type: 'admit', address: 'ab'.repeat(20) }, 'admit.address'],
      [{ type: 'revokeIssuer', issuer: '0x12' }, 'revokeIssuer.issuer'],
      [
        { type: 'setMembers', organisations: {}, quorum: 1, guardians: [] },
        'setMembers.organisations',
      ],
      [
        { type: 'setMembers', organisations: [{ name: 'a' }], quorum: 1, guardians: [] },
        'setMembers.organisations[0].address',
      ],
      [{ type: 'freezeResource', resourceId: 'XY', caseOrder: '' }, 'freezeResource.resourceId'],
      [{ type: 'createClient', ...CLIENT, start: { type: 'spv' } }, 'createClient.start.type'],
      [{ type: 'createClient', ...CLIENT, start: {} }, 'createClient.start.type'],
      [[], 'action'],
    ];
    for (const [json, field] of bad) {
      expect(() => actionFromJson(json)).toThrow(
        expect.objectContaining({ code: 'CLI_JSON', data: expect.objectContaining({ field }) }),
      );
    }
    expect(refusalCode(() => actionFromJson(null))).toBe('CLI_JSON');
  });
});
