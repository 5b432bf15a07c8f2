/**
 * Facts of a native chain from its state keys: each kind says which keys a question needs and what
 * their values mean. docs/protocol.md#state-keys
 */

import { decodeNonceWindow } from '../../main-chain/ledger/accounts.ts';
import { proposalRecordCodec } from '../../main-chain/ledger/governance/proposals.ts';
import { resourceRecordCodec } from '../../main-chain/ledger/resources.ts';
import { clientStateCodec } from '../../main-chain/relay/clients/client-state.ts';
import { closedCodec } from '../../main-chain/relay/clients/closed.ts';
import { laneRecordCodec } from '../../main-chain/relay/guards.ts';
import { booksCodec } from '../../main-chain/relay/locations.ts';
import { routeRecordCodec } from '../../main-chain/relay/routes.ts';
import { type Codec, decode } from '../../schemas/codec/codec.ts';
import { Reader } from '../../schemas/codec/reader.ts';
import { binaryBytes, binaryString } from '../../schemas/hash.ts';
import { genesisCodec, membersCodec } from '../../schemas/wire/genesis.ts';
import { MAX_QUERY_KEYS } from '../../schemas/wire/node-api.ts';
import { commitmentPath, receiptPath } from '../../schemas/wire/packet.ts';
import {
  accountKey,
  admittedKey,
  booksKey,
  clientKey,
  closedKey,
  consensusKey,
  GENESIS_KEY,
  holdingKey,
  laneKey,
  laneNameKey,
  locationKey,
  MAIN_CLIENT_KEY,
  MEMBERS_KEY,
  nextSequenceKey,
  outstandingKey,
  proposalKey,
  prunedBelowKey,
  resourceKey,
  routeKey,
  settledBelowKey,
  supplyKey,
  transitKey,
  verifierKey,
} from '../../schemas/wire/state-keys.ts';
import type {
  AccountFact,
  ClientFact,
  FactKind,
  FactOf,
  MembersFact,
  QuestionOf,
} from '../chain-facts.ts';
import { adapterError } from '../errors.ts';
import type { NodeCall } from './node-client.ts';

type Value = Uint8Array | undefined;

interface FactReader<K extends FactKind> {
  readonly keys: (question: QuestionOf<K>) => readonly string[];
  readonly read: (values: readonly Value[], question: QuestionOf<K>) => FactOf<K>;
}

const readers: { readonly [K in FactKind]: FactReader<K> } = {
  account: {
    keys: ({ address }) => [accountKey(address), admittedKey(address)],
    read: ([account, admitted]) => accountFact(account, admitted !== undefined),
  },
  holding: {
    keys: ({ resourceId, owner }) => [holdingKey(resourceId, owner)],
    read: ([value]) => quantity(value),
  },
  supply: { keys: ({ resourceId }) => [supplyKey(resourceId)], read: ([value]) => quantity(value) },
  outstanding: {
    keys: ({ resourceId }) => [outstandingKey(resourceId)],
    read: ([value]) => quantity(value),
  },
  resource: {
    keys: ({ resourceId }) => [resourceKey(resourceId)],
    read: ([value]) => {
      const record = decodeRecord(resourceRecordCodec, value);
      if (record === undefined) return undefined;
      const { origin, unit, status, dynamicIndex, dynamicHead } = record;
      return { ...origin, unit, status, dynamicIndex, dynamicHead };
    },
  },
  client: {
    keys: ({ client }) => [
      clientKey(client),
      closedKey(client),
      laneNameKey(client),
      verifierKey(client),
    ],
    read: (values, { client }) => clientFact(client, values),
  },
  consensus: {
    keys: ({ client, height }) => [consensusKey(client, height)],
    read: ([value]) => value,
  },
  lane: {
    keys: ({ client }) => [
      nextSequenceKey(client),
      settledBelowKey(client),
      prunedBelowKey(client),
      laneKey(client),
    ],
    read: ([next, settled, pruned, lane]) => {
      const record = decodeRecord(laneRecordCodec, lane);
      return {
        nextSequence: sequence(next, 1n),
        settledBelow: sequence(settled, 1n),
        prunedBelow: sequence(pruned, 1n),
        paused: record?.rules.paused ?? false,
        pausedUntilSeconds: record?.pausedUntilSeconds ?? 0n,
      };
    },
  },
  pending: {
    keys: ({ client, sequence: at }) => [commitmentPath(client, at)],
    read: ([value]) => value !== undefined,
  },
  received: {
    keys: ({ client, sequence: at }) => [receiptPath(client, at), prunedBelowKey(client)],
    read: ([receipt, pruned], { sequence: at }) =>
      receipt !== undefined || at < sequence(pruned, 0n),
  },
  books: {
    keys: ({ resourceId }) => [booksKey(resourceId)],
    read: ([value]) => decodeRecord(booksCodec, value),
  },
  location: {
    keys: ({ resourceId, laneName }) => [
      locationKey(resourceId, laneName),
      transitKey(resourceId, laneName),
    ],
    read: ([held, inTransit]) => ({ held: quantity(held), inTransit: quantity(inTransit) }),
  },
  route: {
    keys: ({ chainId }) => [routeKey(chainId)],
    read: ([value]) => decodeRecord(routeRecordCodec, value),
  },
  mainClient: {
    keys: () => [MAIN_CLIENT_KEY],
    read: ([value]) => (value === undefined ? undefined : binaryString(value)),
  },
  proposal: {
    keys: ({ proposalId }) => [proposalKey(proposalId)],
    read: ([value]) => decodeRecord(proposalRecordCodec, value),
  },
  members: {
    keys: () => [MEMBERS_KEY, GENESIS_KEY],
    read: ([members, genesis]) => membersFact(members, genesis),
  },
};

/** Reads the newest state, in calls of at most 512 keys. */
export async function nativeFacts<K extends FactKind>(
  call: NodeCall,
  kind: K,
  questions: readonly QuestionOf<K>[],
): Promise<readonly FactOf<K>[]> {
  const reader: FactReader<K> = readers[kind];
  const facts: FactOf<K>[] = [];
  const size = Math.floor(MAX_QUERY_KEYS / 4);
  for (let at = 0; at < questions.length; at += size) {
    const slice = questions.slice(at, at + size);
    const keys = slice.map((question) => reader.keys(question));
    const { values } = await call('query', {
      keys: keys.flat().map(binaryBytes),
      height: undefined,
      prove: false,
    });
    let start = 0;
    for (const [index, question] of slice.entries()) {
      const count = keys[index]?.length ?? 0;
      facts.push(reader.read(values.slice(start, start + count), question));
      start += count;
    }
  }
  return facts;
}

function decodeRecord<T>(codec: Codec<T>, value: Value): T | undefined {
  return value === undefined ? undefined : decode(codec, value, 'state');
}

function quantity(value: Value): bigint {
  return value === undefined ? 0n : new Reader(value, 'state').u128('quantity');
}

function sequence(value: Value, absent: bigint): bigint {
  return value === undefined ? absent : new Reader(value, 'state').u64('sequence');
}

function accountFact(value: Value, admitted: boolean): AccountFact {
  const { base, mask } = value === undefined ? { base: 0n, mask: 0n } : decodeNonceWindow(value);
  let nextNonce = base;
  for (let rest = mask; (rest & 1n) === 1n; rest >>= 1n) nextNonce += 1n;
  return { base, mask, nextNonce, admitted };
}

function membersFact(value: Value, written: Value): MembersFact {
  const genesis = decodeRecord(genesisCodec, written);
  if (genesis === undefined) throw adapterError('ADAPTER_ANSWER', { method: 'query' });
  const { organisations, quorum, guardians } = decodeRecord(membersCodec, value) ?? genesis;
  return { organisations, quorum, guardians, delaySeconds: genesis.proposalDelaySeconds };
}

function clientFact(
  client: string,
  [value, closed, laneName, verifier]: readonly Value[],
): ClientFact | undefined {
  const state = decodeRecord(clientStateCodec, value);
  if (state === undefined) return undefined;
  const {
    counterpartyClient,
    chainId,
    genesisHash,
    latestHeight,
    latestTimeMs,
    trustingPeriodSeconds,
    frozen,
  } = state;
  const { trust } = state;
  const trusted =
    trust.type === 'checkpoint' ? trust.nextValidatorSetHash : (verifier ?? new Uint8Array(0));
  const newestMs = state.consensusCount === 0n ? state.createdMs : latestTimeMs;
  return {
    client,
    kind: trust.type,
    counterpartyClient,
    chainId,
    genesisHash,
    latestHeight,
    latestTimeMs,
    trustingPeriodSeconds,
    expiresAtMs: newestMs + trustingPeriodSeconds * 1000n,
    frozen,
    closed: closed !== undefined,
    successor: decodeRecord(closedCodec, closed)?.successor ?? '',
    laneName: laneName === undefined ? client : binaryString(laneName),
    trusted,
  };
}
