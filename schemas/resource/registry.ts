/**
 * All resource kinds, and validation of a group's JSON against its kind: schema first, then calendar
 * and text, then the kind's rules. docs/protocol.md#kinds
 */
import type { TObject } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { isTielineError, type TielineError } from '../errors.ts';
import { type Quantity, requireUnit } from '../units.ts';
import { type GroupJson, toAttributes } from './attribute-mapping.ts';
import { type Attribute, encodeAttributeValue } from './attribute-value.ts';
import type { AttributeGroup } from './envelope.ts';
import { resourceError } from './errors.ts';
import { carbonAllowance } from './kinds/carbon-allowance.ts';
import { evCharger } from './kinds/ev-charger.ts';
import { generatingUnit } from './kinds/generating-unit.ts';
import { granularCertificate } from './kinds/granular-certificate.ts';
import { greenCertificate } from './kinds/green-certificate.ts';
import { meter } from './kinds/meter.ts';
import { powerContract } from './kinds/power-contract.ts';
import { securityAsset } from './kinds/security-asset.ts';
import { settlementCredit } from './kinds/settlement-credit.ts';
import type { ResourceKind, RuleBreach } from './resource-kind.ts';

/** Every kind. */
export const RESOURCE_KINDS: readonly ResourceKind[] = [
  generatingUnit,
  meter,
  evCharger,
  greenCertificate,
  granularCertificate,
  carbonAllowance,
  powerContract,
  settlementCredit,
  securityAsset,
];

const MAX_PATH = 200;
const BY_ID: ReadonlyMap<string, ResourceKind> = new Map(
  RESOURCE_KINDS.map((kind) => [kind.id, kind]),
);

/** The kind of an id. @throws RESOURCE_KIND_UNKNOWN */
export function kindOf(id: string): ResourceKind {
  const kind = BY_ID.get(id);
  if (kind === undefined) throw resourceError('RESOURCE_KIND_UNKNOWN', { kind: id.slice(0, 64) });
  return kind;
}

/** The TypeBox schema of one group of a kind. @throws RESOURCE_KIND_UNKNOWN */
export function schemaOf(kindId: string, group: AttributeGroup): TObject {
  const kind = kindOf(kindId);
  return group === 'static' ? kind.staticSchema : kind.dynamicSchema;
}

/**
 * The attributes of a group's JSON, all checks passed; `path` in the error's data is a JSON pointer.
 * @throws RESOURCE_KIND_UNKNOWN
 * @throws RESOURCE_SCHEMA {kind, group, path, problem}
 * @throws RESOURCE_RULE {kind, group, path, problem}
 */
export function validateResource(
  kindId: string,
  group: AttributeGroup,
  json: unknown,
): readonly Attribute[] {
  const kind = kindOf(kindId);
  const schema = schemaOf(kindId, group);
  if (!Check(schema, json)) {
    throw resourceError('RESOURCE_SCHEMA', { kind: kindId, group, ...schemaBreach(schema, json) });
  }
  const valid = json as GroupJson;
  const attributes = checkedAttributes(kindId, group, valid);
  const breach = group === 'static' ? kind.checkStatic(valid) : kind.checkDynamic(valid);
  if (breach !== undefined) throw ruleError(kindId, group, breach);
  return attributes;
}

/**
 * Checks that a supply is the one the static group states: 1 for a unique thing, else its whole batch.
 * @throws RESOURCE_KIND_UNKNOWN RESOURCE_SCHEMA RESOURCE_RULE UNIT_MISMATCH RESOURCE_QUANTITY
 */
export function checkSupply(kindId: string, staticJson: unknown, supply: Quantity): void {
  validateResource(kindId, 'static', staticJson);
  const kind = kindOf(kindId);
  requireUnit(supply.unit, kind.unit);
  const expected = kind.quantityOf(staticJson as GroupJson);
  if (supply.value !== expected) {
    throw resourceError('RESOURCE_QUANTITY', { quantity: supply.value, expected });
  }
}

/** Attribute by attribute: dates of the calendar, text in NFC and within its bytes. */
function checkedAttributes(
  kindId: string,
  group: AttributeGroup,
  json: GroupJson,
): readonly Attribute[] {
  const schema = schemaOf(kindId, group);
  return Object.keys(json)
    .sort()
    .flatMap((name) => {
      try {
        const attributes = toAttributes(schema, { [name]: json[name] });
        for (const { value } of attributes) encodeAttributeValue(value);
        return attributes;
      } catch (error) {
        if (!isTielineError(error)) throw error;
        throw ruleError(kindId, group, { path: `/${name}`, problem: error.message }, error);
      }
    });
}

function ruleError(
  kind: string,
  group: AttributeGroup,
  { path, problem }: RuleBreach,
  cause?: unknown,
): TielineError {
  return resourceError('RESOURCE_RULE', { kind, group, path, problem }, cause);
}

function schemaBreach(schema: TObject, json: unknown): RuleBreach {
  // A closed object reports the surplus property twice: the `boolean` entry says nothing of its name.
  const first = Errors(schema, json).find((error) => error.keyword !== 'boolean');
  const params: Readonly<Record<string, unknown>> = first?.params ?? {};
  const named = params['requiredProperties'] ?? params['additionalProperties'];
  const name = Array.isArray(named) ? `/${pointerToken(String(named[0]))}` : '';
  const path = `${first?.instancePath ?? ''}${name}`.slice(0, MAX_PATH);
  return { path, problem: first?.message ?? 'does not match' };
}

function pointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
