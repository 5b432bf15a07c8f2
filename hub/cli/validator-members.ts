/** The members of a validator set as a command names them, and the sets a node tells of. */
import { type KeyPair, readKeyFile } from '../../main-chain/host/key-file.ts';
import {
  currentValidators,
  nextValidators,
  readValidatorChange,
  type ValidatorChange,
} from '../../main-chain/ledger/governance/validators.ts';
import { binaryBytes, compareBytes, equalBytes } from '../../schemas/hash.ts';
import { parseAddress } from '../../schemas/ids.ts';
import type { SignaturePort } from '../../schemas/ports.ts';
import { VALIDATOR_CHANGE_KEY, validatorsKey } from '../../schemas/wire/state-keys.ts';
import type { MemberSignature, Validator } from '../../schemas/wire/validator-set.ts';
import type { NodeCalls } from '../proof/export-ics23-proof.ts';
import { cliError } from './errors.ts';

/** The set that signs, and the announced one where there is one. */
export interface ValidatorSets {
  readonly current: readonly Validator[];
  readonly next: readonly Validator[] | undefined;
  readonly change: ValidatorChange | undefined;
}

/** What the node's newest state says; it is not proven. */
export async function readSets(call: NodeCalls): Promise<ValidatorSets> {
  const keys = [validatorsKey('current'), validatorsKey('next'), VALIDATOR_CHANGE_KEY];
  const query = { keys: keys.map(binaryBytes), height: undefined, prove: false };
  const { values } = await call('query', query);
  const state = { get: (key: string) => values[keys.indexOf(key)] };
  return {
    current: currentValidators(state),
    next: nextValidators(state),
    change: readValidatorChange(state),
  };
}

/** The set in order of address, and the keys of those named by a key file. @throws CLI_ARGUMENT KEY_FILE_* ID_ADDRESS */
export function readMembers(
  named: readonly string[],
  signatures: SignaturePort,
): { readonly set: readonly Validator[]; readonly keys: readonly KeyPair[] } {
  const keys: KeyPair[] = [];
  const set = named.map((text) => {
    const [, name, power = '1'] = /^([^=]+)(?:=([0-9]{1,19}))?$/.exec(text) ?? [];
    if (name === undefined) throw cliError('CLI_ARGUMENT', { member: text });
    if (name.startsWith('0x')) return { address: parseAddress(name), power: BigInt(power) };
    const key = readKeyFile(name, signatures);
    keys.push(key);
    return { address: key.address, power: BigInt(power) };
  });
  return { set: set.sort((left, right) => compareBytes(left.address, right.address)), keys };
}

/** The signatures by members that join, with their places in the set; others are left out. */
export function namePossessions(
  set: readonly Validator[],
  current: readonly Validator[],
  given: readonly Uint8Array[],
  signerOf: (signature: Uint8Array) => Uint8Array | undefined,
): readonly MemberSignature[] {
  const signed = given.map((signature) => ({ signature, signer: signerOf(signature) }));
  return set.flatMap(({ address }, index) => {
    if (current.some((member) => equalBytes(member.address, address))) return [];
    const own = signed.find(({ signer }) => signer && equalBytes(signer, address));
    return own === undefined ? [] : [{ index, signature: own.signature }];
  });
}
