/**
 * Makes chains a network: a client of the other on each side, routes, issuers and admissions, all by
 * proposals of the organisations. Whatever is there already is left as it is, so it can be run again.
 */
import type { ChainAdapter } from '../../adapters/chain-adapter.ts';
import type { KeyPair } from '../../main-chain/host/key-file.ts';
import type { Action, IssuerGrant } from '../../schemas/wire/action.ts';
import type { Genesis } from '../../schemas/wire/genesis.ts';
import { issuerKey } from '../../schemas/wire/state-keys.ts';
import { validatorSetHash } from '../../schemas/wire/validator-set.ts';
import { govern } from './govern.ts';
import type { WalletPorts } from './wallet.ts';

/** A chain and the genesis the other side starts to trust it from. */
export interface JoiningChain {
  readonly alias: string;
  readonly adapter: ChainAdapter;
  readonly genesis: Genesis;
}

export interface JoinRequest {
  readonly main: JoiningChain;
  readonly sides: readonly (JoiningChain & { readonly admitted: readonly Uint8Array[] })[];
  readonly issuers: readonly IssuerGrant[];
  readonly organisations: readonly KeyPair[];
}

const MAX_CLOCK_DRIFT_SECONDS = 30n;

/** The main chain's id for a side chain's client. */
export function clientOnMain(alias: string): string {
  return `tieline-${alias}`;
}

/** Every side chain's id for its client of the main chain. */
export const CLIENT_OF_MAIN = 'tieline-main';

/** @throws CLI_REFUSED CLI_NOT_LANDED */
export async function joinNetwork(request: JoinRequest, ports: WalletPorts): Promise<void> {
  const { main, sides, organisations } = request;
  const onMain = async (): Promise<Action[]> => {
    const clients = await Promise.all(sides.map((side) => missingOnMain(main, side, ports)));
    return [...clients.flat(), ...(await missingIssuers(main, request.issuers))];
  };
  await Promise.all([
    onMain().then((actions) => govern(main.adapter, actions, organisations, ports)),
    ...sides.map(async (side) => {
      const actions = await missingOnSide(main, side, ports);
      await govern(side.adapter, actions, organisations, ports);
    }),
  ]);
}

async function missingOnMain(
  main: JoiningChain,
  side: JoiningChain,
  ports: WalletPorts,
): Promise<Action[]> {
  const { chainId, genesisHash } = side.adapter.description;
  const [route] = await main.adapter.facts('route', [{ chainId }]);
  if (route !== undefined) return [];
  const client = clientOnMain(side.alias);
  return [
    clientAction(side, client, CLIENT_OF_MAIN, ports),
    { type: 'registerRoute', chainId, alias: side.alias, client, genesisHash },
  ];
}

async function missingIssuers(
  { adapter }: JoiningChain,
  issuers: readonly IssuerGrant[],
): Promise<Action[]> {
  if (issuers.length === 0) return [];
  const { values } = await adapter.prove(issuers.map(({ issuer }) => issuerKey(issuer)));
  const missing = issuers.filter((_, index) => values[index] === undefined);
  return missing.map((grant) => ({ type: 'registerIssuer', ...grant }));
}

async function missingOnSide(
  main: JoiningChain,
  side: JoinRequest['sides'][number],
  ports: WalletPorts,
): Promise<Action[]> {
  const [existing] = await side.adapter.facts('mainClient', [{}]);
  const questions = side.admitted.map((address) => ({ address }));
  const accounts = questions.length === 0 ? [] : await side.adapter.facts('account', questions);
  const missing = side.admitted.filter((_, index) => accounts[index]?.admitted !== true);
  return [
    ...(existing === undefined
      ? [clientAction(main, CLIENT_OF_MAIN, clientOnMain(side.alias), ports)]
      : []),
    ...missing.map((address): Action => ({ type: 'admit', address })),
  ];
}

function clientAction(
  { adapter, genesis }: JoiningChain,
  client: string,
  counterpartyClient: string,
  { hash }: WalletPorts,
): Action {
  return {
    type: 'createClient',
    client,
    counterpartyClient,
    chainId: adapter.description.chainId,
    genesisHash: adapter.description.genesisHash,
    trustingPeriodSeconds: genesis.trustingPeriodSeconds,
    maxClockDriftSeconds: MAX_CLOCK_DRIFT_SECONDS,
    start: {
      type: 'checkpoint',
      validatorSetHash: validatorSetHash(genesis.validators, hash),
      height: 0n,
    },
  };
}
