/** Joins the demonstration's network: its issuer on Jiangsu, its admissions on Anhui. */
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import { cliError } from '../cli/errors.ts';
import { waitUntil } from '../demo/stage.ts';
import { ADMITTED_IN_ANHUI, DEMO_GRANT } from '../demo/story.ts';
import { CLIENT_OF_MAIN, clientOnMain, joinNetwork } from './join-network.ts';
import { type Network, type NetworkAlias, organisationKeys } from './network.ts';
import type { WalletPorts } from './wallet.ts';

/** Adapters of the network's chains by alias. */
export type NetworkAdapters = Readonly<Record<NetworkAlias, ChainAdapter>>;

/** Picks the network's adapters from opened chains. @throws CLI_ARGUMENT when one is missing */
export function networkAdapters(
  opened: readonly { readonly alias: string; readonly adapter: ChainAdapter }[],
): NetworkAdapters {
  const adapter = (alias: NetworkAlias): ChainAdapter => {
    const found = opened.find((chain) => chain.alias === alias);
    if (found === undefined) throw cliError('CLI_ARGUMENT', { chain: alias });
    return found.adapter;
  };
  return { main: adapter('main'), jiangsu: adapter('jiangsu'), anhui: adapter('anhui') };
}

/** @throws CLI_REFUSED CLI_NOT_LANDED CLI_ARGUMENT */
export async function joinDemoNetwork(
  { chains, keys }: Network,
  opened: readonly { readonly alias: string; readonly adapter: ChainAdapter }[],
  ports: WalletPorts,
): Promise<void> {
  const adapters = networkAdapters(opened);
  const member = (alias: NetworkAlias) => ({
    alias,
    adapter: adapters[alias],
    genesis: chains[alias].genesis,
  });
  const admitted = ADMITTED_IN_ANHUI.map((name) => keys.key(name).address);
  await joinNetwork(
    {
      main: member('main'),
      sides: [
        { ...member('jiangsu'), admitted: [] },
        { ...member('anhui'), admitted },
      ],
      issuers: [
        { ...DEMO_GRANT, issuer: keys.key('issuer').address, home: chains.jiangsu.chainId },
      ],
      organisations: organisationKeys(keys),
    },
    ports,
  );
}

/**
 * Resolves when a relayer has brought every client its first certificate: before that they prove
 * nothing. @throws CLI_NOT_LANDED after `patienceMs`
 */
export async function waitForClients(
  { main, jiangsu, anhui }: NetworkAdapters,
  patienceMs?: number,
): Promise<void> {
  const asks = [
    () =>
      main.facts('client', [
        { client: clientOnMain('jiangsu') },
        { client: clientOnMain('anhui') },
      ]),
    () => jiangsu.facts('client', [{ client: CLIENT_OF_MAIN }]),
    () => anhui.facts('client', [{ client: CLIENT_OF_MAIN }]),
  ];
  await waitUntil(async () => {
    const facts = (await Promise.all(asks.map((ask) => ask()))).flat();
    const active = facts.every((fact) => fact !== undefined && fact.latestTimeMs > 0n);
    return active ? true : undefined;
  }, patienceMs);
}
