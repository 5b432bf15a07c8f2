/**
 * A user's key and a hub: the transaction is made and signed here, the hub only carries it. Nothing
 * the hub prepared is ever signed unread.
 */
import type { Static } from 'typebox';
import type { UserMessage } from '../../adapters/chain-adapter.ts';
import type { KeyPair } from '../../main-chain/host/key-file.ts';
import { loadPorts, type Ports } from '../../main-chain/host/native-ports.ts';
import { parseHex } from '../../schemas/codec/hex.ts';
import { isTielineError } from '../../schemas/errors.ts';
import { toHex } from '../../schemas/hash.ts';
import { formatAddress } from '../../schemas/ids.ts';
import { signTransaction } from '../../schemas/wire/transaction.ts';
import type { Account, Chain, Chains, Landed, PostedTransactions } from '../api/api-schemas.ts';
import { cliError } from './errors.ts';
import type { HubClient } from './hub-client.ts';

export type ChainView = Static<typeof Chain>;
export type LandedView = Static<typeof Landed>;

const VALIDITY_SECONDS = 3600n;
const PATIENCE_MS = 30_000;
const PAUSE_MS = 50;

/** The chain a hub knows under an alias. @throws CLI_ARGUMENT */
export async function chainView(hub: HubClient, alias: string): Promise<ChainView> {
  const { chains } = await hub.get<Static<typeof Chains>>('/v1/chains');
  const found = chains.find((chain) => chain.alias === alias);
  if (found !== undefined) return found;
  throw cliError('CLI_ARGUMENT', {
    chain: alias,
    known: chains.map((chain) => chain.alias).join(' '),
  });
}

/** Signs a message for a chain and waits until it has landed there. @throws CLI_REFUSED CLI_NOT_LANDED */
export async function signAndSend(
  hub: HubClient,
  chain: ChainView,
  key: KeyPair,
  message: UserMessage,
  ports?: Ports,
): Promise<LandedView> {
  const { hash, signatures } = ports ?? (await loadPorts());
  const account = await hub.get<Static<typeof Account>>(
    `/v1/chains/${chain.alias}/accounts/${formatAddress(key.address)}`,
  );
  const expirySeconds = BigInt(chain.timeMs) / 1000n + VALIDITY_SECONDS;
  const transaction = {
    sender: key.address,
    nonce: BigInt(account.nextNonce),
    expirySeconds,
    message,
  };
  const bytes = signTransaction(transaction, key.secretKey, parseHex(chain.genesisHash, 32), {
    hash,
    signatures,
  });
  const { results } = await hub.post<Static<typeof PostedTransactions>>('/v1/transactions', {
    chain: chain.alias,
    transactions: [toHex(bytes)],
  });
  const [posted] = results;
  if (posted === undefined) throw cliError('CLI_HUB_ANSWER', { url: hub.url });
  if (posted.code !== '') throw cliError('CLI_REFUSED', { code: posted.code });
  return waitForLanding(hub, chain.alias, posted.id);
}

async function waitForLanding(hub: HubClient, alias: string, id: string): Promise<LandedView> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const landed = await findLanded(hub, alias, id);
    if (landed !== undefined && landed.code !== '')
      throw cliError('CLI_REFUSED', { code: landed.code });
    if (landed !== undefined) return landed;
    if (performance.now() > deadline) throw cliError('CLI_NOT_LANDED', { transaction: id });
    await new Promise((wake) => setTimeout(wake, PAUSE_MS));
  }
}

/** Undefined while the chain does not know the transaction. */
async function findLanded(
  hub: HubClient,
  alias: string,
  id: string,
): Promise<LandedView | undefined> {
  try {
    return await hub.get<LandedView>(`/v1/chains/${alias}/transactions/${id}`);
  } catch (error) {
    if (isTielineError(error, 'HUB_TRANSACTION_UNKNOWN')) return undefined;
    throw error;
  }
}
