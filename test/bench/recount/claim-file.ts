/* The claim of a run (`bench.json`), read strictly: a recount trusts none of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { recountError } from './errors.ts';

const count = Type.Integer({ minimum: 0 });
const height = Type.String({ pattern: '^[0-9]{1,15}$' });
const step = Type.Object(
  {
    rate: count,
    sent: count,
    startedMs: count,
    windowMs: Type.Number({ exclusiveMinimum: 0 }),
    completedPerSecond: count,
    completed: count,
    refunded: count,
    lost: count,
    doubled: count,
    fromHeight: height,
    toHeight: height,
  },
  { additionalProperties: false },
);
const schema = Type.Object(
  {
    relayer: Type.String({ pattern: '^[0-9a-f]{40}$' }),
    forgedRefused: count,
    forgedAccepted: count,
    steps: Type.Array(step, { minItems: 1 }),
  },
  { additionalProperties: false },
);

export type Claim = Readonly<Static<typeof schema>>;
export type StepClaim = Claim['steps'][number];

/** @throws RECOUNT_CLAIM */
export function readClaim(directory: string): Claim {
  const file = join(directory, 'bench.json');
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw recountError('RECOUNT_CLAIM', { file }, cause);
  }
  if (Value.Check(schema, value)) return value;
  const [fault] = Value.Errors(schema, value);
  throw recountError('RECOUNT_CLAIM', { file, where: fault?.instancePath ?? '' });
}
