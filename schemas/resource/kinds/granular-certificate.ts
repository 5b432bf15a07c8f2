/**
 * An hourly granular certificate bundle after the EnergyTag GC Scheme Standard: energy of one device
 * in one interval of at most an hour, divisible to the watt-hour. docs/protocol.md#kinds
 */
import { Type } from 'typebox';
import { parseTime } from '../civil-time.ts';
import { defineKind, rule } from '../resource-kind.ts';
import {
  integerField,
  meteringPointField,
  resourceIdField,
  subdivisionField,
  textField,
  timeField,
} from './attribute-field.ts';

const HOUR_SECONDS = 3600n;

const staticSchema = Type.Object(
  {
    deviceId: resourceIdField('The production device'),
    deviceName: textField('Name of the production device'),
    energyCarrier: Type.Literal('electricity'),
    energySource: Type.Enum([
      'wind',
      'solar',
      'hydro',
      'biomass',
      'geothermal',
      'ocean',
      'nuclear',
    ]),
    isStorage: Type.Boolean({ description: 'Whether the energy was discharged from storage' }),
    subdivision: subdivisionField('Where the device stands'),
    productionStartingInterval: timeField('First second of production'),
    productionEndingInterval: timeField('End of production, at most an hour later'),
    faceValueWh: integerField('Energy of the bundle in Wh', 1),
    issuanceTime: timeField('When it was issued'),
    expiryTime: timeField('When it can no longer be claimed'),
    emissionsFactorMilligramsPerKWh: integerField(
      'Emissions factor of the device in mg CO2e per kWh',
      0,
      2_000_000_000,
    ),
    meteringPoint: meteringPointField(),
  },
  { additionalProperties: false },
);

const dynamicSchema = Type.Object(
  {
    certificateStatus: Type.Enum([
      'Active',
      'Cancelled',
      'Claimed',
      'Expired',
      'Withdrawn',
      'Locked',
      'Reserved',
    ]),
    beneficiary: Type.Optional(textField('For whom it was claimed')),
  },
  { additionalProperties: false },
);

/** Kind `granular-certificate/v1`: a batch in Wh. */
export const granularCertificate = defineKind({
  id: 'granular-certificate/v1',
  title: 'Hourly granular certificate',
  unit: 'Wh',
  unique: false,
  needsMeteringPoint: true,
  staticSchema,
  dynamicSchema,
  checkStatic(json) {
    const start = parseTime(json.productionStartingInterval);
    const end = parseTime(json.productionEndingInterval);
    return (
      rule(
        start < end && end - start <= HOUR_SECONDS,
        'productionEndingInterval',
        'is not within an hour after productionStartingInterval',
      ) ??
      rule(
        end <= parseTime(json.issuanceTime),
        'issuanceTime',
        'is before productionEndingInterval',
      ) ??
      rule(
        parseTime(json.issuanceTime) < parseTime(json.expiryTime),
        'expiryTime',
        'is not after issuanceTime',
      )
    );
  },
  checkDynamic: (json) =>
    rule(
      json.certificateStatus !== 'Claimed' || json.beneficiary !== undefined,
      'beneficiary',
      'is missing for a claimed certificate',
    ),
  quantityOf: (json) => BigInt(json.faceValueWh),
});
