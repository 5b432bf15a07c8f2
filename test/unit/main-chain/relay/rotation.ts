/* Changes the validators of a chain in memory by the rule: proposal, certificate on the chain, next block. */
import { nobleSignature } from '../../../../main-chain/ledger/noble-signature.ts';
import { nobleHash } from '../../../../schemas/hash.ts';
import type { Action } from '../../../../schemas/wire/action.ts';
import type { TransactionResult } from '../../../../schemas/wire/event.ts';
import { possessionDigest } from '../../../../schemas/wire/validator-set.ts';
import { type FakeChain, type ValidatorKey, validatorsOf } from '../../../fakes/chain.ts';
import { govern, OPERATOR } from './network.ts';

/** The action that announces `keys`; those named in `joining` prove possession. */
export function setValidatorsAction(
  chain: FakeChain,
  keys: readonly ValidatorKey[],
  joining: readonly number[] = keys.map((_, index) => index),
): Extract<Action, { type: 'setValidators' }> {
  const validators = validatorsOf(keys);
  const digest = possessionDigest(validators, chain.rules.genesisHash, nobleHash);
  const possessions = joining.map((index) => {
    const secret = keys[index]?.secret;
    if (secret === undefined) throw new Error(`no validator ${index}`);
    return { index, signature: nobleSignature.sign(digest, secret) };
  });
  return { type: 'setValidators', validators, possessions };
}

/** Announces a set; `kept` are the places of members that sign already. */
export function announce(
  chain: FakeChain,
  keys: readonly ValidatorKey[],
  kept: readonly number[] = [],
): TransactionResult {
  chain.learn(keys);
  const joining = keys.flatMap((_, index) => (kept.includes(index) ? [] : [index]));
  return govern(chain, setValidatorsAction(chain, keys, joining));
}

/** Announces a set of new members and makes it sign; gives the height whose certificate went on the chain. */
export function rotate(chain: FakeChain, keys: readonly ValidatorKey[]): bigint {
  const { code } = announce(chain, keys);
  if (code !== '') throw new Error(`not announced: ${code}`);
  const { height } = chain;
  chain.run(OPERATOR, { type: 'activate', certificate: chain.certificate(height) });
  chain.block();
  return height;
}
