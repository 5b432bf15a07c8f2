/**
 * A user's key on one chain: signs transactions here, in the user's process, offers them in order and
 * waits until they have landed. The hub never sees the key.
 */
import type { ChainAdapter, LandedTransaction, UserMessage } from '../../adapters/chain-adapter.ts';
import type { KeyPair } from '../../main-chain/host/key-file.ts';
import type { HashPort, SignaturePort } from '../../schemas/ports.ts';
import { signTransaction, transactionId } from '../../schemas/wire/transaction.ts';
import { cliError } from '../cli/errors.ts';

const VALIDITY_SECONDS = 3600n;
const PATIENCE_MS = 30_000;
const WAIT_MS = 1000;

export interface WalletPorts {
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
}

/** Signed bytes and the id they will land under. */
export interface SignedTransaction {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface Wallet {
  readonly address: Uint8Array;
  /** Signs messages with the next free nonces. */
  sign(messages: readonly UserMessage[]): Promise<readonly SignedTransaction[]>;
  /** Offers signed transactions and waits for each; offering them again is harmless. @throws CLI_REFUSED CLI_NOT_LANDED */
  land(signed: readonly SignedTransaction[]): Promise<readonly LandedTransaction[]>;
  /** Signs, offers and waits. @throws CLI_REFUSED CLI_NOT_LANDED */
  send(messages: readonly UserMessage[]): Promise<readonly LandedTransaction[]>;
}

/** A wallet is the only user of its key on its chain while it is open. */
export function createWallet(chain: ChainAdapter, key: KeyPair, ports: WalletPorts): Wallet {
  const { genesisHash } = chain.description;
  let nextNonce: bigint | undefined;

  const sign: Wallet['sign'] = async (messages) => {
    const { timeMs } = await chain.wait(0n, 0);
    if (nextNonce === undefined) {
      const [account] = await chain.facts('account', [{ address: key.address }]);
      nextNonce ??= account?.nextNonce ?? 0n;
    }
    const first = nextNonce;
    nextNonce += BigInt(messages.length);
    return messages.map((message, index) => {
      const head = {
        sender: key.address,
        nonce: first + BigInt(index),
        expirySeconds: timeMs / 1000n + VALIDITY_SECONDS,
      };
      const bytes = signTransaction({ ...head, message }, key.secretKey, genesisHash, ports);
      return { bytes, id: transactionId(bytes, genesisHash, ports.hash) };
    });
  };
  const land: Wallet['land'] = async (signed) => {
    const offered = await chain.submit(signed.map(({ bytes }) => bytes));
    return Promise.all(
      signed.map(({ id }, index) => waitForLanding(chain, id, offered[index]?.code ?? '')),
    );
  };
  return { address: key.address, sign, land, send: async (messages) => land(await sign(messages)) };
}

/** The landed transaction. @throws CLI_REFUSED CLI_NOT_LANDED */
async function waitForLanding(
  chain: ChainAdapter,
  id: Uint8Array,
  offerCode: string,
): Promise<LandedTransaction> {
  const deadline = performance.now() + PATIENCE_MS;
  let { height } = await chain.wait(0n, 0);
  for (;;) {
    const landed = await chain.lookup(id);
    if (landed !== undefined) {
      if (landed.result.code !== '') throw cliError('CLI_REFUSED', { code: landed.result.code });
      return landed;
    }
    if (offerCode !== '') throw cliError('CLI_REFUSED', { code: offerCode });
    if (performance.now() > deadline) throw cliError('CLI_NOT_LANDED');
    ({ height } = await chain.wait(height, WAIT_MS));
  }
}
