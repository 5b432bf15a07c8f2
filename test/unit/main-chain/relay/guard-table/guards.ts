/* Puts each guard of the guard table up: by proposal where there is one, else in the state itself. */
import { readResource, writeResource } from '../../../../../main-chain/ledger/resources.ts';
import { writeQuantity } from '../../../../../main-chain/ledger/state.ts';
import type { ClientState } from '../../../../../main-chain/relay/clients/client-state.ts';
import {
  requireClient,
  writeClient,
} from '../../../../../main-chain/relay/clients/client-state.ts';
import { writeClosed } from '../../../../../main-chain/relay/clients/closed.ts';
import type { LaneRules } from '../../../../../schemas/wire/action.ts';
import { locationKey, outstandingKey, transitKey } from '../../../../../schemas/wire/state-keys.ts';
import type { FakeChain } from '../../../../fakes/chain.ts';
import { testAddress } from '../../../../fakes/ledger-context.ts';
import { ALICE, BOB, GUARDIAN, govern, ISSUER, laneRules } from '../network.ts';
import type { Stage } from './actions.ts';

/** Where a guard is put up: at one lane of one chain, for one resource. */
export interface Spot {
  readonly chain: FakeChain;
  readonly client: string;
  readonly resourceId: Uint8Array;
}

export type PutUp = (stage: Stage, spot: Spot) => void;

const WINDOW = 86_400n;

const rule =
  (changes: Partial<LaneRules>): PutUp =>
  (_, { chain, client }) =>
    must(govern(chain, laneRules(client, changes)).code);

const expel =
  (...keys: readonly number[]): PutUp =>
  (_, { chain }) => {
    for (const key of keys) must(govern(chain, { type: 'expel', address: testAddress(key) }).code);
  };

const client =
  (changes: Partial<ClientState>): PutUp =>
  (_, { chain, client: id }) =>
    edit(chain, (state) => writeClient(state, id, { ...requireClient(state, id), ...changes }));

/** 9 are left where 10 are sent; `home` says whose resource it is then, `inTransit` what is on its way. */
const located =
  (inTransit: bigint, isHome: boolean): PutUp =>
  ({ network: { a, b, main } }, { chain, resourceId }) => {
    if (chain !== main) return;
    edit(chain, (state) => {
      const record = readResource(state, resourceId);
      if (record === undefined) throw new Error('the resource is not known');
      const { chainId } = (isHome ? a : b).side.rules;
      const origin = { ...record.origin, home: chainId };
      writeResource(state, resourceId, { ...record, origin });
      writeQuantity(state, locationKey(resourceId, a.mainClient), 9n);
      writeQuantity(state, transitKey(resourceId, a.mainClient), inTransit);
    });
  };

/** Each guard of the table by its name. */
export const guards: ReadonlyMap<string, PutUp> = new Map<string, PutUp>([
  ['lane paused by rule', rule({ paused: true })],
  [
    'lane paused by a guardian',
    (_, spot) => void spot.chain.run(GUARDIAN, { type: 'guardPause', client: spot.client }),
  ],
  ['outflow limit of the lane', rule({ outflowLimit: 9n, windowSeconds: WINDOW })],
  [
    'outflow limit of the resource',
    (_, { chain, client, resourceId }) => {
      const limit = { resourceId, outflowLimit: 9n, windowSeconds: WINDOW };
      must(govern(chain, { type: 'setLimit', client, ...limit }).code);
    },
  ],
  ['least quantity', rule({ leastQuantity: 11n })],
  ['least remaining time', rule({ leastRemainingSeconds: WINDOW })],
  [
    'resource frozen',
    (_, { chain, resourceId }) =>
      must(govern(chain, { type: 'freezeResource', resourceId, caseOrder: 'case 1' }).code),
  ],
  [
    'resource halted',
    ({ network: { main } }, { chain, resourceId }) => {
      if (chain !== main) return;
      edit(chain, (state) => {
        const record = readResource(state, resourceId);
        if (record === undefined) throw new Error('the resource is not known');
        writeResource(state, resourceId, { ...record, status: 'halted' });
      });
    },
  ],
  ['sender, owner or issuer not admitted', expel(ALICE, ISSUER)],
  ['receiver not admitted', expel(BOB)],
  ['location too small, sent by the home chain', located(0n, true)],
  ['location too small, in transit makes up for it', located(1n, false)],
  ['location too small, sent by another chain', located(0n, false)],
  [
    'outstanding too small',
    ({ network: { a } }, { chain, resourceId }) => {
      if (chain !== a.side) return;
      edit(chain, (state) => writeQuantity(state, outstandingKey(resourceId), 9n));
    },
  ],
  ['client uninitialised', client({ consensusCount: 0n })],
  ['client expired', client({ latestTimeMs: 1n })],
  ['client frozen', client({ frozen: true })],
  [
    'client closed',
    ({ network }, { chain, client: id }) =>
      edit(chain, (state) => writeClosed(state, id, network.a.mainClient)),
  ],
]);

function must(code: string): void {
  if (code !== '') throw new Error(`the guard was not put up: ${code}`);
}

/** Writes into a chain's state past its rules. */
function edit(chain: FakeChain, work: (state: ReturnType<FakeChain['context']>['state']) => void) {
  const { state } = chain.context();
  work(state);
  for (const [key, value] of state.changes) {
    if (value === null) chain.values.delete(key);
    else chain.values.set(key, value);
  }
}
