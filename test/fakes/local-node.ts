/* A node of its own in a temporary directory: typed calls, signed messages, and blocks to wait for. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../main-chain/host/clock.ts';
import type { FaultPort } from '../../main-chain/host/fault-port.ts';
import { writeKeyFile } from '../../main-chain/host/key-file.ts';
import { loadPorts, type Ports } from '../../main-chain/host/native-ports.ts';
import type { Application } from '../../main-chain/ledger/context.ts';
import {
  createNodeConfig,
  type NodeConfig,
  type NodeSettings,
} from '../../main-chain/node/config.ts';
import { createNativeGenesis, type GenesisOptions } from '../../main-chain/node/native-genesis.ts';
import { createNode, type Node } from '../../main-chain/node/node.ts';
import { chainApplication } from '../../main-chain/relay/application.ts';
import { type Codec, decode, encode } from '../../schemas/codec/codec.ts';
import { resourceIdOf } from '../../schemas/resource/resource-id.ts';
import {
  type SupplyStatement,
  supplyStatementDigest,
} from '../../schemas/resource/supply-statement.ts';
import { type Action, actionCodec } from '../../schemas/wire/action.ts';
import { type Checkpoint, checkpointDigest } from '../../schemas/wire/checkpoint.ts';
import { checkpointUpdates } from '../../schemas/wire/clients/client-material.ts';
import type { Genesis } from '../../schemas/wire/genesis.ts';
import type { Message } from '../../schemas/wire/message.ts';
import {
  type NodeMethod,
  type NodeRequest,
  type NodeResponse,
  nodeMethods,
} from '../../schemas/wire/node-api.ts';
import { signTransaction, transactionId } from '../../schemas/wire/transaction.ts';
import { validatorSetHash } from '../../schemas/wire/validator-set.ts';
import { testAddress, testKey } from './ledger-context.ts';

/** Key numbers of `testKey`: the one organisation, and the first validator. */
export const ORGANISATION = 1;
export const VALIDATOR = 100;

export interface LocalNodeOptions {
  readonly kind?: Genesis['kind'];
  readonly directory?: string;
  readonly settings?: NodeSettings;
  readonly clock?: Clock;
  readonly validators?: number;
  readonly genesis?: Partial<GenesisOptions>;
  readonly say?: (sentence: string) => void;
  readonly faults?: FaultPort;
  readonly application?: Application;
}

/** The configuration of a test chain whose data and keys are under `directory`. */
export function localConfig(directory: string, options: LocalNodeOptions): NodeConfig {
  const count = options.validators ?? 1;
  const keys = Array.from({ length: count }, (_, index) => VALIDATOR + index);
  const genesis = createNativeGenesis(options.kind ?? 'shard', {
    name: 'test',
    profile: 'local',
    createdMs: 1_700_000_000_000n,
    validators: keys.map((n) => ({ address: testAddress(n), power: 1n })),
    organisations: [{ name: 'organisation', address: testAddress(ORGANISATION) }],
    ...options.genesis,
  });
  const validatorKeyFiles = keys.map((n) => {
    const path = join(directory, 'keys', `${n}.key`);
    try {
      writeKeyFile(path, { secretKey: testKey(n), address: testAddress(n) });
    } catch {
      // the same directory is opened again
    }
    return path;
  });
  return createNodeConfig(
    {
      dataDirectory: join(directory, 'data'),
      validatorKeyFiles,
      signatureWorkers: 0,
      minBlockIntervalMs: 1,
      ...options.settings,
    },
    genesis,
  );
}

/** A typed call of the node API. */
export type TypedCall = <M extends NodeMethod>(
  method: M,
  request: NodeRequest<M>,
) => Promise<NodeResponse<M>>;

export function typedCall(
  call: (method: string, bytes: Uint8Array) => Promise<Uint8Array>,
): TypedCall {
  return async <M extends NodeMethod>(method: M, request: NodeRequest<M>) => {
    const codecs = nodeMethods[method] as unknown as {
      request: Codec<NodeRequest<M>>;
      response: Codec<NodeResponse<M>>;
    };
    return decode(codecs.response, await call(method, encode(codecs.request, request)), method);
  };
}

export interface LocalNode {
  readonly node: Node;
  readonly call: TypedCall;
  readonly ports: Ports;
  readonly directory: string;
  readonly genesisHash: Uint8Array;
  /** Signed bytes of key `n`. */
  sign(n: number, nonce: bigint, message: Message): Promise<Uint8Array>;
  /** Submits and waits until the transaction has landed; gives its code. */
  run(n: number, nonce: bigint, message: Message): Promise<string>;
  /** Proposes and executes an action with nonces `nonce` and `nonce + 1` of the organisation. */
  act(nonce: bigint, action: Action): Promise<string>;
  /** A resource of key `n`, with `quantity` issued to `n`. */
  issue(n: number, nonce: bigint, quantity: bigint): Promise<Uint8Array>;
  close(): Promise<void>;
  /** Gives a shard its main-chain client, with a first certificate; nonces 0 and 1 of the organisation (0 to 2). */
  connectMain(): Promise<void>;
  /** Closes and removes the directory. */
  remove(): Promise<void>;
}

export async function openLocalNode(options: LocalNodeOptions = {}): Promise<LocalNode> {
  const ports = await loadPorts();
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'tieline-node-'));
  const node = await createNode(localConfig(directory, options), {
    application: options.application ?? chainApplication,
    ports,
    ...(options.clock && { clock: options.clock }),
    ...(options.say && { say: options.say }),
    ...(options.faults && { faults: options.faults }),
  });
  const call = typedCall(node.call);
  const { genesisHash } = node;

  const sign: LocalNode['sign'] = async (n, nonce, message) => {
    const { timeMs } = await call('info', {});
    const expirySeconds = timeMs / 1000n + 3600n;
    const transaction = { sender: testAddress(n), nonce, expirySeconds, message };
    return signTransaction(transaction, testKey(n), genesisHash, ports);
  };
  const landed = async (bytes: Uint8Array): Promise<NodeResponse<'transaction'>['found']> => {
    const { codes } = await call('submit', { transactions: [bytes] });
    if (codes[0] !== '') throw new Error(`refused by the mempool: ${codes[0]}`);
    for (;;) {
      const { height } = await call('info', {});
      const { found } = await call('transaction', {
        id: transactionId(bytes, genesisHash, ports.hash),
      });
      if (found !== undefined) return found;
      await call('wait', { after: height, waitMs: 1000 });
    }
  };
  const act: LocalNode['act'] = async (nonce, action) => {
    const { timeMs } = await call('info', {});
    const proposal: Message = {
      type: 'propose',
      action: encode(actionCodec, action),
      expirySeconds: timeMs / 1000n + 3600n,
    };
    const found = await landed(await sign(ORGANISATION, nonce, proposal));
    const created = found?.result.events.find(({ type }) => type === 'proposalCreated');
    if (created === undefined) return found?.result.code ?? 'lost';
    return run(ORGANISATION, nonce + 1n, { type: 'execute', proposalId: created.subject });
  };
  const run: LocalNode['run'] = async (n, nonce, message) =>
    (await landed(await sign(n, nonce, message)))?.result.code ?? 'lost';
  return {
    node,
    call,
    ports,
    directory,
    genesisHash,
    sign,
    run,
    act,
    async connectMain() {
      const { timeMs } = await call('info', {});
      const validators = [{ address: testAddress(MAIN_VALIDATOR), power: 1n }];
      const setHash = validatorSetHash(validators, ports.hash);
      const checkpoint: Checkpoint = {
        height: 1n,
        stateRoot: setHash,
        outboxRoot: setHash,
        timeMs,
        validatorSetHash: setHash,
        nextValidatorSetHash: setHash,
      };
      const digest = checkpointDigest(checkpoint, MAIN_GENESIS, ports.hash);
      const signature = ports.signatures.sign(digest, testKey(MAIN_VALIDATOR));
      const certificate = { checkpoint, validators, signatures: [{ index: 0, signature }] };
      const update: Message = {
        type: 'update',
        client: MAIN_CLIENT,
        updates: checkpointUpdates(certificate),
      };
      const codes = [await act(0n, createMainClient(setHash)), await run(ORGANISATION, 2n, update)];
      if (codes.some((code) => code !== '')) throw new Error(`no main client: ${codes.join()}`);
    },
    async issue(n, nonce, quantity) {
      const { mainGenesis, origin } = issuing(n, node, options);
      const resourceId = resourceIdOf(origin, ports.hash);
      const statement: SupplyStatement = {
        mainGenesisHash: mainGenesis,
        resourceId,
        index: nonce + 1n,
        quantity,
        unit: 'fen',
        meteringPoint: new Uint8Array(32),
        intervalStart: 0n as SupplyStatement['intervalStart'],
        intervalEnd: 0n as SupplyStatement['intervalEnd'],
      };
      const signature = ports.signatures.sign(
        supplyStatementDigest(statement, ports.hash),
        testKey(n),
      );
      const { kind, staticRoot } = origin;
      const code = await run(n, nonce, {
        type: 'issue',
        kind,
        staticRoot,
        owner: testAddress(n),
        statement: { statement, signature },
      });
      if (code !== '') throw new Error(`issue refused: ${code}`);
      return resourceId;
    },
    close: () => node.close(),
    async remove() {
      await node.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The genesis hash of the main chain a test shard is told of; it need not exist. */
export const MAIN_GENESIS = new Uint8Array(32).fill(7);
/** The one client of a test shard. */
export const MAIN_CLIENT = 'main-client';

const MAIN_VALIDATOR = 200;

/** The action that gives a test shard its client of the main chain. */
const createMainClient = (setHash: Uint8Array): Action => ({
  type: 'createClient',
  client: MAIN_CLIENT,
  counterpartyClient: 'shard-client',
  chainId: `tieline:${'07'.repeat(16)}`,
  genesisHash: MAIN_GENESIS,
  trustingPeriodSeconds: 315_619_200n,
  maxClockDriftSeconds: 60n,
  start: { type: 'checkpoint', validatorSetHash: setHash, height: 0n },
});

function issuing(n: number, { chainId, genesisHash }: Node, { kind }: LocalNodeOptions) {
  return {
    mainGenesis: kind === 'main' ? genesisHash : MAIN_GENESIS,
    origin: {
      kind: 'settlement-credit/v1',
      home: chainId,
      issuer: testAddress(n),
      staticRoot: new Uint8Array(32).fill(9),
    },
  };
}
