/**
 * An electric-vehicle charging station. CIM has no such class: names follow OCPP 2.0.1
 * (ChargingStationType, ConnectorStatusEnumType, measurands). docs/protocol.md#kinds
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

const connector = Type.Enum([
  'cGBT-AC',
  'cGBT-DC',
  'cChaoJi',
  'cCCS1',
  'cCCS2',
  'cG105',
  'cType1',
  'cType2',
]);

const staticSchema = Type.Object(
  {
    mRID: mridField(),
    vendorName: textField('OCPP ChargingStation.vendorName', 50),
    model: textField('OCPP ChargingStation.model', 20),
    serialNumber: patternField('OCPP ChargingStation.serialNumber', '^[A-Za-z0-9-]{1,25}$'),
    evseCount: integerField('Number of OCPP EVSE', 1, 64),
    connectorTypes: Type.Array(connector, {
      description: 'OCPP ConnectorType of each EVSE in order',
      minItems: 1,
      maxItems: 64,
    }),
    currentType: Type.Enum(['AC', 'DC']),
    maxPowerWatts: integerField('Largest power of the station in W', 1, 10_000_000),
    maxVoltageVolts: integerField('Largest voltage in V', 1, 1500),
    subdivision: subdivisionField('Where the station stands'),
    commissioningDate: dateField('CIM LifecycleDate.installationDate'),
    meteringPoint: meteringPointField(),
  },
  { additionalProperties: false },
);

const dynamicSchema = Type.Object(
  {
    connectorStatus: Type.Enum(['Available', 'Occupied', 'Reserved', 'Unavailable', 'Faulted'], {
      description: 'OCPP ConnectorStatusEnumType',
    }),
    firmwareVersion: textField('OCPP ChargingStation.firmwareVersion', 50),
    energyActiveImportRegisterWh: integerField('OCPP Energy.Active.Import.Register in Wh'),
    powerActiveImportWatts: integerField('OCPP Power.Active.Import in W', 0, 10_000_000),
  },
  { additionalProperties: false },
);

/** Kind `ev-charger/v1`: unique. */
export const evCharger = defineKind({
  id: 'ev-charger/v1',
  title: 'Electric-vehicle charging station',
  unit: 'piece',
  unique: true,
  needsMeteringPoint: false,
  staticSchema,
  dynamicSchema,
  checkStatic: (json) =>
    rule(
      json.connectorTypes.length === json.evseCount,
      'connectorTypes',
      'does not have one connector for each EVSE',
    ),
  checkDynamic: (json) =>
    rule(
      json.powerActiveImportWatts === 0 || json.connectorStatus === 'Occupied',
      'powerActiveImportWatts',
      'is not zero while no vehicle is connected',
    ),
  quantityOf: () => 1n,
});
