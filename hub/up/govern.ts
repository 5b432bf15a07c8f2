/**
 * Administration by proposal: opens actions with one organisation, votes with the others, carries them
 * out. A network is joined this way: clients on each side, routes, issuers, admissions.
 * docs/protocol.md#governance
 */
import type { ChainAdapter, LandedTransaction } from '../../adapters/chain-adapter.ts';
import type { KeyPair } from '../../main-chain/host/key-file.ts';
import { encode } from '../../schemas/codec/codec.ts';
import { type Action, actionCodec } from '../../schemas/wire/action.ts';
import { cliError } from '../cli/errors.ts';
import { createWallet, type WalletPorts } from './wallet.ts';

const PROPOSAL_SECONDS = 86_400n;

/**
 * Proposes, votes and executes actions in order; `organisations` hold at least the quorum and the
 * chain's proposals have no delay. @throws CLI_REFUSED CLI_NOT_LANDED
 */
export async function govern(
  chain: ChainAdapter,
  actions: readonly Action[],
  organisations: readonly KeyPair[],
  ports: WalletPorts,
): Promise<void> {
  const [proposer, ...others] = organisations.map((key) => createWallet(chain, key, ports));
  if (actions.length === 0 || proposer === undefined) return;
  const { timeMs } = await chain.wait(0n, 0);
  const expirySeconds = timeMs / 1000n + PROPOSAL_SECONDS;
  const opened = await proposer.send(
    actions.map((action) => ({
      type: 'propose',
      action: encode(actionCodec, action),
      expirySeconds,
    })),
  );
  const proposals = opened.map(proposalOf);
  await Promise.all(
    others.map((wallet) =>
      wallet.send(proposals.map((proposalId) => ({ type: 'vote', proposalId, choice: 'for' }))),
    ),
  );
  await proposer.send(proposals.map((proposalId) => ({ type: 'execute', proposalId })));
}

function proposalOf({ result }: LandedTransaction): Uint8Array {
  const created = result.events.find(({ type }) => type === 'proposalCreated');
  if (created === undefined) throw cliError('CLI_REFUSED', { code: result.code });
  return created.subject;
}
