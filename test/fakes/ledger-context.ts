/* An execution context over an empty in-memory state, and helpers to see that nothing changed. */

import type { ExecutionContext } from '../../main-chain/ledger/context.ts';
import { nobleSignature } from '../../main-chain/ledger/noble-signature.ts';
import { Overlay } from '../../main-chain/ledger/overlay.ts';
import { nobleBls } from '../../main-chain/relay/ethereum/pos/noble-bls.ts';
import { nobleHash } from '../../schemas/hash.ts';
import { nativeChainId } from '../../schemas/ids.ts';
import { type Genesis, genesisHash } from '../../schemas/wire/genesis.ts';

/** Secret key number `n` of a test: 32 bytes, deterministic. */
export function testKey(n: number): Uint8Array {
  return nobleHash.sha256(Uint8Array.of(0x74, n >> 8, n & 0xff));
}

/** The address of `testKey(n)`. */
export function testAddress(n: number): Uint8Array {
  return nobleSignature.addressOf(testKey(n));
}

/** A local-profile genesis with three organisations (keys 1, 2, 3) and a quorum of two. */
export function testGenesis(changes: Partial<Genesis> = {}): Genesis {
  return {
    name: 'test',
    kind: 'shard',
    profile: 'local',
    createdMs: 1_700_000_000_000n,
    validators: [{ address: testAddress(100), power: 1n }],
    organisations: [1, 2, 3].map((n) => ({ name: `organisation ${n}`, address: testAddress(n) })),
    quorum: 2,
    guardians: [testAddress(9)],
    proposalDelaySeconds: 0n,
    admission: 'open',
    admitted: [],
    trustingPeriodSeconds: 315_360_000n,
    leastTimeoutSeconds: 1n,
    ...changes,
  };
}

/** A context at height 5 one hundred seconds after genesis. */
export function testContext(
  changes: Partial<Genesis> = {},
  at: { height?: bigint; timeMs?: bigint } = {},
): ExecutionContext & { readonly state: Overlay } {
  const genesis = testGenesis(changes);
  const hash = genesisHash(genesis, nobleHash);
  return {
    state: new Overlay({ get: () => undefined }),
    chain: { genesis, genesisHash: hash, chainId: nativeChainId(hash) },
    height: at.height ?? 5n,
    timeMs: at.timeMs ?? genesis.createdMs + 100_000n,
    hash: nobleHash,
    signatures: nobleSignature,
    bls: nobleBls,
    events: [],
    outgoing: [],
  };
}

/** The same state seen at a later time. */
export function later<C extends ExecutionContext>(context: C, seconds: bigint): C {
  return { ...context, timeMs: context.timeMs + seconds * 1000n, events: [], outgoing: [] };
}

/** Every key and value that is present, in key order: equal snapshots mean an unchanged state. */
export function snapshot(state: Overlay): readonly [string, string][] {
  return [...state.changes]
    .filter((entry): entry is [string, Uint8Array] => entry[1] !== null)
    .map(([key, value]): [string, string] => [key, value.join(',')])
    .sort(([left], [right]) => (left < right ? -1 : 1));
}
