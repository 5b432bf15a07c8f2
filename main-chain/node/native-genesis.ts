/**
 * Makes the genesis of a native chain with the defaults of its profile: `local` serves development
 * and the demo (no proposal delay, open admission, a ten-year trusting period, said plainly);
 * `production` waits a day and trusts for three weeks. docs/protocol.md#genesis
 */
import { encode } from '../../schemas/codec/codec.ts';
import { compareBytes } from '../../schemas/hash.ts';
import {
  type Genesis,
  genesisCodec,
  type Organisation,
  verifyGenesis,
} from '../../schemas/wire/genesis.ts';
import type { Validator } from '../../schemas/wire/validator-set.ts';

/** What the maker must say; the rest has defaults. */
export interface GenesisOptions {
  readonly name: string;
  readonly profile: Genesis['profile'];
  /** Unix milliseconds. */
  readonly createdMs: bigint;
  readonly validators: readonly Validator[];
  readonly organisations: readonly Organisation[];
  /** Votes a proposal needs; more than half of the organisations by default. */
  readonly quorum?: number;
  readonly guardians?: readonly Uint8Array[];
  readonly admission?: Genesis['admission'];
  readonly admitted?: readonly Uint8Array[];
  readonly leastTimeoutSeconds?: bigint;
}

const DAY = 86_400n;

const PROFILES = {
  local: { proposalDelaySeconds: 0n, trustingPeriodSeconds: 3653n * DAY, leastTimeoutSeconds: 1n },
  production: {
    proposalDelaySeconds: DAY,
    trustingPeriodSeconds: 21n * DAY,
    leastTimeoutSeconds: 60n,
  },
} as const;

/** Genesis bytes of a chain of one kind. @throws GENESIS_* VALIDATOR_* */
export function createNativeGenesis(kind: Genesis['kind'], options: GenesisOptions): Uint8Array {
  const { name, profile, createdMs, organisations } = options;
  const rules = PROFILES[profile];
  const genesis: Genesis = {
    name,
    kind,
    profile,
    createdMs,
    validators: [...options.validators].sort((left, right) =>
      compareBytes(left.address, right.address),
    ),
    organisations,
    quorum: options.quorum ?? Math.floor(organisations.length / 2) + 1,
    guardians: options.guardians ?? [],
    proposalDelaySeconds: rules.proposalDelaySeconds,
    admission: options.admission ?? 'open',
    admitted: options.admitted ?? [],
    trustingPeriodSeconds: rules.trustingPeriodSeconds,
    leastTimeoutSeconds: options.leastTimeoutSeconds ?? rules.leastTimeoutSeconds,
  };
  verifyGenesis(genesis);
  return encode(genesisCodec, genesis);
}

/** Genesis bytes of a main chain. @throws GENESIS_* VALIDATOR_* */
export function createMainGenesis(options: GenesisOptions): Uint8Array {
  return createNativeGenesis('main', options);
}
