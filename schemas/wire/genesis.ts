/**
 * The genesis of a native chain: its name, rules and first members; its hash is the chain's identity.
 * Delay, quorum, admission, trusting period and least timeout are fixed here. docs/protocol.md#genesis
 */
import {
  type Codec,
  choice,
  encode,
  fixed,
  list,
  type StructOf,
  struct,
  text,
  u16,
  u64,
} from '../codec/codec.ts';
import { createErrors } from '../errors.ts';
import { domainTag, sha256Of, toHex } from '../hash.ts';
import type { HashPort } from '../ports.ts';
import { certifiesAlone, validatorSetCodec, verifyValidatorSet } from './validator-set.ts';

export const genesisError = createErrors({
  GENESIS_PRODUCTION: {
    status: 400,
    retry: 'never',
    message:
      'The production profile needs a proposal delay of at least 86400 seconds, a quorum of at least 2 and no validator with more than two thirds of the power',
  },
  GENESIS_MEMBERS: {
    status: 400,
    retry: 'never',
    message: 'Two organisations share an address or a name, so one would vote twice',
  },
  GENESIS_QUORUM: {
    status: 400,
    retry: 'never',
    message: 'The quorum is zero or above the number of organisations',
  },
});

const organisationFields = { name: text(64), address: fixed(20) };
/** Who administers a chain. */
export const membersFields = {
  organisations: list(struct(organisationFields), 64),
  quorum: u16,
  guardians: list(fixed(20), 64),
};
const genesisFields = {
  name: text(32),
  kind: choice(['main', 'shard']),
  profile: choice(['local', 'production']),
  createdMs: u64,
  validators: validatorSetCodec,
  ...membersFields,
  proposalDelaySeconds: u64,
  admission: choice(['open', 'list']),
  admitted: list(fixed(20), 1024),
  trustingPeriodSeconds: u64,
  leastTimeoutSeconds: u64,
};

/** A voting organisation: one vote, one administration address. */
export type Organisation = StructOf<typeof organisationFields>;
/** Organisations, how many of them decide, and guardians: first those of the genesis. */
export type Members = StructOf<typeof membersFields>;
export const membersCodec: Codec<Members> = struct(membersFields);
export type Genesis = StructOf<typeof genesisFields>;
export const genesisCodec: Codec<Genesis> = struct(genesisFields);

const TAG = domainTag('tieline/gen/v1');

/** 32 bytes: SHA256(tag ‖ genesis). The CAIP-2 chain id carries its first 16. */
export function genesisHash(genesis: Genesis, hash: HashPort): Uint8Array {
  return sha256Of(hash, TAG, encode(genesisCodec, genesis));
}

/** @throws GENESIS_PRODUCTION GENESIS_QUORUM GENESIS_MEMBERS VALIDATOR_SET_EMPTY VALIDATOR_SET_ORDER VALIDATOR_POWER */
export function verifyGenesis(genesis: Genesis): void {
  verifyValidatorSet(genesis.validators);
  verifyMembers(genesis, genesis.profile);
  if (genesis.profile === 'local') return;
  if (genesis.proposalDelaySeconds < 86_400n || certifiesAlone(genesis.validators)) {
    throw genesisError('GENESIS_PRODUCTION');
  }
}

/** @throws GENESIS_PRODUCTION GENESIS_QUORUM GENESIS_MEMBERS */
export function verifyMembers(
  { organisations, quorum }: Members,
  profile: Genesis['profile'],
): void {
  const addresses = new Set(organisations.map(({ address }) => toHex(address)));
  const names = new Set(organisations.map(({ name }) => name));
  if (addresses.size !== organisations.length || names.size !== organisations.length) {
    throw genesisError('GENESIS_MEMBERS');
  }
  if (quorum === 0 || quorum > organisations.length) {
    throw genesisError('GENESIS_QUORUM', { quorum, organisations: organisations.length });
  }
  if (profile === 'production' && quorum < 2) throw genesisError('GENESIS_PRODUCTION');
}
