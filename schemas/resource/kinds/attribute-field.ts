/**
 * Builders of the attribute fields kinds are made of. JSON is flat: each property is one attribute;
 * times, dates and bytes are text of a fixed pattern, so that any JSON Schema validator checks alike.
 */
import { type TInteger, type TString, Type } from 'typebox';
import { DATE_PATTERN, MONTH_PATTERN, TIME_PATTERN } from '../civil-time.ts';

/** Largest integer JSON carries exactly; larger ones do not occur in an attribute. */
export const MAX_JSON_INTEGER = Number.MAX_SAFE_INTEGER;
/** Regular expression of ISO 3166-2 codes, such as CN-JS. */
const SUBDIVISION_PATTERN = '^[A-Z]{2}-[A-Z0-9]{1,3}$';
const UUID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

/** Text of 1 to `maxLength` characters in NFC. */
export function textField(description: string, maxLength = 128): TString {
  return Type.String({ description, minLength: 1, maxLength });
}

/** Text of a regular expression. */
export function patternField(description: string, pattern: string): TString {
  return Type.String({ description, pattern });
}

/** A UTC time to the second, such as 2025-06-01T00:00:00Z. */
export function timeField(description: string): TString {
  return Type.String({ description, pattern: TIME_PATTERN });
}

/** A calendar date at the place of the resource. */
export function dateField(description: string): TString {
  return Type.String({ description, pattern: DATE_PATTERN });
}

/** A calendar month at the place of the resource. */
export function monthField(description: string): TString {
  return Type.String({ description, pattern: MONTH_PATTERN });
}

/** `length` bytes as lower-case hex. */
export function hexField(description: string, length: number): TString {
  return Type.String({
    description,
    contentEncoding: 'base16',
    pattern: `^[0-9a-f]{${length * 2}}$`,
  });
}

/** An integer from `minimum` to `maximum`. */
export function integerField(
  description: string,
  minimum = 0,
  maximum = MAX_JSON_INTEGER,
): TInteger {
  return Type.Integer({ description, minimum, maximum });
}

/** CIM IdentifiedObject.mRID: a lower-case UUID. */
export function mridField(): TString {
  return patternField('CIM IdentifiedObject.mRID, a UUID', UUID_PATTERN);
}

/** CIM IdentifiedObject.name. */
export function nameField(): TString {
  return textField('CIM IdentifiedObject.name');
}

/** A province or state as ISO 3166-2. */
export function subdivisionField(description: string): TString {
  return patternField(`${description}, ISO 3166-2`, SUBDIVISION_PATTERN);
}

/** The id of another resource. */
export function resourceIdField(description: string): TString {
  return hexField(`${description}, resource id`, 32);
}

/** The hidden metering point, see meteringPointCommitment. */
export function meteringPointField(): TString {
  return hexField('CIM UsagePoint.mRID, as commitment', 32);
}
