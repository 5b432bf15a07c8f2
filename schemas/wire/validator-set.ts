/**
 * Validator sets and their hash: keccak of `address(20) ‖ power(8)` in strictly ascending address
 * order, so that an EVM proves all signers by one comparison. docs/protocol.md#validator-set
 */
import { type Codec, fixed, list, type StructOf, struct, u16, u64 } from '../codec/codec.ts';
import { Writer } from '../codec/writer.ts';
import { createErrors } from '../errors.ts';
import { compareBytes, concatBytes, domainTag } from '../hash.ts';
import type { HashPort } from '../ports.ts';

export const validatorError = createErrors({
  VALIDATOR_SET_EMPTY: { status: 400, retry: 'never', message: 'A validator set has no member' },
  VALIDATOR_SET_ORDER: {
    status: 400,
    retry: 'never',
    message: 'Validator addresses are not strictly ascending',
  },
  VALIDATOR_POWER: {
    status: 400,
    retry: 'never',
    message: 'A validator has no power, or the total is 2^63 or more',
  },
});

/** Most members of a set. */
export const MAX_VALIDATORS = 256;

/** A checkpoint key's 20-byte address and its voting power (> 0). */
export interface Validator {
  readonly address: Uint8Array;
  readonly power: bigint;
}

export const validatorSetCodec: Codec<readonly Validator[]> = list(
  struct({ address: fixed(20), power: u64 }),
  MAX_VALIDATORS,
);

const memberSignatureFields = { index: u16, signature: fixed(65) };

/** `index` is the signer's place in the set; r ‖ s ‖ v. */
export type MemberSignature = StructOf<typeof memberSignatureFields>;
/** Signatures of members of one set, in strictly ascending index order. */
export const memberSignaturesCodec: Codec<readonly MemberSignature[]> = list(
  struct(memberSignatureFields),
  MAX_VALIDATORS,
);

/** Total power of a well-formed set. @throws VALIDATOR_SET_EMPTY VALIDATOR_SET_ORDER VALIDATOR_POWER */
export function verifyValidatorSet(set: readonly Validator[]): bigint {
  if (set.length === 0) throw validatorError('VALIDATOR_SET_EMPTY');
  let total = 0n;
  let previous: Uint8Array | undefined;
  for (const { address, power } of set) {
    if (previous !== undefined && compareBytes(previous, address) >= 0)
      throw validatorError('VALIDATOR_SET_ORDER');
    if (power === 0n) throw validatorError('VALIDATOR_POWER');
    total += power;
    previous = address;
  }
  if (total >= 1n << 63n) throw validatorError('VALIDATOR_POWER', { total });
  return total;
}

/** 32-byte keccak over the members, 28 bytes each. */
export function validatorSetHash(set: readonly Validator[], hash: HashPort): Uint8Array {
  const writer = new Writer();
  for (const { address, power } of set) writer.fixed(address, 20).u64(power);
  return hash.keccak256(writer.finish());
}

const POSSESSION_TAG = domainTag('tieline/vpos/v1');

/**
 * What a key signs to join `set`: SHA256(tag ‖ genesis hash ‖ set hash). It shows that the key is
 * held, and agrees to this very set of this very chain. docs/protocol.md#validator-changes
 */
export function possessionDigest(
  set: readonly Validator[],
  genesisHash: Uint8Array,
  hash: HashPort,
): Uint8Array {
  return hash.sha256(concatBytes(POSSESSION_TAG, genesisHash, validatorSetHash(set, hash)));
}

/** Whether `power` is strictly more than two thirds of `total`. */
export function isQuorum(power: bigint, total: bigint): boolean {
  return power * 3n > total * 2n;
}

/** Whether one member of a well-formed set holds more than two thirds of the power. */
export function certifiesAlone(set: readonly Validator[]): boolean {
  const total = verifyValidatorSet(set);
  return set.some(({ power }) => isQuorum(power, total));
}
