/**
 * A batch of green certificates: one resource a generating unit and calendar month, one certificate
 * per 1000 kWh, the remainder carried to the next month (国能发新能规〔2024〕67号).
 * The quantity is worked out in green-certificate-rule.ts. docs/protocol.md#green-certificates
 */
import { Type } from 'typebox';
import { formatMonth, parseMonth } from '../civil-time.ts';
import { defineKind, rule } from '../resource-kind.ts';
import {
  hexField,
  integerField,
  meteringPointField,
  monthField,
  patternField,
  resourceIdField,
  subdivisionField,
  textField,
} from './attribute-field.ts';
import { WH_A_CERTIFICATE } from './green-certificate-rule.ts';

/** Two times to the minute, as series are read, such as 2015-01-16T09:30Z/2015-01-16T10:50Z. */
const INTERVAL_PATTERN =
  '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$';
const CERTIFICATE_WH = Number(WH_A_CERTIFICATE);

const staticSchema = Type.Object(
  {
    projectName: textField('Name of the project in the renewable project register'),
    projectCode: patternField('Code of the renewable project register', '^[A-Z0-9-]{4,32}$'),
    generatingUnit: resourceIdField('The generating unit'),
    energySource: Type.Enum(['wind', 'solar', 'hydro', 'biomass', 'geothermal', 'ocean']),
    subdivision: subdivisionField('Where the unit stands'),
    productionMonth: monthField('Calendar month the energy was produced in'),
    utcOffsetMinutes: integerField('Offset of the calendar from UTC', -720, 840),
    energyWh: integerField('Energy of the month in Wh, negative power counted as zero'),
    carryInWh: integerField('Remainder of the month before in Wh', 0, CERTIFICATE_WH - 1),
    carryOutWh: integerField('Remainder for the next month in Wh', 0, CERTIFICATE_WH - 1),
    certificateCount: integerField('floor((energyWh + carryInWh) / 1000 kWh)'),
    blankIntervals: Type.Array(Type.String({ pattern: INTERVAL_PATTERN }), {
      description: 'Where readings are missing: start and end in UTC, counted as no energy',
      maxItems: 256,
    }),
    seriesDigest: Type.Optional(hexField('SHA-256 of the series the energy was read from', 32)),
    tradable: Type.Boolean({ description: 'Whether the rule lets it be traded' }),
    lastValidMonth: monthField('Last month the certificate can be used in'),
    meteringPoint: meteringPointField(),
  },
  { additionalProperties: false },
);

const dynamicSchema = Type.Object(
  {
    registrationStatus: Type.Enum(['issued', 'disputed', 'corrected', 'expired', 'writtenOff']),
    reason: Type.Optional(textField('Why the status changed')),
  },
  { additionalProperties: false },
);

/**
 * Two years from the month of production on; energy from before 2024 stays valid to the end of 2025.
 * @throws RESOURCE_TIME
 */
export function lastValidMonthOf(productionMonth: string): string {
  if (productionMonth < '2024-01') return '2025-12';
  return formatMonth(parseMonth(productionMonth) + 23);
}

/** Kind `green-certificate/v1`: a batch counted in certificates. */
export const greenCertificate = defineKind({
  id: 'green-certificate/v1',
  title: 'Green electricity certificate',
  unit: 'certificate',
  unique: false,
  needsMeteringPoint: true,
  staticSchema,
  dynamicSchema,
  checkStatic: (json) =>
    rule(
      BigInt(json.energyWh) + BigInt(json.carryInWh) ===
        BigInt(json.certificateCount) * WH_A_CERTIFICATE + BigInt(json.carryOutWh),
      'certificateCount',
      'and carryOutWh do not add up to energyWh and carryInWh',
    ) ??
    rule(
      json.lastValidMonth === lastValidMonthOf(json.productionMonth),
      'lastValidMonth',
      'is not the one the rule gives',
    ) ??
    rule(
      json.blankIntervals.every((interval) => interval.slice(0, 17) < interval.slice(18)),
      'blankIntervals',
      'has an interval that ends before it starts',
    ),
  checkDynamic: (json) =>
    rule(
      json.registrationStatus === 'issued' || json.reason !== undefined,
      'reason',
      'is missing for a changed status',
    ),
  quantityOf: (json) => BigInt(json.certificateCount),
});
