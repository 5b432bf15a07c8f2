/**
 * A generating unit: CIM GeneratingUnit (IEC 61970-301) with its subclasses as energySource.
 * docs/protocol.md#kinds
 */
import { Type } from 'typebox';
import { defineKind, rule } from '../resource-kind.ts';
import {
  dateField,
  integerField,
  MAX_JSON_INTEGER,
  meteringPointField,
  mridField,
  nameField,
  patternField,
  subdivisionField,
  textField,
} from './attribute-field.ts';

const staticSchema = Type.Object(
  {
    mRID: mridField(),
    name: nameField(),
    energySource: Type.Enum(
      ['wind', 'solar', 'hydro', 'biomass', 'geothermal', 'ocean', 'nuclear', 'coal', 'gas'],
      { description: 'CIM WindGeneratingUnit, SolarGeneratingUnit, HydroGeneratingUnit and so on' },
    ),
    nominalPWatts: integerField('CIM GeneratingUnit.nominalP in W', 1),
    minOperatingPWatts: integerField('CIM GeneratingUnit.minOperatingP in W'),
    maxOperatingPWatts: integerField('CIM GeneratingUnit.maxOperatingP in W', 1),
    manufacturer: Type.Optional(textField('CIM ProductAssetModel.manufacturer')),
    subdivision: subdivisionField('Where the unit stands'),
    commissioningDate: dateField('CIM LifecycleDate.installationDate'),
    projectCode: Type.Optional(
      patternField('Code of the renewable project register', '^[A-Z0-9-]{4,32}$'),
    ),
    meteringPoint: meteringPointField(),
  },
  { additionalProperties: false },
);

const dynamicSchema = Type.Object(
  {
    activePowerWatts: integerField(
      'CIM AnalogValue.value of active power in W, negative for own consumption',
      -MAX_JSON_INTEGER,
    ),
    energyExportedWh: integerField('Register of energy delivered since commissioning, Wh'),
    operatingState: Type.Enum(['inService', 'curtailed', 'maintenance', 'outOfService']),
    windSpeedMillimetresPerSecond: Type.Optional(
      integerField('Wind at hub height in mm/s', 0, 100_000),
    ),
  },
  { additionalProperties: false },
);

/** Kind `generating-unit/v1`: unique. */
export const generatingUnit = defineKind({
  id: 'generating-unit/v1',
  title: 'Generating unit',
  unit: 'piece',
  unique: true,
  needsMeteringPoint: false,
  staticSchema,
  dynamicSchema,
  checkStatic: (json) =>
    rule(
      json.minOperatingPWatts <= json.maxOperatingPWatts,
      'minOperatingPWatts',
      'is above maxOperatingPWatts',
    ) ??
    rule(
      json.nominalPWatts <= json.maxOperatingPWatts,
      'nominalPWatts',
      'is above maxOperatingPWatts',
    ),
  checkDynamic: () => undefined,
  quantityOf: () => 1n,
});
