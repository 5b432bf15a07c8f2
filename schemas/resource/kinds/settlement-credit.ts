/**
 * A settlement credit: a claim in fen from a settled billing period, divisible and transferable; names
 * after CIM ErpReceivable and billing period. docs/protocol.md#kinds
 */
import { Type } from 'typebox';
import { defineKind, rule } from '../resource-kind.ts';
import {
  dateField,
  integerField,
  patternField,
  resourceIdField,
  textField,
} from './attribute-field.ts';

const staticSchema = Type.Object(
  {
    invoiceNumber: patternField('Number of the settlement statement', '^[A-Z0-9-]{4,32}$'),
    creditorName: textField('Who is owed'),
    debtorName: textField('Who owes'),
    settlementType: Type.Enum([
      'energy',
      'deviation',
      'ancillaryService',
      'transmission',
      'greenCertificate',
    ]),
    currency: Type.Literal('CNY'),
    amountFen: integerField('Amount in fen', 1),
    billingPeriodStartDate: dateField('First day of the billing period'),
    billingPeriodEndDate: dateField('Last day of the billing period'),
    dueDate: dateField('Day the amount is due'),
    relatedResource: Type.Optional(resourceIdField('What was settled')),
  },
  { additionalProperties: false },
);

const dynamicSchema = Type.Object(
  {
    claimStatus: Type.Enum(['open', 'confirmed', 'disputed', 'paid', 'overdue']),
    outstandingFen: integerField('Amount not yet paid in fen'),
  },
  { additionalProperties: false },
);

/** Kind `settlement-credit/v1`: a batch in fen. */
export const settlementCredit = defineKind({
  id: 'settlement-credit/v1',
  title: 'Settlement credit',
  unit: 'fen',
  unique: false,
  needsMeteringPoint: false,
  staticSchema,
  dynamicSchema,
  checkStatic: (json) =>
    rule(
      json.billingPeriodStartDate <= json.billingPeriodEndDate,
      'billingPeriodEndDate',
      'is before billingPeriodStartDate',
    ) ??
    rule(json.billingPeriodEndDate <= json.dueDate, 'dueDate', 'is before billingPeriodEndDate') ??
    rule(json.creditorName !== json.debtorName, 'debtorName', 'is the creditor'),
  checkDynamic: (json) =>
    rule(
      (json.claimStatus === 'paid') === (json.outstandingFen === 0),
      'outstandingFen',
      'is zero exactly when the claim is paid',
    ),
  quantityOf: (json) => BigInt(json.amountFen),
});
