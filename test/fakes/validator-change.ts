/* Changes the validators of a running test node: key files that arrive, the action, what it leads to. */
import { join } from 'node:path';
import { writeKeyFile } from '../../main-chain/host/key-file.ts';
import type { Node } from '../../main-chain/node/node.ts';
import { compareBytes, nobleHash, toHex } from '../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../schemas/ports.ts';
import type { Action } from '../../schemas/wire/action.ts';
import type { Certificate } from '../../schemas/wire/checkpoint.ts';
import {
  possessionDigest,
  type Validator,
  validatorSetHash,
} from '../../schemas/wire/validator-set.ts';
import { testAddress, testKey } from './ledger-context.ts';
import { typedCall } from './local-node.ts';

/** The set of test keys, of power 1 where not said otherwise, in order of address. */
export function validatorSet(
  numbers: readonly number[],
  powers: readonly bigint[] = [],
): readonly Validator[] {
  return numbers
    .map((n, at) => ({ address: testAddress(n), power: powers[at] ?? 1n }))
    .sort((left, right) => compareBytes(left.address, right.address));
}

/** The action that announces test keys, none of which signs yet. */
export function setValidators(
  chain: {
    readonly genesisHash: Uint8Array;
    readonly ports: { readonly hash: HashPort; readonly signatures: SignaturePort };
  },
  numbers: readonly number[],
): Action {
  const { hash, signatures } = chain.ports;
  const validators = validatorSet(numbers);
  const digest = possessionDigest(validators, chain.genesisHash, hash);
  const secrets = new Map(numbers.map((n) => [toHex(testAddress(n)), testKey(n)]));
  const possessions = validators.map(({ address }, index) => {
    const secret = secrets.get(toHex(address)) ?? new Uint8Array(32);
    return { index, signature: signatures.sign(digest, secret) };
  });
  return { type: 'setValidators', validators, possessions };
}

/** Puts the key file of a test key into a directory; gives its path. */
export function putKey(directory: string, n: number): string {
  const path = join(directory, `${n}.json`);
  writeKeyFile(path, { secretKey: testKey(n), address: testAddress(n) });
  return path;
}

/** The newest certificate as soon as the set of these test keys signs. */
export async function certificateOf(
  { node }: { readonly node: Pick<Node, 'call'> },
  numbers: readonly number[],
  powers: readonly bigint[] = [],
): Promise<Certificate> {
  const call = typedCall(node.call);
  const wanted = toHex(validatorSetHash(validatorSet(numbers, powers), nobleHash));
  for (let height = 0n; ; ) {
    ({ height } = await call('wait', { after: height, waitMs: 5000 }));
    const { certificate } = await call('certificate', { height });
    if (certificate && toHex(certificate.checkpoint.validatorSetHash) === wanted)
      return certificate;
  }
}
