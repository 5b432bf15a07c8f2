/**
 * What the story is played on: the network's chains, the operator's side of the hub, the keys of those
 * who take part, and patience.
 */
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import { cliError } from '../cli/errors.ts';
import type { TransferView } from '../journal/transfer-view.ts';
import type { Network, NetworkAlias } from '../up/network.ts';
import { createWallet, type Wallet, type WalletPorts } from '../up/wallet.ts';
import { ACCOUNTS, type AccountName } from './story.ts';

/** The operator's side of a hub. */
export interface StageHub {
  hold(lane: string): void;
  release(lane: string): void;
  /** What the journal knows of a transfer. */
  transfer(id: string): Promise<TransferView | undefined>;
}

export interface Stage {
  readonly network: Network;
  readonly chains: Readonly<Record<NetworkAlias, ChainAdapter>>;
  readonly hub: StageHub;
  readonly ports: WalletPorts;
  /** The wallet of an account on the chain it lives on. */
  wallet(account: AccountName): Wallet;
}

/** One wallet an account, so that its nonces are counted once. */
export function createStage(parts: Omit<Stage, 'wallet'>): Stage {
  const wallets = new Map<AccountName, Wallet>();
  return {
    ...parts,
    wallet(account) {
      const known = wallets.get(account);
      if (known !== undefined) return known;
      const chain = parts.chains[ACCOUNTS[account].chain];
      const wallet = createWallet(chain, parts.network.keys.key(account), parts.ports);
      wallets.set(account, wallet);
      return wallet;
    },
  };
}

const PATIENCE_MS = 120_000;
const PAUSE_MS = 20;

/** Asks until there is an answer. @throws CLI_NOT_LANDED */
export async function waitUntil<T>(
  ask: () => Promise<T | undefined>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw cliError('CLI_NOT_LANDED');
    await new Promise((wake) => setTimeout(wake, PAUSE_MS));
  }
}
