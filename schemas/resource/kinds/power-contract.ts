/**
 * A power contract with a daily curve of 24 hours or 96 quarter-hours; curve words after IEC 62325
 * (TimeSeries, Period.resolution, Point.quantity). docs/protocol.md#kinds
 */
import { Type } from 'typebox';
import { parseDate } from '../civil-time.ts';
import { defineKind, rule } from '../resource-kind.ts';
import {
  dateField,
  integerField,
  nameField,
  patternField,
  subdivisionField,
} from './attribute-field.ts';

const point = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 });

const staticSchema = Type.Object(
  {
    contractNumber: patternField('Number of the trading centre', '^[A-Z0-9-]{4,32}$'),
    name: nameField(),
    transactionType: Type.Enum(['bilateral', 'auction', 'listed', 'green']),
    sellerSubdivision: subdivisionField('Where the energy is fed in'),
    buyerSubdivision: subdivisionField('Where the energy is taken out'),
    deliveryStartDate: dateField('First day of delivery'),
    deliveryEndDate: dateField('Last day of delivery'),
    resolution: Type.Enum(['PT60M', 'PT15M'], { description: 'CIM Period.resolution' }),
    curveWh: Type.Union(
      [
        Type.Array(point, { minItems: 24, maxItems: 24 }),
        Type.Array(point, { minItems: 96, maxItems: 96 }),
      ],
      { description: 'CIM Point.quantity: energy of each step of a day in Wh, the same every day' },
    ),
    energyWh: integerField('Energy of all days in Wh', 1),
    priceFenPerMWh: integerField(
      'Price in fen per MWh, negative prices occur',
      -1_000_000,
      10_000_000,
    ),
  },
  { additionalProperties: false },
);

const dynamicSchema = Type.Object(
  {
    contractStatus: Type.Enum(['signed', 'inDelivery', 'suspended', 'settled', 'terminated']),
    deliveredWh: integerField('Energy delivered so far in Wh'),
    settledThroughDate: Type.Optional(dateField('Last day that is settled')),
  },
  { additionalProperties: false },
);

/** Kind `power-contract/v1`: a batch in Wh. */
export const powerContract = defineKind({
  id: 'power-contract/v1',
  title: 'Power contract',
  unit: 'Wh',
  unique: false,
  needsMeteringPoint: false,
  staticSchema,
  dynamicSchema,
  checkStatic(json) {
    const days = parseDate(json.deliveryEndDate) - parseDate(json.deliveryStartDate) + 1;
    const energyOfDay = json.curveWh.reduce((sum, energy) => sum + BigInt(energy), 0n);
    return (
      rule(days >= 1, 'deliveryEndDate', 'is before deliveryStartDate') ??
      rule(
        json.curveWh.length === (json.resolution === 'PT60M' ? 24 : 96),
        'curveWh',
        'does not have the points of its resolution',
      ) ??
      rule(
        energyOfDay * BigInt(days) === BigInt(json.energyWh),
        'energyWh',
        'is not the sum of the curve over all days',
      )
    );
  },
  checkDynamic: (json) =>
    rule(
      json.contractStatus !== 'settled' || json.settledThroughDate !== undefined,
      'settledThroughDate',
      'is missing for a settled contract',
    ),
  quantityOf: (json) => BigInt(json.energyWh),
});
