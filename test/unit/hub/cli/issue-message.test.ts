import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type IssueRequest, prepareIssue } from '../../../../hub/cli/issue-message.ts';
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { parseHex } from '../../../../schemas/codec/hex.ts';
import { nobleHash, ZERO_HASH } from '../../../../schemas/hash.ts';
import { createAttributeTree } from '../../../../schemas/resource/attribute-tree.ts';
import { parseTime } from '../../../../schemas/resource/civil-time.ts';
import { validateResource } from '../../../../schemas/resource/registry.ts';
import { resourceIdOf } from '../../../../schemas/resource/resource-id.ts';
import { verifySupplyStatement } from '../../../../schemas/resource/supply-statement.ts';
import { testAddress, testKey } from '../../../fakes/ledger-context.ts';
import { refusalCode } from '../../../fakes/refusal.ts';

const ports = { hash: nobleHash, signatures: nobleSignature };
const main = new Uint8Array(32).fill(5);
const unit = {
  mRID: '6f1d5a10-0c32-4a5e-9b11-0000000000aa',
  name: 'Unit',
  energySource: 'wind',
  nominalPWatts: 2_000_000,
  minOperatingPWatts: 0,
  maxOperatingPWatts: 2_000_000,
  subdivision: 'CN-JS',
  commissioningDate: '2020-01-01',
  meteringPoint: '11'.repeat(32),
};
const certificates = {
  projectName: 'Unit',
  projectCode: 'JS-0001',
  generatingUnit: '22'.repeat(32),
  energySource: 'wind',
  subdivision: 'CN-JS',
  productionMonth: '2025-01',
  utcOffsetMinutes: 480,
  energyWh: 2_500_000,
  carryInWh: 0,
  carryOutWh: 500_000,
  certificateCount: 2,
  blankIntervals: [],
  tradable: true,
  lastValidMonth: '2026-12',
  meteringPoint: '11'.repeat(32),
};
const request = (changes: Partial<IssueRequest>): IssueRequest => ({
  kind: 'generating-unit/v1',
  staticGroup: unit,
  owner: testAddress(2),
  issuer: { address: testAddress(1), secretKey: testKey(1) },
  home: `tieline:${'0'.repeat(32)}`,
  mainGenesisHash: main,
  ...changes,
});

describe('prepareIssue', () => {
  it('commits the static group under fresh salts and signs for one main chain', () => {
    const { message, resourceId, quantity, salts } = prepareIssue(request({}), ports);
    const attributes = validateResource('generating-unit/v1', 'static', unit);
    const kept = new Map(Object.entries(salts).map(([name, salt]) => [name, parseHex(salt)]));
    const { root } = createAttributeTree(attributes, kept, nobleHash);
    expect(message.staticRoot).toEqual(root);
    const origin = {
      kind: message.kind,
      home: request({}).home,
      issuer: testAddress(1),
      staticRoot: root,
    };
    expect(resourceIdOf(origin, nobleHash)).toEqual(resourceId);
    expect(quantity).toBe(1n);
    expect(message.statement.statement.meteringPoint).toEqual(ZERO_HASH);
    verifySupplyStatement(message.statement, main, testAddress(1), nobleHash, nobleSignature);
    expect(prepareIssue(request({}), ports).resourceId).not.toEqual(resourceId);
  });

  it('names the calendar month of green certificates', () => {
    const green = { kind: 'green-certificate/v1', staticGroup: certificates };
    const { message, quantity } = prepareIssue(request(green), ports);
    expect(quantity).toBe(2n);
    expect(message.statement.statement).toMatchObject({
      intervalStart: parseTime('2024-12-31T16:00:00Z'),
      intervalEnd: parseTime('2025-01-31T16:00:00Z'),
      meteringPoint: parseHex('11'.repeat(32)),
    });
  });

  it('refuses what its kind does not allow before anything is signed', () => {
    const bad = request({ staticGroup: { ...unit, energySource: 'coal fire' } });
    expect(refusalCode(() => prepareIssue(bad, ports))).toBe('RESOURCE_SCHEMA');
  });

  it('names the production interval of hourly certificates', () => {
    const file = '../../../fixtures/resource/granular-certificate/valid/wind-hour.json';
    const staticGroup = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')).json;
    const { message } = prepareIssue(
      request({ kind: 'granular-certificate/v1', staticGroup }),
      ports,
    );
    const { intervalStart, intervalEnd } = message.statement.statement;
    expect(intervalStart).toBe(parseTime(staticGroup.productionStartingInterval));
    expect(intervalEnd - intervalStart).toBe(3600n);
  });
});
