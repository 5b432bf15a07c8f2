/**
 * The adapter of native chains, main chain and shards alike, over any transport of the node API.
 * docs/protocol.md#node-api
 */
import { decode } from '../../schemas/codec/codec.ts';
import { equalBytes, toHex } from '../../schemas/hash.ts';
import type { HashPort, SignaturePort } from '../../schemas/ports.ts';
import { genesisCodec } from '../../schemas/wire/genesis.ts';
import type { NodeResponse, NodeTransport } from '../../schemas/wire/node-api.ts';
import {
  encodeTransactionBody,
  transactionDigest,
  transactionId,
} from '../../schemas/wire/transaction.ts';
import type {
  ChainAdapter,
  ChainDescription,
  ChainHead,
  LandedTransaction,
  PreparedTransaction,
  RecordedBlock,
  Submission,
  UserMessage,
} from '../chain-adapter.ts';
import { adapterError } from '../errors.ts';
import { Landing } from './landing.ts';
import { nativeEvidence, proveNativeState } from './native-evidence.ts';
import { nativeFacts } from './native-facts.ts';
import { relayBundle } from './native-relay.ts';
import { createNodeCall, type NodeCall } from './node-client.ts';
import { RelayerAccount } from './relayer-account.ts';

/** Validity of a prepared transaction in seconds of the chain's clock. */
const USER_VALIDITY_SECONDS = 3600n;

export interface NativeAdapterConfig {
  /** Refuses a node of another chain where given. */
  readonly genesisHash?: Uint8Array;
  /** 32 bytes; without it `relay` is refused. */
  readonly relayerKey?: Uint8Array;
}

export interface NativeAdapterDeps {
  readonly transport: NodeTransport;
  readonly hash: HashPort;
  readonly signatures: SignaturePort;
  /** Milliseconds of a steady clock, for patience. */
  readonly now: () => number;
}

/** Connects to a node and learns which chain it is. @throws ADAPTER_WRONG_CHAIN ADAPTER_UNREACHABLE */
export async function createNativeAdapter(
  config: NativeAdapterConfig,
  deps: NativeAdapterDeps,
): Promise<ChainAdapter> {
  const call = createNodeCall(deps.transport);
  const info = await call('info', {});
  if (config.genesisHash !== undefined && !equalBytes(config.genesisHash, info.genesisHash)) {
    throw adapterError('ADAPTER_WRONG_CHAIN', {
      expected: toHex(config.genesisHash),
      found: toHex(info.genesisHash),
    });
  }
  const { genesisHash } = info;
  const clock = createChainClock(call);
  const lookup = (id: Uint8Array) => lookUp(call, id);
  const landing = new Landing({ wait: clock.wait, lookup }, deps.now);
  const relay = createRelay(config.relayerKey, { ...deps, call, genesisHash, clock, landing });
  return {
    description: describe(info),
    wait: clock.wait,
    events: (fromHeight, maxBlocks) => readEvents(call, fromHeight, maxBlocks),
    facts: (kind, questions) => nativeFacts(call, kind, questions),
    evidence: (request) => nativeEvidence(call, request),
    prove: (keys, height) => proveNativeState(call, keys, height),
    prepare: (sender, message) => prepare({ ...deps, call, genesisHash, clock }, sender, message),
    async submit(signed): Promise<readonly Submission[]> {
      const { codes } = await call('submit', { transactions: signed });
      return signed.map((bytes, index) => ({
        id: transactionId(bytes, genesisHash, deps.hash),
        code: codes[index] ?? '',
      }));
    },
    relay,
    lookup,
    async close() {
      landing.close();
      await deps.transport.close();
    },
  };
}

function describe(info: NodeResponse<'info'>): ChainDescription {
  const { chainId, genesisHash, kind, name } = info;
  const { leastTimeoutSeconds } = decode(genesisCodec, info.genesis, 'genesis');
  return {
    chainId,
    genesisHash,
    kind: kind === 'main' ? 'main' : 'side',
    family: 'native',
    name,
    label: 'proven',
    leastTimeoutSeconds,
  };
}

interface ChainClock {
  readonly wait: (after: bigint, waitMs: number) => Promise<ChainHead>;
  readonly timeMs: () => Promise<bigint>;
}

/** Remembers the newest head any wait has seen, so that an expiry costs no call. */
function createChainClock(call: NodeCall): ChainClock {
  let newest: ChainHead | undefined;
  const wait = async (after: bigint, waitMs: number): Promise<ChainHead> => {
    const head = await call('wait', { after, waitMs });
    if (newest === undefined || head.height > newest.height) newest = head;
    return head;
  };
  return { wait, timeMs: async () => (newest ?? (await wait(0n, 0))).timeMs };
}

interface Bench extends NativeAdapterDeps {
  readonly call: NodeCall;
  readonly genesisHash: Uint8Array;
  readonly clock: ChainClock;
}

function createRelay(
  secretKey: Uint8Array | undefined,
  deps: Bench & { readonly landing: Landing },
): ChainAdapter['relay'] {
  if (secretKey === undefined) return () => Promise.reject(adapterError('ADAPTER_NO_RELAYER'));
  const { call, hash, signatures, genesisHash, landing } = deps;
  const sender = signatures.addressOf(secretKey);
  const account = new RelayerAccount(async () => {
    const [fact] = await nativeFacts(call, 'account', [{ address: sender }]);
    if (fact === undefined) throw adapterError('ADAPTER_ANSWER', { method: 'query' });
    return fact;
  });
  return (client, bundle) =>
    relayBundle(
      {
        call,
        account,
        secretKey,
        sender,
        genesisHash,
        hash,
        signatures,
        chainTimeMs: deps.clock.timeMs,
        landed: (id, patienceMs) => landing.wait(id, patienceMs),
      },
      client,
      bundle,
    );
}

async function prepare(
  deps: Bench,
  sender: Uint8Array,
  message: UserMessage,
): Promise<PreparedTransaction> {
  const [account] = await nativeFacts(deps.call, 'account', [{ address: sender }]);
  const { timeMs } = await deps.clock.wait(0n, 0);
  const nonce = account?.nextNonce ?? 0n;
  const expirySeconds = timeMs / 1000n + USER_VALIDITY_SECONDS;
  const body = encodeTransactionBody({ sender, nonce, expirySeconds, message });
  return {
    body,
    digest: transactionDigest(body, deps.genesisHash, deps.hash),
    nonce,
    expirySeconds,
  };
}

async function readEvents(call: NodeCall, fromHeight: bigint, maxBlocks: number) {
  const { blocks, nextHeight } = await call('events', { fromHeight, maxBlocks });
  const recorded = blocks.map(
    ({ height, timeMs, transactionIds, results }): RecordedBlock => ({
      height,
      timeMs,
      transactions: results.map(({ code, events }, index) => ({
        id: transactionIds[index] ?? NO_ID,
        code,
        events,
      })),
    }),
  );
  return { blocks: recorded, nextHeight };
}

const NO_ID = new Uint8Array(32);

async function lookUp(call: NodeCall, id: Uint8Array): Promise<LandedTransaction | undefined> {
  return (await call('transaction', { id })).found;
}
