/**
 * What a resource kind is: an id, a unit, the schemas of its static and dynamic groups and the rules
 * JSON Schema cannot say. kinds/ has one file a kind, registry.ts lists them. docs/protocol.md#kinds
 */
import type { Static, TObject } from 'typebox';
import type { UnitCode } from '../units.ts';

/** Which attribute breaks a rule, as a JSON pointer, and how. */
export interface RuleBreach {
  readonly path: string;
  readonly problem: string;
}

/** One kind; `json` arguments have passed the group's schema. */
export interface ResourceKind<S extends TObject = TObject, D extends TObject = TObject> {
  /** Name and version, such as `green-certificate/v1`: what the resource id commits to. */
  readonly id: string;
  readonly title: string;
  /** Base unit of holdings. */
  readonly unit: UnitCode;
  /** True for a thing there is one of: its quantity is 1. */
  readonly unique: boolean;
  /** True where a supply statement must name a metering point and an interval. */
  readonly needsMeteringPoint: boolean;
  readonly staticSchema: S;
  readonly dynamicSchema: D;
  /** The first broken rule of the static group. */
  checkStatic(json: Static<S>): RuleBreach | undefined;
  /** The first broken rule of the dynamic group. */
  checkDynamic(json: Static<D>): RuleBreach | undefined;
  /** Base units the static group says there are. */
  quantityOf(json: Static<S>): bigint;
}

/** Infers the schemas' types for the rules of one kind. */
export function defineKind<S extends TObject, D extends TObject>(
  kind: ResourceKind<S, D>,
): ResourceKind<S, D> {
  return kind;
}

/** A breach at the top-level property `name` unless `holds`. */
export function rule(holds: boolean, name: string, problem: string): RuleBreach | undefined {
  return holds ? undefined : { path: `/${name}`, problem };
}
