/** Codes of the resource schemas: attributes, identifiers, dynamic entries, supply statements and kinds. */
import { createErrors } from '../errors.ts';

export const resourceError = createErrors({
  RESOURCE_KIND_UNKNOWN: {
    status: 400,
    retry: 'never',
    message: 'This resource kind is not registered',
  },
  RESOURCE_SCHEMA: {
    status: 400,
    retry: 'never',
    message: 'A resource does not match the schema of its kind',
  },
  RESOURCE_RULE: {
    status: 400,
    retry: 'never',
    message: 'A resource breaks a rule of its kind',
  },
  RESOURCE_QUANTITY: {
    status: 400,
    retry: 'never',
    message: 'The quantity is not the one the static group states',
  },
  RESOURCE_TIME: {
    status: 400,
    retry: 'never',
    message: 'This is not a time, date or month of the calendar',
  },
  RESOURCE_ATTRIBUTE_NAME: {
    status: 400,
    retry: 'never',
    message: 'An attribute name is a letter and up to 63 letters or digits, once in a group',
  },
  RESOURCE_ATTRIBUTE_UNKNOWN: {
    status: 400,
    retry: 'never',
    message: 'The kind has no such attribute, or it is not in the tree',
  },
  RESOURCE_ATTRIBUTE_TYPE: {
    status: 400,
    retry: 'never',
    message: 'An attribute value has another type than its kind says',
  },
  RESOURCE_ATTRIBUTE_SALT: {
    status: 400,
    retry: 'never',
    message: 'Each attribute needs its own 16-byte salt, never shared with another',
  },
  RESOURCE_ATTRIBUTES_EMPTY: {
    status: 400,
    retry: 'never',
    message: 'An attribute group must not be empty',
  },
  RESOURCE_ROOT_ZERO: {
    status: 400,
    retry: 'never',
    message: 'A zero root proves nothing',
  },
  RESOURCE_SERIES: {
    status: 400,
    retry: 'never',
    message: 'The readings do not tile the calendar month one after another',
  },
  RESOURCE_CARRY: {
    status: 400,
    retry: 'never',
    message: 'A carry is below the 1000 kWh of one certificate',
  },
  DYNAMIC_INDEX: {
    status: 409,
    retry: 'never',
    message: 'A dynamic entry does not have the next index',
  },
  DYNAMIC_LINK: {
    status: 409,
    retry: 'never',
    message: 'A dynamic entry does not name the head before it',
  },
  DYNAMIC_TIME: {
    status: 409,
    retry: 'never',
    message: 'A dynamic entry is older than the entry before it',
  },
  DYNAMIC_SIGNATURE: {
    status: 401,
    retry: 'never',
    message: 'A dynamic entry is not signed by the issuer of its resource',
  },
  DYNAMIC_NO_EQUIVOCATION: {
    status: 400,
    retry: 'never',
    message: 'The two entries do not contradict each other',
  },
  SUPPLY_INDEX: {
    status: 400,
    retry: 'never',
    message: 'The index of a supply statement starts from 1',
  },
  SUPPLY_INTERVAL: {
    status: 400,
    retry: 'never',
    message: 'A metering point needs a rising interval, and without one the interval is zero',
  },
  SUPPLY_DOMAIN: {
    status: 400,
    retry: 'never',
    message: 'A supply statement is addressed to another main chain',
  },
  SUPPLY_SIGNATURE: {
    status: 401,
    retry: 'never',
    message: 'A supply statement is not signed by the issuer of its resource',
  },
});
