/**
 * While a change of validators waits for it, puts the newest certificate of its announcement on the
 * chain, as an ordinary transaction of a validator key this node holds. docs/protocol.md#validator-changes
 */
import { equalBytes } from '../../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../../schemas/ports.ts';
import type { Certificate } from '../../../schemas/wire/checkpoint.ts';
import { signTransaction } from '../../../schemas/wire/transaction.ts';
import { readNonceWindow } from '../../ledger/accounts.ts';
import { readValidatorChange } from '../../ledger/governance/validators.ts';
import type { Chain } from '../chain.ts';
import type { Mempool } from '../mempool/mempool.ts';
import type { KeyRing } from './key-ring.ts';

const VALIDITY_SECONDS = 3600n;

export interface SetChangeDeps {
  readonly chain: Chain;
  readonly mempool: Pick<Mempool, 'submit'>;
  readonly keys: KeyRing;
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
}

/** Offers the certificate where a change waits for one; a second offer is refused by the mempool. */
export async function offerActivation(
  { chain, mempool, keys, hash, signatures }: SetChangeDeps,
  certificate: Certificate,
): Promise<void> {
  const { validatorSetHash, nextValidatorSetHash, timeMs } = certificate.checkpoint;
  if (equalBytes(validatorSetHash, nextValidatorSetHash)) return;
  if (readValidatorChange(chain.state)?.active !== 0n) return;
  const signer = keys.held.find(({ key }) =>
    certificate.validators.some(({ address }) => equalBytes(address, key.address)),
  );
  if (signer === undefined) return;
  const { address: sender, secretKey } = signer.key;
  const transaction = {
    sender,
    nonce: readNonceWindow(chain.state, sender).base,
    expirySeconds: timeMs / 1000n + VALIDITY_SECONDS,
    message: { type: 'activate', certificate },
  } as const;
  const { genesisHash } = chain.deps.rules;
  await mempool.submit([
    signTransaction(transaction, secretKey, genesisHash, { hash, signatures }),
  ]);
}
