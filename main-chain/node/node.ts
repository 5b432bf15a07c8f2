/**
 * A node of a native chain, main chain or shard: opens its data directory, rebuilds the state, makes
 * blocks and answers the node API. It listens nowhere; http-server.ts and worker.ts carry its calls.
 * docs/architecture.md#node
 */

import { join } from 'node:path';
import { decode } from '../../schemas/codec/codec.ts';
import { isTielineError, type TielineError } from '../../schemas/errors.ts';
import { toHex } from '../../schemas/hash.ts';
import { nativeChainId } from '../../schemas/ids.ts';
import { genesisCodec, genesisHash, verifyGenesis } from '../../schemas/wire/genesis.ts';
import { type Clock, systemClock } from '../host/clock.ts';
import { type DataDirectory, openDataDirectory } from '../host/data-directory.ts';
import { type FaultPort, noFaults } from '../host/fault-port.ts';
import { loadPorts, type Ports } from '../host/native-ports.ts';
import { Store } from '../host/store.ts';
import type { Application, ChainRules } from '../ledger/context.ts';
import { type Chain, openChain } from './chain.ts';
import type { NodeConfig } from './config.ts';
import { openCertifier } from './engine/certifier.ts';
import { EmbeddedEngine } from './engine/embedded.ts';
import { KeyRing } from './engine/key-ring.ts';
import { restore } from './engine/restore.ts';
import { offerActivation } from './engine/set-change.ts';
import { nodeError } from './errors.ts';
import { Mempool } from './mempool/mempool.ts';
import { SignaturePool } from './mempool/signature-pool.ts';
import { type Call, createCall } from './rpc/dispatch.ts';
import { BlockStore } from './store/block-store.ts';
import { verifyBlocks } from './store/verify-blocks.ts';

/** What a node is built on; the defaults are what a process uses. */
export interface NodeDeps {
  /** The rules of the chain. */
  readonly application: Application;
  readonly ports?: Ports;
  readonly clock?: Clock;
  /** Says a sentence to the operator. */
  readonly say?: (sentence: string) => void;
  /** Stands at every write point; for tests. */
  readonly faults?: FaultPort;
}

/** An open node. */
export interface Node {
  readonly chainId: string;
  readonly genesisHash: Uint8Array;
  /** Answers one call of the node API. @throws TielineError */
  readonly call: Call;
  close(): Promise<void>;
}

/** The life of a node: what it was told to stop with, if it was. */
class Life {
  closed = false;
  #ended: TielineError | undefined;

  end(error: TielineError): void {
    this.#ended ??= error;
  }

  requireRunning(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }
}

/**
 * Opens a node; its chain makes blocks when this returns.
 * @throws DATA_DIRECTORY_* KEY_FILE_* GENESIS_* STORE_* SIGNER_* NODE_STATE_CORRUPT NODE_STORE_BEHIND NODE_PEER_MISMATCH
 */
export async function createNode(config: NodeConfig, deps: NodeDeps): Promise<Node> {
  const ports = deps.ports ?? (await loadPorts());
  const rules = rulesOf(config, ports);
  const owner = `chain:${toHex(rules.genesisHash)}`;
  const directory = openDataDirectory(config.dataDirectory, owner, deps.faults);
  const closers: (() => Promise<void> | void)[] = [() => directory.release()];
  try {
    return await assemble(config, deps, ports, rules, directory, closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function assemble(
  config: NodeConfig,
  deps: NodeDeps,
  ports: Ports,
  rules: ChainRules,
  directory: DataDirectory,
  closers: (() => Promise<void> | void)[],
): Promise<Node> {
  const { hash, signatures, bls } = ports;
  const clock = deps.clock ?? systemClock;
  const say = deps.say ?? (() => undefined);
  const life = new Life();
  const faults = deps.faults ?? noFaults;
  const store = new BlockStore(
    await Store.open(join(directory.path, 'store'), faults),
    hash,
    config.keepBlocks,
  );
  closers.push(() => store.close());
  const { genesisHash } = rules;
  await verifyBlocks(config.verifyBlocks, { store, genesisHash, hash, signatures });
  const { application } = deps;
  const chain = await openChain({ rules, application, store, hash, signatures, bls });
  const keys = await openKeys(config, { chain, ports, directory, faults, say }, closers);
  await restore({ chain, keys, witnesses: config.witnesses, say });
  const certifier = await openCertifier({
    genesisHash: rules.genesisHash,
    hash,
    store,
    keys,
    valueAt: (key, height) => chain.valueAt(key, height),
  });
  closers.push(() => certifier.close());
  const pool = new SignaturePool(
    { workers: config.signatureWorkers, genesisHash: rules.genesisHash },
    ports,
    (error) => say(`A signature worker has failed and is not used any more: ${error.message}`),
  );
  closers.push(() => pool.close());
  const mempool = new Mempool(config.mempool, {
    state: chain.state,
    nowMs: () => chain.blockTime(clock.nowMs()),
    check: (transactions) => pool.check(transactions),
    onReady: () => engine.notify(),
  });
  const engine = new EmbeddedEngine(config.engine, {
    chain,
    mempool,
    certifier,
    clock,
    onHalt: (error) => {
      const reason = isTielineError(error) ? error.code : 'NODE_INTERNAL';
      life.end(nodeError('NODE_HALTED', { reason }, error));
      say(`The node has stopped making blocks: ${messageOf(error)}`);
    },
    onCertified: (certificate) => {
      const offer = { chain, mempool, keys, hash, signatures };
      offerActivation(offer, certificate).catch((error: unknown) =>
        say(`A change of validators could not be activated: ${messageOf(error)}`),
      );
    },
    onUncertified: (error) => say(`A block has no certificate: ${messageOf(error)}`),
  });
  closers.push(() => engine.close());
  await engine.start();
  const parts = {
    chain,
    store,
    certifier,
    mempool,
    clock,
    requireRunning: () => life.requireRunning(),
  };
  const call = createCall(parts, (error) => say(`A call failed: ${messageOf(error)}`));
  return {
    chainId: rules.chainId,
    genesisHash: rules.genesisHash,
    call: (method, request) => {
      if (life.closed) return Promise.reject(nodeError('NODE_CLOSED'));
      return call(method, request);
    },
    async close() {
      life.closed = true;
      life.end(nodeError('NODE_CLOSED'));
      await closeAll(closers);
    },
  };
}

function rulesOf(config: NodeConfig, { hash }: Ports): ChainRules {
  const genesis = decode(genesisCodec, config.genesis, 'genesis');
  verifyGenesis(genesis);
  const digest = genesisHash(genesis, hash);
  return { genesis, genesisHash: digest, chainId: nativeChainId(digest) };
}

async function openKeys(
  { validatorKeyFiles, validatorKeyDirectory, signerDirectory }: NodeConfig,
  parts: {
    chain: Chain;
    ports: Ports;
    directory: DataDirectory;
    faults: FaultPort;
    say: (sentence: string) => void;
  },
  closers: (() => Promise<void> | void)[],
): Promise<KeyRing> {
  const { chain, ports, directory, faults, say } = parts;
  const { rules, store } = chain.deps;
  let marks = join(directory.path, 'signer');
  if (signerDirectory !== undefined) {
    const shared = openDataDirectory(signerDirectory, `signer:${toHex(rules.genesisHash)}`, faults);
    closers.push(() => shared.release());
    marks = shared.path;
  }
  const keys = await KeyRing.open(
    { files: validatorKeyFiles, directory: validatorKeyDirectory, marks },
    { ...ports, faults, store, genesisHash: rules.genesisHash, say },
  );
  closers.push(() => keys.close());
  return keys;
}

/** Closes in the reverse order of opening. */
async function closeAll(closers: (() => Promise<void> | void)[]): Promise<void> {
  for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
}

function messageOf(error: unknown): string {
  if (isTielineError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
