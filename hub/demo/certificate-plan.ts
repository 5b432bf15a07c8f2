/**
 * What the issuer puts into circulation for one unit: the unit itself and its month of green
 * certificates, computed from the real readings by the 2024 rule. docs/protocol.md#green-certificates
 */
import { toHex } from '../../schemas/hash.ts';
import type { HashPort } from '../../schemas/ports.ts';
import { lastValidMonthOf } from '../../schemas/resource/kinds/green-certificate.ts';
import {
  formatBlankInterval,
  type MonthlyCertificates,
  monthlyCertificates,
} from '../../schemas/resource/kinds/green-certificate-rule.ts';
import { meteringPointCommitment } from '../../schemas/resource/supply-statement.ts';
import { wh } from '../../schemas/units.ts';
import { type DemoUnit, loadDemoSeries } from './series/series-catalogue.ts';
import type { UnitRole } from './story.ts';

const JIANGSU = 'CN-JS';

type StaticGroup = Readonly<Record<string, unknown>>;

/** A unit's month and the static group of the unit; that of its certificates needs the unit's id. */
export interface UnitPlan {
  readonly unit: DemoUnit;
  readonly role: UnitRole;
  readonly month: MonthlyCertificates;
  readonly unitGroup: StaticGroup;
  certificateGroup(unitResourceId: Uint8Array): StaticGroup;
}

/** `directory` holds the series; `pointSecret` (16 bytes) hides the metering point. @throws SERIES_* RESOURCE_* */
export function planUnit(
  unit: DemoUnit,
  role: UnitRole,
  directory: string,
  pointSecret: Uint8Array,
  hash: HashPort,
): UnitPlan {
  const series = loadDemoSeries(directory, unit);
  const month = monthlyCertificates(series, wh(0n));
  const meteringPoint = toHex(meteringPointCommitment(role.projectCode, pointSecret, hash));
  const readings = series.readings.map(({ start, power }) => `${start},${power ?? ''}\n`).join('');
  return {
    unit,
    role,
    month,
    unitGroup: {
      mRID: role.mRID,
      name: role.name,
      energySource: unit.energySource,
      nominalPWatts: unit.nominalPWatts,
      minOperatingPWatts: 0,
      maxOperatingPWatts: unit.nominalPWatts,
      subdivision: JIANGSU,
      commissioningDate: role.commissioningDate,
      projectCode: role.projectCode,
      meteringPoint,
    },
    certificateGroup: (unitResourceId) => ({
      projectName: role.name,
      projectCode: role.projectCode,
      generatingUnit: toHex(unitResourceId),
      energySource: unit.energySource,
      subdivision: JIANGSU,
      productionMonth: month.month,
      utcOffsetMinutes: month.utcOffsetMinutes,
      energyWh: Number(month.energy),
      carryInWh: Number(month.carryIn),
      carryOutWh: Number(month.carryOut),
      certificateCount: Number(month.certificates),
      blankIntervals: month.blankIntervals.map(formatBlankInterval),
      seriesDigest: toHex(hash.sha256(new TextEncoder().encode(readings))),
      tradable: true,
      lastValidMonth: lastValidMonthOf(month.month),
      meteringPoint,
    }),
  };
}
