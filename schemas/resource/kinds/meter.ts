/**
 * An electricity meter: CIM Meter, EndDeviceInfo and Reading (IEC 61968-9). docs/protocol.md#kinds
 */
import { Type } from 'typebox';
import { defineKind, rule } from '../resource-kind.ts';
import {
  dateField,
  integerField,
  meteringPointField,
  mridField,
  patternField,
  subdivisionField,
  textField,
} from './attribute-field.ts';

const staticSchema = Type.Object(
  {
    mRID: mridField(),
    serialNumber: patternField('CIM Asset.serialNumber', '^[A-Z0-9-]{4,32}$'),
    manufacturer: textField('CIM ProductAssetModel.manufacturer'),
    modelNumber: textField('CIM ProductAssetModel.modelNumber', 64),
    phaseCount: Type.Enum([1, 3], { description: 'CIM EndDeviceInfo.phaseCount' }),
    ratedVoltageVolts: integerField('CIM EndDeviceInfo.ratedVoltage in V', 1, 1_000_000),
    ratedCurrentMilliamperes: integerField('CIM EndDeviceInfo.ratedCurrent in mA', 1, 10_000_000),
    accuracyClass: Type.Enum(['0.2S', '0.5S', '0.5', '1', '2', 'A', 'B', 'C', 'D', 'E'], {
      description: 'Active energy, IEC 62053 or GB/T 17215',
    }),
    pulsesPerKWh: Type.Optional(integerField('Meter constant in pulses a kWh', 1, 1_000_000)),
    protocol: Type.Enum(['DL/T 645-2007', 'DL/T 698.45', 'DLMS/COSEM', 'Modbus', 'SML'], {
      description: 'How it is read',
    }),
    subdivision: subdivisionField('Where the meter stands'),
    installationDate: dateField('CIM LifecycleDate.installationDate'),
    calibrationDueDate: dateField('When its verification ends'),
    meteringPoint: meteringPointField(),
  },
  { additionalProperties: false },
);

const dynamicSchema = Type.Object(
  {
    energyExportedWh: integerField('CIM Reading of flow direction reverse, register in Wh'),
    energyImportedWh: integerField('CIM Reading of flow direction forward, register in Wh'),
    readingQuality: Type.Enum(['valid', 'estimated', 'suspect', 'missing'], {
      description: 'CIM ReadingQuality',
    }),
    firmwareVersion: Type.Optional(textField('Firmware version', 64)),
  },
  { additionalProperties: false },
);

/** Kind `meter/v1`: unique. */
export const meter = defineKind({
  id: 'meter/v1',
  title: 'Electricity meter',
  unit: 'piece',
  unique: true,
  needsMeteringPoint: false,
  staticSchema,
  dynamicSchema,
  checkStatic: (json) =>
    rule(
      json.installationDate <= json.calibrationDueDate,
      'calibrationDueDate',
      'is before installationDate',
    ),
  checkDynamic: () => undefined,
  quantityOf: () => 1n,
});
