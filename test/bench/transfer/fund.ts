/* One issue on Jiangsu, registered on the main chain, spread over hub accounts and from these over all. */
import type { ChainAdapter } from '../../../adapters/chain-adapter.ts';
import { resourceIdOf } from '../../../schemas/resource/resource-id.ts';
import {
  type SupplyStatement,
  supplyStatementDigest,
} from '../../../schemas/resource/supply-statement.ts';
import { unixSeconds } from '../../../schemas/units.ts';
import type { Message } from '../../../schemas/wire/message.ts';
import { signTransaction } from '../../../schemas/wire/transaction.ts';
import type { SigningPool } from '../parts/signing-pool.ts';
import type { Account, AccountPorts } from './accounts.ts';

export const KIND = 'settlement-credit/v1';
/** Accounts that pass the supply on to the others. */
const HUBS = 100;
const POLL_MS = 20;
const CHUNK = 2000;

export interface FundDeps {
  readonly jiangsu: ChainAdapter;
  readonly main: ChainAdapter;
  readonly pool: SigningPool;
  readonly ports: AccountPorts;
}

/** Resolves to the resource when every account holds some and the main chain's books know it. */
export async function fund(
  issuer: Account,
  accounts: readonly Account[],
  deps: FundDeps,
): Promise<Uint8Array> {
  const { jiangsu, main, pool, ports } = deps;
  const { genesisHash } = jiangsu.description;
  const { resourceId, message } = issueMessage(issuer, deps);
  const pay = (receiver: Uint8Array, quantity: bigint): Message => ({
    type: 'transfer',
    resourceId,
    quantity,
    receiver,
  });
  const expirySeconds = (await jiangsu.wait(0n, 0)).timeMs / 1000n + 3600n;
  const hubs = accounts.slice(0, HUBS);
  const others = accounts.slice(HUBS);
  const first = [message, ...hubs.map(({ address }) => pay(address, 10n ** 15n))];
  await offerAll(
    jiangsu,
    first.map((each) =>
      signTransaction(
        { sender: issuer.address, nonce: issuer.nonce++, expirySeconds, message: each },
        issuer.secretKey,
        genesisHash,
        ports,
      ),
    ),
  );
  await untilHeld(jiangsu, resourceId, hubs);
  const signed = await pool.sign(
    hubs.map((hub, index) => ({
      genesisHash,
      secretKey: hub.secretKey,
      transactions: others
        .filter((_, at) => at % hubs.length === index)
        .map(({ address }) => ({
          sender: hub.address,
          nonce: hub.nonce++,
          expirySeconds,
          message: pay(address, 10n ** 12n),
        })),
    })),
  );
  await offerAll(
    jiangsu,
    signed.flatMap((job) => job.signed),
  );
  await untilHeld(jiangsu, resourceId, others);
  await until(
    async () => ((await main.facts('books', [{ resourceId }]))[0]?.registered ?? 0n) > 0n,
  );
  return resourceId;
}

/** Looks every 20 ms. */
export async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((wake) => setTimeout(wake, POLL_MS));
}

/** @throws where one is not taken */
export async function offer(chain: ChainAdapter, signed: readonly Uint8Array[]): Promise<void> {
  const refused = (await chain.submit(signed)).find(({ code }) => code !== '');
  if (refused !== undefined) throw new Error(`refused: ${refused.code}`);
}

async function offerAll(chain: ChainAdapter, signed: readonly Uint8Array[]): Promise<void> {
  for (let at = 0; at < signed.length; at += CHUNK)
    await offer(chain, signed.slice(at, at + CHUNK));
}

async function untilHeld(
  chain: ChainAdapter,
  resourceId: Uint8Array,
  owners: readonly Account[],
): Promise<void> {
  const questions = owners.map(({ address }) => ({ resourceId, owner: address }));
  await until(async () =>
    (await chain.facts('holding', questions)).every((quantity) => quantity > 0n),
  );
}

function issueMessage(
  { address, secretKey }: Account,
  { jiangsu, main, ports }: FundDeps,
): { readonly resourceId: Uint8Array; readonly message: Message } {
  const staticRoot = new Uint8Array(32).fill(3);
  const origin = { kind: KIND, home: jiangsu.description.chainId, issuer: address, staticRoot };
  const resourceId = resourceIdOf(origin, ports.hash);
  const statement: SupplyStatement = {
    mainGenesisHash: main.description.genesisHash,
    resourceId,
    index: 1n,
    quantity: 10n ** 20n,
    unit: 'fen',
    meteringPoint: new Uint8Array(32),
    intervalStart: unixSeconds(0n),
    intervalEnd: unixSeconds(0n),
  };
  const digest = supplyStatementDigest(statement, ports.hash);
  const signed = { statement, signature: ports.signatures.sign(digest, secretKey) };
  const message: Message = {
    type: 'issue',
    kind: KIND,
    staticRoot,
    owner: address,
    statement: signed,
  };
  return { resourceId, message };
}
