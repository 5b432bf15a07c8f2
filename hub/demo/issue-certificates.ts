/**
 * The first act: the issuer puts each unit and its month of green certificates into circulation on
 * Jiangsu, and the main chain registers them. What is secret of them stays in files of the issuer.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseHex } from '../../schemas/codec/hex.ts';
import { toHex } from '../../schemas/hash.ts';
import { generatingUnit } from '../../schemas/resource/kinds/generating-unit.ts';
import { greenCertificate } from '../../schemas/resource/kinds/green-certificate.ts';
import { type PreparedIssue, prepareIssue } from '../cli/issue-message.ts';
import { planUnit, type UnitPlan } from './certificate-plan.ts';
import type { Progress } from './progress.ts';
import { DEMO_UNITS } from './series/series-catalogue.ts';
import { type Stage, waitUntil } from './stage.ts';
import { UNIT_ROLES } from './story.ts';

const STEP = 'issue';
const SERIES = fileURLToPath(new URL('./series/', import.meta.url));

/** A unit's month and the two resources it became. */
export interface IssuedUnit {
  readonly plan: UnitPlan;
  readonly unitResourceId: Uint8Array;
  readonly certificateId: Uint8Array;
}

/** Issues what is not issued yet; answers all units, in the order of the catalogue. @throws CLI_* RESOURCE_* SERIES_* */
export async function issueCertificates(
  stage: Stage,
  progress: Progress,
  directory: string,
): Promise<readonly IssuedUnit[]> {
  const plans = planUnits(stage, directory);
  const wallet = stage.wallet('issuer');
  let signed = progress.signed(STEP);
  if (signed === undefined) {
    const prepared = plans.map((plan) => prepareUnit(stage, plan));
    const all = prepared.flatMap(({ unit, certificates }) => [unit, certificates]);
    for (const each of all) writePrivate(directory, each);
    signed = await wallet.sign(all.map(({ message }) => message));
    const note = prepared.map(({ unit, certificates }, at) => [
      plans[at]?.unit.id ?? '',
      `${toHex(unit.resourceId)} ${toHex(certificates.resourceId)}`,
    ]);
    progress.keep(STEP, signed, Object.fromEntries(note));
  }
  await wallet.land(signed);
  const note = progress.note(STEP) ?? {};
  const issued = plans.map((plan): IssuedUnit => {
    const [unit = '', certificates = ''] = (note[plan.unit.id] ?? '').split(' ');
    return { plan, unitResourceId: parseHex(unit, 32), certificateId: parseHex(certificates, 32) };
  });
  await Promise.all(issued.map((each) => waitForRegistration(stage, each)));
  return issued;
}

function planUnits({ ports }: Stage, directory: string): readonly UnitPlan[] {
  const secret = meteringSecret(join(directory, 'keys', 'metering-points.hex'));
  return DEMO_UNITS.flatMap((unit) => {
    const role = UNIT_ROLES[unit.id];
    return role === undefined ? [] : [planUnit(unit, role, SERIES, secret, ports.hash)];
  });
}

/** What hides metering points; one point must keep one secret. */
function meteringSecret(file: string): Uint8Array {
  if (!existsSync(file))
    writeFileSync(file, toHex(new Uint8Array(randomBytes(16))), { mode: 0o600, flag: 'wx' });
  return parseHex(readFileSync(file, 'utf8').trim(), 16);
}

interface PreparedUnit {
  readonly unit: Prepared;
  readonly certificates: Prepared;
}
type Prepared = PreparedIssue & { readonly staticGroup: Readonly<Record<string, unknown>> };

function prepareUnit({ network, ports }: Stage, plan: UnitPlan): PreparedUnit {
  const { jiangsu, main } = network.chains;
  const prepare = (kind: string, staticGroup: Readonly<Record<string, unknown>>): Prepared => ({
    staticGroup,
    ...prepareIssue(
      {
        kind,
        staticGroup,
        owner: network.keys.key(plan.role.owner).address,
        issuer: network.keys.key('issuer'),
        home: jiangsu.chainId,
        mainGenesisHash: main.genesisHash,
      },
      ports,
    ),
  });
  const unit = prepare(generatingUnit.id, plan.unitGroup);
  return {
    unit,
    certificates: prepare(greenCertificate.id, plan.certificateGroup(unit.resourceId)),
  };
}

/** Attributes and salts: whoever holds this file can show single attributes of the resource. */
function writePrivate(
  directory: string,
  { message, resourceId, staticGroup, salts }: Prepared,
): void {
  const folder = join(directory, 'resources');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const record = { resourceId: toHex(resourceId), kind: message.kind, static: staticGroup, salts };
  writeFileSync(
    join(folder, `${record.resourceId}.json`),
    `${JSON.stringify(record, undefined, 2)}\n`,
    { mode: 0o600 },
  );
}

async function waitForRegistration(
  { chains }: Stage,
  { plan, certificateId, unitResourceId }: IssuedUnit,
): Promise<void> {
  const wanted = [
    { resourceId: unitResourceId, quantity: 1n },
    { resourceId: certificateId, quantity: BigInt(plan.month.certificates) },
  ].filter(({ quantity }) => quantity > 0n);
  await waitUntil(async () => {
    const books = await chains.main.facts('books', wanted);
    return wanted.every(({ quantity }, at) => (books[at]?.registered ?? 0n) >= quantity)
      ? true
      : undefined;
  });
}
