/**
 * Carbon allowances (such as CEA) and credits (such as CCER): a block of serial numbers, one tonne of
 * CO2 equivalent each, held in grams. docs/protocol.md#kinds
 */
import { Type } from 'typebox';
import { defineKind, rule } from '../resource-kind.ts';
import {
  dateField,
  integerField,
  patternField,
  subdivisionField,
  textField,
} from './attribute-field.ts';

const GRAMS_A_TONNE = 1_000_000;

const staticSchema = Type.Object(
  {
    instrument: Type.Enum(['allowance', 'credit']),
    scheme: patternField('Short name of the scheme, such as CEA or CCER', '^[A-Z][A-Z0-9-]{1,15}$'),
    registryName: textField('Registry that keeps the serial numbers'),
    serialFirst: integerField('First serial number of the block', 1),
    serialLast: integerField('Last serial number of the block', 1),
    quantityGramsCO2e: Type.Integer({
      description: 'Mass of the block in g CO2e, whole tonnes',
      minimum: GRAMS_A_TONNE,
      maximum: Number.MAX_SAFE_INTEGER,
      multipleOf: GRAMS_A_TONNE,
    }),
    vintageYear: integerField('Year the allowance is for or the reduction was made in', 1990, 2999),
    subdivision: subdivisionField('Where the holder or project is'),
    issueDate: dateField('When the registry issued the block'),
    projectCode: Type.Optional(
      patternField('Credits only: the project of the registry', '^[A-Z0-9-]{4,32}$'),
    ),
    methodology: Type.Optional(textField('Credits only: the methodology', 64)),
  },
  { additionalProperties: false },
);

const dynamicSchema = Type.Object(
  {
    registryStatus: Type.Enum(['valid', 'suspended', 'surrendered', 'invalidated', 'reversed']),
    reason: Type.Optional(textField('Why the status changed')),
  },
  { additionalProperties: false },
);

/** Kind `carbon-allowance/v1`: a batch in grams of CO2 equivalent. */
export const carbonAllowance = defineKind({
  id: 'carbon-allowance/v1',
  title: 'Carbon allowance or credit',
  unit: 'gCO2e',
  unique: false,
  needsMeteringPoint: false,
  staticSchema,
  dynamicSchema,
  checkStatic(json) {
    const tonnes = BigInt(json.serialLast) - BigInt(json.serialFirst) + 1n;
    const isCredit = json.instrument === 'credit';
    return (
      rule(
        tonnes * BigInt(GRAMS_A_TONNE) === BigInt(json.quantityGramsCO2e),
        'quantityGramsCO2e',
        'is not one tonne for each serial number',
      ) ??
      rule(
        isCredit === (json.projectCode !== undefined),
        'projectCode',
        'belongs to credits and only to them',
      ) ??
      rule(
        isCredit === (json.methodology !== undefined),
        'methodology',
        'belongs to credits and only to them',
      ) ??
      rule(
        Number(json.issueDate.slice(0, 4)) >= json.vintageYear,
        'issueDate',
        'is before the vintage year',
      )
    );
  },
  checkDynamic: (json) =>
    rule(
      json.registryStatus === 'valid' || json.reason !== undefined,
      'reason',
      'is missing for a changed status',
    ),
  quantityOf: (json) => BigInt(json.quantityGramsCO2e),
});
