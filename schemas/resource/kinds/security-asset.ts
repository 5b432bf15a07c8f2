/**
 * A network-security asset of a power monitoring system: security zones I to IV, protection levels of
 * GB/T 22240, weaknesses as CWE numbers. CIM names for what CIM Asset has. docs/protocol.md#kinds
 */
import { Type } from 'typebox';
import { defineKind, rule } from '../resource-kind.ts';
import {
  dateField,
  hexField,
  integerField,
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
    assetType: Type.Enum([
      'server',
      'workstation',
      'rtu',
      'ied',
      'gateway',
      'switch',
      'firewall',
      'isolationDevice',
      'encryptionDevice',
    ]),
    manufacturer: textField('CIM ProductAssetModel.manufacturer'),
    modelNumber: textField('CIM ProductAssetModel.modelNumber', 64),
    serialNumber: patternField('CIM Asset.serialNumber', '^[A-Za-z0-9-]{1,32}$'),
    macPrefix: Type.Optional(patternField('IEEE OUI of its interfaces', '^[0-9A-F]{6}$')),
    securityZone: Type.Enum(['I', 'II', 'III', 'IV']),
    protectionLevel: integerField('Level of the classified protection, GB/T 22240', 1, 5),
    subdivision: subdivisionField('Where the asset stands'),
    commissioningDate: dateField('CIM LifecycleDate.installationDate'),
  },
  { additionalProperties: false },
);

const dynamicSchema = Type.Object(
  {
    operatingSystem: textField('Name of the operating system', 64),
    osVersion: textField('Version of the operating system', 64),
    osEndOfLifeDate: Type.Optional(dateField('Last day of its security updates')),
    patchDate: dateField('When it was patched last'),
    openTcpPorts: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
      description: 'Listening TCP ports in ascending order',
      maxItems: 256,
    }),
    weaknesses: Type.Array(Type.String({ pattern: '^CWE-[1-9][0-9]{0,4}$' }), {
      description: 'Open findings by CWE number',
      maxItems: 64,
      uniqueItems: true,
    }),
    firmwareDigest: Type.Optional(hexField('SHA-256 of the firmware', 32)),
    riskLevel: Type.Enum(['low', 'medium', 'high', 'critical']),
  },
  { additionalProperties: false },
);

/** Kind `security-asset/v1`: unique. */
export const securityAsset = defineKind({
  id: 'security-asset/v1',
  title: 'Network-security asset',
  unit: 'piece',
  unique: true,
  needsMeteringPoint: false,
  staticSchema,
  dynamicSchema,
  checkStatic: (json) =>
    rule(
      json.protectionLevel >= 2 || (json.securityZone !== 'I' && json.securityZone !== 'II'),
      'protectionLevel',
      'is below 2 in a production control zone',
    ),
  checkDynamic: (json) =>
    rule(
      json.openTcpPorts.every((port, at) => at === 0 || port > (json.openTcpPorts[at - 1] ?? 0)),
      'openTcpPorts',
      'is not in ascending order',
    ),
  quantityOf: () => 1n,
});
